"""Changing an order before dispatch, and giving it up."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import ADDRESS_FORM_FIELDS, AddressFormMixin
from accounts.models import User
from orders import cancellation, changing, lifecycle, shipping
from orders.admin.acts.base import Act, ActFormMixin, LineQuantitiesForm, OrderActForm, Standing
from orders.admin.devices import DeviceField
from orders.models import MAX_LINE_QUANTITY, Order, OrderAddress, OrderLine, ShippingMethod


class QuantitiesForm(LineQuantitiesForm):
    """What is in a parcel already, or was refunded, cannot be taken out of the order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = changing.removable(self.order)
        for line in self.order.lines.all():
            self.add_line(line, least=line.quantity - left[line.pk], most=MAX_LINE_QUANTITY, initial=line.quantity)


class SwapForm(OrderActForm):
    """Which price the new devices have is asked, never guessed."""

    TODAY, KEPT = "today", "kept"

    line = forms.ModelChoiceField(OrderLine.objects.none(), label=_("instead of"), empty_label=None)
    units = forms.IntegerField(label=_("how many"), min_value=1, max_value=MAX_LINE_QUANTITY, initial=1)
    variant = DeviceField(label=_("send"))
    price = forms.ChoiceField(
        label=_("price"),
        choices=[(TODAY, _("today's price")), (KEPT, _("the old price, for another version of the same product"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = changing.removable(self.order)
        self.fields["line"].queryset = self.order.lines.filter(pk__in=[pk for pk, units in left.items() if units])
        self.fields["line"].label_from_instance = lambda line: (
            f"{left[line.pk]} × {line.product_name} {line.variant_label} · {line.sku}".replace("  ", " ")
        )


class AddForm(OrderActForm):
    variant = DeviceField()
    units = forms.IntegerField(label=_("how many"), min_value=1, max_value=MAX_LINE_QUANTITY, initial=1)


class AddressActForm(AddressFormMixin, ActFormMixin, forms.ModelForm):
    """The order's own copy of an address, checked as in the checkout."""

    kind: ClassVar[str]

    class Meta:
        model = OrderAddress
        fields = ADDRESS_FORM_FIELDS

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        self.order = order
        super().__init__(*args, instance=order.addresses.get(kind=self.kind), **kwargs)


class DeliveryAddressForm(AddressActForm):
    """In the country that it is in."""

    kind = OrderAddress.Kind.DELIVERY

    def _chosen_country(self) -> str:
        self.fields["country"].disabled = True
        return str(self.instance.country)


class InvoiceAddressForm(AddressActForm):
    kind = OrderAddress.Kind.INVOICE


class MethodForm(OrderActForm):
    method = forms.ModelChoiceField(ShippingMethod.objects.none(), label=_("delivery"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = {offer.method.pk: offer for offer in _other_offers(self.order)}
        self.fields["method"].queryset = ShippingMethod.objects.filter(pk__in=offers)
        self.fields["method"].label_from_instance = lambda method: f"{method.name} · {offers[method.pk].fee}"


class SplitForm(LineQuantitiesForm):
    """`key` makes a button that is pressed twice one order."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        left = changing.removable(self.order)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=0)


class CancelForm(OrderActForm):
    reason = forms.CharField(label=_("reason"), max_length=200, help_text=_("The buyer reads it too."))


def _other_offers(order: Order) -> list[shipping.Offer]:
    return [offer for offer in changing.offers(order) if offer.method.pk != order.shipping_method_id]


def _can_change(standing: Standing) -> bool:
    return standing.order.status in lifecycle.LIVING and any(standing.removable.values())


def _is_unpacked(standing: Standing) -> bool:
    order = standing.order
    return order.status in lifecycle.LIVING and all(shipment.status == "canceled" for shipment in order.shipments.all())


def _swap(form: SwapForm, actor: User) -> object:
    answers = form.cleaned_data
    keep_price = answers["price"] == SwapForm.KEPT
    line, units = answers["line"], answers["units"]
    return changing.swap_variant(form.order, line.pk, answers["variant"], units, keep_price=keep_price, actor=actor)


def _address(form: AddressActForm, actor: User) -> object:
    return changing.change_address(form.order, form.kind, form.cleaned_data, actor=actor)


def _edit(
    name: str,
    label: Any,
    form: type[Any],
    run: Callable[[Any, User], object],
    done: Any,
    is_possible: Callable[[Standing], bool] = _can_change,
    *,
    help: Any,
) -> Act:
    return Act(name, label, "edit_order_lines", form, run, is_possible, done, help)


ACTS = (
    _edit(
        "quantities",
        _("Change quantities"),
        QuantitiesForm,
        lambda form, actor: changing.change_quantities(form.order, form.quantities(), actor=actor),
        _("The quantities are changed, stock and total with them."),
        help=_("0 takes a line out. Stock and total follow: the difference goes back, or the buyer is asked for it."),
    ),
    _edit(
        "swap",
        _("Swap a device"),
        SwapForm,
        _swap,
        _("The device is swapped, stock and total with it."),
        help=_("Stock and total follow: the difference goes back, or the buyer is asked for it by mail."),
    ),
    _edit(
        "add",
        _("Add a device"),
        AddForm,
        lambda form, actor: changing.add_device(
            form.order, form.cleaned_data["variant"], form.cleaned_data["units"], actor=actor
        ),
        _("The device is added, stock and total with it."),
        help=_("At today’s price and without the order’s discounts. The buyer is asked for the difference by mail."),
    ),
    _edit(
        "delivery-address",
        _("Change the delivery address"),
        DeliveryAddressForm,
        _address,
        _("The parcel goes to the new address."),
        _is_unpacked,
        help=_("In the same country; for another one cancel the order and make a new one."),
    ),
    _edit(
        "invoice-address",
        _("Change the invoice address"),
        InvoiceAddressForm,
        _address,
        _("The invoice goes to the new address."),
        _is_unpacked,
        help=_("With the same tax; for another one cancel the order and make a new one."),
    ),
    _edit(
        "method",
        _("Change the delivery method"),
        MethodForm,
        lambda form, actor: changing.change_method(form.order, form.cleaned_data["method"], actor=actor),
        _("The order is delivered in the other way, the total follows."),
        _is_unpacked,
        help=_("At today’s price: the difference goes back, or the buyer is asked for it by mail."),
    ),
    _edit(
        "split",
        _("Split the order"),
        SplitForm,
        lambda form, actor: changing.split_order(
            form.order, form.quantities(), key=str(form.cleaned_data["key"]), actor=actor
        ),
        _("The chosen devices are an order of their own now; the history names it."),
        help=_(
            "So many units become an order of their own, with their share of money, discounts and stock. "
            "To send a part earlier, pack two parcels instead."
        ),
    ),
    Act(
        "cancel",
        _("Cancel the order"),
        "cancel_order",
        CancelForm,
        lambda form, actor: cancellation.cancel_order(form.order, reason=form.cleaned_data["reason"], actor=actor),
        lambda standing: cancellation.can_cancel(standing.order),
        _("The order is canceled and its stock is free again."),
        help=_("The stock is free again, and what was paid goes back. This cannot be undone."),
    ),
)

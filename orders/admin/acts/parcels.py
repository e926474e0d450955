"""Packing, shipping, delivering, unpacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders import fulfillment
from orders.admin.acts.base import Act, LineQuantitiesForm, OrderActForm
from orders.exceptions import NumbersRefused
from orders.models import MAX_LINE_QUANTITY, Order, OrderLine, Shipment, Source


class PackForm(LineQuantitiesForm):
    """All that is open lies in the parcel, unless told otherwise. A scanner's Enter begins the next line of a text
    area, so it cannot send the form too early.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = fulfillment.open_quantities(self.order)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=left[line.pk])
                if line.is_serial_tracked:
                    self._add_numbers(line, left[line.pk])

    def _add_numbers(self, line: OrderLine, most: int) -> None:
        attributes = {"rows": min(most, 12) + 1, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        self.fields[f"numbers-{line.pk}"] = forms.CharField(
            label=_("IMEI or serial number, %(sku)s") % {"sku": line.sku},
            max_length=100 * MAX_LINE_QUANTITY,
            required=False,
            widget=forms.Textarea(attrs=attributes),
            help_text=_("One of each unit, a line each. Write S/N in front of a serial number of 14 to 17 digits."),
        )

    def numbers(self) -> dict[int, list[str]]:
        fields = {name: text for name, text in self.cleaned_data.items() if name.startswith("numbers-")}
        return {
            int(name.removeprefix("numbers-")): [row for row in text.splitlines() if row.strip()]
            for name, text in fields.items()
        }

    def refuse(self, error: Exception) -> None:
        if isinstance(error, NumbersRefused):
            for line_id, words in error.words.items():
                self.add_error(f"numbers-{line_id}", list(words))
        else:
            super().refuse(error)


class ShipmentForm(OrderActForm):
    """A parcel of the order in the status that the act starts from."""

    status = Shipment.Status.PACKED

    shipment = forms.ModelChoiceField(Shipment.objects.none(), label=_("parcel"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipment"].queryset = self.order.shipments.filter(status=self.status)
        self.fields["shipment"].label_from_instance = self.label_of

    @staticmethod
    def label_of(shipment: Shipment) -> str:
        lines = shipment.lines.select_related("order_line")
        return f"{shipment.number}: " + ", ".join(f"{line.quantity} × {line.order_line.sku}" for line in lines)


class ShipForm(ShipmentForm):
    carrier = forms.CharField(label=_("carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("tracking number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method = self.order.shipping_method
        self.fields["carrier"].initial = method.carrier if method else ""


class DeliverForm(ShipmentForm):
    status = Shipment.Status.SHIPPED


def _pack(form: PackForm, actor: User) -> object:
    return fulfillment.create_shipment(form.order, form.quantities(), numbers=form.numbers(), actor=actor)


def _ship(form: ShipForm, actor: User) -> object:
    answers = form.cleaned_data
    return fulfillment.ship(
        answers["shipment"], carrier=answers["carrier"], tracking_number=answers["tracking_number"], actor=actor
    )


def _hand_over(form: PackForm, actor: User) -> object:
    return fulfillment.hand_over(form.order, form.quantities(), numbers=form.numbers(), actor=actor)


def _is_at_counter(order: Order) -> bool:
    return order.source == Source.COUNTER and _has_open_units(order)


def _has_open_units(order: Order) -> bool:
    is_free = order.status == Order.Status.CONFIRMED and order.held_at is None
    return is_free and any(fulfillment.open_quantities(order).values())


def _has_parcel(status: str) -> Callable[[Order], bool]:
    return lambda order: any(shipment.status == status for shipment in order.shipments.all())


ACTS = (
    Act(
        "hand-over",
        _("Hand over"),
        "fulfill_order",
        PackForm,
        _hand_over,
        _is_at_counter,
        _("The devices are handed over."),
    ),
    Act("pack", _("Pack"), "fulfill_order", PackForm, _pack, _has_open_units, _("The parcel is packed.")),
    Act(
        "ship",
        _("Ship"),
        "fulfill_order",
        ShipForm,
        _ship,
        lambda order: order.held_at is None and _has_parcel(Shipment.Status.PACKED)(order),
        _("The parcel is on its way."),
    ),
    Act(
        "deliver",
        _("Delivered"),
        "fulfill_order",
        DeliverForm,
        lambda form, actor: fulfillment.deliver(form.cleaned_data["shipment"], actor=actor),
        _has_parcel(Shipment.Status.SHIPPED),
        _("The parcel has arrived."),
    ),
    Act(
        "unpack",
        _("Unpack"),
        "fulfill_order",
        ShipmentForm,
        lambda form, actor: fulfillment.cancel_shipment(form.cleaned_data["shipment"], actor=actor),
        _has_parcel(Shipment.Status.PACKED),
        _("The parcel is unpacked; its units stay reserved for the order."),
    ),
)

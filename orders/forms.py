"""What buyers send: quantities in the cart and the steps of the checkout. Each step is a ModelForm over the cart.

A form only cleans; `orders.checkout` writes, and only while the cart is open, so no form saves itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.forms import ADDRESS_FORM_FIELDS, AddressFormMixin
from accounts.models import Address, AddressFields
from devicehub.lib.codes import grouped
from orders import payments, returning, withdrawal
from orders.models import (
    MAX_LINE_QUANTITY,
    Cart,
    CartAddress,
    CartLine,
    Order,
    OrderAddress,
    Return,
    ShippingMethod,
    Source,
)
from orders.shipping import Offer

CODE_TYPED_MAX = 64  # with spaces and hyphens


class CartLineForm(forms.Form):
    """How many of a device."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MAX_LINE_QUANTITY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, line: CartLine, **kwargs: Any) -> None:
        super().__init__(*args, initial={"quantity": line.quantity}, auto_id=f"line-{line.pk}-%s", **kwargs)
        self.error_id = f"line-{line.pk}-error"

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self.fields["quantity"].widget.attrs |= {"aria-invalid": "true", "aria-describedby": self.error_id}


class VoucherForm(forms.Form):
    """A code, typed or pasted."""

    ids = "voucher-%s"

    code = forms.CharField(
        label=_("Voucher code"),
        max_length=CODE_TYPED_MAX,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "done",
            }
        ),
        error_messages={"required": _("Enter the code.")},
    )

    error_id = "voucher-error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=self.ids, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self.fields["code"].widget.attrs |= {
            "class": "form-control is-invalid",
            "aria-invalid": "true",
            "aria-describedby": self.error_id,
        }


class GiftCardForm(VoucherForm):
    ids = "gift-card-%s"
    error_id = "gift-card-error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Gift card code")


class CartAddressForm(AddressFormMixin, forms.ModelForm):
    """An address typed into the checkout."""

    class Meta:
        model = CartAddress
        fields = ADDRESS_FORM_FIELDS

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        self.autocomplete_section = section
        super().__init__(*args, **kwargs)


class AddressChoiceForm(forms.Form):
    """An address of the book, or one typed into `typed`. Who has no book only types."""

    saved = forms.ModelChoiceField(
        queryset=Address.objects.none(), required=False, error_messages={"invalid_choice": _("Choose one of the list.")}
    )
    keep = forms.BooleanField(label=_("Keep this address in my address book"), required=False)

    def __init__(
        self,
        *args: Any,
        book: list[Address],
        member: bool,
        present: CartAddress | None,
        section: str,
        asked: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["saved"].queryset = Address.objects.filter(pk__in=[address.pk for address in book])
        if not member:
            del self.fields["keep"]
        self.initial["saved"] = self._in_book(present)
        # Fields that do not count are not checked, so that they show no errors when they are opened.
        data = self.data if self.is_bound and not self.chosen else None
        shown = None if data is not None or self.initial["saved"] else present
        country = asked.get(self.add_prefix("country"))
        initial = {"country": country} if country else {}
        self.typed = CartAddressForm(data, prefix=self.prefix, section=section, instance=shown, initial=initial)

    def _in_book(self, present: CartAddress | None) -> int | None:
        """The entry to begin with: the one that is in the cart now, else the first, which is the default."""
        if present is None:
            return self.book[0].pk if self.book else None
        values = present.address_values()
        return next((entry.pk for entry in self.book if entry.address_values() == values), None)

    @property
    def chosen(self) -> str:
        """The key of the chosen entry as the page shows it; empty for a typed address."""
        return str(self["saved"].value() or "")

    def is_valid(self) -> bool:
        return super().is_valid() and (not self.typed.is_bound or self.typed.is_valid())

    @property
    def address(self) -> dict[str, Any]:
        saved: AddressFields | None = self.cleaned_data["saved"]
        return saved.address_values() if saved else dict(self.typed.cleaned_data)

    @property
    def is_to_keep(self) -> bool:
        return bool(self.cleaned_data.get("keep")) and self.cleaned_data["saved"] is None


class AddressStepForm(forms.ModelForm):
    """Who buys, where the parcel goes, and the invoice if elsewhere.

    `asked` is the page's query: ?delivery-country=US shows the fields that an address there has.
    """

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("For the confirmation and the link to your order."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter the address that the confirmation goes to.")},
    )
    invoice_differs = forms.BooleanField(label=_("The invoice goes to another address"), required=False)

    class Meta:
        model = Cart
        fields = ("email",)

    use_required_attribute = False

    def __init__(self, *args: Any, asked: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cart: Cart = self.instance
        self.initial["invoice_differs"] = cart.invoice_address_id is not None
        member = cart.user is not None
        book = list(cart.user.addresses.all()) if cart.user else []
        by_invoice = sorted(book, key=lambda address: not address.is_default_invoice)
        if member:
            del self.fields["email"]
        self.delivery = AddressChoiceForm(
            self.data if self.is_bound else None,
            prefix="delivery",
            book=book,
            member=member,
            present=cart.delivery_address,
            section="shipping",
            asked=asked,
        )
        self.invoice = AddressChoiceForm(
            self.data if self.is_bound and self["invoice_differs"].data else None,
            prefix="invoice",
            book=by_invoice,
            member=member,
            present=cart.invoice_address,
            section="billing",
            asked=asked,
        )

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.delivery.is_valid(), not self._invoice_differs or self.invoice.is_valid()])

    @property
    def _invoice_differs(self) -> bool:
        return self.invoice.is_bound

    @property
    def answers(self) -> dict[str, Any]:
        return {
            "email": self.cleaned_data.get("email", ""),
            "delivery": self.delivery.address,
            "invoice": self.invoice.address if self._invoice_differs else None,
        }

    @property
    def to_keep(self) -> list[dict[str, Any]]:
        """Typed addresses that shall go into the book."""
        parts = [self.delivery, self.invoice] if self._invoice_differs else [self.delivery]
        return [part.address for part in parts if part.is_to_keep]

    @property
    def all_errors(self) -> JoinedErrors:
        return JoinedErrors([self, self.delivery, self.delivery.typed, self.invoice, self.invoice.typed])


class JoinedErrors:
    """The errors of several forms on one page, for components/form_errors.html."""

    def __init__(self, forms_: list[forms.BaseForm]) -> None:
        self._forms = [form for form in forms_ if form.is_bound]

    @property
    def errors(self) -> list[Any]:
        return [error for form in self._forms for error in form.errors]

    @property
    def non_field_errors(self) -> list[str]:
        return [error for form in self._forms for error in form.non_field_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        return (field for form in self._forms for field in form)


class DeliveryStepForm(forms.ModelForm):
    """One of the methods that fit."""

    shipping_method = forms.ModelChoiceField(
        label=_("Delivery"),
        queryset=ShippingMethod.objects.none(),
        error_messages={
            "required": _("Choose how we deliver."),
            "invalid_choice": _("This way of delivery is not possible for your cart. Choose another."),
        },
    )

    class Meta:
        model = Cart
        fields = ("shipping_method",)

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [offer.method.pk for offer in offers]
        self.fields["shipping_method"].queryset = ShippingMethod.objects.filter(pk__in=possible)
        if self.initial.get("shipping_method") not in possible:
            self.initial["shipping_method"] = next(iter(possible), None)


class PaymentStepForm(forms.ModelForm):
    """One of the ways to pay that the shop offers."""

    payment_provider = forms.ChoiceField(
        label=_("Payment"),
        error_messages={
            "required": _("Choose how you pay."),
            "invalid_choice": _("This way to pay is not offered. Choose another."),
        },
    )

    class Meta:
        model = Cart
        fields = ("payment_provider",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.providers = payments.providers(at_counter=self.instance.source == Source.COUNTER)
        keys = [provider.key for provider in self.providers]
        self.fields["payment_provider"].choices = [(provider.key, provider.label) for provider in self.providers]
        if self.initial.get("payment_provider") not in keys:
            self.initial["payment_provider"] = next(iter(keys), None)


class ReviewForm(forms.ModelForm):
    """The buyer's note. What else the page sends (key, total) is his consent, see PlaceForm."""

    class Meta:
        model = Cart
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}
        labels = {"note": _("Note to us (optional)")}


class PlaceForm(forms.Form):
    """`key` is the cart's id and makes pressing twice one order; `total` and what gift cards
    leave of it to pay are what the buyer saw."""

    key = forms.UUIDField()
    total = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    left = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, required=False)


class FindOrderForm(forms.Form):
    """What a guest knows of his order. Whether it is right is never told here, only by mail."""

    number = forms.CharField(
        label=_("Order number, IMEI or serial number"),
        max_length=60,
        help_text=_("An order's number stands in every mail about it. A phone that dials *#06# shows its IMEI."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the number.")},
    )
    email = forms.EmailField(
        label=_("E-mail address of the order"),
        max_length=254,
        error_messages={"required": _("Enter the address that you gave with the order.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class UnitsForm(forms.Form):
    """How many of each line of an order; `units()` gives line id → count."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order

    def add_units(self, most: Mapping[int, int], *, initial: Mapping[int, int]) -> None:
        for line in self.order.lines.all():
            if most[line.pk]:
                self.fields[f"units-{line.pk}"] = forms.IntegerField(
                    label=f"{line.product_name} {line.variant_label}".strip(),
                    min_value=0,
                    max_value=most[line.pk],
                    initial=initial.get(line.pk, 0),
                    help_text=_("How many, of %(most)s") % {"most": most[line.pk]},
                    error_messages={
                        "required": _("Enter how many, 0 for none."),
                        "invalid": _("Enter a number."),
                        "min_value": _("0 is the least."),
                        "max_value": _("At most %(limit_value)s."),
                    },
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                )

    def units(self) -> dict[int, int]:
        answers = self.cleaned_data.items()
        return {int(name.removeprefix("units-")): count for name, count in answers if name.startswith("units-")}

    def clean(self) -> None:
        if not self.errors and not any(self.units().values()):
            raise forms.ValidationError(_("Choose at least one device."))


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )


class WithdrawForm(FindOrderForm):
    """The statement of withdrawal of somebody who has no link at hand: from the whole order."""

    name = _name_field()
    field_order = ["name", "number", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]  # a device's number names no contract
        number.label, number.help_text = _("Order number"), _("It stands in every mail about the order.")

    def clean_number(self) -> str:
        """As it is stored, however it was typed."""
        return grouped(self.cleaned_data["number"])

    @property
    def statement(self) -> withdrawal.Statement:
        return withdrawal.Statement(self.cleaned_data["name"], self.cleaned_data["email"])


class OrderWithdrawForm(UnitsForm):
    """The statement of withdrawal from the order's own page: from all of it or a part."""

    name = _name_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.order.addresses.filter(kind=OrderAddress.Kind.INVOICE).first()
        self.fields["name"].initial = address.full_name if address else ""
        most = withdrawal.units(self.order)
        self.add_units(most, initial=most)

    @property
    def statement(self) -> withdrawal.Statement:
        return withdrawal.Statement(self.cleaned_data["name"], self.order.email, self.units())


class ReturnForm(UnitsForm):
    """What the buyer sends back, and why. `key` makes a button that is pressed twice one return."""

    reason = forms.ChoiceField(
        label=_("Why do you send it back?"), error_messages={"required": _("Choose the reason.")}
    )
    note = forms.CharField(
        label=_("What should we know? (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = returning.returnable(self.order)
        self.add_units(most, initial=most if sum(most.values()) == 1 else {})
        labels = dict(Return.Reason.choices)
        choices = [(reason, labels[reason]) for reason in returning.reasons(self.order)]
        self.fields["reason"].choices = [("", _("Please choose")), *choices] if len(choices) > 1 else choices
        self.fields["key"].initial = uuid.uuid4
        self.order_fields([*[name for name in self.fields if name.startswith("units-")], "reason", "note", "key"])

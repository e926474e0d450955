"""The checkout's first step: who buys, where the parcel goes, and the invoice if elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.forms import ADDRESS_FORM_FIELDS, AddressFormMixin
from accounts.models import Address, AddressFields
from orders.models import Cart, CartAddress


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

"""A promotion tried out on a cart that nobody has: the same code prices it that prices the buyers'."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from catalog.admin.base import KeySelect
from catalog.models import Variant
from orders.models import MAX_LINE_QUANTITY, Cart, CartAddress, CartLine, Promotion, Voucher
from orders.summaries import Summary, summarize
from orders.vouchers import normalize

ROWS = 5


class PreviewForm(forms.Form):
    """Some devices, and what else conditions ask for."""

    country = forms.ChoiceField(label=_("Delivery to"), choices=lambda: list(countries))
    codes = forms.CharField(
        label=_("Codes"),
        max_length=400,
        required=False,
        help_text=_("Of other promotions, with commas between. This one takes part without its code."),
    )
    email = forms.EmailField(
        label=_("Buyer's e-mail address"),
        max_length=254,
        required=False,
        help_text=_("For first orders and once per customer; empty is a new customer."),
    )
    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {"country": settings.SHOP_COUNTRY, "at": timezone.localtime()}
        for row in range(1, ROWS + 1):
            self.fields[f"variant-{row}"] = forms.ModelChoiceField(
                Variant.objects.select_related("product"),
                label=_("Device"),
                required=False,
                widget=KeySelect(CartLine._meta.get_field("variant"), site),
            )
            self.fields[f"quantity-{row}"] = forms.IntegerField(
                label=_("Quantity"), min_value=1, max_value=MAX_LINE_QUANTITY, initial=1, required=False
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"variant-{row}"], self[f"quantity-{row}"]) for row in range(1, ROWS + 1)]

    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in ("country", "codes", "email", "at")]

    def clean_codes(self) -> list[Voucher]:
        typed = [code for code in map(normalize, self.cleaned_data["codes"].split(",")) if code]
        known = {voucher.code: voucher for voucher in Voucher.objects.filter(code__in=typed)}
        if unknown := [code for code in typed if code not in known]:
            raise ValidationError(_("There is no code %(codes)s.") % {"codes": ", ".join(unknown)})
        return [known[code] for code in dict.fromkeys(typed)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not self.quantities():
            self.add_error("variant-1", _("Choose a device."))
        return values

    def quantities(self) -> Counter[Variant]:
        units: Counter[Variant] = Counter()
        for row in range(1, ROWS + 1):
            if variant := self.cleaned_data.get(f"variant-{row}"):
                units[variant] += self.cleaned_data.get(f"quantity-{row}") or 1
        return units


@dataclass(frozen=True)
class Preview:
    """`note` says why the promotion does not count; empty where it does."""

    summary: Summary
    note: str

    def lines(self) -> list[tuple[Any, Any]]:
        return list(zip(self.summary.for_sale, self.summary.totals.lines, strict=True))

    def adjustments(self) -> list[tuple[Any, str]]:
        """Each with what it is taken off."""
        lines = self.summary.for_sale
        return [
            (one, str(_("Delivery")) if one.line is None else lines[one.line].sku)
            for one in self.summary.totals.adjustments
        ]


def preview(promotion: Promotion, form: PreviewForm) -> Preview:
    """The cart that a valid form describes, with the promotion as if it were on."""
    values = form.cleaned_data
    email = values["email"].lower()
    cart = Cart(currency=settings.SHOP_CURRENCY, email=email, user=User.objects.filter(email=email).first())
    cart.delivery_address = CartAddress(country=values["country"])
    rows = [
        CartLine(cart=cart, variant=variant, quantity=min(units, MAX_LINE_QUANTITY), seen_price=variant.price)
        for variant, units in form.quantities().items()
    ]
    summary = summarize(cart, rows, at=values["at"], codes=values["codes"], trial=promotion)
    if promotion.valid_from and promotion.valid_from > values["at"]:
        return Preview(summary, str(_("It has not begun at that time.")))
    return Preview(summary, summary.note_of(promotion))

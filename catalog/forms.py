"""What visitors send to the catalog."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Variant

MAX_QUANTITY = 99


def buyable_variants() -> QuerySet[Variant]:
    """What may be put into a cart: on sale, of a product that the shop shows. Asked row by row, as one SKU is named."""
    return Variant.objects.on_sale().filter(Exists(Product.objects.visible().filter(pk=OuterRef("product_id"))))


class BuyForm(forms.Form):
    """The buy box: which variant (by SKU) and how many. Prices and stock are never part of it."""

    variant = forms.ModelChoiceField(
        queryset=Variant.objects.none(),
        to_field_name="sku",
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This device is no longer sold."), "required": _("Choose a device first.")},
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MAX_QUANTITY,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].queryset = buyable_variants().select_related("product")

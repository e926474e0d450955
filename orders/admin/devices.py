"""A device by what staff have at hand: its SKU, the bar code's number, or words of its name. No list of everything."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Variant
from devicehub.lib.money import shop_money

FOUND_MAX = 12


def find(text: str) -> list[Variant]:
    """The one with this SKU or number, else those whose name, options and SKU have all the words; a dozen at most."""
    text = text.strip()
    variants = _on_sale()
    exact = list(variants.filter(Q(sku__iexact=text) | Q(gtin=text))[:2]) if text else []
    if len(exact) == 1:
        return exact
    words = text.split()[:8]
    if not words:
        return []
    return list(variants.filter(reduce(and_, map(_has_word, words))).order_by("product__name", "sku")[:FOUND_MAX])


def describe(variant: Variant) -> str:
    name = f"{variant.product.name} {variant.label}".strip()
    return f"{name} · {variant.sku} · {shop_money(variant.price)}"


def _on_sale() -> QuerySet[Variant]:
    products = Product.objects.visible()
    return Variant.objects.on_sale().filter(product__in=products).select_related("product")


def _has_word(word: str) -> Q:
    return Q(product__name__icontains=word) | Q(label__icontains=word) | Q(sku__icontains=word)


class DeviceField(forms.CharField):
    """Cleans to a Variant. static/js/devices.js suggests while one types; without it one enters the SKU or number."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "autocomplete": "off",
            "spellcheck": "false",
            "data-devices": reverse_lazy("admin:orders_order_devices"),
        }
        defaults = {
            "label": _("device"),
            "max_length": 200,
            "widget": forms.TextInput(attrs=attrs),
            "help_text": _("SKU, EAN or words of the name"),
        }
        super().__init__(**{**defaults, **kwargs})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = find(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No device on sale fits."))
        fitting = "; ".join(describe(variant) for variant in found)
        raise forms.ValidationError(_("Several fit, enter the SKU of one: %(fitting)s") % {"fitting": fitting})

"""Prices: a change in per cent over many products, shown before it is made, and the record of all changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import prices
from catalog.admin.base import ReadOnlyAdmin
from catalog.exceptions import CatalogError
from catalog.models import PriceChange, Product, Variant
from devicehub.lib.money import Money, shop_money

PRODUCTS_MAX = 500


class PercentForm(forms.Form):
    percent = forms.DecimalField(
        label=_("Change in per cent"),
        min_value=Decimal("-90"),
        max_value=Decimal("900"),
        max_digits=6,
        decimal_places=2,
        help_text=_("10 makes dearer, -10 cheaper."),
    )

    def clean_percent(self) -> Decimal:
        if not self.cleaned_data["percent"]:
            raise forms.ValidationError(_("Nothing would change."))
        return self.cleaned_data["percent"]


@dataclass(frozen=True)
class PreviewRow:
    variant: Variant
    old: Money
    new: Money

    @property
    def is_possible(self) -> bool:
        return self.new.amount > 0


class PriceChangeAction:
    """The action of the product list, in two steps: ask and show, then do what was shown or nothing."""

    @admin.action(description=_("Change prices in per cent …"), permissions=["change"])
    def change_prices(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse | None:
        products = list(queryset.values_list("pk", flat=True)[: PRODUCTS_MAX + 1])
        if len(products) > PRODUCTS_MAX:
            words = _("At most %(max)d products at once, so that you can look at each price.")
            self.message_user(request, words % {"max": PRODUCTS_MAX}, messages.ERROR)  # type: ignore[attr-defined]
            return None
        variants = priced_variants(products)
        form = PercentForm(request.POST if "percent" in request.POST else None)
        if "apply" in request.POST and form.is_valid() and request.POST.get("seen") == fingerprint(variants):
            return self._apply(request, variants, form.cleaned_data["percent"])
        if "apply" in request.POST and form.is_valid():
            self.message_user(  # type: ignore[attr-defined]
                request, _("Prices were changed meanwhile. Look again."), messages.WARNING
            )
        return self._preview(request, products, variants, form)

    def _apply(self, request: HttpRequest, variants: Sequence[Variant], percent: Decimal) -> None:
        try:
            with transaction.atomic():
                changed = prices.change_by_percent(variants, percent, actor=request.user)
                for product in {variant.product for variant in variants}:
                    change = f"{_('Prices')}: {percent:+} %"
                    self.log_change(request, product, [{"changed": {"fields": [change]}}])  # type: ignore[attr-defined]
        except CatalogError as error:
            self.message_user(request, str(error), messages.ERROR)  # type: ignore[attr-defined]
            return
        words = ngettext("%(n)d price changed.", "%(n)d prices changed.", changed) % {"n": changed}
        self.message_user(request, words, messages.SUCCESS)  # type: ignore[attr-defined]

    def _preview(
        self, request: HttpRequest, products: list[int], variants: Sequence[Variant], form: PercentForm
    ) -> HttpResponse:
        rows = preview(variants, form.cleaned_data["percent"]) if form.is_bound and form.is_valid() else []
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Change prices in per cent"),
            "opts": Product._meta,
            "form": form,
            "rows": rows,
            "is_possible": all(row.is_possible for row in rows),
            "variant_count": len(variants),
            "product_ids": products,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "seen": fingerprint(variants),
        }
        return TemplateResponse(request, "admin/catalog/change_prices.html", context)


def priced_variants(product_ids: Sequence[int]) -> list[Variant]:
    found = Variant.objects.filter(product__in=product_ids).select_related("product")
    return list(found.order_by("product__name", "product", "position", "pk"))


def preview(variants: Sequence[Variant], percent: Decimal) -> list[PreviewRow]:
    old = [(variant, shop_money(variant.price)) for variant in variants]
    return [PreviewRow(variant, price, price + price.percent(percent)) for variant, price in old]


def fingerprint(variants: Sequence[Variant]) -> str:
    """What the preview was made of; other prices, other fingerprint."""
    text = ";".join(f"{variant.pk}:{variant.price}" for variant in variants)
    return hashlib.sha256(text.encode()).hexdigest()


def before_and_after(before: Decimal | None, after: Decimal | None) -> str:
    """ "899.00 € → 849.00 €"; one amount where nothing changed."""
    texts = ["–" if amount is None else str(shop_money(amount)) for amount in (before, after)]
    return texts[0] if texts[0] == texts[1] else " → ".join(texts)


@admin.register(PriceChange)
class PriceChangeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "sku", "product", "price", "cause", "actor")
    list_per_page = 50
    list_filter = ("created_at",)
    list_select_related = ("variant__product", "actor")
    search_fields = ("variant__sku", "variant__product__name", "cause")
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    @admin.display(description=_("price"))
    def price(self, change: PriceChange) -> str:
        return before_and_after(change.old_price, change.new_price)

    @admin.display(description=_("SKU"), ordering="variant__sku")
    def sku(self, change: Any) -> str:
        return change.variant.sku

    @admin.display(description=_("product"), ordering="variant__product__name")
    def product(self, change: Any) -> str:
        return change.variant.product.name

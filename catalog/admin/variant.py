"""All variants in one list, to find by SKU and to see their stock; they are edited on their product's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog import overview
from catalog.admin.export import csv_response
from catalog.admin.filters import StockFilter
from catalog.models import Product, Variant

COLUMNS = (
    *("SKU", "GTIN", "Product", "Options", "Condition", "Price", "Price before", "On hand", "Reserved"),
    *("Available", "Low at", "Promised", "Expected", "Sold in 30 days"),
)


class OfferedFilter(admin.SimpleListFilter):
    title = _("offered")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Shown in the shop")), ("0", _("Not shown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Variant]) -> QuerySet[Variant]:
        shown = {"is_active": True, "product__in": Product.objects.visible()}
        if self.value() == "1":
            return queryset.filter(**shown)
        return queryset.exclude(**shown) if self.value() == "0" else queryset


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):
    list_display = (
        *("sku", "product", "label", "on_hand", "reserved", "available", "mark", "promised", "expected", "sold"),
        *("price", "condition", "is_active"),
    )
    list_filter = (OfferedFilter, StockFilter, "is_active", "condition")
    list_select_related = ("product",)
    search_fields = ("sku", "gtin", "product__name", "label")
    ordering = ("sku",)
    actions = ("export",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return overview.with_sales(overview.with_stock(super().get_queryset(request).select_related("product")))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        variant = self.get_object(request, object_id)
        if variant is None or not self.has_view_permission(request, variant):
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(reverse("admin:catalog_product_change", args=[variant.product_id]))

    @admin.display(description=_("on hand"), ordering="on_hand")
    def on_hand(self, variant: Any) -> int:
        return variant.on_hand

    @admin.display(description=_("reserved"), ordering="reserved")
    def reserved(self, variant: Any) -> int:
        return variant.reserved

    @admin.display(description=_("available"), ordering="available_units")
    def available(self, variant: Any) -> SafeString:
        state = "out" if variant.available_units <= 0 else "low" if variant.available_units <= variant.low_at else "in"
        return format_html('<span class="stock-{}">{}</span>', state, variant.available_units)

    @admin.display(description=_("low at"), ordering="low_at")
    def mark(self, variant: Any) -> int:
        return variant.low_at

    @admin.display(description=_("promised"))
    def promised(self, variant: Any) -> int:
        """Units that buyers wait for."""
        return max(0, -variant.available_units)

    @admin.display(description=_("expected"), ordering="expected_at")
    def expected(self, variant: Any) -> Any:
        return variant.expected_at

    @admin.display(description=_("sold, 30 days"))
    def sold(self, variant: Any) -> int:
        return variant.sold

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Variant]) -> StreamingHttpResponse:
        return csv_response("stock", COLUMNS, self._rows(queryset))

    def _rows(self, queryset: QuerySet[Variant]) -> Iterator[tuple[object, ...]]:
        for v in queryset.iterator(chunk_size=500):
            row: Any = v
            yield (
                v.sku,
                v.gtin,
                v.product.name,
                v.label,
                v.get_condition_display(),
                v.price,
                v.was_price,
                row.on_hand,
                row.reserved,
                row.available_units,
                row.low_at,
                self.promised(v),
                row.expected_at,
                row.sold,
            )

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

"""Filters of the lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog import overview
from catalog.models import Category, Product, StockLevel, Variant


class CategoryFilter(admin.SimpleListFilter):
    """A category with all below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Category.objects.order_by("path").values_list("slug", "name", "depth")
        return [(slug, "– " * (depth - 1) + name) for slug, name, depth in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() is None:
            return queryset
        category = Category.objects.filter(slug=self.value()).first()
        return queryset.filter(category__path__startswith=category.path) if category else queryset.none()


class ConditionFilter(admin.SimpleListFilter):
    title = _("condition")
    parameter_name = "condition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Variant.Condition.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() is None:
            return queryset
        return queryset.filter(Exists(Variant.objects.filter(product=OuterRef("pk"), condition=self.value())))


class StockFilter(admin.SimpleListFilter):
    """Of a list whose rows carry `available_units` and `low_at`."""

    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(overview.STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return overview.in_state(queryset, self.value()) if self.value() in overview.STATES else queryset


class DueFilter(admin.SimpleListFilter):
    """Of stock levels: buyers wait for more than is there."""

    title = _("promised")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("wait", _("Buyers wait")), ("over", _("The day is over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
        if self.value() == "over":
            return queryset.filter(pk__in=overview.overdue().values("pk"))
        return queryset.filter(reserved__gt=F("on_hand")) if self.value() == "wait" else queryset


class AvailabilityFilter(StockFilter):
    """Of products: sold out altogether, or with a variant that runs out or has run out."""

    title = _("availability")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() in ("low", "mark"):
            return queryset.filter(Exists(overview.low_stock().filter(product=OuterRef("pk"))))
        return queryset.filter(is_available=self.value() == "in") if self.value() in overview.STATES else queryset

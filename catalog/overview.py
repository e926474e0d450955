"""What the back office should look at: variants that run out or have run out, reviews that wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Review, StockLevel, Variant

STATES = {"in": _("In stock"), "low": _("Low"), "out": _("Sold out")}


@dataclass(frozen=True)
class Figure:
    """A number on the first page that leads to the list behind it."""

    label: str
    count: int
    url: str


def with_stock(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Each variant with `on_hand`, `reserved`, `available_units` and `low_at` over all places; 0 without any stock."""
    summed = variants.annotate(on_hand=_sum("on_hand"), reserved=_sum("reserved"), low_at=_sum("low_at"))
    return summed.annotate(available_units=F("on_hand") - F("reserved"))


def _sum(column: str) -> Coalesce:
    levels = StockLevel.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
    return Coalesce(Subquery(levels.annotate(total=Sum(column)).values("total")), 0, output_field=IntegerField())


def in_state(rows: QuerySet, state: str | None) -> QuerySet:
    """Rows with `available_units` and `low_at` that are "in", "low" or "out"."""
    if state == "out":
        return rows.filter(available_units__lte=0)
    if state == "low":
        return rows.filter(available_units__gt=0, available_units__lte=F("low_at"))
    return rows.filter(available_units__gt=0).exclude(available_units__lte=F("low_at"))


def offered() -> QuerySet[Variant]:
    """Variants that the shop shows now, with their stock."""
    return with_stock(Variant.objects.on_sale().filter(product__in=Product.objects.visible()))


def low_stock() -> QuerySet[Variant]:
    return in_state(offered(), "low")


def sold_out() -> QuerySet[Variant]:
    return in_state(offered(), "out")


def waiting_reviews() -> Figure:
    """For those who may let them stand; one query."""
    url = f"{reverse('admin:catalog_review_changelist')}?state__exact={Review.State.PENDING}"
    return Figure(str(_("Reviews to read")), Review.objects.pending().count(), url)


def figures() -> list[Figure]:
    """For the first page; two queries. The links show the same rows."""
    listed = f"{reverse('admin:catalog_variant_changelist')}?offered=1&stock="
    return [
        Figure(str(_("Low stock")), low_stock().count(), f"{listed}low"),
        Figure(str(_("Sold out")), sold_out().count(), f"{listed}out"),
    ]

"""What the back office should look at: variants that run out or have run out, days gone by, reviews that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Review, StockLevel, StockMovement, Variant

STATES = {"in": _("In stock"), "low": _("Low"), "out": _("Sold out"), "mark": _("At or below its mark")}
SOLD_DAYS = 30


@dataclass(frozen=True)
class Figure:
    """A number on the first page that leads to the list behind it."""

    label: str
    hint: str
    count: int
    url: str
    is_urgent: bool = False


def with_stock(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Each variant with `on_hand`, `reserved`, `available_units` and `low_at` over all places; 0 without any stock."""
    summed = variants.annotate(on_hand=_sum("on_hand"), reserved=_sum("reserved"), low_at=_sum("low_at"))
    return summed.annotate(available_units=F("on_hand") - F("reserved"))


def _sum(column: str) -> Coalesce:
    levels = StockLevel.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
    return Coalesce(Subquery(levels.annotate(total=Sum(column)).values("total")), 0, output_field=IntegerField())


def with_sales(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Each variant with `sold`, its units ordered and not canceled in the last 30 days, and `expected_at`."""
    kinds = (StockMovement.Kind.RESERVE, StockMovement.Kind.RELEASE)
    since = timezone.now() - timedelta(days=SOLD_DAYS)
    moved = StockMovement.objects.filter(level__variant=OuterRef("pk"), kind__in=kinds, created_at__gte=since)
    units = moved.order_by().values("level__variant").annotate(total=Sum("reserved_change")).values("total")
    levels = StockLevel.objects.filter(variant=OuterRef("pk")).order_by().values("variant")
    return variants.annotate(
        sold=Coalesce(Subquery(units), 0, output_field=IntegerField()),
        expected_at=Subquery(levels.annotate(day=Max("expected_at")).values("day")),
    )


def in_state(rows: QuerySet, state: str | None) -> QuerySet:
    """Rows with `available_units` and `low_at` that are "in", "low", "out", or low or out: at their "mark"."""
    if state == "mark":
        return rows.filter(available_units__lte=F("low_at"))
    if state == "out":
        return rows.filter(available_units__lte=0)
    if state == "low":
        return rows.filter(available_units__gt=0, available_units__lte=F("low_at"))
    return rows.filter(available_units__gt=0).exclude(available_units__lte=F("low_at"))


def offered() -> QuerySet[Variant]:
    """Variants that the shop shows now, with their stock."""
    return with_stock(Variant.objects.on_sale().filter(product__in=Product.objects.visible()))


def low_stock() -> QuerySet[Variant]:
    """What should be ordered again: as few as its mark says, or fewer, or none."""
    return in_state(offered(), "mark")


def sold_out() -> QuerySet[Variant]:
    return in_state(offered(), "out")


def overdue() -> QuerySet[StockLevel]:
    """Buyers wait, and the day they were told is over."""
    return StockLevel.objects.filter(reserved__gt=F("on_hand"), expected_at__lt=timezone.localdate())


def waiting_reviews() -> Figure:
    """For those who may let them stand; one query."""
    url = f"{reverse('admin:catalog_review_changelist')}?state__exact={Review.State.PENDING}"
    count = Review.objects.pending().count()
    return Figure(str(_("Reviews to read")), str(_("written by buyers, not yet shown")), count, url)


def figures() -> list[Figure]:
    """For the first page; three queries. The links show the same rows."""
    listed, on_sale = f"{reverse('admin:catalog_variant_changelist')}?offered=1&stock=", str(_("on sale now"))
    late, levels = overdue().count(), reverse("admin:catalog_stocklevel_changelist")
    return [
        Figure(str(_("Low stock")), on_sale, low_stock().count(), f"{listed}mark"),
        Figure(str(_("Sold out")), on_sale, sold_out().count(), f"{listed}out"),
        Figure(
            str(_("Goods overdue")), str(_("promised for a day that is over")), late, f"{levels}?due=over", late > 0
        ),
    ]

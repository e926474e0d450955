"""The products of a listing, and how many each further choice would leave.

A product is listed if one and the same variant on sale meets everything that variants differ in: price, condition,
stock, and each spec (a value of the product counts for all its variants). Counts are made from the very querysets
that list, so that a count is the length of the list behind its link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from catalog import units
from catalog.filters import NO, SPEC, YES, Criteria, Kind, Range, SpecFilter
from catalog.models import Product, SpecField, SpecValue, StockLevel, Variant

NUMBER = DecimalField(max_digits=20, decimal_places=6)
NO_NUMBER = Cast(Value(None), NUMBER)
NO_TEXT = Value("")

TOTAL, CATEGORY, BRAND, PRICE, STOCK, CONDITION = "total", "category", "brand", "price", "in_stock", "condition"


class Tally(NamedTuple):
    """So many products have this value in this facet; `lowest` and `highest` frame the numbers that occur."""

    facet: str
    value: str
    label: str
    number: Decimal | None
    products: int
    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True)
class Selection:
    """Filters over the products of a page. `category_path` is where `criteria.category` lies in the tree."""

    base: QuerySet[Product]
    criteria: Criteria
    specs: Mapping[str, SpecFilter] = field(default_factory=dict)
    category_path: str = ""

    def products(self, without: str = "") -> QuerySet[Product]:
        """What is listed; `without` leaves one facet's own filter out."""
        found = self._of_products(without)
        wanted = self.wanted(without)
        return found.filter(Exists(self.variants_of(OuterRef("pk"), without))) if wanted else found

    def variants(self, without: str = "") -> QuerySet[Variant]:
        """The variants for whose sake products are listed."""
        on_sale = Variant.objects.on_sale().filter(product__in=self._of_products(without))
        return on_sale.filter(*self.wanted(without).values())

    def variants_of(self, product: Any, without: str = "") -> QuerySet[Variant]:
        return Variant.objects.on_sale().filter(*self.wanted(without).values(), product=product)

    def narrowed_variants(self) -> QuerySet[Variant] | None:
        """The variants that meet the filters, or None where any will do."""
        wanted = self.wanted()
        return Variant.objects.on_sale().filter(*wanted.values()) if wanted else None

    def _of_products(self, without: str) -> QuerySet[Product]:
        found = self.base
        if self.category_path and without != CATEGORY:
            found = found.filter(category__path__startswith=self.category_path)
        if self.criteria.brands and without != BRAND:
            found = found.filter(brand__slug__in=self.criteria.brands)
        return found

    def wanted(self, without: str = "") -> dict[str, Q]:
        """What one variant has to meet, by facet."""
        return {facet: condition for facet, condition in self._conditions.items() if facet != without}

    @cached_property
    def _conditions(self) -> dict[str, Q]:
        criteria = self.criteria
        conditions = {
            PRICE: _between("price", criteria.price),
            STOCK: Q(in_stock()) if criteria.in_stock else Q(),
            CONDITION: Q(condition__in=criteria.conditions) if criteria.conditions else Q(),
        }
        for key, spec in self.specs.items():
            conditions[spec.name] = self._spec(key, spec)
        return {facet: condition for facet, condition in conditions.items() if condition}

    def _spec(self, key: str, spec: SpecFilter) -> Q:
        condition = Q()
        if chosen := self.criteria.chosen.get(key):
            condition &= _has(spec, _any_of(spec, chosen))
        if ends := self.criteria.ranges.get(key):
            condition &= _has(spec, _overlapping(ends, spec.unit))
        return condition


def in_stock() -> Exists:
    return Exists(StockLevel.objects.filter(variant=OuterRef("pk"), on_hand__gt=F("reserved")))


def _between(column: str, ends: Range) -> Q:
    condition = Q()
    if ends.low is not None:
        condition &= Q(**{f"{column}__gte": ends.low})
    if ends.high is not None:
        condition &= Q(**{f"{column}__lte": ends.high})
    return condition


def _overlapping(ends: Range, unit: str) -> Q:
    """A value that is itself a range is met where the two overlap."""
    condition = Q()
    if ends.low is not None:
        low = units.stored(ends.low, unit)
        condition &= Q(number__gte=low) | Q(number_high__gte=low)
    if ends.high is not None:
        condition &= Q(number__lte=units.stored(ends.high, unit))
    return condition


def _any_of(spec: SpecFilter, chosen: list[str]) -> Q:
    if spec.kind == Kind.NUMBER:
        return Q(number__in=[units.stored(Decimal(value), spec.unit) for value in chosen])
    if spec.kind == Kind.BOOLEAN:
        return Q(flag__in=[value == YES for value in chosen])
    return Q(choice__value__in=chosen)


def _has(spec: SpecFilter, condition: Q) -> Q:
    """Of a variant: it, or its product as a whole, has such a value."""
    own = Q(variant=None) | Q(variant=OuterRef("pk"))
    values = SpecValue.objects.filter(own, condition, product=OuterRef("product"), field__in=spec.field_ids)
    return Q(Exists(values))


# What specs a page can filter by ------------------------------------------------------------------------------


def spec_filters(products: QuerySet[Product]) -> dict[str, SpecFilter]:
    """By key, in the order of the data sheet, for the types among these products. One query."""
    kinds = (Kind.NUMBER, Kind.CHOICE, Kind.BOOLEAN)
    fields = SpecField.objects.filter(
        is_facet=True, kind__in=kinds, product_type__in=products.order_by().values("product_type")
    )
    rows = fields.order_by("position", "pk", "choices__position", "choices__pk").values(
        *("pk", "product_type", "key", "label", "kind", "unit"),
        *("choices__value", "choices__label", "choices__swatch", "choices__position"),
    )
    found: dict[str, SpecFilter] = {}
    for row in rows:
        spec = found.setdefault(row["key"], SpecFilter(row["key"], row["label"], row["kind"], row["unit"]))
        if (spec.kind, spec.unit) == (row["kind"], row["unit"]):
            spec.add(row)
    return found


# Counting -----------------------------------------------------------------------------------------------------


def tallies(selection: Selection, specs: Iterable[SpecFilter]) -> list[Tally]:
    """The number of products in all and per value of each facet, its own filter left out of its own counts.

    One query, whatever the number of facets. `specs` are those among the selection's that are shown.
    """
    first, *others = _branches(selection, list(specs))
    unit_of = {spec.name: spec.unit for spec in selection.specs.values()}
    return [_in_unit(Tally(*row), unit_of) for row in first.union(*others, all=True)]


def _in_unit(tally: Tally, unit_of: Mapping[str, str]) -> Tally:
    """Numbers of a spec as its field prints them."""
    unit = unit_of.get(tally.facet)
    if not unit:
        return tally
    number, lowest, highest = (
        None if number is None else units.shown(number, unit) for number in (tally.number, tally.lowest, tally.highest)
    )
    return tally._replace(number=number, lowest=lowest, highest=highest)


def _branches(selection: Selection, specs: list[SpecFilter]) -> list[QuerySet[Any]]:
    used = selection.wanted()
    active = [spec for spec in specs if spec.name in used]
    resting = [spec for spec in specs if spec.name not in used]
    stocked = selection.variants(STOCK).filter(in_stock())
    branches = [
        _tally(selection.products(), Value(TOTAL)),
        _tally(selection.products(CATEGORY), Value(CATEGORY), F("category__path")),
        _tally(selection.products(BRAND), Value(BRAND), F("brand__slug"), F("brand__name")),
        _tally(selection.variants(PRICE), Value(PRICE), lowest=Min("price"), highest=Max("price")),
        _tally(stocked, Value(STOCK)),
        _tally(selection.variants(CONDITION), Value(CONDITION), F("condition")),
        *(_spec_tally(selection, [spec], spec.name) for spec in active),
    ]
    return [*branches, _spec_tally(selection, resting)] if resting else branches


def _tally(
    rows: QuerySet[Any],
    facet: Any,
    value: Any = NO_TEXT,
    label: Any = NO_TEXT,
    number: Any = NO_NUMBER,
    lowest: Any = NO_NUMBER,
    highest: Any = NO_NUMBER,
) -> QuerySet[Any]:
    """Rows of Tally. The names of its columns are such that no model has them."""
    product = "pk" if rows.model is Product else "product"
    grouped = rows.order_by().annotate(t_facet=facet, t_value=value, t_label=label, t_number=number)
    return (
        grouped.values("t_facet", "t_value", "t_label", "t_number")
        .annotate(
            t_products=Count(product, distinct=True), t_lowest=Cast(lowest, NUMBER), t_highest=Cast(highest, NUMBER)
        )
        .values_list("t_facet", "t_value", "t_label", "t_number", "t_products", "t_lowest", "t_highest")
    )


def _spec_tally(selection: Selection, specs: list[SpecFilter], without: str = "") -> QuerySet[Any]:
    """The values of these fields that listed products have for one of the variants that list them."""
    counted = Q(variant=None, product__in=selection.products(without)) | Q(variant__in=selection.variants(without))
    values = SpecValue.objects.filter(counted, field__in={pk for spec in specs for pk in spec.field_ids})
    flag = Case(When(flag=True, then=Value(YES)), When(flag=False, then=Value(NO)), default=NO_TEXT)
    return _tally(
        values,
        Concat(Value(SPEC), F("field__key"), output_field=TextField()),
        Coalesce(F("choice__value"), flag, output_field=TextField()),
        number=F("number"),
        lowest=Min("number"),
        highest=Max(Coalesce("number_high", "number")),
    )

"""What a visitor asks of a listing, read from the address into clean values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalog import units
from catalog.exceptions import SpecError
from catalog.facet_index.facts import INDEXED, figure, size_value
from catalog.models import SpecField, Variant

Kind = SpecField.Kind
ORDERED = (Kind.NUMBER, Kind.SIZE)
Pairs = list[tuple[str, str]]

TEXT_MAX = 200
VALUES_MAX = 40  # of one filter
SPEC = "spec-"
YES, NO = "yes", "no"
RELEVANCE, NEWEST, CHEAPEST, DEAREST, BEST_RATED = "relevance", "newest", "price", "-price", "-rating"
SORTS = (RELEVANCE, NEWEST, CHEAPEST, DEAREST, BEST_RATED)
RATINGS = ("4", "3", "2")  # so many stars and up

PRICE = forms.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)


@dataclass(frozen=True)
class Range:
    low: Decimal | None = None
    high: Decimal | None = None

    def __bool__(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Choice:
    """One of the values that a spec is chosen from, as the address names it: "blue", "yes"."""

    value: str
    label: str
    swatch: str = ""
    ids: frozenset[int] = frozenset()  # of the SpecChoice rows that mean it, one in each type


@dataclass
class SpecFilter:
    """The spec fields of one key; types that share key, kind and family of units are filtered together."""

    key: str
    label: str
    kind: str
    unit: str
    better: str = ""
    field_ids: set[int] = field(default_factory=set)
    type_ids: set[int] = field(default_factory=set)
    choices: dict[str, Choice] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{SPEC}{self.key}"

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one more field, or one more choice of a field, of this key."""
        self.field_ids.add(row["pk"])
        self.type_ids.add(row["product_type"])
        if self.kind == Kind.BOOLEAN:
            self.choices = {YES: Choice(YES, _("Yes")), NO: Choice(NO, _("No"))}
        elif value := row["choices__value"]:
            known = self.choices.get(value) or Choice(value, row["choices__label"], row["choices__swatch"])
            self.choices[value] = replace(known, ids=known.ids | {row["choices__pk"]})

    def fits(self, kind: str, unit: str) -> bool:
        """Whether values of this kind and unit can be compared with these."""
        return self.kind == kind and units.family(self.unit) == units.family(unit)


@dataclass
class Criteria:
    """Clean values. `problems` says in words what could not be understood, and so was left out."""

    text: str = ""
    category: str = ""
    brands: list[str] = field(default_factory=list)
    price: Range = Range()
    rating: str = ""  # one of RATINGS
    in_stock: bool = False
    conditions: list[str] = field(default_factory=list)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    sort: str = ""  # empty for the usual order
    problems: list[str] = field(default_factory=list)

    def pairs(self) -> Pairs:
        """The same as an address says it: nothing but what was understood, in one order."""
        return [(name, value) for name, value in self._pairs() if value]

    def filters(self) -> Pairs:
        """The pairs that narrow the listing."""
        return [pair for pair in self.pairs() if pair[0] not in ("q", "sort")]

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield "q", self.text
        yield "category", self.category
        yield from (("brand", slug) for slug in self.brands)
        yield from range_pairs("min_price", "max_price", self.price)
        yield "rating", self.rating
        yield "in_stock", "1" if self.in_stock else ""
        yield from (("condition", value) for value in self.conditions)
        for key, values in self.chosen.items():
            yield from ((f"{SPEC}{key}", value) for value in values)
        for key, ends in self.ranges.items():
            yield from range_pairs(f"{SPEC}{key}-min", f"{SPEC}{key}-max", ends)
        yield "sort", self.sort


def size_named(text: str, unit: str) -> str:
    """A size as an address names it, whatever way it is written: 2556x1179, 2556 × 1179 px, 4K. Raises SpecError."""
    return size_value(units.shown(side, unit) for side in units.read_size(text, unit))


def spec_sort(sort: str) -> str:
    """The key of the spec that is ordered by, if one is."""
    return sort.removeprefix("-").removeprefix(SPEC) if sort.removeprefix("-").startswith(SPEC) else ""


def spec_sorts(specs: Mapping[str, SpecFilter]) -> list[str]:
    names = [spec.name for spec in specs.values() if spec.kind in ORDERED]
    return [sign + name for name in names for sign in ("", "-")]


def range_pairs(low_name: str, high_name: str, ends: Range) -> Pairs:
    return [(name, figure(end)) for name, end in ((low_name, ends.low), (high_name, ends.high)) if end is not None]


def search_words(data: QueryDict) -> str:
    return " ".join(data.get("q", "").split())[:TEXT_MAX]


def read(
    data: QueryDict, specs: Mapping[str, SpecFilter], *, brands: Collection[str], categories: Collection[str]
) -> Criteria:
    """Whatever the address holds, criteria come out. `brands` and `categories` are the slugs that exist."""
    criteria = Criteria(text=search_words(data), in_stock=data.get("in_stock") == "1")
    reader = _Reader(data, criteria.problems)
    criteria.category = next(iter(reader.known("category", _("Category"), categories)), "")
    criteria.brands = reader.known("brand", _("Brand"), brands)
    criteria.price = reader.range("min_price", "max_price", partial(reader.price, label=_("Price")))
    criteria.rating = next(iter(reader.known("rating", _("Rating"), RATINGS)), "")
    criteria.conditions = reader.known("condition", _("Condition"), Variant.Condition.values)
    criteria.sort = next(iter(reader.known("sort", _("Order"), [*SORTS, *spec_sorts(specs)])), "")
    if criteria.sort == RELEVANCE:
        criteria.sort = ""  # the usual order of a search, and without words there is none
    for spec in specs.values():
        reader.spec(spec, criteria)
    return criteria


class _Reader:
    def __init__(self, data: QueryDict, problems: list[str]) -> None:
        self.data, self.problems = data, problems

    def refuse(self, label: str, value: str) -> None:
        words = _("%(label)s: “%(value)s” was left out, since there is no such value.")
        self.problems.append(words % {"label": label, "value": Truncator(value).chars(40)})

    def values(self, name: str) -> list[str]:
        """Without doubles and blanks, in the order given."""
        return [value for value in dict.fromkeys(self.data.getlist(name)) if value.strip()][:VALUES_MAX]

    def known(self, name: str, label: str, allowed: Collection[str]) -> list[str]:
        asked = self.values(name)
        for value in asked:
            if value not in allowed:
                self.refuse(label, value)
        return [value for value in asked if value in allowed]

    def price(self, value: str, label: str) -> Decimal | None:
        """Bounded: a figure with thousands of digits passes Decimal and breaks the database."""
        try:
            return PRICE.clean(value.strip().replace(",", "."))
        except ValidationError:
            self.refuse(label, value)
            return None

    def amount(self, value: str, spec: SpecFilter) -> Decimal | None:
        """In the spec's unit, or with another unit of the family behind it: 1024, 1TB. As it would be printed."""
        if not value.strip():
            return None
        try:
            return units.shown(units.read(value, spec.unit), spec.unit)
        except SpecError:
            self.refuse(spec.label, value)
            return None

    def size(self, value: str, spec: SpecFilter) -> str | None:
        try:
            return size_named(value, spec.unit)
        except SpecError:
            self.refuse(spec.label, value)
            return None

    def range(self, low_name: str, high_name: str, read: Callable[[str], Decimal | None]) -> Range:
        low, high = (read(self.data.get(name, "")) for name in (low_name, high_name))
        if low is not None and high is not None and low > high:
            return Range(high, low)
        return Range(low, high)

    def spec(self, spec: SpecFilter, criteria: Criteria) -> None:
        if spec.kind == Kind.NUMBER:
            numbers = (self.amount(value, spec) for value in self.values(spec.name))
            chosen = list(dict.fromkeys(figure(number) for number in numbers if number is not None))
            if ends := self.range(f"{spec.name}-min", f"{spec.name}-max", partial(self.amount, spec=spec)):
                criteria.ranges[spec.key] = ends
        elif spec.kind == Kind.SIZE:
            sizes = (self.size(value, spec) for value in self.values(spec.name))
            chosen = list(dict.fromkeys(size for size in sizes if size))
        else:
            chosen = self.known(spec.name, spec.label, spec.choices)
        if chosen:
            criteria.chosen[spec.key] = chosen


def spec_filters(type_ids: Iterable[int], version: str) -> Mapping[str, SpecFilter]:
    """What products of these types can be filtered by, by key in the order of the data sheet, under a version of
    `catalog.reference`. One query, unless the same was asked before."""
    return _spec_filters(tuple(sorted(type_ids)), version)


@lru_cache(maxsize=64)
def _spec_filters(type_ids: tuple[int, ...], version: str) -> dict[str, SpecFilter]:
    fields = SpecField.objects.filter(is_facet=True, kind__in=INDEXED, product_type__in=type_ids)
    rows = fields.order_by("position", "pk", "choices__position", "choices__pk").values(
        *("pk", "product_type", "key", "label", "kind", "unit", "better"),
        *("choices__pk", "choices__value", "choices__label", "choices__swatch"),
    )
    found: dict[str, SpecFilter] = {}
    for row in rows:
        spec = found.setdefault(
            row["key"], SpecFilter(*(row[name] for name in ("key", "label", "kind", "unit", "better")))
        )
        if spec.fits(row["kind"], row["unit"]):
            spec.add(row)
    return found

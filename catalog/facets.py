"""The filters of a listing as the page shows them: choices with counts, ranges, chips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from catalog import units
from catalog.facet_index.facts import BRAND, CATEGORY, CONDITION, HERE, RATING, STOCK, figure, sides, span
from catalog.filters import NO, ORDERED, RATINGS, YES, Criteria, Kind, Pairs, Range, SpecFilter, spec_sort
from catalog.models import Brand, SpecField, Variant
from catalog.navigation import Node
from catalog.selections import Counts
from catalog.specs import extent
from devicehub.lib.money import shop_money

CHOICES_MAX = 12  # more numbers than this are offered as a range
SIZES_MAX = 40  # where each device has a size of its own, nobody reads them all
SEEN_AT_ONCE = 8
SPEC_ORDERS = 6
IN_STOCK = "in_stock"  # as the address calls it
OPEN_FACETS = 5  # the further ones are folded until they are used


@dataclass(frozen=True)
class FacetChoice:
    name: str
    value: str
    label: str
    count: int
    is_chosen: bool
    swatch: str = ""


@dataclass
class Facet:
    """`kind` is "choices" or "range"; a range has the names of its two fields, what is set and what occurs."""

    label: str
    kind: str
    choices: list[FacetChoice] = field(default_factory=list)
    names: tuple[str, str] = ("", "")
    values: tuple[str, str] = ("", "")
    ends: tuple[str, str] = ("", "")
    unit: str = ""
    is_open: bool = True
    is_single: bool = False  # one of the choices at most

    @property
    def is_active(self) -> bool:
        return any(self.values) or any(choice.is_chosen for choice in self.choices)

    @cached_property
    def first(self) -> list[FacetChoice]:
        """What is seen at once: all when they are few, else what is chosen and what most devices have."""
        if len(self.choices) <= SEEN_AT_ONCE + 2:
            return self.choices
        by_weight = sorted(self.choices, key=lambda choice: (not choice.is_chosen, -choice.count))
        seen = {choice.value for choice in by_weight[: max(SEEN_AT_ONCE, self.chosen)]}
        return [choice for choice in self.choices if choice.value in seen]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in self.choices)

    @property
    def others(self) -> list[FacetChoice]:
        seen = {choice.value for choice in self.first}
        return [choice for choice in self.choices if choice.value not in seen]

    @property
    def inputs(self) -> set[str]:
        return {*self.names, *(choice.name for choice in self.choices)}


@dataclass(frozen=True)
class Chip:
    """An active filter; `url` is the listing without it."""

    label: str
    url: str


@dataclass(frozen=True)
class CategoryLink:
    label: str
    url: str
    count: int


def address(path: str, pairs: Pairs) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def offered(criteria: Criteria, specs: Mapping[str, SpecFilter]) -> dict[str, SpecFilter]:
    """Specs that most of the types have, and those in use."""
    types = {pk for spec in specs.values() for pk in spec.type_ids}
    used = criteria.chosen.keys() | criteria.ranges.keys()
    return {key: spec for key, spec in specs.items() if key in used or 2 * len(spec.type_ids) > len(types)}


def facets(
    criteria: Criteria, specs: Mapping[str, SpecFilter], counts: Counts, brands: Mapping[str, Brand]
) -> list[Facet]:
    """Those that can still divide what is listed, and those in use. `brands` are by slug."""
    found = [
        _stock(criteria, counts.values[STOCK][YES]),
        _brand(criteria, brands, counts.values[BRAND]),
        _price(criteria, counts.price),
        _rating(criteria, counts.values[RATING]),
        *_specs(criteria, specs, counts),
        _condition(criteria, counts.values[CONDITION]),
    ]
    shown = [facet for facet in found if facet and (facet.is_active or _divides(facet))]
    for place, facet in enumerate(shown):
        facet.is_open = place < OPEN_FACETS or facet.is_active
    return shown


def _divides(facet: Facet) -> bool:
    if facet.kind == "range":
        return facet.ends[0] != facet.ends[1]
    return (
        facet.is_single
        or len(facet.choices) > 1
        or facet.choices[0].name == IN_STOCK
        or facet.label == features_label()
    )


def features_label() -> str:
    return _("Features")


def _stock(criteria: Criteria, count: int) -> Facet | None:
    if not count and not criteria.in_stock:
        return None
    return Facet(_("Availability"), "choices", [FacetChoice(IN_STOCK, "1", _("In stock"), count, criteria.in_stock)])


def _brand(criteria: Criteria, brands: Mapping[str, Brand], by_id: Mapping[str, int]) -> Facet | None:
    labels = [(slug, brand.name) for slug, brand in brands.items()]
    counts = {slug: by_id.get(str(brand.pk), 0) for slug, brand in brands.items()}
    return _choices(BRAND, _("Brand"), labels, counts, criteria.brands)


def _rating(criteria: Criteria, by_stars: Mapping[str, int]) -> Facet | None:
    """Each choice holds those of the ones above it. The way back to all is offered while one is chosen."""
    choices = [
        FacetChoice(RATING, least, rating_label(least), count, least == criteria.rating)
        for least in RATINGS
        if (count := sum(number for stars, number in by_stars.items() if stars >= least)) or least == criteria.rating
    ]
    if criteria.rating:
        choices.insert(0, FacetChoice(RATING, "", _("Any"), by_stars[HERE], False))
    return Facet(_("Rating"), "choices", choices, is_single=True) if choices else None


def rating_label(least: str) -> str:
    return _("%(stars)s stars and up") % {"stars": least}


def _condition(criteria: Criteria, counts: Mapping[str, int]) -> Facet | None:
    labels = [(value, str(label)) for value, label in Variant.Condition.choices]
    return _choices(CONDITION, _("Condition"), labels, counts, criteria.conditions)


def _choices(
    name: str,
    label: str,
    labels: Iterable[tuple[str, str]],
    counts: Mapping[str, int],
    chosen: Sequence[str],
    swatches: Mapping[str, str] | None = None,
) -> Facet | None:
    """Values in the order of `labels`; one that nothing has any more is shown only while it is chosen."""
    shown = [
        FacetChoice(name, value, words, counts.get(value, 0), value in chosen, (swatches or {}).get(value, ""))
        for value, words in labels
        if counts.get(value) or value in chosen
    ]
    return Facet(label, "choices", shown) if shown else None


def _price(criteria: Criteria, occurring: tuple[Decimal, Decimal] | None) -> Facet | None:
    """The ends that occur are rounded outwards to whole units of money."""
    if occurring:
        low, high = occurring
        occurring = (low.quantize(Decimal(1), ROUND_FLOOR), high.quantize(Decimal(1), ROUND_CEILING))
    return _range(("min_price", "max_price"), _("Price"), settings.SHOP_CURRENCY, criteria.price, occurring)


def _range(
    names: tuple[str, str], label: str, unit: str, ends: Range, occurring: tuple[Decimal, Decimal] | None
) -> Facet | None:
    if occurring is None and not ends:
        return None
    return Facet(label, "range", [], names, _texts(ends.low, ends.high), _texts(*(occurring or (None, None))), unit)


def _texts(low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
    return ("" if low is None else figure(low), "" if high is None else figure(high))


def _specs(criteria: Criteria, specs: Mapping[str, SpecFilter], counts: Counts) -> Iterator[Facet | None]:
    """The yes-or-no ones stand together at the end."""
    features: list[FacetChoice] = []
    for spec in specs.values():
        of_spec = counts.values[spec.name]
        if spec.kind == Kind.BOOLEAN:
            features += _feature(spec, of_spec, criteria.chosen.get(spec.key, ()))
        elif spec.kind == Kind.NUMBER:
            yield _number(criteria, spec, of_spec)
        elif spec.kind == Kind.SIZE:
            yield _size(criteria, spec, of_spec)
        else:
            yield _choice(criteria, spec, of_spec)
    yield Facet(features_label(), "choices", features) if features else None


def _feature(spec: SpecFilter, counts: Mapping[str, int], chosen: Sequence[str]) -> Iterator[FacetChoice]:
    """Having it is what one looks for; lacking it is offered only while it is asked for."""
    if counts.get(YES) or YES in chosen:
        yield FacetChoice(spec.name, YES, spec.label, counts.get(YES, 0), YES in chosen)
    if NO in chosen:
        yield FacetChoice(spec.name, NO, f"{spec.label}: {_('No')}", counts.get(NO, 0), True)


def _choice(criteria: Criteria, spec: SpecFilter, counts: Mapping[str, int]) -> Facet | None:
    labels = [(choice.value, choice.label) for choice in spec.choices.values()]
    swatches = {choice.value: choice.swatch for choice in spec.choices.values()}
    return _choices(spec.name, spec.label, labels, counts, criteria.chosen.get(spec.key, ()), swatches)


def _number(criteria: Criteria, spec: SpecFilter, counts: Mapping[str, int]) -> Facet | None:
    """Few single numbers are choices (128 GB, 256 GB), many or spans are a range."""
    chosen = criteria.chosen.get(spec.key, ())
    ends = [span(value) for value in counts]
    numbers = {*(low for low, _high in ends), *(Decimal(value) for value in chosen)}
    if spec.key in criteria.ranges or len(numbers) > CHOICES_MAX or any(low != high for low, high in ends):
        names = (f"{spec.name}-min", f"{spec.name}-max")
        occurring = (min(low for low, _high in ends), max(high for _low, high in ends)) if ends else None
        return _range(names, spec.label, spec.unit, criteria.ranges.get(spec.key, Range()), occurring)
    labels = [(figure(number), units.format(number, spec.unit)) for number in sorted(numbers)]
    return _choices(spec.name, spec.label, labels, counts, chosen)


def _size(criteria: Criteria, spec: SpecFilter, counts: Mapping[str, int]) -> Facet | None:
    """The sizes that most devices have, from small to large."""
    chosen = criteria.chosen.get(spec.key, ())
    usual = sorted(counts, key=lambda size: -counts[size])[:SIZES_MAX]
    sizes = sorted({*usual, *chosen}, key=lambda size: (extent(sides(size)), sides(size)))
    return _choices(spec.name, spec.label, [(size, _size_text(size, spec.unit)) for size in sizes], counts, chosen)


def _size_text(size: str, unit: str) -> str:
    return units.format_size(sides(size), unit)


# Orders -------------------------------------------------------------------------------------------------------


def spec_orders(
    criteria: Criteria, specs: Mapping[str, SpecFilter], offered: Mapping[str, SpecFilter]
) -> list[tuple[str, str]]:
    """(value, words) for the specs in which one device is better than another, and for the one in use."""
    used = spec_sort(criteria.sort)
    shown = [spec for spec in offered.values() if spec.kind in ORDERED and spec.better != SpecField.Better.NONE]
    orders = {_better_first(spec): _order_words(spec, _better_first(spec)) for spec in shown[:SPEC_ORDERS]}
    if used:
        orders[criteria.sort] = _order_words(specs[used], criteria.sort)
    return list(orders.items())


def _better_first(spec: SpecFilter) -> str:
    return spec.name if spec.better == SpecField.Better.LOWER else f"-{spec.name}"


def _order_words(spec: SpecFilter, sort: str) -> str:
    if spec.kind == Kind.SIZE:
        words = _("%(label)s: large to small") if sort.startswith("-") else _("%(label)s: small to large")
    else:
        words = _("%(label)s: high to low") if sort.startswith("-") else _("%(label)s: low to high")
    return words % {"label": spec.label}


# Chips --------------------------------------------------------------------------------------------------------


def chips(
    path: str,
    criteria: Criteria,
    specs: Mapping[str, SpecFilter],
    *,
    brands: Mapping[str, Brand],
    category: Node | None,
) -> list[Chip]:
    """One for each active filter."""
    pairs = criteria.pairs()

    def chip(label: str, *gone: tuple[str, str]) -> Chip:
        return Chip(label, address(path, [pair for pair in pairs if pair not in gone]))

    found = [chip(category.name, (CATEGORY, criteria.category))] if category else []
    found += [chip(brands[slug].name, (BRAND, slug)) for slug in criteria.brands]
    if criteria.price:
        words = _span(_money(criteria.price.low), _money(criteria.price.high))
        found.append(chip(words, *_named(pairs, "min_price", "max_price")))
    if criteria.rating:
        found.append(chip(rating_label(criteria.rating), (RATING, criteria.rating)))
    if criteria.in_stock:
        found.append(chip(_("In stock"), (IN_STOCK, "1")))
    labels = dict(Variant.Condition.choices)
    found += [chip(str(labels[value]), (CONDITION, value)) for value in criteria.conditions]
    for spec in specs.values():
        for value in criteria.chosen.get(spec.key, ()):
            found.append(chip(_chosen_words(spec, value), (spec.name, value)))
        if ends := criteria.ranges.get(spec.key):
            words = _span(_amount(ends.low, spec.unit), _amount(ends.high, spec.unit))
            found.append(chip(f"{spec.label}: {words}", *_named(pairs, f"{spec.name}-min", f"{spec.name}-max")))
    return found


def _named(pairs: Pairs, *names: str) -> Pairs:
    return [pair for pair in pairs if pair[0] in names]


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else str(shop_money(amount))


def _amount(number: Decimal | None, unit: str) -> str:
    return "" if number is None else units.format(number, unit)


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} – {high}"
    return _("from %(low)s") % {"low": low} if low else _("up to %(high)s") % {"high": high}


def _chosen_words(spec: SpecFilter, value: str) -> str:
    if spec.kind == Kind.BOOLEAN:
        return spec.label if value == YES else f"{spec.label}: {_('No')}"
    if spec.kind == Kind.NUMBER:
        return f"{spec.label}: {units.format(Decimal(value), spec.unit)}"
    if spec.kind == Kind.SIZE:
        return f"{spec.label}: {_size_text(value, spec.unit)}"
    return f"{spec.label}: {spec.choices[value].label}"

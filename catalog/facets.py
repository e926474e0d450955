"""The filters of a listing as the page shows them: choices with counts, ranges, chips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from catalog import units
from catalog.filters import NO, YES, Criteria, Kind, Pairs, Range, SpecFilter, figure
from catalog.models import Variant
from catalog.navigation import Node
from catalog.selections import BRAND, CATEGORY, CONDITION, PRICE, STOCK, Tally
from devicehub.lib.money import shop_money

CHOICES_MAX = 12  # more numbers than this are offered as a range
SCROLL_ABOVE = 10
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

    @property
    def is_active(self) -> bool:
        return any(self.values) or any(choice.is_chosen for choice in self.choices)

    @property
    def scrolls(self) -> bool:
        return len(self.choices) > SCROLL_ABOVE

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
    criteria: Criteria,
    specs: Mapping[str, SpecFilter],
    tallies: Sequence[Tally],
    brands: Mapping[str, str],
) -> list[Facet]:
    """Those that can still divide what is listed, and those in use. `brands` names the brands asked for."""
    by_facet: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_facet[tally.facet].append(tally)
    found = [
        _stock(criteria, by_facet[STOCK]),
        _brand(criteria, by_facet[BRAND], brands),
        _price(criteria, by_facet[PRICE]),
        *_specs(criteria, specs, by_facet),
        _condition(criteria, by_facet[CONDITION]),
    ]
    shown = [facet for facet in found if facet and (facet.is_active or _divides(facet))]
    for place, facet in enumerate(shown):
        facet.is_open = place < OPEN_FACETS or facet.is_active
    return shown


def _divides(facet: Facet) -> bool:
    if facet.kind == "range":
        return facet.ends[0] != facet.ends[1]
    return len(facet.choices) > 1 or facet.choices[0].name == STOCK or facet.label == features_label()


def features_label() -> str:
    return _("Features")


def _stock(criteria: Criteria, tallies: Sequence[Tally]) -> Facet | None:
    count = sum(tally.products for tally in tallies)
    if not count and not criteria.in_stock:
        return None
    return Facet(_("Availability"), "choices", [FacetChoice(STOCK, "1", _("In stock"), count, criteria.in_stock)])


def _brand(criteria: Criteria, tallies: Sequence[Tally], asked: Mapping[str, str]) -> Facet | None:
    labels = {**asked, **{tally.value: tally.label for tally in tallies}}
    by_name = sorted(labels.items(), key=lambda pair: pair[1].casefold())
    return _choices(BRAND, _("Brand"), by_name, tallies, criteria.brands)


def _condition(criteria: Criteria, tallies: Sequence[Tally]) -> Facet | None:
    labels = [(value, str(label)) for value, label in Variant.Condition.choices]
    return _choices(CONDITION, _("Condition"), labels, tallies, criteria.conditions)


def _choices(
    name: str,
    label: str,
    labels: Iterable[tuple[str, str]],
    tallies: Sequence[Tally],
    chosen: Sequence[str],
    swatches: Mapping[str, str] | None = None,
) -> Facet | None:
    """Values in the order of `labels`; one that nothing has any more is shown only while it is chosen."""
    counts: dict[str, int] = defaultdict(int)
    for tally in tallies:
        counts[tally.value] += tally.products
    shown = [
        FacetChoice(name, value, words, counts[value], value in chosen, (swatches or {}).get(value, ""))
        for value, words in labels
        if counts[value] or value in chosen
    ]
    return Facet(label, "choices", shown) if shown else None


def _price(criteria: Criteria, tallies: Sequence[Tally]) -> Facet | None:
    return _range(("min_price", "max_price"), _("Price"), settings.SHOP_CURRENCY, criteria.price, tallies, whole=True)


def _range(
    names: tuple[str, str], label: str, unit: str, ends: Range, tallies: Sequence[Tally], *, whole: bool = False
) -> Facet | None:
    lows = [tally.lowest for tally in tallies if tally.lowest is not None]
    highs = [tally.highest for tally in tallies if tally.highest is not None]
    if not (lows and highs) and not ends:
        return None
    occur = (min(lows, default=None), max(highs, default=None))
    if whole and lows and highs:
        occur = (min(lows).quantize(Decimal(1), ROUND_FLOOR), max(highs).quantize(Decimal(1), ROUND_CEILING))
    return Facet(label, "range", [], names, _texts(ends.low, ends.high), _texts(*occur), unit)


def _texts(low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
    return ("" if low is None else figure(low), "" if high is None else figure(high))


def _specs(
    criteria: Criteria, specs: Mapping[str, SpecFilter], by_facet: Mapping[str, Sequence[Tally]]
) -> Iterator[Facet | None]:
    """The yes-or-no ones stand together at the end."""
    features: list[FacetChoice] = []
    for spec in specs.values():
        tallies = by_facet.get(spec.name, ())
        if spec.kind == Kind.BOOLEAN:
            features += _feature(spec, tallies, criteria.chosen.get(spec.key, ()))
        elif spec.kind == Kind.NUMBER:
            yield _number(criteria, spec, tallies)
        else:
            yield _choice(criteria, spec, tallies)
    yield Facet(features_label(), "choices", features) if features else None


def _feature(spec: SpecFilter, tallies: Sequence[Tally], chosen: Sequence[str]) -> Iterator[FacetChoice]:
    """Having it is what one looks for; lacking it is offered only while it is asked for."""
    counts = {tally.value: tally.products for tally in tallies}
    if counts.get(YES) or YES in chosen:
        yield FacetChoice(spec.name, YES, spec.label, counts.get(YES, 0), YES in chosen)
    if NO in chosen:
        yield FacetChoice(spec.name, NO, f"{spec.label}: {_('No')}", counts.get(NO, 0), True)


def _choice(criteria: Criteria, spec: SpecFilter, tallies: Sequence[Tally]) -> Facet | None:
    labels = [(choice.value, choice.label) for choice in spec.choices.values()]
    swatches = {choice.value: choice.swatch for choice in spec.choices.values()}
    return _choices(spec.name, spec.label, labels, tallies, criteria.chosen.get(spec.key, ()), swatches)


def _number(criteria: Criteria, spec: SpecFilter, tallies: Sequence[Tally]) -> Facet | None:
    """Few single numbers are choices (128 GB, 256 GB), many or spans are a range."""
    chosen = criteria.chosen.get(spec.key, ())
    numbers = {tally.number for tally in tallies if tally.number is not None} | {Decimal(value) for value in chosen}
    spans = any(tally.highest != tally.number for tally in tallies)
    if spec.key in criteria.ranges or spans or len(numbers) > CHOICES_MAX:
        names = (f"{spec.name}-min", f"{spec.name}-max")
        return _range(names, spec.label, spec.unit, criteria.ranges.get(spec.key, Range()), tallies)
    named = [tally._replace(value=figure(tally.number)) for tally in tallies if tally.number is not None]
    labels = [(figure(number), units.format(number, spec.unit)) for number in sorted(numbers)]
    return _choices(spec.name, spec.label, labels, named, chosen)


# Chips --------------------------------------------------------------------------------------------------------


def chips(
    path: str, criteria: Criteria, specs: Mapping[str, SpecFilter], *, brands: Mapping[str, str], category: Node | None
) -> list[Chip]:
    """One for each active filter."""
    pairs = criteria.pairs()

    def chip(label: str, *gone: tuple[str, str]) -> Chip:
        return Chip(label, address(path, [pair for pair in pairs if pair not in gone]))

    found = [chip(category.name, (CATEGORY, criteria.category))] if category else []
    found += [chip(brands[slug], (BRAND, slug)) for slug in criteria.brands]
    if criteria.price:
        words = _span(_money(criteria.price.low), _money(criteria.price.high))
        found.append(chip(words, *_named(pairs, "min_price", "max_price")))
    if criteria.in_stock:
        found.append(chip(_("In stock"), (STOCK, "1")))
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
    return f"{spec.label}: {spec.choices[value].label}"

"""The products of a listing, and how many each further choice would leave.

A product is listed if one and the same variant on sale meets everything that variants differ in: price, condition,
stock, and each spec (a value of the product counts for all its variants). Lists and counts come from the same sets,
so that a count is the length of the list behind its link.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache, reduce
from operator import and_

import numpy as np
from pyroaring import BitMap

from catalog import units
from catalog.facet_index import Snapshot
from catalog.facet_index.blocks import (
    SIZE,
    Block,
    Values,
    from_array,
    in_variants,
    project,
    slots_of,
    spread,
    to_array,
    whole,
)
from catalog.facet_index.facts import (
    ALL,
    BRAND,
    CATEGORY,
    CONDITION,
    HERE,
    NO,
    PRICE,
    PUBLISHED,
    RANK,
    RATING,
    STOCK,
    TYPE,
    YES,
    figure,
    sides,
    size_value,
    span,
    span_value,
    spec_facet,
)
from catalog.facet_index.storing import FRESH
from catalog.filters import BEST_RATED, CHEAPEST, DEAREST, NEWEST, Criteria, Kind, Range, SpecFilter, spec_sort
from catalog.models.index import BLOCK_BITS
from catalog.specs import extent

STRUCTURE = (ALL, CATEGORY, BRAND, TYPE, STOCK, CONDITION, PRICE, PUBLISHED, RATING, RANK)
LAST = np.inf  # where a product is ordered that has no such number

Matches = Callable[[str], bool]


@dataclass(frozen=True)
class Scope:
    """What a page is about before any filter; None leaves that open."""

    category_ids: frozenset[int] | None = None
    brand_id: int | None = None
    found_ids: Sequence[int] | None = None  # of a search, the best first
    best_ids: Sequence[int] = ()  # what comes first where nothing was searched for and no order is asked for


@dataclass(frozen=True)
class Part:
    """What one block contributes: the products listed, and the variants for whose sake they are."""

    block: Block
    products: BitMap
    variants: BitMap


@dataclass
class Counts:
    """How many products each value would leave, its own facet's filter left out.

    Values are ids of categories and brands; of ratings the whole stars reached, and "" for all whether reviewed or not;
    of specs they are as the address names them, or "20~20000" for a range.
    """

    total: int = 0
    values: dict[str, Counter[str]] = field(default_factory=dict)  # by facet, or by name of a spec
    price: tuple[Decimal, Decimal] | None = None


class Scene:
    """A page's products before any filter, block by block."""

    def __init__(self, scope: Scope, snapshot: Snapshot | None = None) -> None:
        self.scope = scope
        self.snapshot = snapshot or Snapshot()
        self.snapshot.load(STRUCTURE)

    @cached_property
    def parts(self) -> list[tuple[int, Part]]:
        found = ((number, self._part(number, block)) for number, block in self.snapshot.all_blocks())
        return [(number, part) for number, part in found if part.products]

    @cached_property
    def type_ids(self) -> list[int]:
        return self.ids_of(TYPE)

    def ids_of(self, facet: str) -> list[int]:
        """The types (or brands, or categories) that occur."""
        found = {
            int(value)
            for _number, part in self.parts
            for value, bits in part.block.of(facet).items()
            if part.products.intersect(bits)
        }
        return sorted(found)

    def load_specs(self, specs: Iterable[SpecFilter]) -> None:
        """Have the values of these specs at hand in the parts' blocks; a query, unless they were loaded before."""
        facets = [spec_facet(pk) for spec in specs for pk in spec.field_ids]
        self.snapshot.load(facets, within=[number for number, _part in self.parts if number != FRESH])

    def _part(self, number: int, block: Block) -> Part:
        every = block.of(ALL).get(HERE, BitMap())
        products = whole(every)
        if self.scope.category_ids is not None:
            products &= any_of(block.of(CATEGORY), {str(pk) for pk in self.scope.category_ids}.__contains__)
        if self.scope.brand_id is not None:
            products &= block.of(BRAND).get(str(self.scope.brand_id), BitMap())
        if self.scope.found_ids is not None:
            products &= _lows(number, block, self.scope.found_ids)
        return Part(block, products, spread(products, slots_of([block.of(ALL)])) & in_variants(every))


class Selection:
    """A scene's products that meet the criteria.

    `category_ids` lie under the category that the criteria name, `brand_ids` are of their brands; `shown` are the
    specs whose values are to be counted.
    """

    def __init__(
        self,
        scene: Scene,
        criteria: Criteria,
        specs: Mapping[str, SpecFilter],
        *,
        shown: Collection[SpecFilter] = (),
        category_ids: Collection[int] = (),
        brand_ids: Collection[int] = (),
    ) -> None:
        self.scene, self.criteria, self.specs, self.shown = scene, criteria, specs, shown
        self.categories = {str(pk) for pk in category_ids}
        self.brands = {str(pk) for pk in brand_ids}

    # What is listed -------------------------------------------------------------------------------------------

    @property
    def used(self) -> list[SpecFilter]:
        """Specs that are filtered or ordered by."""
        keys = self.criteria.chosen.keys() | self.criteria.ranges.keys() | {spec_sort(self.criteria.sort)}
        return [spec for key, spec in self.specs.items() if key in keys]

    @cached_property
    def _scenery(self) -> list[tuple[Part, dict[str, BitMap]]]:
        """Each part before the filters, and the variants in it that meet each of them."""
        wanted = {spec.key: spec for spec in [*self.shown, *self.used]}
        self.scene.load_specs(wanted.values())
        return [
            (part, {facet: _meeting(part, bits) for facet, bits in self._conditions(part.block)})
            for _number, part in self.scene.parts
        ]

    @cached_property
    def parts(self) -> list[Part]:
        """With all filters."""
        return [_narrowed(part, conditions.values()) for part, conditions in self._scenery]

    def parts_without(self, *facets: str) -> list[Part]:
        """With all filters but those of these facets."""
        if not any(facet in conditions for _part, conditions in self._scenery for facet in facets):
            return self.parts
        return [
            _narrowed(part, [bits for facet, bits in conditions.items() if facet not in facets])
            for part, conditions in self._scenery
        ]

    def _conditions(self, block: Block) -> Iterator[tuple[str, BitMap]]:
        criteria = self.criteria
        if self.categories:
            yield CATEGORY, any_of(block.of(CATEGORY), self.categories.__contains__)
        if criteria.brands:
            yield BRAND, any_of(block.of(BRAND), self.brands.__contains__)
        if criteria.price:
            yield PRICE, _priced(block, criteria.price)
        if criteria.rating:
            yield RATING, any_of(block.of(RATING), lambda stars: stars >= criteria.rating)
        if criteria.in_stock:
            yield STOCK, block.of(STOCK).get(YES, BitMap())
        if criteria.conditions:
            yield CONDITION, any_of(block.of(CONDITION), criteria.conditions.__contains__)
        for key, spec in self.specs.items():
            if chosen := criteria.chosen.get(key):
                yield spec.name, _having(block, spec, _chosen(spec, chosen))
            if ends := criteria.ranges.get(key):
                yield _range_of(spec), _having(block, spec, _overlapping(spec, ends))

    @property
    def is_narrowed(self) -> bool:
        """Whether only some variants of a product may be the reason for its being listed."""
        criteria = self.criteria
        return bool(criteria.price or criteria.in_stock or criteria.conditions or criteria.chosen or criteria.ranges)

    def slots(self, product_ids: Collection[int]) -> dict[int, set[int]]:
        """Of each product the slots of the variants that meet the filters."""
        found: dict[int, set[int]] = {pk: set() for pk in product_ids}
        for part in self.parts:
            lows = _lows_of(part.block, product_ids)
            ids = to_array(part.variants & spread(lows, slots_of([{HERE: part.variants}])))
            keys = part.block.product_keys(ids & (SIZE - 1))
            for pk, slot in zip(keys.tolist(), (ids >> BLOCK_BITS).tolist(), strict=True):
                found[pk].add(slot)
        return found

    # Counting -------------------------------------------------------------------------------------------------

    @cached_property
    def counts(self) -> Counts:
        counts = Counts(total=sum(len(part.products) for part in self.parts))
        for facet in (CATEGORY, BRAND, STOCK, CONDITION, RATING):
            counts.values[facet] = _tally((part, part.block.of(facet)) for part in self.parts_without(facet))
        counts.values[RATING][HERE] = sum(len(part.products) for part in self.parts_without(RATING))
        for spec in self.shown:
            parts = self.parts_without(spec.name, _range_of(spec))
            counts.values[spec.name] = _tally(
                (part, _as_shown(values, spec)) for part in parts for values in _values(part.block, spec)
            )
        counts.price = _price_span(self.parts_without(PRICE))
        return counts

    def count_among(self, product_ids: Sequence[int]) -> int:
        """How many of these products are listed, without putting all that is listed in order."""
        return sum(
            len(part.products & _lows(part.block.first >> BLOCK_BITS, part.block, product_ids)) for part in self.parts
        )

    # Ordering -------------------------------------------------------------------------------------------------

    def page(self, start: int, stop: int) -> list[int]:
        """The ids from place `start` up to `stop` in the order asked for; every page costs the same."""
        keys = np.concatenate([np.empty(0), *(self._keys(part) for part in self.parts)])
        pks = np.concatenate(
            [np.empty(0, np.int64), *(part.block.product_keys(to_array(part.products)) for part in self.parts)]
        )
        newest_first = self.criteria.sort in ("", NEWEST)
        if not self.criteria.sort and (best := self.scene.scope.found_ids or self.scene.scope.best_ids):
            keys = -_places(pks, best)
        return _smallest(-keys if newest_first else keys, -pks if newest_first else pks, pks, start, stop)

    def _keys(self, part: Part) -> np.ndarray:
        """A number for each of the part's products, float64, to be sorted by."""
        sort = self.criteria.sort
        if sort in (CHEAPEST, DEAREST):
            return _least(part, _numbers(part.block, PRICE, part.variants)) * (-1 if sort == DEAREST else 1)
        if sort == BEST_RATED:
            return _ranked(part)
        if key := spec_sort(sort):
            return _spec_keys(part, self.specs[key], descending=sort.startswith("-"))
        return part.block.column(PUBLISHED).dense(0)[to_array(part.products)]


def _narrowed(part: Part, conditions: Collection[BitMap]) -> Part:
    if not conditions:
        return part
    variants = reduce(and_, conditions, part.variants)
    return Part(part.block, project(variants), variants)


def _range_of(spec: SpecFilter) -> str:
    return f"{spec.name} range"


def devices_by_category() -> Counter[int]:
    """How many devices the shop shows in each category itself, by its id. Two queries."""
    snapshot = Snapshot()
    snapshot.load([CATEGORY])
    counts: Counter[int] = Counter()
    for _number, block in snapshot.all_blocks():
        counts.update({int(pk): len(bits) for pk, bits in block.of(CATEGORY).items()})
    return counts


# Sets ---------------------------------------------------------------------------------------------------------


def any_of(values: Values, matches: Matches) -> BitMap:
    return BitMap.union(BitMap(), *(bits for value, bits in values.items() if matches(value)))


def _meeting(part: Part, bits: BitMap) -> BitMap:
    """The part's variants that have it themselves or by their product."""
    return part.variants & (bits | spread(whole(bits), slots_of([{HERE: part.variants}])))


def _values(block: Block, spec: SpecFilter) -> Iterator[Values]:
    return (block.of(spec_facet(pk)) for pk in sorted(spec.field_ids))


def _as_shown(values: Values, spec: SpecFilter) -> Values:
    """By what a page calls them: amounts that are printed alike are one value."""
    if spec.kind == Kind.BOOLEAN:
        return values
    slugs = {str(pk): choice.value for choice in spec.choices.values() for pk in choice.ids}
    shown: Values = {}
    for value, bits in values.items():
        if spec.kind == Kind.NUMBER:
            low, high = shown_span(value, spec.unit)
            name = span_value(low, None if high == low else high)
        elif spec.kind == Kind.SIZE:
            name = shown_size(value, spec.unit)
        elif (name := slugs.get(value, "")) == "":
            continue  # a choice made after `catalog.reference` was read
        shown[name] = shown[name] | bits if name in shown else bits
    return shown


def _having(block: Block, spec: SpecFilter, matches: Matches) -> BitMap:
    return BitMap.union(BitMap(), *(any_of(values, matches) for values in _values(block, spec)))


def _chosen(spec: SpecFilter, chosen: Collection[str]) -> Matches:
    if spec.kind == Kind.NUMBER:
        return lambda value: figure(shown_span(value, spec.unit)[0]) in chosen
    if spec.kind == Kind.SIZE:
        return lambda value: shown_size(value, spec.unit) in chosen
    if spec.kind == Kind.BOOLEAN:
        return set(chosen).intersection((YES, NO)).__contains__
    return {str(pk) for value in chosen for pk in spec.choices[value].ids}.__contains__


def _overlapping(spec: SpecFilter, ends: Range) -> Matches:
    """A value that is itself a range is met where the two overlap. Compared as they are printed."""

    def overlaps(value: str) -> bool:
        low, high = shown_span(value, spec.unit)
        return (ends.low is None or high >= ends.low) and (ends.high is None or low <= ends.high)

    return overlaps


@lru_cache(maxsize=20_000)
def shown_span(value: str, unit: str) -> tuple[Decimal, Decimal]:
    """A value of the index in the unit that its field is printed in."""
    low, high = span(value)
    return units.shown(low, unit), units.shown(high, unit)


@lru_cache(maxsize=20_000)
def shown_size(value: str, unit: str) -> str:
    return size_value(units.shown(side, unit) for side in sides(value))


def _priced(block: Block, ends: Range) -> BitMap:
    column = block.column(PRICE)
    fits = np.ones(len(column.ids), bool)
    if ends.low is not None:
        fits &= column.numbers >= int(ends.low * 100)
    if ends.high is not None:
        fits &= column.numbers <= int(ends.high * 100)
    return from_array(column.ids[fits])


def _lows(number: int, block: Block, product_ids: Sequence[int]) -> BitMap:
    """Those of the products that lie in this block."""
    if block.product_ids is not None:
        return _lows_of(block, product_ids)
    ids = np.asarray(product_ids, np.int64)
    return from_array(ids[ids >> BLOCK_BITS == number] & (SIZE - 1))


def _lows_of(block: Block, product_ids: Collection[int]) -> BitMap:
    if block.product_ids is None:
        return BitMap([pk - block.first for pk in product_ids if 0 <= pk - block.first < SIZE])
    return from_array(np.flatnonzero(np.isin(block.product_ids, list(product_ids))))


# Counts and keys ----------------------------------------------------------------------------------------------


def _tally(found: Iterable[tuple[Part, Values]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part, values in found:
        for value, bits in values.items():
            if number := len(_hit(part, bits)) if bits.max() >= SIZE else part.products.intersection_cardinality(bits):
                counts[value] += number
    return counts


def _hit(part: Part, bits: BitMap) -> BitMap:
    """The part's products that have it as a whole or in a variant for whose sake they are listed."""
    return project(part.variants & bits) | (part.products & bits)


def _price_span(parts: Iterable[Part]) -> tuple[Decimal, Decimal] | None:
    prices = [numbers for part in parts if len(numbers := _numbers(part.block, PRICE, part.variants))]
    if not prices:
        return None
    return _amount(min(numbers.min() for numbers in prices)), _amount(max(numbers.max() for numbers in prices))


def _numbers(block: Block, column: str, ids: BitMap) -> np.ndarray:
    return block.column(column).dense(LAST)[to_array(ids)]


def _ranked(part: Part) -> np.ndarray:
    """The best rated first; whom nobody has reviewed last."""
    keys, column = np.full(SIZE, LAST), part.block.column(RANK)
    keys[column.ids] = -column.numbers
    return keys[to_array(part.products)]


def _least(part: Part, numbers: np.ndarray) -> np.ndarray:
    """By product, the least of its variants' numbers."""
    least = np.full(SIZE, LAST)
    np.minimum.at(least, to_array(part.variants) & (SIZE - 1), numbers)
    return least[to_array(part.products)]


def _spec_keys(part: Part, spec: SpecFilter, *, descending: bool) -> np.ndarray:
    """The least (or greatest) value of what is listed for, the other way round when descending; without one last."""
    keys = np.full(SIZE, LAST)
    for value, bits in (pair for values in _values(part.block, spec) for pair in values.items()):
        low, high = _ends(value, spec)
        lows = to_array(_hit(part, bits))
        keys[lows] = np.minimum(keys[lows], -float(high) if descending else float(low))
    return keys[to_array(part.products)]


def _ends(value: str, spec: SpecFilter) -> tuple[Decimal, Decimal]:
    """What a value is ordered by upwards, and downwards."""
    if spec.kind != Kind.SIZE:
        return span(value)
    return (extent(sides(value)),) * 2


def _places(pks: np.ndarray, best: Sequence[int]) -> np.ndarray:
    """Where each stands among the best."""
    ids = np.array(best, np.int64)
    order = np.argsort(ids)
    at = order[np.minimum(np.searchsorted(ids, pks, sorter=order), len(ids) - 1)]
    return np.where(ids[at] == pks, at, LAST)


def _smallest(keys: np.ndarray, ties: np.ndarray, pks: np.ndarray, start: int, stop: int) -> list[int]:
    """The pks at these places in the order of keys, then ties, without sorting what lies before and behind."""
    stop = min(stop, len(keys))
    if start >= stop:
        return []
    parted = np.partition(keys, (start, stop - 1))
    first, last = parted[start], parted[stop - 1]
    near = np.flatnonzero((keys >= first) & (keys <= last))
    order = near[np.lexsort((ties[near], keys[near]))]
    before = int(np.count_nonzero(keys < first))
    return pks[order[start - before : stop - before]].tolist()


def _amount(cents: float) -> Decimal:
    return Decimal(int(cents)) / 100

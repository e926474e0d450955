"""Sets of products, a block of 65,536 ids at a time, as compressed bitmaps.

Inside a block a product is its low 16 bits, a variant is the same with its slot in the bits above: so one bitmap
holds who has a value, as a whole (slot 0) or in which variants (slots 1, 2, …), and the algebra of sets answers what
one and the same variant has. Roaring bitmaps: Lemire et al., https://arxiv.org/abs/1603.06549.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from pyroaring import BitMap

from catalog.facet_index.facts import PRICE, PUBLISHED, RANK, Facts
from catalog.models.index import BLOCK_BITS

SIZE = 1 << BLOCK_BITS
COLUMNS = (PRICE, PUBLISHED, RANK)

Values = dict[str, BitMap]


@dataclass(frozen=True)
class Column:
    """A number for each of some ids: `ids` (uint32, ascending) beside `numbers` (int64)."""

    ids: np.ndarray
    numbers: np.ndarray

    def dense(self, missing: float) -> np.ndarray:
        """Numbers by id, as far as ids go; float64."""
        found = np.full(int(self.ids[-1]) + 1 if len(self.ids) else 0, missing)
        found[self.ids] = self.numbers
        return found


NO_COLUMN = Column(np.empty(0, np.uint32), np.empty(0, np.int64))


@dataclass
class Block:
    """`first` is the product id that the low bits are added to; where ids are not in a row, `product_ids` has them.

    Values and columns may be shared with other blocks: they are replaced, never changed.
    """

    first: int = 0
    product_ids: np.ndarray | None = None
    values: dict[str, Values] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def of(self, facet: str) -> Values:
        return self.values.get(facet, {})

    def column(self, name: str) -> Column:
        return self.columns.get(name, NO_COLUMN)

    def product_keys(self, lows: np.ndarray) -> np.ndarray:
        """The products' ids, int64."""
        return lows.astype(np.int64) + self.first if self.product_ids is None else self.product_ids[lows]

    def add(self, found: Iterable[tuple[int, Facts]]) -> None:
        """Take products in, each with its low bits; they must not be there already."""
        marks: dict[str, dict[str, array[int]]] = defaultdict(lambda: defaultdict(lambda: array("I")))
        numbers: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("I"), array("q")))
        for low, facts in found:
            for facet, value, slot in facts.marks:
                marks[facet][value].append(slot << BLOCK_BITS | low)
            for column, slot, number in facts.numbers:
                numbers[column][0].append(slot << BLOCK_BITS | low)
                numbers[column][1].append(number)
        for facet, found_ids in marks.items():
            known = self.of(facet)
            more = {value: known.get(value, BitMap()) | BitMap(ids) for value, ids in found_ids.items()}
            self.values[facet] = {**known, **more}
        for name, (ids, figures) in numbers.items():
            self.columns[name] = _extended(self.column(name), ids, figures)

    def remove(self, lows: BitMap) -> None:
        for facet, values in self.values.items():
            self.values[facet] = without(values, lows)
        for name, column in self.columns.items():
            stays = ~np.isin(column.ids & (SIZE - 1), np.asarray(lows.to_array()))
            self.columns[name] = Column(column.ids[stays], column.numbers[stays])


def _extended(column: Column, ids: array[int], numbers: array[int]) -> Column:
    every = np.concatenate([column.ids, np.asarray(ids, np.uint32)])
    order = np.argsort(every, kind="stable")
    return Column(every[order], np.concatenate([column.numbers, np.asarray(numbers, np.int64)])[order])


# Slots --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _slot(number: int) -> BitMap:
    return BitMap(range(number << BLOCK_BITS, (number + 1) << BLOCK_BITS))


def slots_of(facets: Iterable[Values]) -> int:
    """The highest slot in use."""
    return max((bits.max() >> BLOCK_BITS for known in facets for bits in known.values() if bits), default=0)


def whole(bits: BitMap) -> BitMap:
    """The products that have it as a whole."""
    return bits & _slot(0)


def in_variants(bits: BitMap) -> BitMap:
    return bits - _slot(0)


def spread(lows: BitMap, slots: int) -> BitMap:
    """The products and all their variants up to this slot."""
    return BitMap.union(lows, *(lows.shift(slot << BLOCK_BITS) for slot in range(1, slots + 1)))


def without(values: Values, lows: BitMap) -> Values:
    """The values as if these products had none; what nobody else has is no value then."""
    gone = spread(lows, slots_of([values]))
    left = {value: bits - gone for value, bits in values.items()}
    return {value: bits for value, bits in left.items() if bits}


def project(bits: BitMap) -> BitMap:
    """The products that these variants (or these products) belong to."""
    if not bits:
        return bits
    parts = (
        (bits & _slot(number)).shift(-(number << BLOCK_BITS))
        for number in range(bits.min() >> BLOCK_BITS, (bits.max() >> BLOCK_BITS) + 1)
    )
    return BitMap.union(BitMap(), *parts)


def from_array(ids: np.ndarray) -> BitMap:
    return BitMap(array("I", ids.astype(np.uint32).tobytes()))


def to_array(bits: BitMap) -> np.ndarray:
    return np.asarray(bits.to_array(), np.uint32)


# Storage ------------------------------------------------------------------------------------------------------


def pack(values: Values) -> bytes:
    """The bitmaps one behind the other, after a list of their values and lengths."""
    bodies = {value: bits.serialize() for value, bits in sorted(values.items())}
    head = json.dumps([[value, len(body)] for value, body in bodies.items()]).encode()
    return b"".join([struct.pack("<I", len(head)), head, *bodies.values()])


def unpack(data: bytes) -> Values:
    (length,) = struct.unpack_from("<I", data)
    place = 4 + length
    found = {}
    for value, size in json.loads(data[4:place]):
        found[value] = BitMap.deserialize(data[place : place + size])
        place += size
    return found


def pack_column(column: Column) -> bytes:
    """Ids as a bitmap, numbers in the narrowest type that holds them."""
    ids = from_array(column.ids).serialize()
    small = len(column.numbers) == 0 or (column.numbers.min() >= 0 and column.numbers.max() < 1 << 32)
    numbers = column.numbers.astype("<u4" if small else "<i8")
    return struct.pack("<I?", len(ids), small) + ids + numbers.tobytes()


def unpack_column(data: bytes) -> Column:
    length, small = struct.unpack_from("<I?", data)
    place = struct.calcsize("<I?")
    ids = to_array(BitMap.deserialize(data[place : place + length]))
    numbers = np.frombuffer(data, "<u4" if small else "<i8", offset=place + length)
    return Column(ids, numbers.astype(np.int64))

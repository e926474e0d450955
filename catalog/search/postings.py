"""Which products have a term, how strongly and where: three numpy arrays, packed four bytes a product.

`low`: the product's id inside its block, rising (uint16). `impact`: what the term says about the product, 0–255.
`place`: where the term first stands in the title, NOWHERE if it does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.models.index import BLOCK_BITS

NOWHERE = 255
BLOCK_SIZE = 1 << BLOCK_BITS

Lows = NDArray[np.uint16]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]  # one for each product of a block


@dataclass(frozen=True)
class Postings:
    low: Lows
    impact: Bytes
    place: Bytes

    def __len__(self) -> int:
        return len(self.low)

    def packed(self) -> bytes:
        return self.low.tobytes() + self.impact.tobytes() + self.place.tobytes()

    def without(self, gone: Flags) -> Postings:
        kept = ~gone[self.low]
        return self if kept.all() else Postings(self.low[kept], self.impact[kept], self.place[kept])

    def and_also(self, other: Postings) -> Postings:
        low = np.concatenate([self.low, other.low])
        order = np.argsort(low, kind="stable")
        impact = np.concatenate([self.impact, other.impact])
        place = np.concatenate([self.place, other.place])
        return Postings(low[order], impact[order], place[order])


def flags(lows: NDArray[np.integer]) -> Flags:
    raised = np.zeros(BLOCK_SIZE, np.bool_)
    raised[lows] = True
    return raised


def unpacked(data: bytes) -> Postings:
    size = len(data) // 4
    marks = np.frombuffer(data, np.uint8, offset=2 * size)
    return Postings(np.frombuffer(data, "<u2", count=size), marks[:size], marks[size:])

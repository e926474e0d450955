"""The index as it stands at one moment: blocks of merged products, and the changed ones from their own documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Sum
from django.db.models.functions import Length
from numpy.typing import NDArray

from catalog import moment
from catalog.models import SearchDocument, TermBlock
from catalog.models.index import BLOCK_BITS
from catalog.moment import Moment
from catalog.search.postings import BLOCK_SIZE, Flags, Lows, Postings, flags, unpacked
from catalog.search.words import LAST_LETTER

FRESH = -1  # the block of changed products, numbered as they come
READ_AT_ONCE = 5_000

Ids = NDArray[np.int64]
Blocks = Mapping[int, Postings]  # by block
NO_BLOCKS: Blocks = {}


@dataclass
class Index:
    documents: int
    changed: dict[int, Flags]  # products that the blocks may not speak for, by block
    fresh_ids: Ids
    fresh: dict[str, Postings]
    synonyms: tuple[str, ...] = ()
    terms: dict[str, Blocks] = field(default_factory=dict)

    def read(self, terms: Iterable[str]) -> None:
        missing = [term for term in dict.fromkeys(terms) if term not in self.terms]
        found: dict[str, dict[int, Postings]] = {term: {} for term in missing}
        if missing:
            for term, block, data in TermBlock.objects.filter(term__in=missing).values_list("term", "block", "data"):
                postings = self._unchanged(block, unpacked(bytes(data)))
                if len(postings):
                    found[term][block] = postings
        for term in missing:
            if term in self.fresh:
                found[term][FRESH] = self.fresh[term]
        self.terms |= found

    def blocks(self, term: str) -> Blocks:
        return self.terms.get(term, NO_BLOCKS)

    def size(self, term: str) -> int:
        """How many products have it."""
        return sum(len(postings) for postings in self.blocks(term).values())

    def ids(self, block: int, lows: NDArray[np.integer]) -> Ids:
        return self.fresh_ids[lows] if block == FRESH else (block << BLOCK_BITS) + lows.astype(np.int64)

    def beginning(self, prefix: str, most: int) -> list[str]:
        """The terms that begin like this, those of most products first."""
        rows = TermBlock.objects.filter(term__gte=prefix, term__lt=prefix + LAST_LETTER)
        sized = rows.values("term").annotate(size=Sum(Length("data"))).order_by("-size", "term")[:most]
        fresh = [term for term in self.fresh if term.startswith(prefix)]
        return list(dict.fromkeys([*(row["term"] for row in sized), *fresh[:most]]))

    def _unchanged(self, block: int, postings: Postings) -> Postings:
        return postings.without(self.changed[block]) if block in self.changed else postings


def opened(at: Moment | None = None) -> Index:
    at = at or moment.read(with_crossed=False)
    changed = np.array(at.noted, np.int64)
    fresh_ids, fresh, were_merged = _fresh(at.noted)
    return Index(
        documents=at.documents - were_merged + len(fresh_ids),
        changed={block: flags(lows) for block, lows in by_block(changed).items()},
        fresh_ids=np.array(fresh_ids, np.int64),
        fresh=fresh,
        synonyms=at.synonyms,
    )


def by_block(ids: Ids) -> dict[int, Lows]:
    """The low halves of rising ids under their blocks."""
    blocks, starts = np.unique(ids >> BLOCK_BITS, return_index=True)
    lows = np.split((ids & (BLOCK_SIZE - 1)).astype(np.uint16), starts[1:])
    return dict(zip(blocks.tolist(), lows, strict=False))


def _fresh(changed: list[int]) -> tuple[list[int], dict[str, Postings], int]:
    """The documents of changed products as one more block, and how many of them the other blocks hold too."""
    ids: list[int] = []
    were_merged = 0
    rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for start in range(0, min(len(changed), BLOCK_SIZE), READ_AT_ONCE):
        documents = SearchDocument.objects.filter(product_id__in=changed[start : start + READ_AT_ONCE])
        for pk, terms, marks, merged in documents.order_by("pk").values_list("pk", "terms", "marks", "merged"):
            were_merged += merged != ""
            if terms:
                _add(rows, len(ids), terms.split(" "), bytes(marks))
                ids.append(pk)
    return ids, {term: _postings(found) for term, found in rows.items()}, were_merged


def _add(rows: dict[str, list[tuple[int, int, int]]], number: int, terms: list[str], marks: bytes) -> None:
    for term, impact, place in zip(terms, marks, marks[len(terms) :], strict=False):
        rows[term].append((number, impact, place))


def _postings(rows: list[tuple[int, int, int]]) -> Postings:
    low, impact, place = zip(*rows, strict=True)
    return Postings(np.array(low, np.uint16), np.array(impact, np.uint8), np.array(place, np.uint8))

"""Which products answer a question best: impacts weighted by how telling each word is, added up block by block."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.models import SearchCode
from catalog.search.asking import Concept, Question, Terms
from catalog.search.impacts import ACCESSORY
from catalog.search.postings import NOWHERE, Postings
from catalog.search.reading import Ids, Index

FOUND_MAX = 10_000

NEEDED = 2.0  # every word is needed, the common ones too
COVER_POWER = 1.5  # how much a product that misses a word falls behind
NEXT_TO = 0.3  # words that stand side by side in the title, as a share of the rarer one
SCATTERED = 0.5  # a phrase whose words stand apart
ACCESSORY_SHARE = 0.6  # what is left to a thing for the device when the device was asked for
DEVICE_SHARE = 0.7  # the other way round; not every accessory is called by a name we know
UNWANTED_SHARE = 0.5
WHOLE_CODE = 50.0  # the part number itself comes first

# Products below a share of the best cover are shown only while few products are above it.
SHARES = (0.95, 0.6, 0.4)
FEW = 60

Floats = NDArray[np.float32]


@dataclass
class Matched:
    """What one block says about a concept, for each of its products."""

    value: Floats
    place: NDArray[np.uint8]
    worth: Floats  # of the term by which the product has it; 0 where it has none


@dataclass
class Hits:
    ids: Ids
    scores: Floats
    covers: Floats  # share of the question, by weight, that the product has
    counts: dict[int, NDArray[np.uint8]]  # by block, for each product: of how many concepts
    by_code: bool = False  # a part number was meant

    @property
    def complete(self) -> int:
        """How many have all of the question."""
        return int((self.covers > 0.99).sum())

    @property
    def best_cover(self) -> float:
        return float(self.covers.max(initial=0.0))

    def best_first(self, *, least: int = 0) -> list[int]:
        """Not the tail, unless there would be fewer than `least`."""
        kept = self._with_tail(self._kept(), least)
        ids, scores = self.ids[kept], self.scores[kept]
        if len(ids) > FOUND_MAX:
            top = np.argpartition(-scores, FOUND_MAX)[:FOUND_MAX]
            ids, scores = ids[top], scores[top]
        return ids[np.lexsort((ids, -scores))].tolist()

    def _kept(self) -> NDArray[np.bool_]:
        kept = np.zeros(len(self.ids), np.bool_)
        for share in SHARES:
            if kept.sum() < FEW:
                kept = self.covers >= share * self.best_cover
        return kept

    def _with_tail(self, kept: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
        missing, others = least - int(kept.sum()), np.flatnonzero(~kept)
        if missing > 0:
            kept[others[np.lexsort((self.ids[others], -self.scores[others]))[:missing]]] = True
        return kept


def rank(question: Question, index: Index) -> Hits:
    index.read([*question.reads(), ACCESSORY])
    weights = [weight(concept, index) for concept in question.concepts]
    blocks = sorted({block for term in question.reads() for block in index.blocks(term)})
    parts = [_Block(block, question, weights, index) for block in blocks]
    hits = Hits(
        ids=np.concatenate([np.array([], np.int64), *(part.ids for part in parts)]),
        scores=np.concatenate([np.array([], np.float32), *(part.scores for part in parts)]),
        covers=np.concatenate([np.array([], np.float32), *(part.covers for part in parts)]),
        counts={part.block: part.count for part in parts},
    )
    return _with_codes(hits, question.codes)


def _with_codes(hits: Hits, codes: list[str]) -> Hits:
    """The products of whole part numbers first."""
    if not codes:
        return hits
    meant = np.array(list(SearchCode.objects.filter(code__in=codes).values_list("product_id", flat=True)), np.int64)
    others = np.setdiff1d(meant, hits.ids)
    none = np.zeros(len(others), np.float32)
    ids = np.concatenate([hits.ids, others])
    is_meant = np.isin(ids, meant)
    scores = np.concatenate([hits.scores, none]) + is_meant * np.float32(WHOLE_CODE)
    covers = np.where(is_meant, np.float32(1), np.concatenate([hits.covers, none]))
    return Hits(ids, scores, covers, hits.counts, by_code=len(meant) > 0)


def weight(concept: Concept, index: Index) -> float:
    """BM25's idf of the concept's commonest term; a word that nothing has weighs nothing."""
    sizes = [index.size(term) for term in concept.terms] + [
        min(index.size(term) for term in phrase) for phrase in concept.phrases
    ]
    most = max(sizes)
    return math.log1p((index.documents - most + 0.5) / (most + 0.5)) if most else 0.0


class _Block:
    def __init__(self, block: int, question: Question, weights: list[float], index: Index) -> None:
        self.block, self.index = block, index
        held = (index.blocks(term).get(block) for term in question.reads())
        self.size = 1 + max(int(postings.low[-1]) for postings in held if postings)
        self.count = np.zeros(self.size, np.uint8)
        self._score, self._cover = self._zeros(), self._zeros()
        self._add_concepts(question.concepts, weights)
        self._score *= self._cover**COVER_POWER
        self._demote(question)
        found = np.flatnonzero(self._score)
        self.ids, self.scores, self.covers = index.ids(block, found), self._score[found], self._cover[found]

    def _zeros(self) -> Floats:
        return np.zeros(self.size, np.float32)

    def _add_concepts(self, concepts: list[Concept], weights: list[float]) -> None:
        needed = [weight and weight + NEEDED for weight in weights]
        whole = sum(needed) or 1.0
        before: tuple[Matched, float] | None = None
        for concept, weight, need in zip(concepts, weights, needed, strict=True):
            if not weight:
                continue
            matched = self._match(concept)
            self._score += weight * matched.value
            self._cover += need / whole * matched.worth
            self.count += matched.worth > 0
            if before:
                self._score += NEXT_TO * min(weight, before[1]) * _side_by_side(before[0].place, matched.place)
            before = matched, weight

    def _match(self, concept: Concept) -> Matched:
        matched = Matched(self._zeros(), np.full(self.size, NOWHERE, np.uint8), self._zeros())
        for postings, worth in self._alternatives(concept):
            self._improve(matched, postings, worth)
        return matched

    def _improve(self, matched: Matched, postings: Postings, worth: float) -> None:
        value = postings.impact * np.float32(worth / 255)
        better = value > matched.value[postings.low]
        low = postings.low[better]
        matched.value[low], matched.place[low] = value[better], postings.place[better]
        matched.worth[low] = np.maximum(matched.worth[low], np.float32(worth))

    def _alternatives(self, concept: Concept) -> Iterator[tuple[Postings, float]]:
        for term, worth in concept.terms.items():
            if postings := self._postings(term):
                yield postings, worth
        for phrase, worth in concept.phrases.items():
            if postings := self._phrase(phrase):
                yield postings, worth

    def _postings(self, term: str) -> Postings | None:
        return self.index.blocks(term).get(self.block)

    def _phrase(self, phrase: Terms) -> Postings | None:
        """Products that have all the words; side by side in the title they count in full."""
        found = [postings for term in phrase if (postings := self._postings(term))]
        if len(found) < len(phrase):
            return None
        low, impact, place = found[0].low, found[0].impact, found[0].place
        together = place != NOWHERE
        for number, other in enumerate(found[1:], start=1):
            low, here, there = np.intersect1d(low, other.low, assume_unique=True, return_indices=True)
            impact, place = np.minimum(impact[here], other.impact[there]), place[here]
            together = together[here] & (other.place[there] == place + number)
        apart = (impact * SCATTERED).astype(np.uint8)
        return Postings(low, np.where(together, impact, apart).astype(np.uint8), place)

    def _demote(self, question: Question) -> None:
        accessories = self._flagged(ACCESSORY)
        if question.wants_accessory:
            self._score[~accessories] *= DEVICE_SHARE
        else:
            self._score[accessories] *= ACCESSORY_SHARE
        for term in question.unwanted:
            if postings := self._postings(term):
                self._score[postings.low[postings.place != NOWHERE]] *= UNWANTED_SHARE

    def _flagged(self, term: str) -> NDArray[np.bool_]:
        flagged = np.zeros(self.size, np.bool_)
        if postings := self._postings(term):
            flagged[postings.low[postings.low < self.size]] = True
        return flagged


def _side_by_side(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (first != NOWHERE) & (second == first + 1)

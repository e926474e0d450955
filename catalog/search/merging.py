"""Writing: a document for each changed product at once, and from there into the blocks, many at a time."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from django.db import transaction
from django.db.models import F

from catalog.models import IndexState, SearchCode, SearchDocument, TermBlock, UnmergedChange, WordList
from catalog.models.index import BLOCK_BITS
from catalog.search import spelling
from catalog.search.documents import documents
from catalog.search.impacts import Marks, marks
from catalog.search.postings import BLOCK_SIZE, Flags, Postings, flags, unpacked
from catalog.search.words import codes

WRITTEN_AT_ONCE = 500
TERMS_AT_ONCE = 2_000
READ_AT_ONCE = 1_000
MERGED_AT_ONCE = 20_000  # what it takes in memory: some 100 MB
NOTHING = Marks([], b"", b"", [])


@transaction.atomic(savepoint=False)
def write(product_ids: Sequence[int]) -> None:
    """What the index says of these products anew; an emptied document stands for a product that is gone."""
    for some in _batches(product_ids, WRITTEN_AT_ONCE):
        found = {document.product_id: document for document in documents(some)}
        said = {pk: marks(found[pk]) if pk in found else NOTHING for pk in some}
        SearchDocument.objects.bulk_create(
            (_row(pk, marks) for pk, marks in said.items()),
            update_conflicts=True,
            unique_fields=["product_id"],
            update_fields=["terms", "marks", "words"],
        )
        _write_codes(some, {(whole, pk) for pk, document in found.items() for whole in codes(document.codes)})


def _write_codes(product_ids: Sequence[int], wanted: set[tuple[str, int]]) -> None:
    """Only what differs: part numbers hardly ever change."""
    of_these = SearchCode.objects.filter(product_id__in=product_ids)
    known = set(of_these.values_list("code", "product_id"))
    if gone := known - wanted:
        of_these.filter(pk__in=sorted(gone)).delete()
    SearchCode.objects.bulk_create(SearchCode(code=whole, product_id=pk) for whole, pk in sorted(wanted - known))


def _row(product_id: int, said: Marks) -> SearchDocument:
    return SearchDocument(
        product_id=product_id, terms=" ".join(said.terms), marks=said.impacts + said.places, words=" ".join(said.words)
    )


@transaction.atomic
def merge(product_ids: Collection[int]) -> None:
    """Take documents into the blocks. Only one may merge at a time: the caller holds the state of the index."""
    ids = sorted(product_ids)
    _write_missing(ids)
    for some in _batches(ids, MERGED_AT_ONCE):
        _merge(some)


def _merge(ids: Sequence[int]) -> None:
    batches: dict[int, _Batch] = {}
    for document in _locked(ids):
        batches.setdefault(document.pk >> BLOCK_BITS, _Batch()).add(document)
    for block, batch in batches.items():
        batch.merge_into(block)
    spelling.learn({word for batch in batches.values() for word in batch.words})
    taken = [pk for batch in batches.values() for pk in batch.ids]
    for some in _batches(taken, READ_AT_ONCE):
        SearchDocument.objects.filter(pk__in=some, terms="").delete()
        SearchDocument.objects.filter(pk__in=some).update(merged=F("terms"))
    IndexState.objects.update(documents=F("documents") + sum(batch.grown for batch in batches.values()))
    UnmergedChange.record(set(ids).difference(taken))


@transaction.atomic
def clear() -> None:
    for model in (TermBlock, WordList, SearchDocument, SearchCode):
        model.objects.all().delete()
    IndexState.objects.update(documents=0)


def _write_missing(ids: Sequence[int]) -> None:
    for some in _batches(ids, READ_AT_ONCE):
        written = set(SearchDocument.objects.filter(pk__in=some).values_list("pk", flat=True))
        write([pk for pk in some if pk not in written])


def _locked(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """All but those that somebody is writing anew; they stay noted."""
    documents = SearchDocument.objects.select_for_update(skip_locked=True).order_by("pk")
    return (document for some in _batches(ids, READ_AT_ONCE) for document in documents.filter(pk__in=some))


def _batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


class _Batch:
    """Documents of one block, their terms as numbers so that numpy can sort the lot."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.words: set[str] = set()
        self.left: set[str] = set()  # terms by which the block holds some of them now
        self.grown = 0
        self._numbers: dict[str, int] = {}
        self._terms = array("i")
        self._sizes: list[int] = []
        self._impacts: list[bytes] = []
        self._places: list[bytes] = []

    def add(self, document: SearchDocument) -> None:
        terms, marks = document.terms.split(), bytes(document.marks)
        self.ids.append(document.pk)
        self.words.update(document.words.split())
        self.left.update(document.merged.split())
        self.grown += bool(document.terms) - bool(document.merged)
        self._terms.extend(self._numbers.setdefault(term, len(self._numbers)) for term in terms)
        self._sizes.append(len(terms))
        self._impacts.append(marks[: len(terms)])
        self._places.append(marks[len(terms) :])

    def merge_into(self, block: int) -> None:
        lows = np.array([pk & (BLOCK_SIZE - 1) for pk in self.ids], np.uint16)
        added, gone = self._postings(lows), flags(lows)
        touched = sorted(added.keys() | self.left)
        is_empty = not TermBlock.objects.filter(block=block).exists()
        for start in range(0, len(touched), TERMS_AT_ONCE):
            some = touched[start : start + TERMS_AT_ONCE]
            held = {} if is_empty else _held(block, some, gone)
            _store(block, {term: _joined(held.get(term), added.get(term)) for term in some})

    def _postings(self, lows: np.ndarray) -> dict[str, Postings]:
        numbers = np.frombuffer(self._terms, np.int32)
        order = np.argsort(numbers, kind="stable")  # so that ids keep rising inside a term
        low = np.repeat(lows, self._sizes)[order]
        impact = np.frombuffer(b"".join(self._impacts), np.uint8)[order]
        place = np.frombuffer(b"".join(self._places), np.uint8)[order]
        ends = np.cumsum(np.bincount(numbers, minlength=len(self._numbers))).tolist()
        spans = zip(self._numbers, [0, *ends], ends, strict=False)
        return {term: Postings(low[start:end], impact[start:end], place[start:end]) for term, start, end in spans}


def _held(block: int, terms: list[str], gone: Flags) -> dict[str, Postings]:
    rows = TermBlock.objects.filter(block=block, term__in=terms).values_list("term", "data")
    return {term: unpacked(bytes(data)).without(gone) for term, data in rows}


def _joined(held: Postings | None, added: Postings | None) -> Postings | None:
    if held is None or added is None:
        return held if added is None else added
    return held.and_also(added)


def _store(block: int, postings: dict[str, Postings | None]) -> None:
    rows = [TermBlock(term=term, block=block, data=found.packed()) for term, found in postings.items() if found]
    emptied = [term for term, found in postings.items() if not found]
    TermBlock.objects.bulk_create(rows, update_conflicts=True, unique_fields=["term", "block"], update_fields=["data"])
    if emptied:
        TermBlock.objects.filter(block=block, term__in=emptied).delete()

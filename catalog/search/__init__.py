"""Full-text search by the database's own engine behind one interface.

The index is kept true by `catalog.publishing.product_changed`, in the transaction that changes a product. What it
finds may still be invisible in the shop: callers filter `Product.objects.visible()`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from types import ModuleType

from django.db import connection, transaction
from django.db.models.functions import Length

from catalog.models import Product, SearchWord
from catalog.search import postgres, sqlite
from catalog.search.documents import Document, documents
from catalog.search.matching import NOTHING, Match
from catalog.search.words import code, query_words

__all__ = ["Match", "close", "did_you_mean", "index", "rebuild", "search", "suggest"]

ENGINES: dict[str, ModuleType] = {"postgresql": postgres, "sqlite": sqlite}
BATCH = 500
SIMILAR = 0.72  # difflib's ratio: one wrong or two swapped letters in a word of five


def search(text: str) -> Match:
    """Products that have all the words, in any form, or the part number. Never fails: odd text finds nothing."""
    words = query_words(text)
    return _engine().matching(words, code(text)) if words else NOTHING


def close(text: str) -> Match:
    """Products that have any of the words: what to show when none has all."""
    words = query_words(text)
    return _engine().matching(words, code(text), any_word=True) if words else NOTHING


def suggest(prefix: str) -> Match:
    """Products whose name, brand or part number begins like this."""
    words = query_words(prefix)
    return _engine().beginning(words) if words else NOTHING


def did_you_mean(text: str) -> str:
    """The text with unknown words replaced by known ones that look like them; empty when nothing better is known."""
    asked = query_words(text)
    known = set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))
    better = [word if word in known or word.isdigit() else _similar(word) for word in asked]
    return " ".join(better) if all(better) and better != asked else ""


@transaction.atomic
def index(product_ids: Iterable[int]) -> None:
    """Write these products anew and forget those among them that are gone. For the transaction that changed them."""
    for some in _batches(list(product_ids)):
        _engine().remove(some)
        _write(documents(some))


@transaction.atomic
def rebuild() -> int:
    """The whole index anew; returns the number of products in it."""
    _engine().clear()
    SearchWord.objects.all().delete()
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for some in _batches(ids):
        _write(documents(some))
    return len(ids)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _engine() -> ModuleType:
    return ENGINES[connection.vendor]


def _write(found: Iterable[Document]) -> None:
    written = list(found)
    _engine().write(written)
    texts = (f"{document.title} {document.brand} {document.category}" for document in written)
    named = {word for text in texts for word in text.split() if 3 <= len(word) <= 64 and not word.isdigit()}
    SearchWord.objects.bulk_create((SearchWord(word=word) for word in sorted(named)), ignore_conflicts=True)


def _similar(word: str) -> str:
    named = SearchWord.objects.annotate(letters=Length("word"))
    candidates = named.filter(letters__gte=len(word) - 2, letters__lte=len(word) + 2)
    nearest = difflib.get_close_matches(word, candidates.values_list("word", flat=True), n=1, cutoff=SIMILAR)
    return nearest[0] if nearest else ""

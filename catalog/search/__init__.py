"""Search: which products answer what a shopper typed, the best first. docs/search.md tells the whole.

The index is kept true by `catalog.publishing`, in the transaction that changes a product. What is found may still be
invisible in the shop: callers filter `Product.objects.visible()`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from catalog.models import Product
from catalog.search.asking import question
from catalog.search.correcting import corrected
from catalog.search.merging import clear, merge, write
from catalog.search.ranking import FEW, FOUND_MAX, rank
from catalog.search.reading import Index, opened
from catalog.search.suggesting import suggest

__all__ = ["FOUND_MAX", "Found", "Index", "clear", "merge", "opened", "search", "suggest", "write"]

LOOKED_AMONG = 1000


@dataclass(frozen=True)
class Found:
    """`ids` of products, the best first, FOUND_MAX at most; `complete` of them have all the words. `words` were
    searched for; `corrected` says so in one line if they are not those that were typed, and is empty if they are."""

    ids: list[int]
    words: tuple[str, ...] = ()
    corrected: str = ""
    complete: int = 0

    def best(self, products: QuerySet[Product], most: int) -> list[Product]:
        """The best of these products that were found, looked for among the first thousand. One query."""
        place = {pk: number for number, pk in enumerate(self.ids[:LOOKED_AMONG])}
        return sorted(products.filter(pk__in=place), key=lambda product: place[product.pk])[:most]


def search(text: str, *, correct: bool = True, index: Index | None = None) -> Found:
    """Never fails: odd text finds nothing. `correct=False` searches for exactly what was typed. Whoever searches
    several times hands in the same `index`, so that nothing is read twice."""
    index = index or opened()
    asked = question(text, index.synonyms)
    if not asked.concepts:
        return Found([])
    hits = rank(asked, index)
    better = corrected(asked, hits, index) if correct else None
    if better:
        hits = rank(better, index)
    used = better or asked
    is_other = used.words != asked.words
    return Found(
        hits.best_first(least=0 if hits.by_code else FEW),
        tuple(used.words),
        " ".join(used.words) if is_other else "",
        hits.complete,
    )

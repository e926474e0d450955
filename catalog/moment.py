"""What both indexes are read with, at one moment: what changed since they were merged, and what staff taught."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import CharField, QuerySet, SmallIntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import IndexState, Product, Synonym, UnmergedChange

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
DOCUMENTS, NOTED, CROSSED, SYNONYM = range(4)
NOTHING = Value("", output_field=CharField())


@dataclass(frozen=True)
class Moment:
    """Products that somebody changed (`noted`) and those whose publication began or ended (`crossed`), ascending; how
    many products the search blocks hold; the groups of synonyms as they are typed."""

    noted: list[int]
    crossed: list[int]
    documents: int
    synonyms: tuple[str, ...]

    @property
    def changed(self) -> list[int]:
        return sorted({*self.noted, *self.crossed})


def read(*, with_crossed: bool = True) -> Moment:
    """One query; a search does not need to know what crossed an edge of its publication.

    Read it first and the blocks afterwards: whatever is merged in between is then merely read from its own rows as
    well, never missed and never counted twice.
    """
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for kind, number, words in _rows(with_crossed):
        found[kind].append((number, words))
    ids = {kind: sorted({number for number, _words in found[kind]}) for kind in (NOTED, CROSSED)}
    documents = sum(number for number, _words in found[DOCUMENTS])
    return Moment(ids[NOTED], ids[CROSSED], documents, tuple(words for _pk, words in sorted(found[SYNONYM])))


def _rows(with_crossed: bool) -> QuerySet[IndexState, tuple[int, int, str]]:
    def kind(number: int) -> Value:
        return Value(number, output_field=SmallIntegerField())

    edges = crossed(timezone.now()) if with_crossed else ()
    others = (products.values_list(kind(CROSSED), "pk", NOTHING) for products in edges)
    return IndexState.objects.values_list(kind(DOCUMENTS), "documents", NOTHING).union(
        UnmergedChange.objects.values_list(kind(NOTED), "product_id", NOTHING),
        Synonym.objects.order_by().values_list(kind(SYNONYM), "pk", "words"),
        *others,
        all=True,
    )


def crossed(now: datetime) -> tuple[QuerySet[Product], QuerySet[Product]]:
    """Products whose publication began, and those whose ended, since the last merge: nobody saved them, and yet they
    changed. Apart, since each has an index of its own."""
    since = Coalesce(Subquery(IndexState.objects.values("merged_at")[:1]), Value(NEVER))
    published = Product.objects.order_by().filter(is_published=True)
    return (
        published.filter(published_from__gt=since, published_from__lte=now),
        published.filter(published_until__gt=since, published_until__lte=now),
    )

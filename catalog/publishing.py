"""After a product changed: what repeats its facts elsewhere is brought in line, in the same transaction.

Listing columns and the search document are written at once. The indexes of listings and search are not touched: the
product is noted as changed and read from its own rows, until `merge` takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from django.db import transaction

from catalog import facet_index, search
from catalog.models import Product, UnmergedChange, Variant

Progress = Callable[[int], object]

PILE = 500  # so many changed products are read from their rows before the one who adds to them has to merge
BATCH = 20_000


@transaction.atomic
def product_changed(product_ids: Iterable[int]) -> None:
    """Whoever changed products, their variants, specs or stock calls this before committing: admin, import, seed.

    Brings the prices before, the ratings, the listing columns and the search document in line. Ids of deleted products
    are welcome: they go from the indexes.
    """
    ids = sorted(set(product_ids))
    Variant.objects.filter(product__in=ids).refresh_was_prices()
    Product.objects.filter(pk__in=ids).refresh_ratings()
    present = Product.objects.filter(pk__in=ids).refresh_listing()
    UnmergedChange.record(set(ids).difference(present))
    _tell_indexes(ids)


@transaction.atomic
def words_changed(product_ids: Iterable[int]) -> None:
    """The same where prices and stock are as before: a brand, a category or a spec field was edited.

    It may be a hundred thousand products' own. Their rows are left alone, so that nobody who buys one of them waits.
    """
    ids = sorted(set(product_ids))
    UnmergedChange.record(ids)
    _tell_indexes(ids)


def _tell_indexes(changed: Sequence[int]) -> None:
    search.write(changed)
    if len(changed) > PILE:
        merge()


def merge(*, progress: Progress = bool) -> int:
    """Take what changed into the indexes and return how many products that were. Can be run at any time."""
    with transaction.atomic():
        facet_index.hold()
        rows = dict(UnmergedChange.objects.values_list("pk", "product_id"))
        changed = set(rows.values())
        _take_in(changed, progress)
        for some in _batches(list(rows)):
            UnmergedChange.objects.filter(pk__in=some).delete()
    return len(changed)


def rebuild(*, progress: Progress = bool) -> int:
    """The indexes anew from all products; returns their number."""
    with transaction.atomic():
        facet_index.hold()
        search.clear()
        facet_index.clear()
        UnmergedChange.objects.all().delete()
        ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        _take_in(ids, progress)
    return len(ids)


def _take_in(product_ids: Collection[int], progress: Progress) -> None:
    search.merge(product_ids)
    facet_index.merge(product_ids, progress=progress)


def _batches(rows: list[int]) -> Iterable[list[int]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))

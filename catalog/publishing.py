"""After a product changed: what repeats its facts elsewhere is brought in line, in the same transaction.

The indexes of search and listings are made for reading. A change is therefore only noted beside them, and readers
take noted products from their own rows. Merging takes them into the indexes: the clock does it (`catalog.tasks`), or
whoever changes very many.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from catalog import search
from catalog.models import IndexState, Product, UnmergedChange

PILE_MAX = 500  # unmerged changes, above which whoever changes one more merges them
MERGED_AT_ONCE = 20_000
DELETED_AT_ONCE = 1_000


@transaction.atomic
def product_changed(product_ids: Iterable[int]) -> None:
    """Whoever changed products, their variants, specs or stock calls this before committing: admin, import, seed.

    Brings the listing columns and the indexes in line. Ids of deleted products are welcome: their rows in the indexes
    go.
    """
    ids = sorted(set(product_ids))
    Product.objects.filter(pk__in=ids).refresh_listing()
    search.write(ids)
    UnmergedChange.record(ids)
    if len(ids) > PILE_MAX or UnmergedChange.objects.all()[PILE_MAX : PILE_MAX + 1].exists():
        while merge():
            pass


@transaction.atomic
def merge() -> int:
    """Take a batch of noted changes into the indexes; returns how many products. 0 too while somebody else merges."""
    IndexState.objects.get_or_create(pk=1)
    state = IndexState.objects.select_for_update(skip_locked=True).first()
    rows = list(UnmergedChange.objects.order_by("pk").values_list("pk", "product_id")[:MERGED_AT_ONCE]) if state else []
    if state is None or not rows:
        return 0
    taken, grown = search.merge({product_id for _pk, product_id in rows})
    state.documents += grown
    state.save()
    _forget(rows, set(taken))
    return len(taken)


def rebuild() -> int:
    """All indexes anew; returns the number of products. Until it is done, search knows only some of them."""
    _clear()
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), MERGED_AT_ONCE):
        product_changed(ids[start : start + MERGED_AT_ONCE])
    while merge():
        pass
    return len(ids)


@transaction.atomic
def _clear() -> None:
    IndexState.objects.update_or_create(pk=1, defaults={"documents": 0})
    search.clear()
    UnmergedChange.objects.all().delete()


def _forget(rows: list[tuple[int, int]], taken: set[int]) -> None:
    """By their own keys: a change noted since the rows were read is newer than what was merged."""
    merged = [pk for pk, product_id in rows if product_id in taken]
    for start in range(0, len(merged), DELETED_AT_ONCE):
        UnmergedChange.objects.filter(pk__in=merged[start : start + DELETED_AT_ONCE]).delete()

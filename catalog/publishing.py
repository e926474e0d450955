"""After a product changed: what repeats its facts elsewhere is brought in line, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from catalog import search
from catalog.models import Product, UnmergedChange


@transaction.atomic
def product_changed(product_ids: Iterable[int]) -> None:
    """Whoever changed products, their variants, specs or stock calls this before committing: admin, import, seed.

    Brings the listing columns and the search index in line. Ids of deleted products are welcome: their rows in
    the index go.
    """
    ids = sorted(set(product_ids))
    Product.objects.filter(pk__in=ids).refresh_listing()
    search.index(ids)
    UnmergedChange.record(ids)

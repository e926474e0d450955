"""What the indexes of listings and search are made of; `catalog.publishing` tells how they are kept true."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


class UnmergedChange(models.Model):
    """A product that changed after the indexes took it in. Until they are merged it is read from its own rows.

    Rows are only ever added and deleted, and the product may be named by many: two transactions that change the same
    product never wait for each other here. No foreign key, since a deleted product is a change too.
    """

    product_id = models.PositiveBigIntegerField(db_index=True)

    class Meta:
        verbose_name = "unmerged change"
        verbose_name_plural = "unmerged changes"

    def __str__(self) -> str:
        return str(self.product_id)

    @classmethod
    def record(cls, product_ids: Iterable[int]) -> None:
        cls.objects.bulk_create(cls(product_id=pk) for pk in product_ids)


class IndexState(models.Model):
    """One row: whoever merges holds its lock. `documents` is the number of products in the search blocks."""

    documents = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.documents} products merged"

"""What the indexes of listings and search are made of; `catalog.publishing` tells how they are kept true."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

# Both indexes cut their rows into blocks of 65,536 product ids: two bytes name a product in a block, as in a container
# of a roaring bitmap, and a change rewrites the rows of one block only.
BLOCK_BITS = 16


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

    @staticmethod
    def record(product_ids: Iterable[int]) -> None:
        UnmergedChange.objects.bulk_create(UnmergedChange(product_id=pk) for pk in product_ids)


class FacetBlock(models.Model):
    """Of 65,536 products those that have each value of a facet, packed by `catalog.facet_index`."""

    facet = models.CharField(max_length=40)
    block = models.PositiveIntegerField()
    data = models.BinaryField()
    digest = models.CharField(max_length=32)  # of data: whoever has unpacked the same before need not fetch it

    class Meta:
        verbose_name = "facet block"
        verbose_name_plural = "facet blocks"
        constraints = [models.UniqueConstraint(fields=["facet", "block"], name="facet_block_once")]

    def __str__(self) -> str:
        return f"{self.facet} in block {self.block}"


class IndexState(models.Model):
    """One row: until when the indexes have seen the clock, and how many products the search blocks hold.

    Whoever merges holds it.
    """

    merged_at = models.DateTimeField()
    documents = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "state of the index"
        verbose_name_plural = "state of the index"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="index_state_is_one_row")]

    def __str__(self) -> str:
        return f"merged at {self.merged_at:%c}"

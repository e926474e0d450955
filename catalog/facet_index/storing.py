"""Blocks in the database: reading what a listing needs, and taking changed products in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from django.db import transaction
from django.db.models import BinaryField, Case, F, QuerySet, Value, When
from django.utils import timezone
from pyroaring import BitMap

from catalog import moment
from catalog.facet_index import kept
from catalog.facet_index.blocks import SIZE, Block, Column, pack, pack_column, without
from catalog.facet_index.facts import read
from catalog.facet_index.kept import Content
from catalog.models import FacetBlock, IndexState
from catalog.models.index import BLOCK_BITS
from catalog.moment import Moment

Progress = Callable[[int], object]

FRESH = -1  # the number of the block of what changed


class Snapshot:
    """The index as one page sees it: blocks without the products that changed since, these in a block of their own."""

    def __init__(self, at: Moment | None = None) -> None:
        self.fresh_ids = (at or moment.read()).changed
        self.blocks: dict[int, Block] = {}
        self._stale = lows_by_block(self.fresh_ids)
        self._loaded: set[tuple[str, int | None]] = set()  # facets with their blocks; None stands for all

    def load(self, facets: Iterable[str], within: Collection[int] | None = None) -> None:
        """Have these facets and columns at hand, `within` these blocks only. One query, unless they are."""
        wanted = {facet for facet in facets if not self._has(facet, within)}
        if not wanted:
            return
        self._loaded.update((facet, number) for facet in wanted for number in ([None] if within is None else within))
        rows = FacetBlock.objects.filter(facet__in=wanted)
        if within is not None:
            rows = rows.filter(block__in=within)
        for facet, number, content in _contents(rows, kept.held(wanted)):
            block = self.blocks.setdefault(number, Block(first=number << BLOCK_BITS))
            _take(block, facet, content)
            if number in self._stale and facet in block.values:
                block.values[facet] = without(block.values[facet], self._stale[number])

    def _has(self, facet: str, within: Collection[int] | None) -> bool:
        is_whole = (facet, None) in self._loaded
        return is_whole or (within is not None and all((facet, number) in self._loaded for number in within))

    def all_blocks(self) -> list[tuple[int, Block]]:
        """Those of the index by number without what changed, and at last what changed."""
        found = sorted(self.blocks.items())
        return [*found, (FRESH, self._fresh)] if self.fresh_ids else found

    @cached_property
    def _fresh(self) -> Block:
        return fresh_block(self.fresh_ids)


def fresh_block(product_ids: Sequence[int]) -> Block:
    """A block made at once from the products' own rows."""
    facts = list(read(product_ids))
    block = Block(product_ids=np.array([one.product_id for one in facts], np.int64))
    block.add(enumerate(facts))
    return block


def lows_by_block(product_ids: Iterable[int]) -> dict[int, BitMap]:
    found: dict[int, BitMap] = defaultdict(BitMap)
    for pk in product_ids:
        found[pk >> BLOCK_BITS].add(pk & (SIZE - 1))
    return found


# Merging ------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge(product_ids: Collection[int], *, progress: Progress = bool) -> None:
    """Take these products in as they are now, and those whose publication began or ended since the last time.

    For the transaction that holds the index (`hold`). `progress` is called with the products of each block done.
    """
    now = timezone.now()
    crossed = (products.values_list("pk", flat=True) for products in moment.crossed(now))
    changed = set(product_ids).union(*crossed)
    for number, lows in sorted(lows_by_block(changed).items()):
        block = _whole_block(number)
        block.remove(lows)
        facts = read([(number << BLOCK_BITS) + low for low in lows])
        block.add((one.product_id & (SIZE - 1), one) for one in facts)
        _save(number, block)
        progress(len(lows))
    IndexState.objects.update(merged_at=now)


def hold() -> None:
    """Wait for whoever merges, and keep others from it until the transaction ends."""
    IndexState.objects.get_or_create(pk=1, defaults={"merged_at": moment.NEVER})
    IndexState.objects.select_for_update().get()


def clear() -> None:
    FacetBlock.objects.all().delete()


def _whole_block(number: int) -> Block:
    block = Block(first=number << BLOCK_BITS)
    for facet, _number, content in _contents(FacetBlock.objects.filter(block=number), {}):
        _take(block, facet, content)
    return block


def _contents(rows: QuerySet[FacetBlock], held: dict[str, Content]) -> Iterator[tuple[str, int, Content]]:
    """Facet, block and content of each row. One query, which fetches no data that this process has already."""
    data = Case(When(digest__in=list(held), then=Value(None)), default=F("data"), output_field=BinaryField())
    for facet, number, digest, packed in rows.values_list("facet", "block", "digest", data):
        yield facet, number, held[digest] if packed is None else kept.unpack_row(facet, number, digest, packed)


def _take(block: Block, facet: str, content: Content) -> None:
    if isinstance(content.unpacked, Column):
        block.columns[facet] = content.unpacked
    else:
        block.values[facet] = content.unpacked


def _save(number: int, block: Block) -> None:
    """Only the rows whose content is another: what others have unpacked of the rest stays good."""
    packed = {facet: pack(values) for facet, values in block.values.items() if values}
    packed |= {name: pack_column(column) for name, column in block.columns.items() if len(column.ids)}
    rows = FacetBlock.objects.filter(block=number)
    before = set(rows.values_list("facet", "digest"))
    rows.exclude(facet__in=packed).delete()
    digests = {facet: kept.digest(data) for facet, data in packed.items()}
    FacetBlock.objects.bulk_create(
        (
            FacetBlock(facet=facet, block=number, digest=digest, data=packed[facet])
            for facet, digest in digests.items()
            if (facet, digest) not in before
        ),
        update_conflicts=True,
        unique_fields=["facet", "block"],
        update_fields=["digest", "data"],
        batch_size=50,
    )

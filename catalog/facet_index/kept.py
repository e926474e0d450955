"""Rows of the index that this process has unpacked already.

A row is believed by its digest: whoever sees that digest in the database, in whatever transaction, would unpack the
same. So nothing has to be told to forget, and a rolled-back merge leaves nothing wrong behind. What is kept is shared
by all requests and never changed.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from catalog.facet_index.blocks import COLUMNS, Column, Values, unpack, unpack_column

BYTES = 96 << 20  # packed; unpacked they are about as large. The index of 50,000 products has 3 MB

Key = tuple[str, int]  # facet, block


class Content(NamedTuple):
    digest: str
    size: int
    unpacked: Values | Column


_kept: LRUCache[Key, Content] = LRUCache(BYTES, getsizeof=lambda content: content.size)
_lock = Lock()


def digest(data: bytes) -> str:
    """32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


def held(facets: Collection[str]) -> dict[str, Content]:
    """What is kept of these facets, by digest."""
    with _lock:
        keys = [key for key in _kept if key[0] in facets]
        return {content.digest: content for content in (_kept[key] for key in keys)}


def unpack_row(facet: str, block: int, row_digest: str, data: bytes | memoryview) -> Content:
    """Unpacked and kept."""
    packed = bytes(data)
    content = Content(row_digest, len(packed), unpack_column(packed) if facet in COLUMNS else unpack(packed))
    with _lock:
        if content.size <= BYTES:
            _kept[facet, block] = content
    return content

"""What hardly ever changes: categories, brands, product types, spec fields and their choices.

Each process reads such rows once and keeps them under their version in the shared cache, by `lru_cache` functions that
take the version. A change of any of them writes a new version, so what was read before the change but kept after it is
not believed either.
"""

from __future__ import annotations

import time
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

VERSION = "catalog:reference:version"
LIFETIME = 900  # seconds: no version is believed for longer, should a change go past `forget`


def version() -> str:
    """One query to the cache. An empty cache gets a version, so that no old one is believed."""
    return f"{cache.get_or_set(VERSION, lambda: uuid4().hex, None)} {int(time.time() // LIFETIME)}"


def forget() -> None:
    """Such rows changed: this process uses the old ones no more, and nobody does after the commit. The models' signals
    call it; whoever writes past them, in bulk, calls it himself.

    Twice, because a cache that is no part of the transaction is written before it ends, and another process may read
    the rows as they were in between.
    """
    cache.set(VERSION, uuid4().hex, None)
    transaction.on_commit(lambda: cache.set(VERSION, uuid4().hex, None))

"""Only so often: a limit per span of time, counted in the cache that all processes share."""

from __future__ import annotations

import hashlib

from django.core.cache import cache


def allows(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Take one of `times` places, which becomes free again after `seconds`; False when all are taken.

    A place is taken by `add`, which exactly one of several processes wins in every cache; counting up would not
    be exact in the database cache.
    """
    key = hashlib.sha256(who.encode()).hexdigest()[:32]  # no address in a cache
    return any(cache.add(f"throttle:{name}:{key}:{place}", 1, seconds) for place in range(times))

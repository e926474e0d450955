"""A cache that may go away without taking the shop along."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE = 10  # seconds without asking Redis after it failed, so that one hanging server costs one time-out, not one each


def _guarded(operation: str) -> Callable[..., Any]:
    def method(self: "RedisOrDatabase", *args: Any, **kwargs: Any) -> Any:
        return self.attempt(operation, *args, **kwargs)

    method.__name__ = operation
    return method


class RedisOrDatabase(RedisCache):
    """Redis; while it is down, the database cache named `without_redis`.

    The stand-in is shared by all processes too, so log-in throttles go on counting. What was cached before
    the loss is simply missing, and what Redis kept meanwhile is at most one time-out old when it returns.
    """

    _down_until = 0.0

    def attempt(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= RedisOrDatabase._down_until:
            try:
                return getattr(RedisCache, operation)(self, *args, **kwargs)
            except RedisError as error:
                RedisOrDatabase._down_until = time.monotonic() + PAUSE
                logger.warning("Redis is away (%s); the database cache stands in.", type(error).__name__)
        return getattr(caches["without_redis"], operation)(*args, **kwargs)

    add = _guarded("add")
    get = _guarded("get")
    set = _guarded("set")
    touch = _guarded("touch")
    delete = _guarded("delete")
    get_many = _guarded("get_many")
    set_many = _guarded("set_many")
    delete_many = _guarded("delete_many")
    has_key = _guarded("has_key")
    incr = _guarded("incr")
    clear = _guarded("clear")

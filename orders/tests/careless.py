"""The shop's addresses, served without one of its locks: the tests of races must fail on it.

A claim becomes what a careless author would write: look, think for a moment, then write what was worked out before.
SQLite lets one transaction write at a time, so there the transaction is a lock too, and goes as well.
"""

import os
import time
from typing import Any

from django.db import connection
from django.db.models import Value

from catalog import inventory
from devicehub.urls import *  # noqa: F403
from orders import checkout, promotion_uses, units

MOMENT = 0.05
claim = inventory.claim


def careless_claim(queryset: Any, **changes: Any) -> bool:
    new = {f"new_{name}": _expression(value) for name, value in changes.items()}
    row = queryset.annotate(**new).values("pk", *new).first()
    time.sleep(MOMENT)
    if row is None:
        return False
    worked_out = {name: row[f"new_{name}"] for name in changes}
    return queryset.model._base_manager.filter(pk=row["pk"]).update(**worked_out) == 1


def slow_claim(queryset: Any, **changes: Any) -> bool:
    claimed = claim(queryset, **changes)
    time.sleep(MOMENT)
    return claimed


def _expression(value: Any) -> Any:
    return value if hasattr(value, "resolve_expression") else Value(value)


def unlock_stock() -> None:
    inventory.claim = careless_claim


def unlock_cart() -> None:
    checkout.claim = careless_claim


def unlock_uses() -> None:
    promotion_uses.claim = careless_claim


def unlock_order_of_rows() -> None:
    """Stock is taken in the order in which it was put into the cart."""
    inventory.sorted = list  # type: ignore[attr-defined]  # hides the built-in one
    inventory.claim = slow_claim


def unlock_numbers() -> None:
    """Numbers are looked up before they are written, and nothing else keeps them apart."""

    def slow_check(*args: Any) -> Any:
        read = check(*args)
        time.sleep(20 * MOMENT)
        return read

    check, units.check = units.check, slow_check
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS unit_number_once_among_living")


UNLOCKS = {
    "stock": unlock_stock,
    "cart": unlock_cart,
    "uses": unlock_uses,
    "numbers": unlock_numbers,
    "order of rows": unlock_order_of_rows,
}
UNLOCKS[os.environ["UNLOCKED"]]()
if connection.vendor == "sqlite":
    checkout.place_order = checkout.place_order.__wrapped__
    inventory._move = inventory._move.__wrapped__
    promotion_uses.claim_uses = promotion_uses.claim_uses.__wrapped__

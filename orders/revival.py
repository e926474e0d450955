"""An order that was not paid in time, and then was: it goes on if what it needs is still there.

Whatever expiry gave back is claimed again here, in the transaction that records the money, all of it or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import InsufficientStock
from orders import lifecycle, promotion_uses
from orders.balance import Balance
from orders.exceptions import CheckoutIncomplete
from orders.models import Order

REVIVED = lifecycle.REVIVED


def revive(order: Order, money: Balance, *, actor: User | None, data: Mapping[str, Any]) -> bool:
    """Confirm an expired order that is paid in full after all; False leaves it canceled. Its row is locked."""
    if money.kept < money.total or not lifecycle.has_expired(order):
        return False
    try:
        with transaction.atomic():
            _claim_again(order)
    except (InsufficientStock, CheckoutIncomplete):
        return False
    note = _("Paid after its time; everything was still there")
    lifecycle.move(order, Order.Status.CONFIRMED, kind=REVIVED, actor=actor, note=note, data=data)
    return True


def _claim_again(order: Order) -> None:
    """What `cancellation` gives back when an order expires, stock last.

    Raises InsufficientStock or CheckoutIncomplete, and has claimed nothing.
    """
    promotion_uses.claim_again(order)
    units: Counter[int] = Counter()
    for variant_id, quantity in order.lines.filter(quantity__gt=0).values_list("variant", "quantity"):
        if variant_id is None:
            raise InsufficientStock([])  # a device that is no longer in the catalog
        units[variant_id] += quantity
    inventory.reserve(units, reference=order.number, cause=REVIVED)

"""Stopping an order while something about it is unclear: nothing of it is packed or sent, and it does not expire.

The buyer may pay and cancel meanwhile; he is not told, since the reason may be none of his business (a suspected
fraud). Each verb is one transaction that takes the order's row first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from orders import lifecycle
from orders.exceptions import MoveNotAllowed
from orders.models import Order


def check_free(order: Order) -> None:
    """Raises MoveNotAllowed while the order is on hold. The caller holds its row."""
    if order.held_at:
        raise MoveNotAllowed(_("This order is on hold: %(reason)s") % {"reason": order.hold_reason})


@transaction.atomic
def hold(order: Order, *, reason: str, actor: User | None) -> None:
    """Stop a living order. The time to pay stands still from now on."""
    lifecycle.lock(order)
    if order.status not in lifecycle.LIVING:
        raise MoveNotAllowed(_("This order is closed; there is nothing to hold."))
    check_free(order)
    order.held_at, order.hold_reason = timezone.now(), reason[:200]
    order.save(update_fields=["held_at", "hold_reason", "updated_at"])
    lifecycle.record(order, "held", actor=actor, note=reason)


@transaction.atomic
def free(order: Order, *, actor: User | None) -> None:
    """Let a held order go on. What was left of the time to pay when it was held is left now."""
    lifecycle.lock(order)
    if order.held_at is None:
        raise MoveNotAllowed(_("This order is not on hold."))
    held_for = timezone.now() - order.held_at
    order.expires_at = _later(order.expires_at, held_for)
    order.held_at, order.hold_reason = None, ""
    order.save(update_fields=["held_at", "hold_reason", "expires_at", "updated_at"])
    lifecycle.record(order, "freed", actor=actor, data={"minutes": int(held_for.total_seconds() // 60)})


def _later(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment + by if moment else None

"""Giving an order up before dispatch: by buyer, by staff, or by the clock when it was not paid in time.

Each verb is one transaction that takes the order's row first; when any part is refused nothing has happened.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import CatalogError
from orders import balance, lifecycle, payments, promotion_uses, units
from orders.exceptions import MoveNotAllowed, OrderError, PaymentError
from orders.models import Order, Shipment

logger = logging.getLogger(__name__)

# So long an order outlives its time while its payment provider does not say whether it was paid.
PATIENCE = timedelta(hours=1)


def can_cancel(order: Order) -> bool:
    """Whether nothing has left the house yet; what is packed can be unpacked."""
    return order.status in lifecycle.LIVING and order.fulfillment_status == Order.FulfillmentStatus.UNFULFILLED


@transaction.atomic
def cancel_order(order: Order, *, reason: str = "", actor: User | None = None, by: str = "") -> None:
    """Before dispatch, by buyer or staff: stock is freed once, open payments end, money that came goes back."""
    lifecycle.lock(order)
    if not can_cancel(order):
        raise MoveNotAllowed(_("This order has left our house or was canceled; it cannot be canceled now."))
    _cancel(order, kind="canceled", reason=reason, actor=actor, by=by)


def expire_unpaid(at: datetime | None = None) -> int:
    """Cancel every order whose time to pay has run out; returns how many.

    Providers are asked first. While one does not answer its orders wait, but not for ever.
    """
    at = at or timezone.now()
    expired = 0
    silent: set[str] = set()
    for order in Order.objects.awaiting_payment(at).order_by("expires_at"):
        if _is_settled(order, at, silent):
            expired += _expire(order, at)
    return expired


def _is_settled(order: Order, at: datetime, silent: set[str]) -> bool:
    """Whether no money can come any more for all we know; outside of transactions."""
    if order.payment_provider not in silent:
        try:
            payments.close_all(order)
            return True
        except PaymentError as error:
            logger.warning("Order %s waits to expire: %s", order.pk, error)
            silent.add(order.payment_provider)
    assert order.expires_at, "it awaits payment"
    return order.expires_at <= at - PATIENCE


def _expire(order: Order, at: datetime) -> bool:
    """One order in its own transaction: what is wrong with one must not keep the others."""
    try:
        with transaction.atomic():
            lifecycle.lock(order)
            if not Order.objects.awaiting_payment(at).filter(pk=order.pk).exists():
                return False  # paid or canceled in between
            _cancel(order, kind=lifecycle.EXPIRED, reason=_("Not paid in time"), actor=None, by="")
    except (OrderError, CatalogError):
        logger.exception("Order %s could not expire", order.pk)
        return False
    return True


def _cancel(order: Order, *, kind: str, reason: str, actor: User | None, by: str) -> None:
    event = lifecycle.move(order, Order.Status.CANCELED, kind=kind, actor=actor, by=by, note=reason)
    packed = order.shipments.filter(status=Shipment.Status.PACKED)
    units.free(packed)
    packed.update(status=Shipment.Status.CANCELED, updated_at=timezone.now())
    promotion_uses.release_uses(order)
    inventory.release(inventory.reserved_for(order.number), reference=order.number, cause=kind, actor=actor)
    payments.cancel_open(order)
    payments.give_back(order, balance.of(order).kept, key=f"event-{event.pk}", reason=reason, actor=actor)
    lifecycle.refresh_statuses(order)

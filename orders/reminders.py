"""One reminder of a payment that has days to come, before the order gives up waiting for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from orders import lifecycle
from orders.models import Order

KIND = "payment_reminder"
BEFORE = timedelta(days=2)
SHORTEST_WAIT = timedelta(days=3)  # who has hours to pay sits before the page, and needs no mail


def remind(at: datetime | None = None) -> int:
    """Remind the buyers of unpaid orders that expire soon, each once; returns how many."""
    at = at or timezone.now()
    return sum(_remind(order, at) for order in due(at).order_by("expires_at"))


def due(at: datetime) -> QuerySet[Order]:
    waiting = Order.objects.filter(status=Order.Status.PENDING, expires_at__gt=at, expires_at__lte=at + BEFORE)
    patient = waiting.filter(expires_at__gte=F("placed_at") + SHORTEST_WAIT)
    return patient.exclude(events__kind=KIND)


@transaction.atomic
def _remind(order: Order, at: datetime) -> bool:
    lifecycle.lock(order)
    if not due(at).filter(pk=order.pk).exists():
        return False  # paid, canceled or reminded in between
    lifecycle.record(order, KIND)
    return True

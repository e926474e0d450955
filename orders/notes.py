"""What staff write down about an order for one another. It is an event like any other, but no buyer ever reads it."""

from __future__ import annotations

from accounts.models import User
from orders import lifecycle
from orders.models import Order, OrderEvent

KIND = "noted"
MAX_LENGTH = 2000


def write(order: Order, text: str, *, actor: User | None) -> OrderEvent:
    return lifecycle.record(order, KIND, actor=actor, data={"text": text[:MAX_LENGTH]})


def of(events: list[OrderEvent]) -> list[OrderEvent]:
    """The notes among an order's events, newest first."""
    return [event for event in reversed(events) if event.kind == KIND]

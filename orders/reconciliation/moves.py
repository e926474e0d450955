"""What events say of the way an order went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from orders import lifecycle
from orders.models import Order, OrderEvent


def order_moves(orders: Sequence[Order]) -> Iterator[str]:
    """Every move starts where the one before ended, is allowed there, and the last one ends at the order's status.

    Only what expired is revived.
    """
    at = {order.pk: order.number for order in orders}
    status = dict.fromkeys(at, Order.Status.PENDING.value)
    last: dict[UUID, str] = {}
    events = OrderEvent.objects.filter(order__in=orders, data__has_key="to").order_by("created_at", "pk")
    for order_id, kind, data in events.values_list("order", "kind", "data"):
        is_allowed = lifecycle.is_allowed(data["from"], data["to"], kind)
        is_out_of_turn = kind == lifecycle.REVIVED and last.get(order_id) != lifecycle.EXPIRED
        if data["from"] != status[order_id] or not is_allowed or is_out_of_turn:
            yield f"Order {at[order_id]}: event {kind} moves {data['from']} → {data['to']} from {status[order_id]}"
        status[order_id], last[order_id] = data["to"], kind
    for order in orders:
        if order.status != status[order.pk]:
            yield f"Order {order.number}: status is {order.status}, by its events {status[order.pk]}"

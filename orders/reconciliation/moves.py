"""What events say of the way an order went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orders import lifecycle
from orders.models import Order, OrderEvent


def order_moves(orders: Sequence[Order]) -> Iterator[str]:
    """Every move starts where the one before ended, is in the table, and the last one ends at the order's status."""
    at = {order.pk: order.number for order in orders}
    status = dict.fromkeys(at, Order.Status.PENDING.value)
    events = OrderEvent.objects.filter(order__in=orders, data__has_key="to").order_by("created_at", "pk")
    for order_id, kind, data in events.values_list("order", "kind", "data"):
        if data["from"] != status[order_id] or data["to"] not in lifecycle.ALLOWED[data["from"]]:
            yield f"Order {at[order_id]}: event {kind} moves {data['from']} → {data['to']} from {status[order_id]}"
        status[order_id] = data["to"]
    for order in orders:
        if order.status != status[order.pk]:
            yield f"Order {order.number}: status is {order.status}, by its events {status[order.pk]}"

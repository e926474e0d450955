"""What lies in parcels, and what the order says of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from orders import lifecycle
from orders.models import Order, OrderLine, Shipment, ShipmentLine


def parcel_units(orders: Sequence[Order]) -> Iterator[str]:
    """No line lies in parcels with more units than were bought, and the delivery status says what parcels say."""
    ordered: Counter = Counter()
    packed = _units_in_parcels(orders)
    by_order: dict = defaultdict(Counter)
    lines = OrderLine.objects.filter(order__in=orders)
    for pk, order_id, sku, quantity in lines.values_list("pk", "order", "sku", "quantity"):
        ordered[order_id] += quantity
        by_order[order_id] += packed[pk]
        if sum(packed[pk].values()) > quantity:
            yield f"Order line {sku}: {sum(packed[pk].values())} units in parcels, {quantity} bought"
    for order in orders:
        units = by_order[order.pk]
        derived = lifecycle.fulfillment_status(
            ordered[order.pk], shipped=units[Shipment.Status.SHIPPED], delivered=units[Shipment.Status.DELIVERED]
        )
        if order.fulfillment_status != derived:
            yield f"Order {order.number}: delivery is {order.fulfillment_status}, by its parcels {derived}"


def _units_in_parcels(orders: Sequence[Order]) -> dict[int, Counter]:
    packed: dict[int, Counter] = defaultdict(Counter)
    rows = ShipmentLine.objects.filter(order_line__order__in=orders).exclude(shipment__status=Shipment.Status.CANCELED)
    for line, status, units in rows.values_list("order_line", "shipment__status", "quantity"):
        packed[line][status] += units
    return packed

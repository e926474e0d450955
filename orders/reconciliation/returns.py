"""What came back: no more than was sent, and each unit that is sold again in stock once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Sum

from catalog.models import StockMovement
from orders.models import Order, Return, ReturnUnit, Shipment, ShipmentLine

GONE = [Shipment.Status.SHIPPED, Shipment.Status.DELIVERED]


def returned_units(orders: Sequence[Order]) -> Iterator[str]:
    sent = ShipmentLine.objects.filter(shipment__order__in=orders, shipment__status__in=GONE)
    by_line = Counter(dict(sent.values_list("order_line").annotate(units=Sum("quantity")).order_by()))
    rows = ReturnUnit.objects.filter(process__in=Return.objects.living().filter(order__in=orders))
    back = Counter(rows.exclude(decision=ReturnUnit.Decision.SEND_BACK).values_list("order_line", "order_line__sku"))
    for (line, sku), units in sorted(back.items()):
        if units > by_line[line]:
            yield f"Order line {sku}: {units} units in returns, {by_line[line]} sent"


def returned_stock(orders: Sequence[Order]) -> Iterator[str]:
    """For every return: what inspection put on sale is what the ledger took back."""
    numbers = {order.number for order in orders}
    taken = StockMovement.objects.filter(reference__in=numbers, kind=StockMovement.Kind.RESTOCK)
    columns = taken.values_list("reference", "cause", "level__variant", "on_hand_change")
    ledger = Counter({(number, cause, variant): units for number, cause, variant, units in columns})
    rows = ReturnUnit.objects.filter(process__order__in=orders, variant__isnull=False)
    decided: Counter[tuple[str, str, int]] = Counter()
    for number, n, variant in rows.values_list("process__order__number", "process__number", "variant"):
        decided[number, f"return {n}", variant] += 1
    for key in sorted(ledger.keys() | decided.keys()):
        if ledger[key] != decided[key]:
            words = f"{decided[key]} of variant {key[2]} to be sold again, {ledger[key]} taken into stock"
            yield f"Order {key[0]}, {key[1]}: {words}"

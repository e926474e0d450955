"""The ledger makes the levels, and what is reserved is what orders still have to send."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, Sum

from catalog.models import StockLevel, StockMovement
from devicehub.lib.db import in_batches
from orders.models import Order, OrderLine, Shipment, ShipmentLine

Units = Counter[tuple[str, int]]  # by order number and variant

LIVING = (Order.Status.PENDING, Order.Status.CONFIRMED)
GONE = (Shipment.Status.SHIPPED, Shipment.Status.DELIVERED)


def stock_ledger() -> Iterator[str]:
    """From zero, movement by movement, to what the level says."""
    for levels in in_batches(StockLevel.objects.select_related("variant")):
        movements = _movements(levels)
        for level in levels:
            yield from _follow(level, movements[level.pk])


def _movements(levels: Sequence[StockLevel]) -> dict[int, list[tuple[int, ...]]]:
    columns = ("pk", "on_hand_change", "reserved_change", "on_hand_after", "reserved_after")
    found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    rows = StockMovement.objects.filter(level__in=levels).order_by("pk").values_list("level", *columns)
    for level, *figures in rows.iterator():
        found[level].append(tuple(figures))
    return found


def _follow(level: StockLevel, movements: Sequence[tuple[int, ...]]) -> Iterator[str]:
    on_hand = reserved = 0
    for pk, on_hand_change, reserved_change, *after in movements:
        on_hand, reserved = on_hand + on_hand_change, reserved + reserved_change
        if [on_hand, reserved] != after:
            yield f"Stock movement {pk}: the ledger says {on_hand}/{reserved}, the row {after[0]}/{after[1]}"
    if (level.on_hand, level.reserved) != (on_hand, reserved):
        yield (
            f"Stock of {level.variant.sku}: {level.on_hand} on hand and {level.reserved} reserved, "
            f"by the ledger {on_hand} and {reserved}"
        )


def reservations(orders: Sequence[Order]) -> Iterator[str]:
    """What is reserved for an order is what it still has to send."""
    reserved, expected = _reserved(orders), _still_to_send(orders)
    for number, variant in sorted(reserved.keys() | expected.keys()):
        if reserved[number, variant] != expected[number, variant]:
            yield (
                f"Order {number}: {reserved[number, variant]} of variant {variant} reserved, "
                f"{expected[number, variant]} to be sent"
            )


def reserved_for_nobody() -> Iterator[str]:
    """Units reserved under a word that is no order's number."""
    movements = StockMovement.objects.exclude(reserved_change=0)
    strangers = movements.filter(~Exists(Order.objects.filter(number=OuterRef("reference"))))
    rows = strangers.values_list("reference", "level__variant__sku").annotate(units=Sum("reserved_change"))
    for reference, sku, units in rows.exclude(units=0).order_by("reference", "level__variant__sku").iterator():
        yield f"{units} of {sku} reserved for {reference or 'nobody'}, which is no order"


def _reserved(orders: Sequence[Order]) -> Units:
    rows = StockMovement.objects.filter(reference__in=[order.number for order in orders]).exclude(reserved_change=0)
    sums = rows.values_list("reference", "level__variant_id").annotate(units=Sum("reserved_change")).order_by()
    return Counter({(number, variant): units for number, variant, units in sums})


def _still_to_send(orders: Sequence[Order]) -> Units:
    living = [order for order in orders if order.status in LIVING]
    units: Units = Counter()
    lines = OrderLine.objects.filter(order__in=living, variant__isnull=False)
    for number, variant, quantity in lines.values_list("order__number", "variant", "quantity"):
        units[number, variant] += quantity
    gone = ShipmentLine.objects.filter(
        shipment__status__in=GONE, order_line__order__in=living, order_line__variant__isnull=False
    )
    for number, variant, quantity in gone.values_list("order_line__order__number", "order_line__variant", "quantity"):
        units[number, variant] -= quantity
    return units

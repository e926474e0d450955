"""Place n orders in a loaded shop, and time the proof: python -m benchmarks.orders 100000

Of twenty orders fourteen are delivered, three wait to be packed, two were canceled and one is not paid yet. They have
one to three lines. Written in bulk, as `checkout`, `payments` and `fulfillment` would have left them; `reconcile` must
find nothing.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog import inventory
from catalog.models import Product, StockLevel, StockMovement, Variant
from devicehub.lib.money import Money
from orders.models import Order, OrderEvent, OrderLine, Payment, Shipment, ShipmentLine
from orders.pricing import tax_of
from orders.reconciliation import check_all

BATCH = 1000
DEVICES = 2000  # different variants that are bought
RATE = Decimal(19)
FATES = ["delivered"] * 14 + ["paid"] * 3 + ["canceled"] * 2 + ["pending"]
Kind = StockMovement.Kind


class Ledger:
    """The levels of some variants in memory, and the movements that change them."""

    def __init__(self, units: int) -> None:
        ids = list(Variant.objects.on_sale().order_by("pk").values_list("pk", flat=True)[:DEVICES])
        place = inventory.main_place()
        StockLevel.objects.bulk_create([StockLevel(variant_id=pk, place=place) for pk in ids], ignore_conflicts=True)
        levels = StockLevel.objects.filter(variant__in=ids).select_related("variant__product")
        self.levels = list(levels.order_by("variant_id"))
        self.movements: list[StockMovement] = []
        for level in self.levels:
            self.post(level, Kind.RECEIPT, units, 0, "benchmark", "orders")

    def post(self, level: StockLevel, kind: str, on_hand: int, reserved: int, reference: str, cause: str) -> None:
        level.on_hand += on_hand
        level.reserved += reserved
        self.movements.append(
            StockMovement(
                level=level,
                kind=kind,
                on_hand_change=on_hand,
                reserved_change=reserved,
                on_hand_after=level.on_hand,
                reserved_after=level.reserved,
                reference=reference,
                cause=cause,
            )
        )

    def write(self) -> None:
        StockMovement.objects.bulk_create(self.movements, batch_size=BATCH)
        self.movements = []

    def close(self) -> None:
        StockLevel.objects.bulk_update(self.levels, ["on_hand", "reserved"], batch_size=100)


@transaction.atomic
def place(orders: int) -> None:
    start = Order.objects.count()
    ledger = Ledger(units=orders)
    for first in range(start, start + orders, BATCH):
        numbers = range(first, min(first + BATCH, start + orders))
        rows = [row for number in numbers for row in _rows(number, ledger)]
        for model in (Order, OrderLine, Payment, Shipment, ShipmentLine, OrderEvent):
            model.objects.bulk_create([row for row in rows if type(row) is model])
        ledger.write()
    ledger.close()
    Product.objects.filter(variants__stock_levels__in=ledger.levels).distinct().refresh_listing()


def _rows(number: int, ledger: Ledger) -> Iterator[Any]:
    """Everything of one order, but its stock, which goes to the ledger."""
    fate = FATES[number % len(FATES)]
    steps = range(1 + number % 3)
    lines = [(ledger.levels[(number * 7 + step) % len(ledger.levels)], 1 + step % 2) for step in steps]
    order = _order(number, fate, lines)
    yield order
    rows = [_line(order, place, level.variant, units) for place, (level, units) in enumerate(lines, start=1)]
    yield from rows
    yield from _events(order, fate)
    if fate != "pending":
        yield Payment(order=order, provider="bank_transfer", amount=order.total, currency=order.currency, **_paid(fate))
    if fate == "delivered":
        at = order.placed_at
        shipment = Shipment(order=order, number=1, status="delivered", shipped_at=at, delivered_at=at)
        yield shipment
        yield from (ShipmentLine(shipment=shipment, order_line=row, quantity=row.quantity) for row in rows)
    for level, units in lines:
        ledger.post(level, Kind.RESERVE, 0, units, order.number, "placed")
        if fate == "delivered":
            ledger.post(level, Kind.COMMIT, -units, -units, order.number, "shipment 1")
        if fate == "canceled":
            ledger.post(level, Kind.RELEASE, 0, -units, order.number, "canceled")


def _paid(fate: str) -> dict[str, Any]:
    is_canceled = fate == "canceled"
    return {"status": "canceled" if is_canceled else "captured", "captured_at": None if is_canceled else timezone.now()}


def _order(number: int, fate: str, lines: Sequence[tuple[StockLevel, int]]) -> Order:
    goods = sum((level.variant.money * units for level, units in lines), Money.zero("EUR"))
    tax = sum((tax_of(level.variant.money * units, RATE, True) for level, units in lines), Money.zero("EUR"))
    status = {"delivered": "completed", "paid": "confirmed"}.get(fate, fate)
    return Order(
        number=f"BENCH-{number}",
        placement_key=f"benchmark-{number}",
        email=f"buyer-{number % 5000}@example.com",
        currency="EUR",
        status=status,
        payment_status="paid" if fate in ("delivered", "paid") else "unpaid",
        fulfillment_status="delivered" if fate == "delivered" else "unfulfilled",
        placed_at=timezone.now() - timedelta(minutes=number % 500_000),
        expires_at=timezone.now() + timedelta(days=7) if fate == "pending" else None,
        lines_total=goods.amount,
        shipping_total=0,
        tax_total=tax.amount,
        total=goods.amount,
        shipping_name="Standard",
        payment_provider="bank_transfer",
    )


def _line(order: Order, position: int, variant: Variant, units: int) -> OrderLine:
    total = variant.money * units
    return OrderLine(
        order=order,
        variant=variant,
        position=position,
        product_name=variant.product.name,
        variant_label=variant.label,
        sku=variant.sku,
        condition=variant.condition,
        unit_price=variant.price,
        quantity=units,
        tax_class=variant.tax_class,
        tax_rate=RATE,
        tax_amount=tax_of(total, RATE, True).amount,
        total=total.amount,
    )


def _events(order: Order, fate: str) -> Iterator[OrderEvent]:
    path = {"delivered": ["confirmed", "completed"], "paid": ["confirmed"], "canceled": ["canceled"], "pending": []}
    kinds = {"confirmed": "paid"}  # the move has the name of what brought it about
    yield OrderEvent(order=order, kind="placed", actor_label="guest")
    before = "pending"
    for after in path[fate]:
        yield OrderEvent(
            order=order, kind=kinds.get(after, after), actor_label="shop", data={"from": before, "to": after}
        )
        before = after


def prove() -> tuple[int, float, float]:
    """(differences, seconds, peak memory of this process in MB)."""
    start = time.perf_counter()
    found = sum(1 for _difference in check_all())
    return found, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("orders", type=int)
    parser.add_argument("--prove", action="store_true", help="place none, only check what is there")
    options = parser.parse_args()
    if not options.prove:
        place(options.orders)
    found, seconds, megabytes = prove()
    print(f"{Order.objects.count():,} orders: {found} differences in {seconds:.1f} s, {megabytes:.0f} MB at most")


if __name__ == "__main__":
    main()

"""Proof that stock and money are right: every check returns what is wrong, in words, and nothing when all is well.

Each check reads its tables in a handful of queries, however many orders there are, and changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from catalog.models import StockLevel, StockMovement
from orders import lifecycle
from orders.models import Adjustment, Order, OrderEvent, OrderLine, Payment, Refund, Shipment, ShipmentLine

Units = Counter[tuple[str, int]]  # by order number and variant


@transaction.atomic
def differences() -> list[str]:
    checks = (stock_ledger, reservations, order_sums, money, parcels, moves)
    return [difference for check in checks for difference in check()]


def stock_ledger() -> Iterator[str]:
    """From zero, movement by movement, to what the level says."""
    on_hand: Counter[int] = Counter()
    reserved: Counter[int] = Counter()
    columns = ("pk", "level", "on_hand_change", "reserved_change", "on_hand_after", "reserved_after")
    for pk, level, *figures in StockMovement.objects.order_by("pk").values_list(*columns).iterator():
        on_hand[level] += figures[0]
        reserved[level] += figures[1]
        if [on_hand[level], reserved[level]] != figures[2:]:
            yield f"Stock movement {pk}: the ledger says {on_hand[level]}/{reserved[level]}, the row {figures[2:]}"
    for row in StockLevel.objects.select_related("variant"):
        if (row.on_hand, row.reserved) != (on_hand[row.pk], reserved[row.pk]):
            yield (
                f"Stock of {row.variant.sku}: {row.on_hand} on hand and {row.reserved} reserved, "
                f"by the ledger {on_hand[row.pk]} and {reserved[row.pk]}"
            )


def reservations() -> Iterator[str]:
    """What is reserved for an order is what it still has to send."""
    reserved: Units = Counter()
    rows = StockMovement.objects.exclude(reserved_change=0).values_list("reference", "level__variant_id")
    for number, variant, units in rows.annotate(units=Sum("reserved_change")).order_by():
        reserved[number, variant] = units
    expected = _still_to_send()
    for number, variant in sorted(reserved.keys() | expected.keys()):
        if reserved[number, variant] != expected[number, variant]:
            yield (
                f"Order {number}: {reserved[number, variant]} of variant {variant} reserved, "
                f"{expected[number, variant]} to be sent"
            )


def order_sums() -> Iterator[str]:
    """Σ lines + delivery + adjustments (+ tax) = total, and the tax is the sum of its parts."""
    goods, tax = _sums(OrderLine, "total"), _sums(OrderLine, "tax_amount")
    adjusted, adjusted_tax = _sums(Adjustment, "amount"), _sums(Adjustment, "tax_amount")
    for order in Order.objects.order_by("placed_at").iterator():
        total = order.lines_total + order.shipping_total + order.adjustments_total
        total += 0 if order.prices_include_tax else order.tax_total
        pairs = {
            "goods": (order.lines_total, goods[order.pk]),
            "adjustments": (order.adjustments_total, adjusted[order.pk]),
            "tax": (order.tax_total, tax[order.pk] + adjusted_tax[order.pk] + order.shipping_tax),
            "total": (order.total, total),
        }
        for name, (stored, computed) in pairs.items():
            if stored != computed:
                yield f"Order {order.number}: {name} is {stored}, its parts make {computed}"


def money() -> Iterator[str]:
    """No payment gives back more than came, and the payment status says what payments and refunds say."""
    captured: dict[UUID, Decimal] = defaultdict(Decimal)
    refunded: dict[UUID, Decimal] = defaultdict(Decimal)
    refunds = _refunds_by_payment()
    for payment in Payment.objects.iterator():
        amount = payment.amount if payment.status == Payment.Status.CAPTURED else Decimal(0)
        back = refunds[payment.pk]
        if sum(back.values()) > amount:
            yield f"Payment {payment.pk}: {sum(back.values())} given back of {amount}"
        captured[payment.order_id] += amount
        refunded[payment.order_id] += back[Refund.Status.DONE] or Decimal(0)
    for order in Order.objects.iterator():
        derived = lifecycle.payment_status(
            order.status, total=order.total, captured=captured[order.pk], refunded=refunded[order.pk]
        )
        if order.payment_status != derived:
            yield f"Order {order.number}: payment is {order.payment_status}, by its payments {derived}"


def parcels() -> Iterator[str]:
    """No line lies in parcels with more units than were bought, and the delivery status says what parcels say."""
    ordered: Counter = Counter()
    packed = _units_in_parcels()
    by_order: dict = defaultdict(Counter)
    for pk, order_id, sku, quantity in OrderLine.objects.values_list("pk", "order", "sku", "quantity").iterator():
        ordered[order_id] += quantity
        by_order[order_id] += packed[pk]
        if sum(packed[pk].values()) > quantity:
            yield f"Order line {sku}: {sum(packed[pk].values())} units in parcels, {quantity} bought"
    for order in Order.objects.iterator():
        units = by_order[order.pk]
        derived = lifecycle.fulfillment_status(
            ordered[order.pk], shipped=units[Shipment.Status.SHIPPED], delivered=units[Shipment.Status.DELIVERED]
        )
        if order.fulfillment_status != derived:
            yield f"Order {order.number}: delivery is {order.fulfillment_status}, by its parcels {derived}"


def moves() -> Iterator[str]:
    """Every move starts where the one before ended, is in the table, and the last one ends at the order's status."""
    at = dict(Order.objects.values_list("pk", "number"))
    status = dict.fromkeys(at, Order.Status.PENDING.value)
    events = OrderEvent.objects.filter(data__has_key="to").order_by("created_at", "pk")
    for order, kind, data in events.values_list("order", "kind", "data").iterator():
        if data["from"] != status[order] or data["to"] not in lifecycle.ALLOWED[data["from"]]:
            yield f"Order {at[order]}: event {kind} moves {data['from']} → {data['to']} from {status[order]}"
        status[order] = data["to"]
    for pk, stored in Order.objects.values_list("pk", "status").iterator():
        if stored != status[pk]:
            yield f"Order {at[pk]}: status is {stored}, by its events {status[pk]}"


def _still_to_send() -> Units:
    living = [Order.Status.PENDING, Order.Status.CONFIRMED]
    lines = OrderLine.objects.filter(order__status__in=living, variant__isnull=False)
    units: Units = Counter()
    for number, variant, quantity in lines.values_list("order__number", "variant", "quantity"):
        units[number, variant] += quantity
    gone = ShipmentLine.objects.filter(
        shipment__status__in=[Shipment.Status.SHIPPED, Shipment.Status.DELIVERED],
        order_line__order__status__in=living,
        order_line__variant__isnull=False,
    )
    for number, variant, quantity in gone.values_list("order_line__order__number", "order_line__variant", "quantity"):
        units[number, variant] -= quantity
    return units


def _sums(model: type[OrderLine] | type[Adjustment], column: str) -> Counter:
    rows = model._default_manager.values_list("order").annotate(sum=Sum(F(column))).order_by()
    return Counter(dict(rows))


def _refunds_by_payment() -> dict:
    refunds: dict = defaultdict(Counter)
    for payment, status, amount in Refund.objects.values_list("payment", "status", "amount"):
        if status != Refund.Status.FAILED:
            refunds[payment][status] += amount
    return refunds


def _units_in_parcels() -> dict[int, Counter]:
    packed: dict[int, Counter] = defaultdict(Counter)
    rows = ShipmentLine.objects.exclude(shipment__status=Shipment.Status.CANCELED)
    for line, status, units in rows.values_list("order_line", "shipment__status", "quantity"):
        packed[line][status] += units
    return packed

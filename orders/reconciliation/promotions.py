"""Uses of promotions and what they took off lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F

from orders.models import Adjustment, Order, OrderLine, Promotion, PromotionUse, Voucher


def promotion_counters() -> Iterator[str]:
    """What a promotion or a voucher counts is what its living uses say."""
    for name, rows in (("promotion", Promotion.objects.all()), ("voucher", Voucher.objects.all())):
        counted = PromotionUse.living().exclude(**{name: None}).values_list(name).annotate(uses=Count("pk"))
        uses = Counter(dict(counted.order_by()))
        for row in rows.iterator():
            if row.uses != uses[row.pk]:
                yield f"The {name} {row}: used {row.uses} times, by its orders {uses[row.pk]}"


def promotion_uses(orders: Sequence[Order]) -> Iterator[str]:
    """A purchase counts its use of every promotion that a living order of it has a deduction of, an ended one none."""
    placed = [one for one in orders if one.split_from_id is None]
    living, told = _living_orders(placed)
    counted: dict[UUID, set[str]] = defaultdict(set)
    for order, promotion in PromotionUse.living(order__in=placed).values_list("order", "promotion"):
        counted[order].add(f"promotion:{promotion}")
    for one in placed:
        lost = sorted(told[one.pk] - counted[one.pk])
        yield from (f"Order {one.number} does not count its use of {source}" for source in lost)
        if one.pk not in living:
            yield from (f"Order {one.number} is canceled and counts {source}" for source in sorted(counted[one.pk]))


def _living_orders(placed: Sequence[Order]) -> tuple[set[UUID], dict[UUID, set[str]]]:
    """Purchases of which an order lives, and the promotions that those have deductions of."""
    rows = Order.objects.of_purchase(*(one.pk for one in placed)).exclude(status=Order.Status.CANCELED)
    living = {order.pk: order.purchase_id for order in rows.only("pk", "split_from")}
    told: dict[UUID, set[str]] = defaultdict(set)
    adjustments = Adjustment.objects.filter(order__in=living, source__startswith="promotion:")
    for order, source in adjustments.values_list("order", "source"):
        told[living[order]].add(source)
    return set(living.values()), told


def line_discounts(orders: Sequence[Order]) -> Iterator[str]:
    """No line is discounted below zero, nor by an adjustment of another order."""
    discounts: dict[int | None, Decimal] = defaultdict(Decimal)
    adjustments = Adjustment.objects.filter(line__order__in=orders)
    for line, amount in adjustments.values_list("line", "amount"):
        discounts[line] += amount
    strange = adjustments.exclude(order=F("line__order"))
    for sku, number, other in strange.values_list("line__sku", "line__order__number", "order__number"):
        yield f"Order {number}: {sku} has a discount of the order {other}"
    lines = OrderLine.objects.filter(order__in=orders).values_list("pk", "sku", "total", "order__number")
    for pk, sku, total, number in lines:
        if total + discounts[pk] < 0:
            yield f"Order {number}: {sku} is discounted by {-discounts[pk]} of {total}"

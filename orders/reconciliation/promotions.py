"""Uses of promotions and what they took off lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

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
    """A living order counts its use of every promotion that it has a deduction of, a canceled one counts none."""
    told: dict[UUID, set[str]] = defaultdict(set)
    adjustments = Adjustment.objects.filter(order__in=orders, source__startswith="promotion:")
    for order, source in adjustments.values_list("order", "source"):
        told[order].add(source)
    counted: dict[UUID, set[str]] = defaultdict(set)
    for order, promotion in PromotionUse.living(order__in=orders).values_list("order", "promotion"):
        counted[order].add(f"promotion:{promotion}")
    for one in orders:
        if one.status == Order.Status.CANCELED:
            yield from (f"Order {one.number} is canceled and counts {source}" for source in sorted(counted[one.pk]))
        else:
            lost = sorted(told[one.pk] - counted[one.pk])
            yield from (f"Order {one.number} does not count its use of {source}" for source in lost)


def line_discounts(orders: Sequence[Order]) -> Iterator[str]:
    """No line is discounted below zero."""
    discounts: dict[int | None, Decimal] = defaultdict(Decimal)
    for line, amount in Adjustment.objects.filter(line__order__in=orders).values_list("line", "amount"):
        discounts[line] += amount
    lines = OrderLine.objects.filter(order__in=orders).values_list("pk", "sku", "total", "order__number")
    for pk, sku, total, number in lines:
        if total + discounts[pk] < 0:
            yield f"Order {number}: {sku} is discounted by {-discounts[pk]} of {total}"

"""What an order's parts make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import F, Sum

from orders.models import Adjustment, Order, OrderLine


def order_sums(orders: Sequence[Order]) -> Iterator[str]:
    """Σ lines + delivery + adjustments (+ tax) = total, and the tax is the sum of its parts."""
    goods, tax = _sums(OrderLine, "total", orders), _sums(OrderLine, "tax_amount", orders)
    adjusted, adjusted_tax = _sums(Adjustment, "amount", orders), _sums(Adjustment, "tax_amount", orders)
    for order in orders:
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


def _sums(model: type[OrderLine] | type[Adjustment], column: str, orders: Sequence[Order]) -> Counter:
    rows = model._default_manager.filter(order__in=orders).values_list("order").annotate(sum=Sum(F(column)))
    return Counter(dict(rows.order_by()))

"""What refunds give money back for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import F, Sum

from orders import balance
from orders.models import Order, RefundLine


def refund_lines(orders: Sequence[Order]) -> Iterator[str]:
    """The lines of a refund sum to it, and of no line more units go back than were bought."""
    rows = RefundLine.objects.filter(refund__payment__order__in=orders)
    by_refund = rows.values_list("refund", "refund__amount")
    for pk, amount, parts in by_refund.annotate(sum=Sum("amount")).order_by("refund_id"):
        if amount != parts:
            yield f"Refund {pk}: {amount}, its lines make {parts:.2f}"
    living = rows.filter(refund__status__in=balance.RETURNING, kind=RefundLine.Kind.LINE)
    by_line = living.values_list("order_line_id", "order_line__sku", "order_line__quantity")
    units = by_line.annotate(sum=Sum("units")).filter(sum__gt=F("order_line__quantity"))
    for _line, sku, bought, back in units.order_by("order_line_id"):
        yield f"Order line {sku}: {back} refunded, {bought} bought"

"""What came, what went back, and what the order says of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from orders import balance, lifecycle
from orders.models import Order, Payment, Refund


def payment_sums(orders: Sequence[Order]) -> Iterator[str]:
    """No payment gives back more than came, and the payment status says what payments and refunds say."""
    captured: dict[UUID, Decimal] = defaultdict(Decimal)
    refunded: dict[UUID, Decimal] = defaultdict(Decimal)
    refunds = _refunds_by_payment(orders)
    for payment in Payment.objects.filter(order__in=orders):
        amount = payment.amount if payment.status == Payment.Status.CAPTURED else Decimal(0)
        back = refunds[payment.pk]
        if sum(back.values()) > amount:
            yield f"Payment {payment.pk}: {sum(back.values())} given back of {amount}"
        captured[payment.order_id] += amount
        refunded[payment.order_id] += back[Refund.Status.DONE] or Decimal(0)
    excess = _excess(orders)
    for order in orders:
        derived = lifecycle.payment_status(
            order.status,
            total=order.total,
            captured=captured[order.pk],
            refunded=refunded[order.pk],
            excess=excess[order.pk],
        )
        if order.payment_status != derived:
            yield f"Order {order.number}: payment is {order.payment_status}, by its payments {derived}"


def _excess(orders: Sequence[Order]) -> dict[UUID, Decimal]:
    rows = balance.excess(Refund.objects.filter(payment__order__in=orders)).values_list("payment__order")
    return defaultdict(Decimal, rows.annotate(sum=Sum("amount")).order_by())


def _refunds_by_payment(orders: Sequence[Order]) -> dict:
    refunds: dict = defaultdict(Counter)
    rows = Refund.objects.filter(payment__order__in=orders).exclude(status=Refund.Status.FAILED)
    for payment, status, amount in rows.values_list("payment", "status", "amount"):
        refunds[payment][status] += amount
    return refunds

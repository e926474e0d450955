"""What was paid for an order, what was given back, and what is still to come or owed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from devicehub.lib.money import Money
from orders.models import Order, Payment, Refund, RefundLine

# Money that is on its way back counts as given back: it must not be promised twice.
RETURNING = [Refund.Status.PENDING, Refund.Status.DONE]


@dataclass(frozen=True)
class Balance:
    """`refunding` contains `refunded`: refunds asked for, done or not; and `excess`, what was not for this order."""

    total: Money
    captured: Money
    refunded: Money
    refunding: Money
    excess: Money

    @property
    def kept(self) -> Money:
        """What is or will be left of the buyer's money."""
        return self.captured - self.refunding

    @property
    def received(self) -> Money:
        """What came for this order. A refund of devices or by goodwill takes nothing from it: it is not asked back."""
        return self.captured - self.excess

    @property
    def due(self) -> Money:
        return due(self.total, self.received)

    @property
    def spare(self) -> Money:
        """What can go back or to another order, since this one does not cost that much."""
        return max(min(self.received - self.total, self.kept), Money.zero(self.total.currency))


def due(total: Money, received: Money) -> Money:
    """Still to be paid; never below nothing."""
    return max(total - received, Money.zero(total.currency))


def with_received(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that bring what came for them along, as `received`."""
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.CAPTURED)
    back = excess(Refund.objects.filter(payment__order=OuterRef("pk")))
    return orders.annotate(received=_sum_in_row(paid, "order") - _sum_in_row(back, "payment__order"))


def excess(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    """Those of what an order did not cost: it was canceled, changed, split or paid twice (see `RefundLine`)."""
    return refunds.filter(~Exists(RefundLine.objects.filter(refund=OuterRef("pk"))), status__in=RETURNING)


def of(order: Order) -> Balance:
    captured = _sum(Payment.objects.filter(order=order, status=Payment.Status.CAPTURED))
    refunds = Refund.objects.filter(payment__order=order)
    return Balance(
        total=order.money(order.total),
        captured=order.money(captured),
        refunded=order.money(_sum(refunds.filter(status=Refund.Status.DONE))),
        refunding=order.money(_sum(refunds.filter(status__in=RETURNING))),
        excess=order.money(_sum(excess(refunds))),
    )


def _sum_in_row(rows: QuerySet[Any], order: str) -> Coalesce:
    sums = rows.order_by().values(order).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums), Decimal(0), output_field=DecimalField())


def _sum(rows) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)

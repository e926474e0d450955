"""What was paid for an order, what was given back, and what is still to come or owed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from devicehub.lib.money import Money
from orders.models import Order, Payment, Refund

# Money that is on its way back counts as given back: it must not be promised twice.
RETURNING = [Refund.Status.PENDING, Refund.Status.DONE]


@dataclass(frozen=True)
class Balance:
    """`refunding` contains `refunded`: refunds asked for, done or not."""

    total: Money
    captured: Money
    refunded: Money
    refunding: Money

    @property
    def kept(self) -> Money:
        """What is or will be left of the buyer's money."""
        return self.captured - self.refunding

    @property
    def due(self) -> Money:
        """Still to be paid; never below nothing, and a refund by goodwill is not asked back."""
        return max(self.total - self.captured, Money.zero(self.total.currency))

    @property
    def owed(self) -> Money:
        """On its way back."""
        return self.refunding - self.refunded


def with_money(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that bring along what was `captured` for them, and what was `refunded` and is `refunding` of it."""
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.CAPTURED)
    back = Refund.objects.filter(payment__order=OuterRef("pk"))
    return orders.annotate(
        captured=_sum_of(paid, "order"),
        refunded=_sum_of(back.filter(status=Refund.Status.DONE), "payment__order"),
        refunding=_sum_of(back.filter(status__in=RETURNING), "payment__order"),
    )


def known(order: Any) -> Balance:
    """Of an order that came `with_money`; no query."""
    captured, refunded, refunding = (order.money(one) for one in (order.captured, order.refunded, order.refunding))
    return Balance(total=order.money(order.total), captured=captured, refunded=refunded, refunding=refunding)


def of(order: Order) -> Balance:
    captured = _sum(Payment.objects.filter(order=order, status=Payment.Status.CAPTURED))
    refunds = Refund.objects.filter(payment__order=order)
    return Balance(
        total=order.money(order.total),
        captured=order.money(captured),
        refunded=order.money(_sum(refunds.filter(status=Refund.Status.DONE))),
        refunding=order.money(_sum(refunds.filter(status__in=RETURNING))),
    )


def _sum_of(rows: QuerySet[Any], by: str) -> Coalesce:
    sums = rows.order_by().values(by).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums), Decimal(0), output_field=DecimalField())


def _sum(rows) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)

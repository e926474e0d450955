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
SUMS = ("captured", "refunded", "refunding", "excess")


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
    def owed(self) -> Money:
        """On its way back."""
        return self.refunding - self.refunded

    @property
    def received(self) -> Money:
        """What came for this order. A refund of devices or by goodwill takes nothing from it: it is not asked back."""
        return self.captured - self.excess

    @property
    def due(self) -> Money:
        """Still to be paid; never below nothing."""
        return max(self.total - self.received, Money.zero(self.total.currency))

    @property
    def spare(self) -> Money:
        """What can go back or to another order, since this one does not cost that much."""
        return max(min(self.received - self.total, self.kept), Money.zero(self.total.currency))


def of(order: Order) -> Balance:
    return _balance(order, with_money(Order.objects.filter(pk=order.pk)).values(*SUMS).get())


def known(order: Order) -> Balance:
    """Of an order that came `with_money`; no query."""
    return _balance(order, {name: getattr(order, name) for name in SUMS})


def with_money(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that bring the sums of a balance along."""
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.CAPTURED)
    back = Refund.objects.filter(payment__order=OuterRef("pk"))
    return orders.annotate(
        captured=_sum_of(paid, "order"),
        refunded=_sum_of(back.filter(status=Refund.Status.DONE), "payment__order"),
        refunding=_sum_of(back.filter(status__in=RETURNING), "payment__order"),
        excess=_sum_of(excess(back), "payment__order"),
    )


def excess(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    """Those of what an order did not cost: it was canceled, changed, split or paid twice (see `RefundLine`)."""
    return refunds.filter(~Exists(RefundLine.objects.filter(refund=OuterRef("pk"))), status__in=RETURNING)


def _balance(order: Order, sums: dict[str, Decimal]) -> Balance:
    return Balance(total=order.money(order.total), **{name: order.money(sums[name]) for name in SUMS})


def _sum_of(rows: QuerySet[Any], by: str) -> Coalesce:
    sums = rows.order_by().values(by).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums), Decimal(0), output_field=DecimalField())

"""What was paid for an order, what was given back, and what is still to come or owed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
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
        return due(self.total, self.captured)


def due(total: Money, captured: Money) -> Money:
    """Still to be paid; never below nothing, and a refund by goodwill is not asked back."""
    return max(total - captured, Money.zero(total.currency))


def with_captured(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that bring what was paid for them along, as `captured`."""
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.CAPTURED).order_by().values("order")
    sums = paid.annotate(sum=Sum("amount")).values("sum")
    return orders.annotate(captured=Coalesce(Subquery(sums), Decimal(0), output_field=DecimalField()))


def of(order: Order) -> Balance:
    captured = Payment.objects.filter(order=order, status=Payment.Status.CAPTURED).aggregate(sum=Sum("amount"))["sum"]
    refunds = Refund.objects.filter(payment__order=order).aggregate(
        done=Sum("amount", filter=Q(status=Refund.Status.DONE)),
        returning=Sum("amount", filter=Q(status__in=RETURNING)),
    )
    return Balance(
        total=order.money(order.total),
        captured=order.money(captured or 0),
        refunded=order.money(refunds["done"] or 0),
        refunding=order.money(refunds["returning"] or 0),
    )

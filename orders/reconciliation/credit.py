"""Gift cards and store credit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from orders.models import CreditAccount, CreditEntry, Order, Payment, Refund
from orders.payments.credit import Credit


def credit_balances() -> Iterator[str]:
    """An account holds what its entries make."""
    sums = CreditAccount.objects.annotate(sum=Coalesce(Sum("entries__amount"), Decimal(0)))
    for account in sums.exclude(balance=F("sum")):
        yield f"{account}: {account.balance} on it, its entries make {account.sum:.2f}"


def credit_payments(orders: Sequence[Order]) -> Iterator[str]:
    """What gift cards paid was taken from them, and what was refunded came back to them."""
    entries = CreditEntry.objects.filter(payment__order__in=orders)
    taken, returned = _sums(entries, CreditEntry.Kind.SPENT), _sums(entries, CreditEntry.Kind.RETURNED)
    refunds = Refund.objects.filter(payment__order__in=orders, status=Refund.Status.DONE)
    back = Counter(dict(refunds.values_list("payment").annotate(sum=Sum("amount")).order_by()))
    for payment in Payment.objects.filter(order__in=orders, provider=Credit.key):
        if -taken[payment.pk] != payment.amount:
            yield f"Payment {payment.pk}: {payment.amount} by gift card, {-taken[payment.pk]:.2f} taken from it"
        if returned[payment.pk] != back[payment.pk]:
            yield f"Payment {payment.pk}: {back[payment.pk]:.2f} refunded, {returned[payment.pk]:.2f} came back"


def _sums(entries, kind: str) -> Counter:
    rows = entries.filter(kind=kind).values_list("payment").annotate(sum=Sum("amount")).order_by()
    return Counter(dict(rows))

"""Gift cards and store credit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.models import CreditAccount, CreditEntry, Order, Payment, Refund
from orders.payments.credit import Credit


def credit_balances() -> Iterator[str]:
    """An account holds what its entries make."""
    sums = CreditAccount.objects.annotate(sum=Coalesce(Sum("entries__amount"), Decimal(0)))
    for account in sums.exclude(balance=F("sum")):
        yield f"{account}: {account.balance} on it, its entries make {account.sum:.2f}"


def credit_payments(orders: Sequence[Order]) -> Iterator[str]:
    """What gift cards paid was taken from them, and what was refunded came back; shares of split orders included."""
    paid = Payment.objects.filter(order__in=orders, provider=Credit.key, moved_from=None)
    entries = CreditEntry.objects.filter(payment__in=paid)
    taken, returned = (_sums(entries.filter(kind=kind)) for kind in (CreditEntry.Kind.SPENT, CreditEntry.Kind.RETURNED))
    shares = Payment.objects.filter(moved_from__in=paid)
    done = Refund.objects.filter(Q(payment__in=paid) | Q(payment__in=shares), status=Refund.Status.DONE)
    back = _sums(done.annotate(root=Coalesce("payment__moved_from", "payment")), by="root")
    back.subtract(_sums(shares, by="moved_from"))  # a share that moves leaves a refund where it came from
    for pk, amount in paid.values_list("pk", "amount"):
        if -taken[pk] != amount:
            yield f"Payment {pk}: {amount} by gift card, {-taken[pk]:.2f} taken from it"
        if returned[pk] != back[pk]:
            yield f"Payment {pk}: {back[pk]:.2f} refunded, {returned[pk]:.2f} came back"


def _sums(rows: QuerySet[Any], by: str = "payment") -> Counter:
    return Counter(dict(rows.values_list(by).annotate(sum=Sum("amount")).order_by()))

"""What a member reads of his credit: each account with its balance and what moved it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from devicehub.lib.money import Money
from orders.models import CreditAccount, CreditEntry, Order

Kind = CreditAccount.Kind


@dataclass(frozen=True)
class Movement:
    """`order` is the member's own one that was paid or refunded; other holders' of a gift card are not named."""

    at: datetime
    title: str
    reason: str
    order: Order | None
    amount: Money
    balance: Money

    @property
    def is_income(self) -> bool:
        return self.amount.amount > 0


@dataclass(frozen=True)
class Statement:
    account: CreditAccount
    movements: list[Movement]

    @property
    def title(self) -> str:
        return capfirst(str(self.account))

    @property
    def balance(self) -> Money:
        return Money(self.account.balance, self.account.currency)

    @property
    def has_expired(self) -> bool:
        last = self.account.expires_on
        return last is not None and last < timezone.localdate()


def of(user: User) -> list[Statement]:
    """Store credit first, then the gift cards, the newest first. Three queries."""
    entries = CreditEntry.objects.select_related("payment__order").order_by("-pk")
    rows = accounts_of(user).prefetch_related(Prefetch("entries", entries))
    return [Statement(account, list(_movements(account, user))) for account in rows]


def accounts_of(user: User) -> QuerySet[CreditAccount]:
    """The member's store credit, and gift cards that came to a mailbox he has proved or that paid an order of his."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values(mailbox=Lower("email"))
    paid = CreditEntry.objects.filter(payment__order__user=user).values("account")
    cards = Q(kind=Kind.GIFT_CARD) & (Q(mailbox__in=proved) | Q(pk__in=paid))
    mine = Q(kind=Kind.STORE_CREDIT, user=user)
    accounts = CreditAccount.objects.annotate(mailbox=Lower("email"))
    return accounts.filter(mine | cards).order_by("-kind", "-created_at")


def _movements(account: CreditAccount, user: User) -> Iterator[Movement]:
    for entry in account.entries.all():
        order = entry.payment.order if entry.payment else None
        yield Movement(
            at=entry.created_at,
            title=capfirst(entry.get_kind_display()),
            reason=entry.note if account.kind == Kind.STORE_CREDIT else "",
            order=order if order and order.user_id == user.pk else None,
            amount=Money(entry.amount, account.currency),
            balance=Money(entry.balance_after, account.currency),
        )

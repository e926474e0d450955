"""Gift cards and store credit: every verb moves the balance by a conditional UPDATE and leaves one entry beside it.

They are money that was paid already, so they pay; they never lower a price (docs/pricing.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from devicehub.lib.codes import grouped, order_number
from devicehub.lib.db import claim
from devicehub.lib.mail import send_mail
from devicehub.lib.money import Money
from devicehub.lib.tasks import retrying
from orders.exceptions import CreditRefused
from orders.models import Cart, CartCredit, CreditAccount, CreditEntry, Payment

Kind = CreditAccount.Kind
Entry = CreditEntry.Kind
MAX_IN_A_CART = 5


# Issuing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_gift_card(
    amount: Money, *, email: str = "", expires_on: date | None = None, note: str = "", actor: User | None = None
) -> CreditAccount:
    """A new card with a code that cannot be guessed (65 bits); it is mailed to `email`, if there is one."""
    account = CreditAccount.objects.create(
        kind=Kind.GIFT_CARD, code=order_number(), email=email, currency=amount.currency, expires_on=expires_on
    )
    _move(account, amount, Entry.ISSUED, note=note, actor=actor)
    if email:
        mail_gift_card.enqueue(str(account.pk))
    return account


@transaction.atomic
def give_credit(
    user: User, amount: Money, *, note: str, reference: str = "", actor: User | None = None
) -> CreditAccount:
    """Money on a member's store credit; once for each `reference`."""
    account, _created = CreditAccount.objects.get_or_create(kind=Kind.STORE_CREDIT, user=user, currency=amount.currency)
    _move(account, amount, Entry.ISSUED, note=note, reference=reference, actor=actor)
    return account


@transaction.atomic
def correct(account: CreditAccount, difference: Money, *, note: str, actor: User | None) -> None:
    """Up or down, with a reason. Raises CreditRefused below nothing."""
    _move(account, difference, Entry.CORRECTED, note=note, actor=actor)


@retrying()
def mail_gift_card(account_id: str) -> None:
    account = CreditAccount.objects.get(pk=account_id)
    issued = account.entries.get(kind=Entry.ISSUED)  # the mail may go out late, when some of it is spent
    amount = Money(issued.amount, account.currency)
    send_mail("gift_card", account.email, {"account": account, "amount": amount})


# In a cart ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """So much of an account pays for a cart."""

    account: CreditAccount
    amount: Money

    @property
    def label(self) -> str:
        return capfirst(str(self.account))


def enter(cart: Cart, code: str) -> CreditAccount:
    """Pay the cart from a gift card. Raises CreditRefused alike for an unknown, blocked, empty or expired one."""
    usable = CreditAccount.objects.usable(timezone.localdate())
    account = usable.filter(code=grouped(code), currency=cart.currency).first()
    if account is None:
        raise CreditRefused(_("There is no gift card with this code, or nothing is left on it."))
    return _put_in(cart, account)


def use_store_credit(cart: Cart) -> CreditAccount:
    """Pay a member's cart from his own credit."""
    account = store_credit_of(cart.user, cart.currency)
    if account is None:
        raise CreditRefused(_("You have no store credit."))
    return _put_in(cart, account)


def store_credit_of(user: User | None, currency: str) -> CreditAccount | None:
    if user is None:
        return None
    usable = CreditAccount.objects.usable(timezone.localdate())
    return usable.filter(kind=Kind.STORE_CREDIT, user=user, currency=currency).first()


def uses_of(cart: Cart, total: Money, *, on: date) -> list[Use]:
    """What pays for the cart, in the order in which it was entered, until the total is covered. One query."""
    usable = CreditAccount.objects.usable(on)
    rows = CartCredit.objects.filter(cart_id=cart.pk, account__in=usable).select_related("account")
    uses, left = [], total
    for account in (row.account for row in rows):
        amount = min(Money(account.balance, account.currency), left)
        if amount and account.user_id in (None, cart.user_id):
            uses.append(Use(account, amount))
            left -= amount
    return uses


def covered(uses: Iterable[Use], currency: str) -> Money:
    return sum((use.amount for use in uses), Money.zero(currency))


def take_out(cart: Cart, account_id: UUID) -> None:
    """Do not pay the cart from this account."""
    CartCredit.objects.filter(cart=cart, account=account_id).delete()


def _put_in(cart: Cart, account: CreditAccount) -> CreditAccount:
    if CartCredit.objects.filter(cart=cart).exclude(account=account).count() >= MAX_IN_A_CART:
        raise CreditRefused(_("At most %(n)d gift cards pay for one order.") % {"n": MAX_IN_A_CART})
    CartCredit.objects.get_or_create(cart=cart, account=account)
    return account


# Paying and giving back ---------------------------------------------------------------------------------------


@transaction.atomic
def spend(use: Use, payment: Payment) -> None:
    """Take the money for a payment. Raises CreditRefused when it is not there any more."""
    _move(use.account, -use.amount, Entry.SPENT, payment=payment, reference=str(payment.pk))


@transaction.atomic
def give_back(payment_id: str, amount: Money, *, key: str) -> None:
    """Return what was spent to where it came from, once for each `key`; also to a card that has expired meanwhile."""
    payment = Payment.objects.get(pk=payment_id)
    account = CreditEntry.objects.get(payment=payment, kind=Entry.SPENT).account
    if not CreditEntry.objects.filter(account=account, kind=Entry.RETURNED, reference=key).exists():
        _move(account, amount, Entry.RETURNED, payment=payment, reference=key)


def _move(
    account: CreditAccount,
    amount: Money,
    kind: str,
    *,
    payment: Payment | None = None,
    reference: str = "",
    note: str = "",
    actor: User | None = None,
) -> None:
    """Change the balance if it stays above nothing, and write it down; the row's lock makes the entries follow."""
    row = CreditAccount.objects.filter(pk=account.pk, currency=amount.currency, balance__gte=-amount.amount)
    if kind == Entry.SPENT:
        row = row.filter(pk__in=CreditAccount.objects.usable(timezone.localdate()).values("pk"))
    if not claim(row, balance=F("balance") + amount.amount):
        raise CreditRefused(_("There is not enough left on the %(account)s.") % {"account": account})
    account.refresh_from_db(fields=["balance"])
    CreditEntry.objects.create(
        account=account,
        kind=kind,
        amount=amount.amount,
        balance_after=account.balance,
        payment=payment,
        reference=reference,
        note=note[:200],
        actor=actor,
    )


def expiry() -> date | None:
    """The last day of a card that is issued today; None without a limit (settings.GIFT_CARD_YEARS is 0).

    Three years from the end of the year, as §§ 195 and 199 BGB let a claim lapse.
    """
    years = settings.GIFT_CARD_YEARS
    return date(timezone.localdate().year + years, 12, 31) if years else None

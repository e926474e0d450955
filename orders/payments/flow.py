"""Payments from the first press to the last refund. Providers are asked outside of transactions; what they answer
is written inside one, with the order's row locked, so that notices, buyers, staff and the clock come one by one.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from devicehub.lib.db import claim
from devicehub.lib.money import Money
from devicehub.lib.tasks import retrying
from devicehub.lib.urls import absolute_url
from orders import balance, lifecycle, links
from orders.exceptions import PaymentError
from orders.models import Order, Payment, ProviderNotice, Refund
from orders.payments.base import Charge, Handover, Notice, UnknownPayment
from orders.payments.registry import get_provider, is_offered

logger = logging.getLogger(__name__)

Status = Payment.Status


# Paying -------------------------------------------------------------------------------------------------------


def start(order: Order) -> Handover:
    """Send the buyer on to pay what is due: call it outside of transactions, the provider may be slow."""
    provider = get_provider(order.payment_provider)
    payment = open_payment(order)
    handover = provider.start(charge_of(payment), return_url=return_url(payment))
    if handover.provider_reference:
        Payment.objects.filter(pk=payment.pk).update(reference=handover.provider_reference)
    return handover


@transaction.atomic
def open_payment(order: Order) -> Payment:
    """The one payment that waits for its money: the open one while it fits what is due, else a new one."""
    lifecycle.lock(order)
    due = balance.of(order).due
    _check_payable(order, due)
    return _open(order, due)


def cancel_open(order: Order, *, keep: Money | None = None) -> None:
    """Give up payments whose money has not come, but not one of exactly `keep`.

    If the money comes all the same, it is recorded and flagged.
    """
    waiting = order.payments.filter(status=Status.CREATED)
    if keep is not None:
        waiting = waiting.exclude(amount=keep.amount)
    waiting.update(status=Status.CANCELED, updated_at=timezone.now())


def charge_of(payment: Payment) -> Charge:
    return Charge(str(payment.pk), payment.order.number, Money(payment.amount, payment.currency))


def return_url(payment: Payment) -> str:
    path = reverse("orders:pay_return", args=[payment.provider, payment.pk])
    return absolute_url(links.with_key(path, links.order_key(payment.order)))


def _check_payable(order: Order, due: Money) -> None:
    if order.status == Order.Status.CANCELED:
        raise PaymentError(_("This order was canceled."))
    if not due:
        raise PaymentError(_("There is nothing to pay."))
    if order.is_overdue(timezone.now()):
        raise PaymentError(_("The time to pay this order has run out."))


# What providers and staff tell us -----------------------------------------------------------------------------


def handle_notice(provider_key: str, body: bytes, headers: Mapping[str, str]) -> ProviderNotice:
    """Act on a provider's notice once. Raises PaymentError for a forged one, UnknownPayment for a stranger's."""
    if not is_offered(provider_key):
        raise UnknownPayment("This provider is not in use.")
    notice = get_provider(provider_key).parse_notice(body, headers)
    payment = _find(provider_key, notice.reference)
    with transaction.atomic():
        order = payment.order
        lifecycle.lock(order)
        row, is_new = ProviderNotice.objects.get_or_create(
            provider=provider_key, event_id=notice.event_id, defaults={"payment": payment, "kind": notice.kind}
        )
        if is_new:
            row.outcome = _act(notice, payment, order)
            row.save(update_fields=["outcome"])
    return row


@transaction.atomic
def record_payment(order: Order, *, actor: User | None) -> Payment:
    """Staff saw the money of an order that is paid by hand. Also for a canceled order: then it must go back."""
    lifecycle.lock(order)
    if not get_provider(order.payment_provider).is_manual:
        raise PaymentError(_("Payments of this kind are recorded by their provider."))
    due = balance.of(order).due
    if not due:
        raise PaymentError(_("There is nothing to pay."))
    payment = _open(order, due)
    _capture(payment, order, actor=actor)
    return payment


def _open(order: Order, due: Money) -> Payment:
    waiting = order.payments.filter(status=Status.CREATED)
    fitting = waiting.filter(amount=due.amount, provider=order.payment_provider).last()
    others = waiting.exclude(pk=fitting.pk) if fitting else waiting
    others.update(status=Status.CANCELED, updated_at=timezone.now())
    return fitting or Payment.objects.create(
        order=order, provider=order.payment_provider, amount=due.amount, currency=order.currency
    )


def _find(provider_key: str, reference: str) -> Payment:
    try:
        key = uuid.UUID(reference)
        return Payment.objects.select_related("order").get(provider=provider_key, pk=key)
    except (ValueError, Payment.DoesNotExist):
        raise UnknownPayment("This payment is not known.") from None


def _act(notice: Notice, payment: Payment, order: Order) -> str:
    """Let a new notice decide; returns what became of it, in a word for the notice's row."""
    if notice.amount != Money(payment.amount, payment.currency):
        logger.error("Notice %s of payment %s names another amount", notice.event_id, payment.pk)
        return "refused: another amount"
    done = _capture(payment, order) if notice.kind == "captured" else _fail(payment, order)
    return "done" if done else "nothing to do"


def _capture(payment: Payment, order: Order, *, actor: User | None = None) -> bool:
    """The money is ours, whatever was thought of this payment before."""
    uncaptured = Payment.objects.filter(pk=payment.pk).exclude(status=Status.CAPTURED)
    if not claim(uncaptured, status=Status.CAPTURED, captured_at=timezone.now()):
        return False
    money = balance.of(order)
    facts = {"payment": str(payment.pk), "amount": str(Money(payment.amount, payment.currency))}
    if not money.due:
        cancel_open(order)
    if order.status == Order.Status.CANCELED:
        lifecycle.record(order, "payment_late", actor=actor, note=_("Paid after the order was canceled"), data=facts)
    elif order.status == Order.Status.PENDING and not money.due:
        lifecycle.move(order, Order.Status.CONFIRMED, kind="paid", actor=actor, data=facts)
    else:
        lifecycle.record(order, "paid", actor=actor, data=facts)
    if order.status != Order.Status.CANCELED and money.kept > money.total:
        lifecycle.record(order, "payment_late", note=_("More was paid than the order costs"), data=facts)
    lifecycle.refresh_statuses(order)
    return True


def _fail(payment: Payment, order: Order) -> bool:
    """Declined. The buyer may try again with another payment while the order waits."""
    if not claim(Payment.objects.filter(pk=payment.pk, status=Status.CREATED), status=Status.FAILED):
        return False
    lifecycle.record(order, "payment_failed", data={"payment": str(payment.pk)})
    return True


# Giving back --------------------------------------------------------------------------------------------------


@transaction.atomic
def refund(payment: Payment, amount: Money | Decimal, *, key: str, reason: str, actor: User | None) -> Refund:
    """Give back a part or all of a payment. Asked twice with one `key` it is one refund.

    What was paid by hand is given back by hand: the refund is recorded as done. Otherwise the provider is asked
    right after the commit.
    """
    order = payment.order
    lifecycle.lock(order)
    refund = owe(payment, amount, key=key, reason=reason, actor=actor)
    if get_provider(payment.provider).is_manual:
        settle(refund, actor=actor)
    return refund


def give_back(order: Order, amount: Money, *, key: str, reason: str, actor: User | None) -> list[Refund]:
    """Owe the buyer an amount, taken from the order's payments, newest first. The caller holds the order's row.

    What was paid by hand stays pending until staff have sent it (`settle`).
    """
    refunds = []
    for payment in order.payments.filter(status=Status.CAPTURED).order_by("-captured_at", "-pk"):
        part = min(amount, refundable(payment))
        if part:
            refunds.append(owe(payment, part, key=f"{key}:{payment.pk}", reason=reason, actor=actor))
            amount -= part
    return refunds


def refundable(payment: Payment) -> Money:
    if payment.status != Status.CAPTURED:
        return Money.zero(payment.currency)
    returning = payment.refunds.filter(status__in=balance.RETURNING).aggregate(total=Sum("amount"))["total"]
    return Money(payment.amount - (returning or 0), payment.currency)


def owe(payment: Payment, amount: Money | Decimal, *, key: str, reason: str, actor: User | None) -> Refund:
    """Write a refund down as pending, in the caller's transaction; the caller holds the order's row."""
    wanted = amount if isinstance(amount, Money) else Money(amount, payment.currency)
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return _same(known, payment, wanted)
    payment.refresh_from_db(fields=["status"])
    if wanted.amount <= 0 or wanted > refundable(payment):
        raise PaymentError(_("At most %(amount)s can be refunded.") % {"amount": refundable(payment)})
    refund = Refund.objects.create(
        payment=payment, amount=wanted.amount, currency=payment.currency, reason=reason[:200], key=key, actor=actor
    )
    if not get_provider(payment.provider).is_manual:
        pay_back.enqueue(str(refund.pk))
    return refund


@transaction.atomic
def settle(refund: Refund, *, actor: User | None = None) -> bool:
    """The money went back. False when that was known already."""
    order = refund.payment.order
    lifecycle.lock(order)
    if not claim(Refund.objects.filter(pk=refund.pk, status=Refund.Status.PENDING), status=Refund.Status.DONE):
        return False
    refund.status = Refund.Status.DONE
    facts = {"refund": str(refund.pk), "amount": str(Money(refund.amount, refund.currency))}
    lifecycle.record(order, "refunded", actor=actor, note=refund.reason, data=facts)
    lifecycle.refresh_statuses(order)
    return True


@retrying()
def pay_back(refund_id: str) -> None:
    """Ask the provider for a refund; its key makes asking again harmless."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.status != Refund.Status.PENDING:
        return
    provider = get_provider(refund.payment.provider)
    try:
        provider.refund(charge_of(refund.payment), Money(refund.amount, refund.currency), key=refund.key)
    except PaymentError as error:
        _give_up(refund, str(error))
    else:
        settle(refund)


@transaction.atomic
def _give_up(refund: Refund, why: str) -> None:
    order = refund.payment.order
    lifecycle.lock(order)
    if claim(Refund.objects.filter(pk=refund.pk, status=Refund.Status.PENDING), status=Refund.Status.FAILED):
        lifecycle.record(order, "refund_failed", note=why, data={"refund": str(refund.pk)})


def _same(known: Refund, payment: Payment, amount: Money) -> Refund:
    if known.payment_id != payment.pk or Money(known.amount, known.currency) != amount:
        raise PaymentError(_("This refund was asked for before with another amount."))
    return known

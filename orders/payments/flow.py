"""Payments from the first press to the last refund. Providers are asked outside of transactions; what they answer
is written inside one, with the order's row locked, so that notices, buyers, staff and the clock come one by one.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import User
from devicehub.lib.db import claim
from devicehub.lib.money import Money
from devicehub.lib.tasks import retrying
from devicehub.lib.urls import absolute_url
from orders import balance, documents, lifecycle, limits, links, revival
from orders.exceptions import PaymentError
from orders.models import Order, Payment, ProviderNotice, Refund
from orders.payments.base import Charge, Handover, Notice, PaymentOver, Provider, ProviderDown, UnknownPayment
from orders.payments.registry import get_provider, is_offered

logger = logging.getLogger(__name__)

Status = Payment.Status


# Paying -------------------------------------------------------------------------------------------------------


def start(order: Order, *, traces: Collection[str] = ()) -> Handover:
    """Send the buyer on to pay what is due: call it outside of transactions, the provider may be slow.

    `traces` tell who tries, see `orders.limits`; raises TooOften. A payment whose page has closed makes room for
    another, once.
    """
    provider = get_provider(order.payment_provider)
    if not provider.is_manual:
        traces = [*traces, limits.trace("order", str(order.pk))]
        limits.check("payment", traces)
        limits.check("decline", traces)
    for _attempt in range(2):
        payment = open_payment(order)
        limits.note("payment", traces, payment=payment)
        try:
            return _hand_over(provider, payment)
        except PaymentOver:
            claim(Payment.objects.filter(pk=payment.pk, status=Status.CREATED), status=Status.CANCELED)
    raise ProviderDown(_("The payment page does not answer. Please try again here in a moment."))


def _hand_over(provider: Provider, payment: Payment) -> Handover:
    charge = charge_of(payment)
    handover = provider.start(charge, return_url=return_url(payment), cancel_url=cancel_url(payment))
    if handover.provider_reference == payment.reference:
        return handover
    Payment.objects.filter(pk=payment.pk).update(reference=handover.provider_reference)
    payment.refresh_from_db()
    if payment.status == Status.CANCELED:  # given up while the provider was asked
        close.enqueue(str(payment.pk))
        raise PaymentError(_("This order changed a moment ago. Please look at it again."))
    return handover


@transaction.atomic
def open_payment(order: Order) -> Payment:
    """The one payment that waits for its money: the open one while it fits what is due, else a new one."""
    lifecycle.lock(order)
    due = balance.of(order).due
    _check_payable(order, due)
    return _open(order, due)


def cancel_open(order: Order, *, keep: Money | None = None) -> None:
    """Give up payments whose money has not come, but not one of exactly `keep`; their pages are closed.

    If the money comes all the same, it is recorded and given back.
    """
    waiting = order.payments.filter(status=Status.CREATED)
    if keep is not None:
        waiting = waiting.exclude(amount=keep.amount)
    _give_up_paying(waiting)


def _give_up_paying(waiting: QuerySet[Payment]) -> None:
    for payment in waiting:
        is_mine = claim(Payment.objects.filter(pk=payment.pk, status=Status.CREATED), status=Status.CANCELED)
        if is_mine and payment.reference:
            close.enqueue(str(payment.pk))


def charge_of(payment: Payment) -> Charge:
    order = payment.order
    return Charge(
        str(payment.pk),
        order.number,
        Money(payment.amount, payment.currency),
        provider_reference=payment.reference,
        email=order.email,
        opened_at=payment.created_at,
        due_at=order.expires_at if order.status == Order.Status.PENDING else None,
    )


def return_url(payment: Payment) -> str:
    return _link(payment, reverse("orders:pay_return", args=[payment.provider, payment.pk]))


def cancel_url(payment: Payment) -> str:
    return _link(payment, payment.order.get_absolute_url())


def _link(payment: Payment, path: str) -> str:
    """The same for a payment each time, since a provider takes a changed address for another wish."""
    return absolute_url(links.with_key(path, links.order_key(payment.order, payment.created_at)))


def _check_payable(order: Order, due: Money) -> None:
    if order.status == Order.Status.CANCELED:
        raise PaymentError(_("This order was canceled."))
    if not due:
        raise PaymentError(_("There is nothing to pay."))
    if order.is_overdue(timezone.now()):
        raise PaymentError(_("The time to pay this order has run out."))


# What providers and staff tell us -----------------------------------------------------------------------------


def handle_notice(provider_key: str, body: bytes, headers: Mapping[str, str]) -> ProviderNotice | None:
    """Act on a provider's notice once; None for one that does not concern payments.

    Raises PaymentError for a forged one, UnknownPayment for a stranger's.
    """
    if not is_offered(provider_key):
        raise UnknownPayment("This provider is not in use.")
    notice = get_provider(provider_key).parse_notice(body, headers)
    return take(provider_key, notice) if notice else None


def take(provider_key: str, notice: Notice) -> ProviderNotice:
    """Act once on what a provider told, by itself or when asked."""
    payment = _subject(notice, _find(provider_key, notice.reference))
    with transaction.atomic():
        order = payment.order
        lifecycle.lock(order)
        payment.refresh_from_db(fields=["status", "reference"])
        row, is_new = ProviderNotice.objects.get_or_create(
            provider=provider_key, event_id=notice.event_id, defaults={"payment": payment, "kind": notice.kind}
        )
        if is_new:
            row.outcome = _act(notice, payment, order)
            row.save(update_fields=["outcome"])
    return row


def ask(payment: Payment) -> ProviderNotice | None:
    """Ask the provider what became of a payment and act on it; None when that is still open. Never in a transaction."""
    notice = get_provider(payment.provider).fetch(charge_of(payment))
    return take(payment.provider, notice) if notice else None


@retrying()
def close(payment_id: str) -> None:
    """See to it that a payment which was given up cannot be paid, or learn that it was."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    get_provider(payment.provider).cancel(charge_of(payment))
    ask(payment)


def close_all(order: Order) -> None:
    """Close the pages of all open payments and learn what came. Raises ProviderDown. Never in a transaction."""
    waiting = Payment.objects.select_related("order").filter(order=order, status=Status.CREATED)
    for payment in waiting.exclude(reference=""):
        get_provider(payment.provider).cancel(charge_of(payment))
        ask(payment)


@task()
def ask_soon(payment_id: str) -> None:
    """The buyer is back and no notice has come."""
    try:
        ask(Payment.objects.select_related("order").get(pk=payment_id))
    except ProviderDown as error:
        logger.warning("Payment %s could not be asked for: %s", payment_id, error)


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
    _give_up_paying(waiting.exclude(pk=fitting.pk) if fitting else waiting)
    return fitting or Payment.objects.create(
        order=order, provider=order.payment_provider, amount=due.amount, currency=order.currency
    )


def _find(provider_key: str, reference: str) -> Payment:
    try:
        key = uuid.UUID(reference)
        return Payment.objects.select_related("order").get(provider=provider_key, pk=key)
    except (ValueError, Payment.DoesNotExist):
        raise UnknownPayment("This payment is not known.") from None


def _subject(notice: Notice, payment: Payment) -> Payment:
    """The payment that a notice is about: a refund may be that of a share which moved to another order."""
    refund = Refund.objects.select_related("payment__order").filter(key=notice.refund_key).first()
    is_share = refund is not None and refund.payment.moved_from_id == payment.pk
    return refund.payment if refund and is_share else payment


def _act(notice: Notice, payment: Payment, order: Order) -> str:
    """Let a new notice decide; returns what became of it, in a word for the notice's row."""
    subject = _refund_of(notice, payment) if notice.refund_key else payment
    if subject is None:
        return "refused: an unknown refund"
    if notice.amount != Money(subject.amount, subject.currency):
        logger.error("Notice %s of payment %s names another amount", notice.event_id, payment.pk)
        return "refused: another amount"
    if notice.provider_reference and not payment.reference:
        Payment.objects.filter(pk=payment.pk).update(reference=notice.provider_reference)
    return "done" if ACTS[notice.kind](subject, order) else "nothing to do"


def _refund_of(notice: Notice, payment: Payment) -> Refund | None:
    return Refund.objects.filter(payment=payment, key=notice.refund_key).first()


def _capture(payment: Payment, order: Order, *, actor: User | None = None) -> bool:
    """The money is ours, whatever was thought of this payment before."""
    uncaptured = Payment.objects.filter(pk=payment.pk).exclude(status=Status.CAPTURED)
    if not claim(uncaptured, status=Status.CAPTURED, captured_at=timezone.now()):
        return False
    payment.status = Status.CAPTURED
    money = balance.of(order)
    facts = {"payment": str(payment.pk), "amount": str(Money(payment.amount, payment.currency))}
    if not money.due:
        cancel_open(order)
    if order.status == Order.Status.CANCELED:
        if not revival.revive(order, money, actor=actor, data=facts):
            _return_late(payment, order, money.kept, _("Paid after the order was canceled"), actor=actor, data=facts)
    elif order.status == Order.Status.PENDING and not money.due:
        lifecycle.move(order, Order.Status.CONFIRMED, kind="paid", actor=actor, data=facts)
    else:
        lifecycle.record(order, "paid", actor=actor, data=facts)
    if order.status != Order.Status.CANCELED and money.spare:
        _return_late(payment, order, money.spare, _("More was paid than the order costs"), actor=actor, data=facts)
    lifecycle.refresh_statuses(order)
    return True


def _return_late(
    payment: Payment, order: Order, excess: Money, why: str, *, actor: User | None, data: dict[str, str]
) -> None:
    """Owe back what came in vain, and tell buyer and staff."""
    lifecycle.record(order, "payment_late", actor=actor, note=why, data=data)
    amount = min(excess, refundable(payment))
    if amount:
        owe(payment, amount, key=f"late-{payment.pk}", reason=why, actor=actor)
        lifecycle.record(order, "late_refund", note=why, data={**data, "amount": str(amount)})


def _fail(payment: Payment, order: Order) -> bool:
    """Declined. The buyer may try again with another payment while the order waits."""
    if not claim(Payment.objects.filter(pk=payment.pk, status=Status.CREATED), status=Status.FAILED):
        return False
    limits.note_decline(payment)
    lifecycle.record(order, "payment_failed", data={"payment": str(payment.pk)})
    return True


def _decline(payment: Payment, order: Order) -> bool:
    """A card was declined on a page that stays open, though not for ever: somebody may be trying stolen ones."""
    if payment.status != Status.CREATED:
        return False
    limits.note_decline(payment)
    lifecycle.record(order, "payment_declined", data={"payment": str(payment.pk)})
    if limits.is_spent("decline", [limits.trace("order", str(order.pk))]):
        cancel_open(order)
        lifecycle.record(order, "payment_stopped", data={"payment": str(payment.pk)})
    return True


def _shut(payment: Payment, order: Order) -> bool:
    """The payment page closed before anybody paid."""
    if not claim(Payment.objects.filter(pk=payment.pk, status=Status.CREATED), status=Status.CANCELED):
        return False
    lifecycle.record(order, "payment_closed", data={"payment": str(payment.pk)})
    return True


# Giving back --------------------------------------------------------------------------------------------------


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


def move_share(source: Order, target: Order, amount: Money, *, key: str, actor: User | None) -> None:
    """Make a part of what was paid for one order the payment of another. No money leaves: at the source it counts as
    given back, at the target as received. The caller holds both orders' rows.
    """
    reason = _("Moved to order %(number)s") % {"number": target.number}
    for payment in source.payments.filter(status=Status.CAPTURED).order_by("-captured_at", "-pk"):
        part = min(amount, refundable(payment))
        if not part:
            continue
        amount -= part
        shared = {"amount": part.amount, "currency": payment.currency}
        Refund.objects.create(
            payment=payment, status=Refund.Status.DONE, reason=reason, key=f"{key}:{payment.pk}", actor=actor, **shared
        )
        Payment.objects.create(
            order=target,
            provider=payment.provider,
            status=Status.CAPTURED,
            captured_at=payment.captured_at,
            moved_from=payment.moved_from or payment,
            **shared,
        )


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
    return _returned(refund, order, actor=actor)


@retrying()
def pay_back(refund_id: str) -> None:
    """Ask the provider for a refund; its key makes asking again harmless."""
    refund = Refund.objects.select_related("payment__order", "payment__moved_from__order").get(pk=refund_id)
    if refund.status == Refund.Status.PENDING:
        ask_refund(refund)


def ask_refund(refund: Refund) -> None:
    """Ask for a refund, or what became of it when it was asked for before. Raises ProviderDown."""
    provider = get_provider(refund.payment.provider)
    paid = refund.payment.moved_from or refund.payment
    try:
        is_done = provider.refund(charge_of(paid), Money(refund.amount, refund.currency), key=refund.key)
    except ProviderDown:
        raise
    except PaymentError as error:
        _give_up(refund, str(error))
    else:
        if is_done:
            settle(refund)


@transaction.atomic
def _give_up(refund: Refund, why: str) -> None:
    order = refund.payment.order
    lifecycle.lock(order)
    _refund_failed(refund, order, why=why)


def _returned(refund: Refund, order: Order, *, actor: User | None = None) -> bool:
    if not claim(Refund.objects.filter(pk=refund.pk, status=Refund.Status.PENDING), status=Refund.Status.DONE):
        return False
    refund.status = Refund.Status.DONE
    notes = [note.number for note in documents.issue_credit_notes(order)]
    facts = {"refund": str(refund.pk), "amount": str(Money(refund.amount, refund.currency)), "documents": notes}
    lifecycle.record(order, "refunded", actor=actor, note=refund.reason, data=facts)
    lifecycle.refresh_statuses(order)
    return True


def _refund_failed(refund: Refund, order: Order, *, why: str = "") -> bool:
    """The provider could not give the money back; it may find out after it said that it had."""
    open_or_done = Refund.objects.filter(pk=refund.pk).exclude(status=Refund.Status.FAILED)
    if not claim(open_or_done, status=Refund.Status.FAILED):
        return False
    facts = {"refund": str(refund.pk), "amount": str(Money(refund.amount, refund.currency))}
    lifecycle.record(order, "refund_failed", note=why, data=facts)
    lifecycle.refresh_statuses(order)
    return True


def _same(known: Refund, payment: Payment, amount: Money) -> Refund:
    if known.payment_id != payment.pk or Money(known.amount, known.currency) != amount:
        raise PaymentError(_("This refund was asked for before with another amount."))
    return known


# What each kind of notice does; False when that was known, or comes too late to matter.
ACTS: dict[str, Callable[[Any, Order], bool]] = {
    "captured": _capture,
    "declined": _decline,
    "failed": _fail,
    "closed": _shut,
    "refunded": _returned,
    "refund_failed": _refund_failed,
}

"""What no notice told: providers are asked about payments that stand open and refunds that are on their way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from orders.exceptions import PaymentError
from orders.models import Payment, Refund
from orders.payments import flow
from orders.payments.base import ProviderDown
from orders.payments.registry import get_provider

logger = logging.getLogger(__name__)

# A notice comes within seconds; who pays sits at the page for minutes.
OPEN_FOR = timedelta(minutes=5)
# Beyond this a payment page has long closed; what was given up is asked for as long, in case its end was not told.
ASKED_FOR = timedelta(days=3)


@dataclass
class Answers:
    """A line for each payment and refund that was asked about, and how many came to their end by it."""

    lines: list[str] = field(default_factory=list)
    settled: int = 0
    open: int = 0
    failed: int = 0
    _silent: set[str] = field(default_factory=set)

    def ask(self, provider: str, what: str, question: Callable[[], str]) -> None:
        """An answer is a word for what it came to; empty when nothing is decided yet."""
        try:
            word = self._answer(provider, question)
        except PaymentError as error:
            self.failed += 1
            word = f"no answer ({error})"
        else:
            self.settled += bool(word)
            self.open += not word
        self.lines.append(f"{what}: {word or 'still open'}")

    def _answer(self, provider: str, question: Callable[[], str]) -> str:
        """A provider that is down is asked nothing more: each question would wait for its time-out."""
        if provider in self._silent:
            raise ProviderDown("its provider is down")
        try:
            return question()
        except ProviderDown:
            self._silent.add(provider)
            raise


def reconcile(at: datetime | None = None) -> Answers:
    """Ask about all that should be known by now, and act on it as on a notice. Never in a transaction."""
    at = at or timezone.now()
    answers = Answers()
    for payment in unsettled_payments(at):
        what = f"Order {payment.order.number}, payment {payment.pk}"
        answers.ask(payment.provider, what, partial(_ask, payment))
    for refund in unsettled_refunds(at):
        what = f"Order {refund.payment.order.number}, refund {refund.pk}"
        answers.ask(refund.payment.provider, what, partial(_ask_refund, refund))
    return answers


def unsettled_payments(at: datetime) -> QuerySet[Payment]:
    """Handed to a provider, and neither paid nor known to be over."""
    handed = Payment.objects.select_related("order").exclude(reference="")
    return handed.filter(
        status=Payment.Status.CREATED, created_at__lte=at - OPEN_FOR, created_at__gt=at - ASKED_FOR
    ).order_by("created_at")


def unsettled_refunds(at: datetime) -> list[Refund]:
    """Promised, not done, and not to be sent by hand."""
    pending = Refund.objects.select_related("payment__order").filter(
        status=Refund.Status.PENDING, created_at__lte=at - OPEN_FOR
    )
    return [refund for refund in pending if not get_provider(refund.payment.provider).is_manual]


def _ask(payment: Payment) -> str:
    row = flow.ask(payment)
    return f"{row.kind}, {row.outcome}" if row else ""


def _ask_refund(refund: Refund) -> str:
    flow.ask_refund(refund)
    refund.refresh_from_db(fields=["status"])
    return "" if refund.status == Refund.Status.PENDING else refund.get_status_display()

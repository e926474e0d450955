"""The one reminder of a payment, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from orders import emails, payments, reminders
from orders.models import Order
from orders.tests.factories import a_variant, make_order

pytestmark = pytest.mark.django_db


def waiting(days: float, **fields: object) -> Order:
    order = make_order(lines=[(a_variant(), 1)], **fields)
    order.placed_at, order.expires_at = timezone.now() - timedelta(days=7 - days), timezone.now() + timedelta(days=days)
    order.save()
    return order


def test_reminds_once_two_days_before_the_order_gives_up() -> None:
    order = waiting(1.5)
    mail.outbox.clear()
    assert [reminders.remind(), reminders.remind()] == [1, 0]
    assert emails.deliver(order.events.get(kind="payment_reminder").pk) is True
    (sent,) = mail.outbox
    assert sent.subject == f"Your order {order.number} waits for its payment"
    for words in ("104.90", "IBAN DE02", order.number, "Was it sent already?"):
        assert words in sent.body
        assert words in sent.alternatives[0].content


def test_leaves_alone_what_needs_no_reminder() -> None:
    waiting(3)
    paid = waiting(1)
    payments.record_payment(paid, actor=None)
    make_order(lines=[(a_variant(), 1)], provider="sandbox", expires_in=timedelta(hours=1))
    expired = waiting(0)
    Order.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert reminders.remind() == 0


def test_looks_again_when_it_holds_the_order() -> None:
    order, at = waiting(1), timezone.now()
    payments.record_payment(order, actor=None)
    assert not reminders._remind(order, at)
    assert not order.events.filter(kind="payment_reminder").exists()

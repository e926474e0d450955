"""Staff move the day of a pre-order or back-order: who waits is told, once, and nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from catalog import inventory
from catalog.models import Variant
from orders import cancellation, delivery_times, emails, expected_days, fulfillment, links
from orders.models import Order, OrderEvent
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_method, make_order, make_paid_order, make_rate
from orders.tests.test_checkout import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon() -> date:
    return timezone.localdate() + timedelta(days=16)


@pytest.fixture
def later(soon: date) -> date:
    return soon + timedelta(days=30)


@pytest.fixture
def phone(soon: date) -> Variant:
    """None on hand, five may be promised."""
    variant = a_variant("100.00", stock=0, sku="ORV", name="Orvane")
    inventory.promise(variant, "backorder", limit=5, expected_at=soon)
    return variant


def told() -> int:
    return OrderEvent.objects.filter(kind="expected_day_moved").count()


def move(variant: Variant, day: date, kind: str = "backorder") -> int:
    inventory.promise(variant, kind, limit=5, expected_at=day)
    return expected_days.follow()


def words(day: date) -> str:
    return date_format(day, "j F Y")


def test_moves_the_day_of_orders_that_wait_and_mails_their_buyers(
    phone: Variant, soon: date, later: date, client: Client
) -> None:
    order = make_order(lines=[(phone, 2)])
    emails.send_pending()
    mail.outbox.clear()
    assert move(phone, later) == 1
    line = order.lines.get()
    assert (line.promise, line.expected_at) == ("backorder", later)
    assert emails.send_pending(timezone.now() + timedelta(hours=1))[0] == 1
    letter = mail.outbox[0]
    assert letter.to == [order.email]
    assert letter.subject == f"New day for your order {order.number}"
    name = f"Orvane {line.variant_label}".strip()
    assert f"{name}:\n    before: {words(soon)}\n    now: {words(later)}" in letter.body
    assert links.absolute_order_url(order).split("?")[0] in letter.body
    page = text(client.get(links.order_url(order)))
    assert "Expected on another day" in page
    assert f"{name}: {words(soon)} → {words(later)}" in page
    assert inventory.promise_words("backorder", later) in page
    assert differences() == []


def test_tells_each_move_once(phone: Variant, later: date) -> None:
    make_order(lines=[(phone, 1)])
    assert move(phone, later) == 1
    assert expected_days.follow() == 0
    assert told() == 1


def test_moves_the_promised_arrival_too(phone: Variant, soon: date, later: date) -> None:
    make_rate(19)
    method = make_method(days_min=1, days_max=2)
    order = make_paid_order(lines=[(phone, 1)], shipping_method=method)
    order.promised_from = order.promised_until = soon
    order.save()
    before = delivery_times.of_order(order)
    move(phone, later, "preorder")
    order.refresh_from_db()
    promise = delivery_times.promised(order)
    assert promise
    assert (order.promised_from, order.promised_until) == (promise.first, promise.last)
    assert order.promised_from > later
    event = order.events.get(kind="expected_day_moved")
    assert (event.data["before"]["Arrival"], event.data["after"]["Arrival"]) == (str(before), str(promise))
    assert order.lines.get().promise == "preorder"


def test_promises_no_arrival_that_was_not_promised_before(phone: Variant, later: date) -> None:
    order = make_order(lines=[(phone, 1)], shipping_method=make_method())
    move(phone, later)
    order.refresh_from_db()
    assert order.promised_from is None
    assert "Arrival" not in order.events.get(kind="expected_day_moved").data["after"]


def test_tells_nobody_whose_units_are_here_or_packed_or_canceled(phone: Variant, soon: date, later: date) -> None:
    first, second, canceled = (make_paid_order(lines=[(phone, 1)]) for _number in range(3))
    cancellation.cancel_order(canceled, reason="")
    inventory.receive(phone, 1)
    packed = make_paid_order(lines=[(phone, 1)])
    assert move(phone, later) == 2
    assert first.lines.get().expected_at == soon
    assert (second.lines.get().expected_at, packed.lines.get().expected_at) == (later, later)
    assert canceled.lines.get().expected_at == soon


def test_tells_nobody_who_was_promised_no_day(phone: Variant, later: date) -> None:
    inventory.receive(phone, 1)
    order = make_paid_order(lines=[(phone, 1)])
    make_paid_order(lines=[(phone, 1)])
    assert order.lines.get().expected_at is None
    assert move(phone, later) == 1
    assert not order.events.filter(kind="expected_day_moved").exists()


def test_leaves_the_day_when_nothing_is_promised_any_more(phone: Variant, soon: date) -> None:
    order = make_order(lines=[(phone, 1)])
    inventory.receive(phone, 1)
    inventory.promise(phone, "")
    assert expected_days.follow() == 0
    assert order.lines.get().expected_at == soon


def test_tells_nobody_of_what_was_sent(phone: Variant, soon: date, later: date) -> None:
    order, waits = make_paid_order(lines=[(phone, 1)]), make_paid_order(lines=[(phone, 1)])
    inventory.receive(phone, 1)
    fulfillment.ship(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
    assert move(phone, later) == 1
    assert order.lines.get().expected_at == soon
    assert waits.lines.get().expected_at == later


def test_asks_one_query_when_no_day_has_moved(phone: Variant) -> None:
    for _number in range(3):
        make_order(lines=[(phone, 1)])
    with CaptureQueriesContext(connection) as asked:
        assert expected_days.follow() == 0
    assert len(asked) == 1


def test_tells_of_several_devices_in_one_mail(phone: Variant, soon: date, later: date, settings: Any) -> None:
    settings.MAIL_TOGETHER_SECONDS = 120
    watch = a_variant("50.00", stock=0, name="Tide")
    inventory.promise(watch, "preorder", limit=5, expected_at=soon)
    order: Order = make_order(lines=[(phone, 1), (watch, 1)])
    emails.send_pending()
    mail.outbox.clear()
    inventory.promise(watch, "preorder", limit=5, expected_at=later)
    assert move(phone, later) == 1
    assert emails.send_pending(timezone.now() + timedelta(seconds=121)) == (1, 0)
    assert mail.outbox[0].body.count(words(later)) == 2
    assert order.events.filter(kind="expected_day_moved", mail_status="sent").count() == 1

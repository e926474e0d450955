from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders import emails, fulfillment, links
from orders.exceptions import DayRefused, MoveNotAllowed
from orders.models import Order, OrderEvent, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_imei, make_paid_order

pytestmark = pytest.mark.django_db

LEFT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 16:30 in Berlin


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert differences() == []


def sent(order: Order | None = None, *, at: datetime = LEFT) -> Shipment:
    """A parcel with one unit that left at a moment."""
    order = order or make_paid_order()
    shipment = fulfillment.create_shipment(order, {order.lines.get().pk: 1})
    fulfillment.ship(shipment, carrier="DHL", tracking_number="JJD01")
    Shipment.objects.filter(pk=shipment.pk).update(shipped_at=at)
    shipment.refresh_from_db()
    return shipment


def untouched(shipment: Shipment) -> tuple[Any, ...]:
    rows = Shipment.objects.filter(pk=shipment.pk).values_list("status", "delivered_at", "carrier", "tracking_number")
    return rows.get(), OrderEvent.objects.count()


# Delivered


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 3, 5), datetime(2026, 3, 5, 11, tzinfo=UTC)),  # noon in Berlin
        (date(2026, 7, 5), datetime(2026, 7, 5, 10, tzinfo=UTC)),
        (date(2026, 3, 2), LEFT),  # the day on which it left
    ],
)
def test_records_an_earlier_day_of_delivery(day: date, moment: datetime) -> None:
    shipment = sent()
    fulfillment.deliver(shipment, day=day)
    assert (shipment.status, shipment.delivered_at) == ("delivered", moment)


def test_records_the_moment_when_it_is_today() -> None:
    before = timezone.now()
    for day in (None, timezone.localdate()):
        shipment = sent()
        fulfillment.deliver(shipment, day=day)
        assert shipment.delivered_at is not None
        assert before <= shipment.delivered_at <= timezone.now()


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 3, 1), "had not left by then"), (date(9999, 12, 31), "has not come yet")],
)
def test_refuses_a_day_on_which_it_cannot_have_come(day: date, words: str) -> None:
    shipment = sent()
    before = untouched(shipment)
    with pytest.raises(DayRefused, match=words):
        fulfillment.deliver(shipment, day=day)
    assert untouched(shipment) == before


def test_cannot_be_stored_as_delivered_before_it_left() -> None:
    shipment = sent()
    for harm in ({"delivered_at": LEFT - timedelta(seconds=1)}, {"delivered_at": LEFT, "shipped_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shipment.objects.filter(pk=shipment.pk).update(**harm)


def test_corrects_the_day_of_delivery_also_when_the_order_is_completed(carol: Any) -> None:
    order = make_paid_order(lines=[(a_variant(), 1)])
    shipment = sent(order)
    fulfillment.deliver(shipment, day=date(2026, 3, 5))
    order.refresh_from_db()
    assert order.status == "completed"
    fulfillment.correct_delivery(shipment, date(2026, 3, 4), actor=carol)
    assert timezone.localdate(shipment.delivered_at) == date(2026, 3, 4)
    event = order.events.get(kind="delivery_corrected")
    assert event.actor == carol
    assert event.data == {
        "shipment": 1,
        "before": {"delivered_at": "2026-03-05 11:00:00+00:00"},
        "after": {"delivered_at": "2026-03-04 12:00:00+01:00"},
    }


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(9999, 12, 31)])
def test_corrects_to_no_day_on_which_it_cannot_have_come(day: date) -> None:
    shipment = sent()
    fulfillment.deliver(shipment, day=date(2026, 3, 5))
    before = untouched(shipment)
    with pytest.raises(DayRefused):
        fulfillment.correct_delivery(shipment, day)
    assert untouched(shipment) == before


def test_corrects_no_day_of_what_has_not_arrived() -> None:
    with pytest.raises(MoveNotAllowed, match="Parcel 1 is shipped"):
        fulfillment.correct_delivery(sent(), date(2026, 3, 5))


# Tracking


def test_corrects_the_tracking_number_after_it_left(carol: Any) -> None:
    shipment = sent()
    fulfillment.correct_tracking(shipment, carrier="DPD", tracking_number=" 0150 ", actor=carol)
    assert (shipment.carrier, shipment.tracking_number) == ("DPD", "0150")
    assert shipment.order.events.get(kind="tracking_corrected").data == {
        "shipment": 1,
        "before": {"carrier": "DHL", "tracking_number": "JJD01"},
        "after": {"carrier": "DPD", "tracking_number": "0150"},
    }


def test_corrects_no_tracking_of_what_has_not_left() -> None:
    order = make_paid_order()
    shipment = fulfillment.create_shipment(order, {order.lines.get().pk: 1})
    before = untouched(shipment)
    with pytest.raises(MoveNotAllowed, match="Parcel 1 is packed"):
        fulfillment.correct_tracking(shipment, carrier="DPD", tracking_number="0150")
    assert untouched(shipment) == before


# In the back office


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def test_asks_staff_for_the_day_and_refuses_beside_it(admin_client: Client) -> None:
    shipment = sent()
    url = act(shipment.order, "deliver")
    assert f'value="{timezone.localdate()}"' in admin_client.get(url).content.decode()
    for day, words in [
        ("2026-03-01", "The parcel had not left by then."),
        ("9999-12-31", "This day has not come yet."),
        ("yesterday", "Enter a valid date."),
    ]:
        page = admin_client.post(url, {"shipment": shipment.pk, "day": day})
        assert page.status_code == 200
        assert page.context["form"].errors == {"day": [words]}
    assert admin_client.post(url, {"shipment": shipment.pk, "day": "2026-03-05"}).status_code == 302
    redate = act(shipment.order, "redate")
    assert admin_client.post(redate, {"shipment": shipment.pk, "day": "2026-03-06"}).status_code == 302
    shipment.refresh_from_db()
    assert timezone.localdate(shipment.delivered_at) == date(2026, 3, 6)


def test_lets_staff_correct_the_tracking_number(admin_client: Client) -> None:
    shipment = sent()
    url = act(shipment.order, "tracking")
    assert 'value="JJD01"' in admin_client.get(url).content.decode()
    answers = {"shipment": shipment.pk, "carrier": "DHL", "tracking_number": "JJD02"}
    assert admin_client.post(url, answers).status_code == 302
    shipment.refresh_from_db()
    assert shipment.tracking_number == "JJD02"


# What the buyer sees


def test_shows_each_parcel_with_contents_state_and_days(client: Client) -> None:
    order = make_paid_order(lines=[(a_variant(), 3)])
    fulfillment.deliver(sent(order), day=date(2026, 3, 5))
    sent(order)
    fulfillment.create_shipment(order, {order.lines.get().pk: 1})
    page = " ".join(client.get(links.order_url(order)).content.decode().split())
    parts = page.split('<article class="parcel">')[1:]
    assert len(parts) == 3
    assert "Shipped on 2 March 2026 · delivered on 5 March 2026" in parts[0]
    assert "status--delivered" in parts[0]
    assert "tracking-id=JJD01" in parts[0]
    assert "Shipped on 2 March 2026</p>" in parts[1]
    assert "status--packed" in parts[2]
    assert all("1 × Device" in part for part in parts)


def mail_of(order: Order, kind: str) -> Any:
    mail.outbox.clear()
    assert emails.deliver(order.events.filter(kind=kind).last().pk)
    (message,) = mail.outbox
    return message


def test_mails_that_a_parcel_has_arrived() -> None:
    order = make_paid_order(lines=[(a_variant(is_serial_tracked=True), 2)], number="TEST")
    line = order.lines.get().pk
    shipment = fulfillment.create_shipment(order, {line: 1}, numbers={line: [make_imei(7)]})
    fulfillment.ship(shipment, carrier="DHL", tracking_number="JJD01")
    assert f"IMEI {make_imei(7)}" in mail_of(order, "shipped").body
    Shipment.objects.update(shipped_at=LEFT)
    fulfillment.deliver(shipment, day=date(2026, 3, 5))
    message = mail_of(order, "delivered")
    html = message.alternatives[0].content
    assert message.subject == "A parcel of order TEST has arrived"
    for body in (message.body, html):
        assert "Parcel 1 of your order TEST arrived on 5 March 2026" in body
        assert f"IMEI {make_imei(7)}" in body
        assert "The rest of your order comes in a parcel of its own." in body
        assert "/orders/TEST/?key=" in body

"""Withdrawing from a purchase: how long, in two steps, with a receipt."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog.models import StockLevel
from devicehub.lib.money import Money
from orders import fulfillment, links, returning, withdrawal
from orders.exceptions import QuantityError
from orders.models import Order, OrderAddress, OrderEvent, Refund, Return, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_delivered_order, make_method, make_order, make_paid_order, send
from orders.withdrawal import Statement, withdraw

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
WITHDRAW = "/withdraw/"
ALL = Statement("Gerda Gast", "guest@example.com")


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert differences() == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Stops the clock at an hour of a day in Berlin."""

    def stop(*moment: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=BERLIN))  # type: ignore[arg-type, misc]

    return stop


def arrived(order: Order, *days: date) -> None:
    for shipment, day in zip(order.shipments.all(), days, strict=True):
        at = datetime(day.year, day.month, day.day, 18, tzinfo=BERLIN)
        Shipment.objects.filter(pk=shipment.pk).update(shipped_at=at, delivered_at=at)


def ask(client: Client, order: Order, *, path: str = WITHDRAW, **answers: Any) -> Any:
    return client.post(path, {"name": "Gerda Gast", "number": order.number, "email": order.email, **answers})


def kinds(order: Order) -> list[str]:
    return list(order.events.filter(kind__in=["withdrawn", "withdrawal_late"]).values_list("kind", flat=True))


def stock(order: Order) -> list[tuple[int, int]]:
    return list(StockLevel.objects.order_by("pk").values_list("on_hand", "reserved"))


# How long


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 9, 1), date(2026, 9, 15)),  # Tuesday to Tuesday: the first day does not count
        (date(2026, 9, 5), date(2026, 9, 21)),  # its 14th day is a Saturday
        (date(2026, 9, 6), date(2026, 9, 21)),  # a Sunday
        (date(2026, 12, 11), date(2026, 12, 28)),  # Christmas Day on a Friday, then a weekend
        (date(2026, 12, 18), date(2027, 1, 4)),  # New Year's Day
    ],
)
def test_ends_with_the_14th_day_or_the_next_working_day(received: date, last: date) -> None:
    order = make_delivered_order()
    arrived(order, received)
    assert withdrawal.last_day(order) == last


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        ((2026, 9, 1, 19), "withdrawn"),  # day 0
        ((2026, 9, 15, 23, 59, 59), "withdrawn"),  # day 14, its last second
        ((2026, 9, 16, 0, 0, 1), "withdrawal_late"),  # day 15
    ],
)
def test_counts_days_of_the_shops_own_clock(client, clock, now, kind) -> None:
    order = make_delivered_order()
    arrived(order, date(2026, 9, 1))
    clock(*now)
    ask(client, order, confirm=1)
    assert kinds(order) == [kind]
    assert Return.objects.count() == (kind == "withdrawn")


def test_runs_from_the_last_of_two_parcels(clock) -> None:
    order = make_paid_order()
    line = order.lines.get().pk
    send(order, {line: 1})
    arrived(order, date(2026, 9, 1))
    clock(2026, 12, 1, 12)
    assert withdrawal.last_day(order) is None
    assert withdrawal.is_open(order)  # the second is still to come
    send(order, {line: 1})
    arrived(order, date(2026, 9, 1), date(2026, 9, 10))
    assert withdrawal.last_day(order) == date(2026, 9, 24)
    assert not withdrawal.is_open(order)


def test_counts_a_holiday_where_the_buyer_lives() -> None:
    order = make_delivered_order()
    OrderAddress.objects.filter(order=order).update(country="FR")
    arrived(order, date(2026, 6, 30))
    assert withdrawal.last_day(order) == date(2026, 7, 15)  # 14 July


# Two steps, no log-in


def test_is_found_on_every_page(client) -> None:
    page = client.get("/").content.decode()
    assert f'href="{WITHDRAW}">Withdraw from contract here</a>' in page


def test_shows_the_statement_and_does_nothing_before_it_is_confirmed(client) -> None:
    order = make_delivered_order()
    answer = ask(client, order)
    page = answer.content.decode()
    assert "Confirm withdrawal here" in page
    assert f'name="number" value="{order.number}"' in page
    assert kinds(order) == []
    assert ask(client, order, confirm=1).url == f"{WITHDRAW}?sent=1"
    assert kinds(order) == ["withdrawn"]


def test_mails_a_receipt_with_content_date_and_time(client, clock, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order()
    arrived(order, date(2026, 9, 1))
    clock(2026, 9, 2, 14, 3, 5)
    OrderEvent.objects.update(mail_status="sent")
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, order, confirm=1)
    receipt = next(one for one in mail.outbox if "Receipt" in one.subject)
    assert receipt.to == ["guest@example.com"]
    for words in ("2 September 2026, 14:03:05", order.number, "I, Gerda Gast, withdraw", "2 × ", "guest@example.com"):
        assert words in receipt.body
    assert any("please send it to us" in one.subject for one in mail.outbox)


def test_answers_wrong_and_unknown_alike(client, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order()
    with django_capture_on_commit_callbacks(execute=True):
        answers = [
            ask(client, order, confirm=1, email="eve@example.com"),
            ask(client, order, confirm=1, number="K7Q2-9XMB-4T0F-V"),
        ]
    assert [answer.url for answer in answers] == [f"{WITHDRAW}?sent=1"] * 2
    assert kinds(order) == []
    assert not mail.outbox


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter your name."),
        ({"email": "nobody"}, "valid email address"),
        ({"email": ""}, "Enter the address that you gave with the order."),
        ({"number": ""}, "Enter the number."),
        ({"name": "x" * 121}, "at most 120 characters"),
    ],
)
def test_says_beside_the_field_what_is_wrong(client, wrong, words) -> None:
    order = make_delivered_order()
    answer = ask(client, order, confirm=1, **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert kinds(order) == []


def test_asks_for_the_number_of_the_contract_not_of_a_device(client) -> None:
    page = client.get(WITHDRAW).content.decode()
    assert "Order number" in page
    assert "IMEI" not in page


def test_is_asked_only_so_often(client) -> None:
    order = make_delivered_order()
    codes = [ask(client, order, confirm=1, number="1").status_code for _ in range(21)]
    assert codes == [302] * 20 + [429]
    assert ask(client, order, confirm=1).status_code == 429
    assert kinds(order) == []


def test_is_one_withdrawal_however_often_it_is_confirmed(client) -> None:
    order = make_delivered_order()
    for _press in range(3):
        assert ask(client, order, confirm=1).status_code == 302
    assert kinds(order) == ["withdrawn"]
    assert Return.objects.count() == 1


# What it does


def test_cancels_what_has_not_left(client) -> None:
    order = make_paid_order()
    ask(client, order, confirm=1)
    order.refresh_from_db()
    assert order.status == "canceled"
    assert stock(order) == [(5, 0)]
    assert [refund.amount for refund in Refund.objects.all()] == [order.total]
    assert not Return.objects.exists()


def test_cancels_an_order_that_was_not_paid_yet(client) -> None:
    order = make_order()
    ask(client, order, confirm=1)
    order.refresh_from_db()
    assert (order.status, stock(order)) == ("canceled", [(5, 0)])


def test_takes_the_open_part_out_and_opens_a_return_for_the_rest() -> None:
    order = make_paid_order()
    line = order.lines.get()
    send(order, {line.pk: 1})
    withdraw(order, ALL)
    line.refresh_from_db()
    assert line.quantity == 1
    assert [refund.amount for refund in Refund.objects.all()] == [100]  # the other waits for the device
    process = order.returns.get()
    assert (process.kind, process.status, process.units.count()) == ("withdrawal", "approved", 1)
    assert stock(order) == [(4, 0)]


def test_unpacks_what_lies_ready() -> None:
    order = make_paid_order(lines=[(a_variant(stock=5), 2), (a_variant(stock=5), 1)])
    first, second = order.lines.all()
    send(order, {second.pk: 1})
    fulfillment.create_shipment(order, {first.pk: 2})
    withdraw(order, Statement("G", "g@example.com", {first.pk: 1}))
    first.refresh_from_db()
    assert first.quantity == 1
    assert list(order.shipments.values_list("status", flat=True)) == ["delivered", "canceled"]
    assert stock(order) == [(5, 1), (4, 0)]


def test_withdraws_from_a_part_by_the_guests_link(client) -> None:
    order = make_delivered_order()
    line = order.lines.get().pk
    path = links.order_action_url("orders:order_withdraw", order)
    answers = {"name": "Gerda", f"units-{line}": 1}
    assert "1 × " in client.post(path, answers).content.decode()
    assert client.post(path, {**answers, "confirm": 1}).url.startswith(f"{order.get_absolute_url()}?key=")
    assert order.returns.get().units.count() == 1
    assert "Withdraw from contract here" in client.get(links.order_url(order)).content.decode()
    assert order.events.get(kind="withdrawn").actor_label == "Gerda"


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (0, "Choose at least one device."),
        (3, "At most 2."),
        (-1, "0 is the least."),
        ("x", "Enter a number."),
        ("", "Enter how many, 0 for none."),
    ],
)
def test_refuses_units_that_are_not_there(client, units, words) -> None:
    order = make_delivered_order()
    path = links.order_action_url("orders:order_withdraw", order)
    answer = client.post(path, {"name": "Gerda", f"units-{order.lines.get().pk}": units, "confirm": 1})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert kinds(order) == []
    with pytest.raises(QuantityError):
        withdraw(order, Statement("Gerda", "g@example.com", {order.lines.get().pk: 3}))


def test_is_closed_to_strangers(client, bob) -> None:
    order = make_delivered_order()
    client.force_login(bob)
    for name in ("orders:order_withdraw", "orders:return"):
        assert client.get(links.order_action_url(name, order).split("?")[0]).status_code == 404


def test_sends_whoever_is_late_back_to_the_order(client) -> None:
    order = make_delivered_order()
    arrived(order, date(2026, 1, 5))
    answer = client.get(links.order_action_url("orders:order_withdraw", order))
    assert answer.url.startswith(f"{order.get_absolute_url()}?key=")
    assert client.get(links.order_url(order)).context["withdraw_url"] == ""


def test_tells_by_mail_that_a_statement_came_too_late(client, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order()
    arrived(order, date(2026, 9, 1))
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, order, confirm=1)
    assert "ended with 15 September 2026" in mail.outbox[-1].body


# The delivery's price


@pytest.mark.parametrize(
    ("standard", "free_from", "back"),
    [("4.90", None, "4.90"), ("4.90", "50", "0"), ("12.90", None, "12.90"), ("20.00", None, "12.90")],
)
def test_gives_back_no_more_than_the_cheapest_standard_delivery(standard, free_from, back) -> None:
    make_method(price=standard, free_from=free_from)
    express = make_method(price="12.90", free_from=None)
    order = make_delivered_order(shipping="12.90", shipping_method=express)
    assert withdrawal.standard_delivery(order) == Money(back, "EUR")


def test_gives_back_delivery_only_when_nothing_is_left() -> None:
    order = make_delivered_order()
    withdraw(order, Statement("G", "g@example.com", {order.lines.get().pk: 1}))
    process = order.returns.get()
    process.units.update(grade="new", decision="scrap")
    assert returning.proposal(process, withdrawal.standard_delivery(order)).delivery is None
    process.units.update(grade="", decision="")


def test_leaves_what_cannot_be_carried_out_to_staff(monkeypatch) -> None:
    order = make_paid_order()
    monkeypatch.setattr(withdrawal, "_carry_out", lambda *a, **k: (_ for _ in ()).throw(QuantityError("no")))
    withdraw(order, ALL)
    assert list(order.events.order_by("pk").values_list("kind", flat=True))[-2:] == ["withdrawn", "withdrawal_stuck"]
    assert timedelta(0) <= timezone.now() - order.events.get(kind="withdrawn").created_at

"""When a parcel arrives: the rule on a frozen clock, and where it is shown."""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from catalog.tests.factories import make_product
from devicehub.lib.money import shop_money
from orders import changing, checkout, delivery_times, links, payments
from orders.models import ClosedDays, Order
from orders.promise import ArrivalPromise, ShopHours, arrives, leaves
from orders.summaries import summarize
from orders.tests.factories import make_cart, make_method, make_order, make_ready
from orders.tests.test_checkout import hold, text
from orders.working_days import FURTHEST, NoWorkingDay, WorkingDays, is_public_holiday

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = frozenset(range(5))


def shop(*closed: str, cutoff: str = "14:00", handling: int = 0, weekdays: frozenset[int] = WEEK) -> ShopHours:
    days = {date.fromisoformat(day) for day in closed}
    return ShopHours(WorkingDays(weekdays, days.__contains__), time.fromisoformat(cutoff), BERLIN, handling)


def at(moment: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (at("2026-11-23 13:59:59"), "2026-11-23"),  # a Monday
        (at("2026-11-23 14:00:00"), "2026-11-24"),
        (at("2026-11-23 00:00:00"), "2026-11-23"),
        (at("2026-11-27 14:00:00"), "2026-11-30"),  # Friday afternoon
        (at("2026-11-28 09:00:00"), "2026-11-30"),  # Saturday
        (at("2026-11-29 23:59:59"), "2026-11-30"),  # Sunday
        (at("2026-11-23 12:59:59", "UTC"), "2026-11-23"),  # 13:59:59 in Berlin
        (at("2026-11-23 13:00:00", "UTC"), "2026-11-24"),
        (at("2026-11-22 23:30:00", "UTC"), "2026-11-23"),  # it is Monday in Berlin already
        (at("2026-03-30 11:59:59", "UTC"), "2026-03-30"),  # the day after clocks went forward: 13:59:59
        (at("2026-03-30 12:00:00", "UTC"), "2026-03-31"),
        (at("2026-10-26 12:59:59", "UTC"), "2026-10-26"),  # the day after they went back
        (at("2026-10-26 13:00:00", "UTC"), "2026-10-27"),
    ],
)
def test_leaves_on_the_day_that_the_cut_off_says(now: datetime, day: str) -> None:
    assert leaves(now, shop()) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("now", "hours", "day"),
    [
        ("2026-12-24 10:00", shop("2026-12-24", "2026-12-25", "2026-12-26"), "2026-12-28"),
        ("2026-12-31 15:00", shop("2027-01-01"), "2027-01-04"),
        ("2026-11-27 10:00", shop(handling=2), "2026-12-01"),  # Friday, packed on Monday and Tuesday
        ("2026-11-28 10:00", shop(handling=1), "2026-12-01"),  # Saturday: Monday, and a day more
        ("2026-11-28 10:00", shop(weekdays=frozenset({5})), "2026-11-28"),  # a shop that packs on Saturdays
        ("2026-11-28 14:00", shop(weekdays=frozenset({5})), "2026-12-05"),
        ("2026-11-23 23:00", shop(cutoff="23:59:59"), "2026-11-23"),
    ],
)
def test_waits_for_the_shops_next_working_day(now: str, hours: ShopHours, day: str) -> None:
    assert leaves(at(now), hours) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("leaving", "closed", "days", "words"),
    [
        ("2026-11-20", [], (2, 4), "Tue 24 – Thu 26 Nov"),  # Friday
        ("2026-11-23", [], (1, 1), "Tue 24 Nov"),
        ("2026-11-26", [], (2, 4), "Mon 30 Nov – Wed 2 Dec"),
        ("2026-12-23", ["2026-12-25"], (1, 2), "Thu 24 – Mon 28 Dec"),
        ("2026-12-30", ["2027-01-01"], (1, 2), "Thu 31 Dec – Mon 4 Jan"),
        ("2026-11-23", [], (0, 0), "Mon 23 Nov"),
        ("2026-11-28", [], (0, 1), "Mon 30 Nov"),  # nothing moves on a weekend
    ],
)
def test_counts_the_carriers_working_days(leaving: str, closed: list[str], days: tuple[int, int], words: str) -> None:
    carrier = WorkingDays(WEEK, {date.fromisoformat(day) for day in closed}.__contains__)
    assert str(arrives(date.fromisoformat(leaving), carrier, *days)) == words


def test_promises_nothing_where_nobody_works() -> None:
    never = WorkingDays(WEEK, lambda day: True)
    with pytest.raises(NoWorkingDay):
        never.first(date(2026, 11, 26))
    with pytest.raises(NoWorkingDay):
        arrives(date(2026, 11, 26), never, 1, 2)
    late = WorkingDays(WEEK, lambda day: day < date(2026, 11, 26).replace(year=2027))
    assert (late.first(date(2026, 11, 26)) - date(2026, 11, 26)).days == 365 < FURTHEST


def test_knows_public_holidays_of_countries_and_regions() -> None:
    assert is_public_holiday(date(2026, 12, 25), "DE")
    assert is_public_holiday(date(2026, 7, 14), "FR")
    assert not is_public_holiday(date(2026, 7, 14), "DE")
    assert is_public_holiday(date(2026, 3, 8), "DE", "BE")  # Women's Day, in Berlin only
    assert not is_public_holiday(date(2026, 3, 8), "DE")
    assert not is_public_holiday(date(2026, 12, 25), "XX")  # a country that the library does not know


# The shop's calendar ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "country", "words"),
    [
        ("2026-11-20 13:00", "DE", "Tue 24 – Wed 25 Nov"),
        ("2026-11-20 14:00", "DE", "Wed 25 – Thu 26 Nov"),
        ("2026-07-10 10:00", "FR", "Wed 15 – Thu 16 Jul"),  # the 14th is a holiday there
        ("2026-07-10 10:00", "DE", "Tue 14 – Wed 15 Jul"),
        ("2026-12-23 10:00", "DE", "Mon 28 – Tue 29 Dec"),  # by way of the 24th, a working day
    ],
)
def test_takes_holidays_here_and_there_into_account(now: str, country: str, words: str) -> None:
    method = make_method(days_min=2, days_max=3)
    assert str(delivery_times.calendar(at(now)).promise(method, country)) == words


@pytest.mark.django_db
def test_keeps_the_days_that_staff_closed() -> None:
    method = make_method(days_min=1, days_max=1)
    ClosedDays.objects.create(name="Stocktaking", first_day=date(2026, 11, 23), last_day=date(2026, 11, 24))
    ClosedDays.objects.create(name="Over", first_day=date(2026, 11, 2), last_day=date(2026, 11, 3))
    assert str(delivery_times.calendar(at("2026-11-20 15:00")).promise(method, "DE")) == "Thu 26 Nov"
    ClosedDays.objects.update(last_day=date(2028, 12, 31))
    assert delivery_times.calendar(at("2026-11-20 15:00")).promise(method, "DE") is None


@pytest.mark.django_db
def test_reads_the_calendar_with_one_query(settings: Any, django_assert_num_queries: Any) -> None:
    settings.ORDER_CUTOFF, settings.HANDLING_DAYS, settings.SHOP_WORKING_DAYS = time(10), 1, [0, 1, 2, 3, 4, 5]
    method = make_method(days_min=1, days_max=2)
    with django_assert_num_queries(1):
        promise = delivery_times.calendar(at("2026-11-20 10:00")).promise(method, "DE")
    # Saturday is the shop's, Monday is for packing, and the carrier begins on Tuesday.
    assert promise == ArrivalPromise(date(2026, 11, 24), date(2026, 11, 25))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "days",
    [{"promised_from": date(2026, 11, 24)}, {"promised_from": date(2026, 11, 24), "promised_until": "2026-11-23"}],
)
def test_stores_no_half_promise(days: dict) -> None:
    order = make_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**days)


# Where it is shown --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_is_shown_where_the_device_is_bought(client: Client) -> None:
    method = make_method(name="Standard", days_min=2, days_max=3)
    make_method(countries=["CH"], days_min=5, days_max=9)
    make_product("Nova", variants=[{"price": "100.00", "stock": 3, "sku": "NOVA"}])
    days = delivery_times.calendar().promise(method, "DE")
    assert f"Arrives {days} in Germany" in text(client.get("/products/nova/"))
    cart = make_cart()
    make_ready(cart, method=method)
    cart.delivery_address.country = "CH"
    cart.delivery_address.save()
    hold(client, cart)
    assert "in Switzerland" in text(client.get("/products/nova/"))


@pytest.mark.django_db
def test_promises_no_day_for_what_cannot_be_had_or_sent(client: Client) -> None:
    make_method(max_weight_g=1000)
    make_product("Gone", variants=[{"price": "100.00", "stock": 0, "sku": "GONE"}])
    heavy = make_product("Heavy", variants=[{"price": "100.00", "stock": 3, "sku": "HEAVY"}])
    heavy.variants.update(weight_g=40_000)
    for path in ("/products/gone/", "/products/heavy/"):
        page = text(client.get(path))
        assert "Arrives" not in page
        assert "ways, times and cost are shown before you pay" in page


@pytest.mark.django_db(transaction=True)
def test_is_kept_by_the_order_and_told_in_its_mail(client: Client) -> None:
    cart = make_cart(is_ready=True, payment_provider="")
    cart.payment_provider = "cash_on_delivery"
    cart.save()
    hold(client, cart)
    summary = summarize(cart)
    days = summary.chosen.promise
    assert f"Arrives {days}" in text(client.get("/checkout/review/"))
    order = checkout.place_order(cart, seen_total=summary.totals.total, actor=None)
    order.refresh_from_db()
    assert (order.promised_from, order.promised_until) == (days.first, days.last)
    assert f"Arrives {days}" in text(client.get(links.order_url(order)))
    [message] = [one for one in mail.outbox if order.number in one.subject]
    assert f"Arrives {days}" in re.sub(r"\s+", " ", message.body)


@pytest.mark.django_db
def test_promises_a_transfer_nothing_before_the_money_is_here(client: Client) -> None:
    cart = make_cart(is_ready=True)  # pays by transfer
    hold(client, cart)
    assert "1 to 3 working days after your money has come" in text(client.get("/checkout/review/"))
    order = checkout.place_order(cart, seen_total=shop_money("104.90"), actor=None)
    assert order.promised_from is None
    assert "Arrives" not in text(client.get(links.order_url(order)))
    payments.record_payment(order, actor=None)
    order.refresh_from_db()
    days = delivery_times.promised(order)
    assert (order.promised_from, order.promised_until) == (days.first, days.last)
    assert f"Arrives {days}" in text(client.get(links.order_url(order)))


@pytest.mark.django_db
def test_lets_staff_close_days_but_not_backwards(client: Client, carol: Any) -> None:
    client.force_login(carol)
    url = "/admin/orders/closeddays/add/"
    assert client.post(url, {"name": "Move", "first_day": "2026-12-28", "last_day": "2026-12-24"}).status_code == 200
    assert not ClosedDays.objects.exists()
    assert client.post(url, {"name": "Move", "first_day": "2026-12-24", "last_day": "2026-12-28"}).status_code == 302
    assert ClosedDays.objects.get().last_day == date(2026, 12, 28)


@pytest.mark.django_db
def test_promises_other_days_when_staff_change_the_method() -> None:
    slow, quick = make_method(days_min=5, days_max=9, price="1.00"), make_method(days_min=1, days_max=1, price="1.00")
    cart = make_cart(is_ready=True)
    make_ready(cart, method=slow, provider="cash_on_delivery")
    order = checkout.place_order(cart, seen_total=shop_money(999), actor=None)
    changing.change_method(order, quick)
    order.refresh_from_db()
    days = delivery_times.calendar().promise(quick, "DE")
    assert (order.promised_from, order.promised_until) == (days.first, days.last)

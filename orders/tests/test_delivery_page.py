"""The page "Delivery": the shop's own ways, prices, days and stores."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from orders import delivery_times
from orders.models import CartAddress, ClosedDays, PickupPlace
from orders.template_tags import weekday_words
from orders.tests.factories import ADDRESS, make_cart, make_method, make_rate
from orders.tests.test_checkout import hold, text

pytestmark = pytest.mark.django_db

PAGE = "/info/delivery/"
STORE = {"line1": "Kanalstraße 7", "postcode": "10115", "city": "Berlin", "country": "DE"}


@pytest.fixture
def rates() -> None:
    make_rate(19)
    make_rate(20, country="FR")


def test_names_the_ways_into_the_shop_s_country_with_price_and_arrival(client: Client, rates: Any) -> None:
    standard = make_method(name="Standard", carrier="DHL", price="4.90", free_from="50.00", days_min=2, days_max=3)
    make_method(name="Old", is_active=False)
    make_method(countries=["FR"], zone="France", name="Poste", price="12.90")
    page = text(client.get(PAGE))
    days = delivery_times.calendar().promise(standard, "DE")
    assert "Delivery to Germany" in page
    assert f"Standard DHL 4.90 €, free from 50.00 € 2 to 3 working days · ordered now, it arrives {days}" in page
    assert "The prices include tax." in page
    for words in ("Old", "Poste", "Pick it up"):
        assert words not in page


def test_follows_the_cart_to_another_country(client: Client, rates: Any) -> None:
    make_method(name="Standard")
    make_method(countries=["FR"], zone="France", name="Poste", price="12.90", free_from=None)
    hold(client, make_cart(delivery_address=CartAddress.objects.create(**{**ADDRESS, "country": "FR"})))
    page = text(client.get(PAGE))
    assert "Delivery to France" in page
    assert "Poste 12.90 €" in page
    assert "Standard" not in page


def test_says_so_where_nothing_is_sent(client: Client, rates: Any) -> None:
    assert "We send no parcels there at present." in text(client.get(PAGE))


def test_tells_where_and_when_orders_are_fetched(client: Client, rates: Any) -> None:
    place = PickupPlace.objects.create(name="Store at the Canal", opening_hours="Mon–Fri 10:00–19:00", **STORE)
    pickup = make_method(name="Pickup", pickup_place=place, price=0, free_from=None, days_min=0, days_max=0)
    page = text(client.get(PAGE))
    assert "Pick it up" in page
    assert "Store at the Canal Kanalstraße 7 10115 Berlin Mon–Fri 10:00–19:00" in page
    assert f"Free of charge · ordered now, ready {delivery_times.calendar().promise(pickup, 'DE')}" in page


def test_tells_when_the_shop_packs(client: Client, rates: Any, settings: Any) -> None:
    settings.ORDER_CUTOFF, settings.SHOP_WORKING_DAYS = time(12, 30), [0, 1, 2, 3, 4, 5]
    page = text(client.get(PAGE))
    assert "Our packing days are Monday to Saturday, public holidays apart." in page
    assert "ordered on such a day before 12:30 leaves on the same day" in page
    settings.HANDLING_DAYS = 2
    assert "before 12:30 leaves 2 packing days later" in text(client.get(PAGE))


def test_promises_no_day_while_the_shop_is_closed_for_long(client: Client, rates: Any) -> None:
    make_method(name="Standard", days_min=2, days_max=3)
    ClosedDays.objects.create(name="Rebuilding", first_day="2020-01-01", last_day="2090-01-01")
    page = text(client.get(PAGE))
    assert "2 to 3 working days" in page
    assert "ordered now" not in page


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([0, 1, 2, 3, 4], "Monday to Friday"),
        ([2, 1, 3], "Tuesday to Thursday"),
        ([5, 6], "Saturday, Sunday"),
        ([0, 2, 4], "Monday, Wednesday, Friday"),
        ([3], "Thursday"),
    ],
)
def test_names_packing_days(days: list[int], words: str) -> None:
    assert weekday_words(days) == words

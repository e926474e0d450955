"""Pre-orders and back-orders: units promised beyond stock, up to a limit, for a day."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.urls import reverse
from django.utils import timezone

from catalog import inventory
from catalog.exceptions import InsufficientStock, Shortage, StillPromised
from catalog.inventory import Availability
from catalog.models import Product, StockLevel, StockMovement
from catalog.tests.factories import make_product, make_variant

pytestmark = pytest.mark.django_db

SOON = date(2026, 12, 12)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 26))


@pytest.fixture
def phone():
    """Two on hand, three more may be promised."""
    variant = make_product("Orvane 5", variants=[{"sku": "ORV", "stock": 2}]).variants.get()
    inventory.promise(variant, "backorder", limit=3, expected_at=SOON)
    return variant


def figures(variant):
    return StockLevel.objects.values_list("on_hand", "reserved").get(variant=variant)


def known(variant):
    return inventory.availability([variant.pk])[variant.pk]


def test_promises_nothing_unless_told_to():
    variant = make_product(variants=[{"stock": 1}]).variants.get()
    inventory.reserve({variant.pk: 1}, reference="A")
    assert (known(variant).state, known(variant).buyable) == ("out", 0)
    with pytest.raises(InsufficientStock):
        inventory.reserve({variant.pk: 1}, reference="B", promised=[variant.pk])
    assert figures(variant) == (1, 1)


def test_promises_up_to_the_limit_to_those_who_know(phone):
    with pytest.raises(InsufficientStock):
        inventory.reserve({phone.pk: 3}, reference="unaware")
    inventory.reserve({phone.pk: 5}, reference="A", promised=[phone.pk])
    assert figures(phone) == (2, 5)
    with pytest.raises(InsufficientStock) as refused:
        inventory.reserve({phone.pk: 1}, reference="B", promised=[phone.pk])
    assert refused.value.shortages == [Shortage(phone.pk, 1, 0)]
    assert figures(phone) == (2, 5)


def test_the_database_keeps_the_limit(phone):
    for change in ({"reserved": 6}, {"promise_limit": 0}, {"expected_at": None}, {"promise": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockLevel.objects.filter(variant=phone).update(**change)
    assert figures(phone) == (2, 0)


def test_gives_back_and_sends_while_more_is_promised_than_there_is(phone):
    inventory.reserve({phone.pk: 5}, reference="A", promised=[phone.pk])
    inventory.release({phone.pk: 1}, reference="A", cause="change 1")
    inventory.commit({phone.pk: 2}, reference="A", cause="shipment 1")
    assert figures(phone) == (0, 2)
    with pytest.raises(InsufficientStock):
        inventory.commit({phone.pk: 1}, reference="A", cause="shipment 2")
    assert figures(phone) == (0, 2)
    inventory.receive(phone, 2)
    inventory.commit({phone.pk: 2}, reference="A", cause="shipment 2")
    assert figures(phone) == (0, 0)


def test_takes_no_unit_off_that_is_not_there(phone):
    with pytest.raises(InsufficientStock):
        inventory.adjust(phone, -3, note="Lost")
    assert figures(phone) == (2, 0)


def test_lowers_the_limit_to_what_is_promised_and_no_further(phone):
    inventory.reserve({phone.pk: 4}, reference="A", promised=[phone.pk])
    with pytest.raises(StillPromised, match="2 units are promised beyond what is on hand"):
        inventory.promise(phone, "backorder", limit=1, expected_at=SOON)
    with pytest.raises(StillPromised):
        inventory.promise(phone, "")
    inventory.promise(phone, "preorder", limit=2, expected_at=SOON)
    assert known(phone).state == "out"
    inventory.receive(phone, 2)
    level = inventory.promise(phone, "")
    assert (level.promise, level.promise_limit, level.expected_at) == ("", 0, None)


@pytest.mark.parametrize(
    ("availability", "state", "words", "buyable"),
    [
        (Availability(2, 3, 5, "backorder", SOON), "low", "Only 2 left", 7),
        (Availability(0, 3, 5, "backorder", SOON), "backorder", "Back-order: expected 12 Dec", 5),
        (Availability(-4, 3, 5, "preorder", SOON), "preorder", "Pre-order: ships from 12 Dec", 1),
        (Availability(-5, 3, 5, "preorder", SOON), "out", "Sold out", 0),
        (Availability(0, 3, 5, "preorder", date(2027, 1, 9)), "preorder", "Pre-order: ships from 9 Jan 2027", 5),
        (Availability(0, 3, 5, "backorder", date(2026, 11, 26)), "backorder", "Back-order: expected 26 Nov", 5),
        (Availability(0, 3, 5, "backorder", date(2026, 11, 25)), "out", "Sold out", 0),
        (Availability(1, 3, 5, "backorder", date(2026, 11, 25)), "low", "Only 1 left", 1),
        (Availability(-2, 3), "out", "Sold out", 0),
    ],
)
def test_says_what_can_be_had_and_when(availability, state, words, buyable):
    assert (availability.state, availability.words, availability.buyable) == (state, words, buyable)


def test_waits_only_for_what_is_not_there():
    some = Availability(2, 3, 5, "backorder", SOON)
    assert [some.waits_until(units) for units in (2, 3, 7, 8)] == [None, SOON, SOON, None]


def test_counts_no_promised_device_as_in_stock(phone):
    inventory.reserve({phone.pk: 2}, reference="A")
    assert not Product.objects.get().is_available
    inventory.reserve({phone.pk: 1}, reference="B", promised=[phone.pk])
    inventory.receive(phone, 1)
    assert not Product.objects.get().is_available  # it is for B
    inventory.receive(phone, 1)
    assert Product.objects.get().is_available


def test_refreshes_no_listing_while_only_promises_change(phone, django_assert_num_queries):
    inventory.reserve({phone.pk: 2}, reference="A")
    with django_assert_num_queries(6):  # savepoint, place, claim, level, movement, savepoint
        inventory.reserve({phone.pk: 1}, reference="B", promised=[phone.pk])


def test_shows_the_promise_on_page_card_feed_and_to_machines(phone, client):
    inventory.reserve({phone.pk: 2}, reference="A")
    page = client.get(phone.product.get_absolute_url()).content.decode()
    assert '<span class="stock stock--backorder">Back-order: expected 12 Dec</span>' in page
    assert "Add to cart" in page
    assert '"availability": "https://schema.org/BackOrder", "availabilityStarts": "2026-12-12"' in page
    listing = client.get(reverse("catalog:products")).content.decode()
    assert "Back-order: expected 12 Dec" in listing
    feed = b"".join(client.get("/feeds/merchant.xml")).decode()
    assert "<g:availability>backorder</g:availability>" in feed
    assert "<g:availability_date>2026-12-12T00:00+0100</g:availability_date>" in feed


def test_says_in_stock_without_a_day_while_there_is_some(phone, client):
    page = client.get(phone.product.get_absolute_url()).content.decode()
    assert "Only 2 left" in page
    assert "availabilityStarts" not in page
    assert "availability_date" not in b"".join(client.get("/feeds/merchant.xml")).decode()


def test_prefers_a_variant_in_stock_and_then_a_promised_one(phone, client):
    product = phone.product
    make_variant(product, sku="NONE", stock=0, position=0)
    inventory.reserve({phone.pk: 2}, reference="A")
    assert "Item ORV" in client.get(product.get_absolute_url()).content.decode()
    make_variant(product, sku="HERE", stock=1, position=9)
    assert "Item HERE" in client.get(product.get_absolute_url()).content.decode()


def test_names_for_whom_units_are_reserved(phone):
    inventory.reserve({phone.pk: 2}, reference="A")
    inventory.reserve({phone.pk: 2}, reference="B", promised=[phone.pk])
    inventory.release({phone.pk: 2}, reference="A", cause="canceled")
    assert inventory.holders(phone.pk) == {"B": 2}


def test_moves_units_of_the_place_in_use_only(phone):
    other = StockLevel.objects.create(variant=phone, place=inventory.StockPlace.objects.create(name="Second"))
    for verb in (inventory.reserve, inventory.release):
        verb({phone.pk: 1}, reference="A", cause="once")
    inventory.receive(phone, 1)
    inventory.adjust(phone, -1, note="Lost")
    assert not StockMovement.objects.filter(level=other).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.create(variant=phone, place=other.place)


def test_refuses_to_forget_its_promises_while_buyers_wait(phone):
    migration = import_module("catalog.migrations.0023_promises_beyond_stock")
    inventory.reserve({phone.pk: 2}, reference="A")
    migration.refuse_while_promised(apps, None)
    inventory.reserve({phone.pk: 1}, reference="B", promised=[phone.pk])
    with pytest.raises(IrreversibleError, match=r"More is promised than is on hand of 1 versions \(ORV\)"):
        migration.refuse_while_promised(apps, None)

"""Fetching an order in a store, from the choice to the counter."""

from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db.models import ProtectedError
from django.test import Client

from orders import changing, checkout, delivery_times, fulfillment, links
from orders.exceptions import MoveNotAllowed
from orders.models import Cart, CartAddress, Order, PickupPlace, ShippingMethod
from orders.reconciliation import differences
from orders.summaries import summarize
from orders.tests.factories import a_variant, make_cart, make_method, make_rate, make_ready
from orders.tests.test_checkout import hold, text

STORE = {
    "name": "Store at the Canal",
    "line1": "Kanalstraße 7",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
    "opening_hours": "Mon–Fri 10:00–19:00\nSat 10:00–16:00",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def pickup(db: None) -> ShippingMethod:
    """Beside a parcel for 4.90, for buyers of Germany and France."""
    make_rate(19)
    make_rate(20, country="FR")
    make_method(countries=["DE", "FR"], zone="both", name="Parcel", position=1)
    place = PickupPlace.objects.create(**STORE)
    free = {"price": "0.00", "free_from": None, "max_weight_g": None, "days_min": 0, "days_max": 0, "position": 2}
    return make_method(countries=["DE", "FR"], zone="both", name="Pickup", pickup_place=place, **free)


def order_of(pickup: ShippingMethod, *, provider: str = "cash_on_delivery", **address: str) -> Order:
    cart = make_cart([(a_variant("119.00"), 1)])
    make_ready(cart, method=pickup, provider=provider)
    CartAddress.objects.filter(pk=cart.delivery_address_id).update(**address)
    cart = Cart.objects.get(pk=cart.pk)
    return checkout.place_order(cart, seen_total=summarize(cart).totals.total, actor=None)


def test_is_offered_with_place_and_hours_but_never_assumed(client: Client, pickup: ShippingMethod) -> None:
    cart = make_cart([(a_variant("119.00"), 1)])
    hold(client, cart)
    assert "Delivery to Germany, estimated 4.90 €" in text(client.get("/cart/"))
    make_ready(cart, method=pickup)
    assert "You want to pick it up in a store?" in text(client.get("/checkout/address/"))
    page = text(client.get("/checkout/delivery/"))
    days = delivery_times.calendar().promise(pickup, "DE")
    assert f"Pickup Ready for pickup {days}" in page
    assert "Store at the Canal, Kanalstraße 7, 10115 Berlin Mon–Fri 10:00–19:00 Sat 10:00–16:00 free" in page
    page = text(client.get("/checkout/review/"))
    assert "Your address" in page
    assert "Store at the Canal Kanalstraße 7 10115 Berlin Mon–Fri 10:00–19:00" in page
    assert "Pickup 0.00 €" in page
    assert "Pickup, " not in page


def test_says_nothing_of_stores_where_there_are_none(client: Client) -> None:
    make_method()
    hold(client, make_cart())
    assert "pick it up" not in text(client.get("/checkout/address/"))


@pytest.mark.parametrize("address", [{}, {"country": "FR", "postcode": "75011", "vat_number": "FR61954506077"}])
def test_is_taxed_where_the_store_is(pickup: ShippingMethod, address: dict[str, str]) -> None:
    order = order_of(pickup, **address)
    assert (order.tax_treatment, order.tax_country) == ("domestic", "DE")
    assert (order.tax_total, order.total) == (Decimal("19.00"), Decimal("119.00"))
    assert differences() == []


def test_keeps_the_store_as_the_place_of_delivery(pickup: ShippingMethod) -> None:
    order = order_of(pickup)
    delivery, invoice = order.addresses.get(kind="delivery"), order.addresses.get(kind="invoice")
    assert (delivery.full_name, delivery.company, delivery.line1) == (
        "Gerda Gast",
        "Store at the Canal",
        "Kanalstraße 7",
    )
    assert (invoice.full_name, invoice.line1) == ("Gerda Gast", "Lindenweg 4")
    assert order.pickup_place == pickup.pickup_place
    with pytest.raises(ProtectedError):
        pickup.pickup_place.delete()


@pytest.mark.django_db(transaction=True)
def test_goes_from_packed_over_ready_to_picked_up(client: Client, carol: Any, pickup: ShippingMethod) -> None:
    order = order_of(pickup)
    stock = order.lines.get().variant.stock_levels.get()
    client.force_login(carol)
    acts = f"/admin/orders/order/{order.pk}/act/"
    line = order.lines.get()
    assert client.post(f"{acts}pack/", {f"line-{line.pk}": 1})["Location"] == f"{acts}ready/"
    shipment = order.shipments.get()
    mail.outbox.clear()
    assert client.post(f"{acts}ready/", {"shipment": shipment.pk}).status_code == 302
    order.refresh_from_db()
    stock.refresh_from_db()
    assert (order.fulfillment_status, stock.on_hand, stock.reserved) == ("shipped", 4, 0)
    [message] = mail.outbox
    assert message.subject == f"Order {order.number} is ready for pickup"
    for words in ("Store at the Canal", "Kanalstraße 7", "Sat 10:00–16:00", "Please have 119.00\xa0€ ready"):
        assert words in message.body, words
    page = text(Client().get(links.order_url(order)))
    for words in (
        "Ready for pickup",
        "Pick up at",
        "Parcel 1 ready for pickup",
        "ready when you pick it up",
        "Sat 10:00",
    ):
        assert words in page, words
    assert client.post(f"{acts}picked-up/", {"shipment": shipment.pk}).status_code == 302
    order.refresh_from_db()
    assert order.fulfillment_status == "delivered"
    assert "Picked up" in text(Client().get(links.order_url(order)))
    assert [event.kind for event in order.events.all()][-2:] == ["ready_for_pickup", "picked_up"]
    assert differences() == []


def test_offers_staff_the_acts_that_fit(client: Client, carol: Any, pickup: ShippingMethod) -> None:
    order = order_of(pickup)
    fulfillment.create_shipment(order, {order.lines.get().pk: 1})
    client.force_login(carol)
    page = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "/act/ready/" in page
    assert "/act/ship/" not in page
    assert "Store at the Canal" in page


def test_lets_staff_keep_places_and_only_them(client: Client, carol: Any, dave: Any) -> None:
    client.force_login(carol)
    assert client.post("/admin/orders/pickupplace/add/", STORE).status_code == 302
    assert PickupPlace.objects.get().city == "Berlin"
    client.force_login(dave)
    assert client.get("/admin/orders/pickupplace/").status_code == 403


def test_stays_at_its_store_when_the_order_is_changed(pickup: ShippingMethod) -> None:
    order = order_of(pickup)
    parcel = ShippingMethod.objects.get(name="Parcel")
    before = [order.addresses.get(kind="delivery").address_values(), order.total, order.shipping_name]
    with pytest.raises(MoveNotAllowed):
        changing.change_method(order, parcel)
    with pytest.raises(MoveNotAllowed):
        changing.change_address(order, "delivery", {**before[0], "line1": "Elsewhere 1"})
    order.refresh_from_db()
    assert [order.addresses.get(kind="delivery").address_values(), order.total, order.shipping_name] == before


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Ready for pickup on the working day your money comes"),
        (2, "Ready for pickup 2 working days after your money has come"),
    ],
)
def test_says_when_it_lies_ready_while_a_transfer_is_awaited(
    client: Client, pickup: ShippingMethod, days: int, words: str
) -> None:
    ShippingMethod.objects.filter(pk=pickup.pk).update(days_min=days, days_max=days)
    cart = make_cart([(a_variant("119.00"), 1)])
    hold(client, cart)
    make_ready(cart, method=pickup, provider="bank_transfer")
    page = text(client.get("/checkout/review/"))
    assert words in page

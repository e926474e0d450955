"""Pre-orders and back-orders from the cart to the parcel."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog import inventory
from catalog.models import StockLevel, Variant
from orders import cancellation, changing, checkout, fulfillment, payments, waiting
from orders.exceptions import CheckoutIncomplete, QuantityError
from orders.models import CartLine, Order, OrderLine, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_cart, make_method, make_order, make_paid_order, make_rate
from orders.tests.test_checkout import hold, text
from orders.tests.test_place_order import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon() -> date:
    return timezone.localdate() + timedelta(days=16)


@pytest.fixture
def phone(soon: date) -> Variant:
    """One on hand, three more may be promised."""
    variant = a_variant("100.00", stock=1, sku="ORV")
    inventory.promise(variant, "backorder", limit=3, expected_at=soon)
    make_rate(19)
    make_method(name="Standard", price="5.00")
    return variant


def figures(variant: Variant) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=variant)
    return level.on_hand, level.reserved


def words(day: date) -> str:
    return inventory.promise_words("backorder", day)


def ready(variant: Variant, units: int, seen: date | None) -> Any:
    cart = make_cart([(variant, units)], is_ready=True)
    CartLine.objects.filter(cart=cart).update(seen_expected_at=seen)
    return cart


# Buying -------------------------------------------------------------------------------------------------------


def test_sells_what_is_not_there_and_says_when_it_comes_everywhere(
    phone: Variant, soon: date, client: Client, django_capture_on_commit_callbacks
) -> None:
    client.post("/cart/add/", {"variant": "ORV", "quantity": 2})
    line = CartLine.objects.get()
    assert (line.quantity, line.seen_expected_at) == (2, soon)
    assert words(soon) in text(client.get("/cart/"))
    cart = ready(phone, 2, soon)
    hold(client, cart)
    assert words(soon) in text(client.get("/checkout/review/"))
    with django_capture_on_commit_callbacks(execute=True):
        response = press(client, cart)
    bought = OrderLine.objects.get()
    assert (bought.promise, bought.expected_at) == ("backorder", soon)
    assert figures(phone) == (1, 2)
    assert words(soon) in text(client.get(response["Location"]))
    assert words(soon) in mail.outbox[0].body
    assert words(soon) in str(mail.outbox[0].alternatives[0][0])
    assert differences() == []


def test_promises_nothing_for_units_that_are_there(phone: Variant, client: Client) -> None:
    cart = ready(phone, 1, None)
    hold(client, cart)
    press(client, cart, total="105.00")
    assert list(OrderLine.objects.values_list("promise", "expected_at")) == [("", None)]


@pytest.mark.parametrize("quantity", [5, 99])
def test_takes_no_more_into_the_cart_than_can_be_promised(phone: Variant, client: Client, quantity: int) -> None:
    response = client.post("/cart/add/", {"variant": "ORV", "quantity": quantity})
    assert response.status_code == 422
    assert "Only 4 are available." in text(response)
    assert not CartLine.objects.exists()


def test_asks_again_when_others_took_what_was_there(phone: Variant, soon: date, client: Client) -> None:
    cart = ready(phone, 1, None)
    hold(client, cart)
    inventory.reserve({phone.pk: 1}, reference="another")
    response = press(client, cart, total="105.00")
    assert response["Location"] == "/cart/"
    assert not Order.objects.exists()
    assert figures(phone) == (1, 1)
    page = text(client.get("/cart/"))
    assert "Not all of it is in stock any more." in page
    assert words(soon) in page
    client.post(f"/cart/lines/{cart.lines.get().pk}/", {"accept": "1"})
    press(client, cart, total="105.00")
    assert OrderLine.objects.get().expected_at == soon


def test_asks_again_when_it_comes_later_than_was_seen(phone: Variant, soon: date, client: Client) -> None:
    cart = ready(phone, 2, soon)
    inventory.promise(phone, "backorder", limit=3, expected_at=soon + timedelta(days=30))
    with pytest.raises(CheckoutIncomplete, match="later"):
        checkout.place_order(cart, seen_total=cart_total(cart), actor=None)
    hold(client, cart)
    assert "It is expected later than when you added it." in text(client.get("/cart/"))
    assert not Order.objects.exists()


def test_takes_no_unit_that_is_not_there_from_who_was_told_that_it_is(
    phone: Variant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last unit goes between this buyer's look and his claim."""
    cart = ready(phone, 1, None)
    hold(client, cart)
    real = inventory.reserve

    def late(quantities: Any, **words: Any) -> None:
        real({phone.pk: 1}, reference="quicker")
        real(quantities, **words)

    monkeypatch.setattr(inventory, "reserve", late)
    assert press(client, cart, total="105.00")["Location"] == "/cart/"
    assert not Order.objects.exists()


def test_sells_nothing_more_once_the_day_is_over(phone: Variant, client: Client) -> None:
    StockLevel.objects.update(expected_at=timezone.localdate() - timedelta(days=1))
    inventory.reserve({phone.pk: 1}, reference="A")
    response = client.post("/cart/add/", {"variant": "ORV", "quantity": 1})
    assert "Sold out." in text(response)


def test_gives_no_promise_away_when_quantities_grow(phone: Variant) -> None:
    order = make_paid_order(lines=[(phone, 1)])
    with pytest.raises(QuantityError, match="ORV: 0"):
        changing.change_quantities(order, {order.lines.get().pk: 2})
    assert figures(phone) == (1, 1)


def cart_total(cart: Any) -> Any:
    return checkout.summarize(cart).totals.total


def test_promises_no_arrival_before_the_goods_are_expected(phone: Variant, soon: date, client: Client) -> None:
    cart = ready(phone, 2, soon)
    offer = checkout.summarize(cart).chosen
    assert offer
    assert offer.promise
    assert offer.promise.first > soon
    hold(client, cart)
    press(client, cart)
    order = Order.objects.get()
    payments.record_payment(order, actor=None)
    order.refresh_from_db()
    assert order.promised_from
    assert order.promised_from > soon
    inventory.reserve({phone.pk: 1}, reference="another", promised=[phone.pk])
    assert "Arrives" not in text(client.get(phone.product.get_absolute_url()))


# Packing ------------------------------------------------------------------------------------------------------


def pack(order: Order, units: int) -> Shipment:
    return fulfillment.create_shipment(order, {order.lines.get().pk: units})


def test_packs_only_what_is_here(phone: Variant) -> None:
    order = make_paid_order(lines=[(phone, 2)])
    with pytest.raises(QuantityError, match="ORV: 2 cannot be packed, 1 are here"):
        pack(order, 2)
    assert not Shipment.objects.exists()
    fulfillment.ship(pack(order, 1))
    assert figures(phone) == (0, 1)
    with pytest.raises(QuantityError, match="0 are here"):
        pack(order, 1)
    inventory.receive(phone, 1)
    fulfillment.ship(pack(order, 1))
    assert figures(phone) == (0, 0)
    assert differences() == []


def test_packs_no_unit_twice(phone: Variant) -> None:
    first, second = make_paid_order(lines=[(phone, 1)]), make_paid_order(lines=[(phone, 1)])
    shipment = pack(first, 1)
    with pytest.raises(QuantityError, match="0 are here"):
        pack(second, 1)
    fulfillment.cancel_shipment(shipment)
    pack(second, 1)
    with pytest.raises(QuantityError):
        pack(first, 1)


def test_gives_what_comes_in_to_who_ordered_first(phone: Variant) -> None:
    """Three orders for five units, the second not paid yet; another order waits for nothing."""
    inventory.promise(phone, "backorder", limit=9, expected_at=timezone.localdate())
    first = make_paid_order(lines=[(phone, 2)])
    unpaid = make_order(lines=[(phone, 1)])
    third = make_paid_order(lines=[(phone, 2)])
    other = make_paid_order()
    assert set(waiting.for_goods()) == {first, third}
    assert set(waiting.packable()) == {other}
    inventory.receive(phone, 1)  # two: both for the first
    assert set(waiting.packable()) == {first, other}
    inventory.receive(phone, 2)  # four: one is kept for the second, one is not enough for the third
    assert set(waiting.for_goods()) == {third}
    cancellation.cancel_order(unpaid)
    assert not waiting.for_goods().exists()


def test_counts_what_lies_in_parcels_as_given(phone: Variant) -> None:
    first, second = make_paid_order(lines=[(phone, 1)]), make_paid_order(lines=[(phone, 1)])
    pack(first, 1)
    assert set(waiting.for_goods()) == {second}


def test_shows_staff_what_waits_the_oldest_first(phone: Variant, soon: date, client: Client, carol: Any) -> None:
    first, second = make_paid_order(lines=[(phone, 2)]), make_paid_order(lines=[(phone, 1)])
    client.force_login(carol)
    found = client.get("/admin/orders/order/?todo=goods").context["cl"].result_list
    assert list(found) == [first, second]
    assert not client.get("/admin/orders/order/?todo=now").context["cl"].result_list
    assert words(soon) in text(client.get(f"/admin/orders/order/{first.pk}/change/"))
    form = client.get(f"/admin/orders/order/{first.pk}/act/pack/").context["form"]
    assert [field.initial for field in form.fields.values()] == [1]
    response = client.post(f"/admin/orders/order/{first.pk}/act/pack/", {f"line-{first.lines.get().pk}": 2})
    assert "2 cannot be packed, 1 are here" in text(response)
    client.post("/admin/orders/order/", {"action": "pack_all", "_selected_action": [first.pk, second.pk]})
    assert list(Shipment.objects.values_list("order", flat=True)) == [second.pk]


def test_says_on_the_order_s_page_no_more_that_it_waits_once_it_is_packed(
    phone: Variant, soon: date, client: Client, alice: Any
) -> None:
    order = make_paid_order(lines=[(phone, 2)], user=alice)
    client.force_login(alice)
    assert words(soon) in text(client.get(order.get_absolute_url()))
    inventory.receive(phone, 1)
    pack(order, 2)
    assert words(soon) not in text(client.get(order.get_absolute_url()))

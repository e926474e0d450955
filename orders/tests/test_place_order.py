"""The button: one order, at the price that was agreed to, or none and nothing changed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from catalog import inventory
from catalog.exceptions import InsufficientStock
from catalog.models import Product, StockLevel, StockMovement, Variant
from catalog.tests.factories import make_product, set_stock
from devicehub.lib.money import shop_money
from orders import checkout, links, payments
from orders.exceptions import AlreadyPlaced, CheckoutIncomplete, PaymentError, PriceChanged
from orders.models import Cart, CartLine, Order, OrderAddress, Payment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_cart, make_method, make_rate
from orders.tests.test_checkout import hold, text, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    """Whatever a test did, stock and money must add up after it."""
    yield
    assert differences() == []


@pytest.fixture
def cart() -> Cart:
    """A guest's, ready to be placed: two devices of 100.00, 205 of them with delivery and tax inside."""
    make_rate(19)
    make_method(name="Standard", price="5.00")
    return make_cart([(a_variant("100.00", stock=5), 2)], is_ready=True)


@pytest.fixture
def guest(client: Client, cart: Cart) -> Client:
    hold(client, cart)
    return client


def press(client: Client, cart: Cart, total: str = "205.00", **data: Any) -> Any:
    return client.post("/checkout/place/", {"key": str(cart.pk), "total": total, **data})


def leads_to(response: Any, order: Order) -> bool:
    """A guest's link is signed with the time, so two of them differ in their keys."""
    address = urlsplit(response["Location"])
    key = parse_qs(address.query).get("key", [""])[0]
    return response.status_code == 303 and address.path == order.get_absolute_url() and links.may_see(order, None, key)


def stock(variant: Variant) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=variant)
    return level.on_hand, level.reserved


def untouched(cart: Cart) -> tuple[Any, ...]:
    """All that placing may change."""
    return (
        Cart.objects.values_list("status", "note").get(pk=cart.pk),
        list(cart.lines.values_list("variant", "quantity", "seen_price")),
        Order.objects.count(),
        Payment.objects.count(),
        OrderAddress.objects.count(),
        list(StockLevel.objects.order_by("pk").values_list("on_hand", "reserved")),
        StockMovement.objects.count(),
        len(mail.outbox),
    )


# Placing ------------------------------------------------------------------------------------------------------


def test_writes_the_whole_order(guest: Client, cart: Cart) -> None:
    variant = cart.lines.get().variant
    response = press(guest, cart, note="Please ring twice")
    order = Order.objects.get()
    assert leads_to(response, order)
    assert (order.status, order.user, order.email, order.note) == (
        "pending",
        None,
        "guest@example.com",
        "Please ring twice",
    )
    assert (order.cart, order.placement_key) == (cart, str(cart.pk))
    assert (order.lines_total, order.shipping_total, order.adjustments_total) == (200, 5, 0)
    assert (order.total, order.tax_total, order.shipping_tax) == (205, Decimal("32.73"), Decimal("0.80"))
    assert (order.shipping_name, order.payment_provider, order.currency) == ("Standard", "bank_transfer", "EUR")
    assert order.expires_at - order.placed_at == timedelta(days=7)
    line = order.lines.get()
    assert (line.position, line.sku, line.product_name) == (1, variant.sku, variant.product.name)
    assert (line.quantity, line.unit_price, line.total) == (2, 100, 200)
    assert (line.tax_rate, line.tax_amount) == (19, Decimal("31.93"))
    assert [(one.kind, one.full_name) for one in order.addresses.order_by("kind")] == [
        ("delivery", "Gerda Gast"),
        ("invoice", "Gerda Gast"),
    ]
    payment = order.payments.get()
    assert (payment.status, payment.amount, payment.currency, payment.provider) == (
        "created",
        205,
        "EUR",
        "bank_transfer",
    )
    assert list(order.events.values_list("kind", flat=True)) == ["placed"]
    assert stock(variant) == (5, 2)
    movement = StockMovement.objects.filter(kind="reserve").get()
    assert (movement.reference, movement.cause) == (order.number, "placed")
    cart.refresh_from_db()
    assert cart.status == "ordered"


def test_sends_the_confirmation_after_the_commit(guest: Client, cart: Cart, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        press(guest, cart)
    order = Order.objects.get()
    assert [message.to for message in mail.outbox] == [["guest@example.com"]]
    assert order.number in mail.outbox[0].body
    assert f"/orders/{order.number}/?key=" in mail.outbox[0].body


def test_lets_nothing_of_the_catalog_change_an_order(guest: Client, cart: Cart) -> None:
    press(guest, cart)
    variant = cart.lines.get().variant
    variant.price, variant.label = Decimal(1), "other"
    variant.save()
    Product.objects.update(name="Other")
    line = Order.objects.get().lines.get()
    assert (line.unit_price, line.total) == (100, 200)
    assert line.product_name != "Other"


def test_waives_delivery_by_an_adjustment(guest: Client, cart: Cart) -> None:
    cart.shipping_method.__class__.objects.update(free_from="150.00")
    press(guest, cart, "200.00")
    order = Order.objects.get()
    adjustment = order.adjustments.get()
    assert (adjustment.kind, adjustment.label, adjustment.amount) == ("delivery", "Free delivery from 150.00\xa0€", -5)
    assert adjustment.source == f"shipping-method:{cart.shipping_method_id}"
    assert (order.shipping_total, order.adjustments_total, order.shipping_tax, order.total) == (5, -5, 0, 200)


def test_adds_the_tax_where_prices_exclude_it(guest: Client, cart: Cart, settings: Any) -> None:
    settings.PRICES_INCLUDE_TAX = False
    press(guest, cart, "243.95")
    order = Order.objects.get()
    assert (order.prices_include_tax, order.lines_total, order.tax_total) == (False, 200, Decimal("38.95"))
    assert order.total == Decimal("243.95")


def test_taxes_by_the_country_of_delivery(guest: Client, cart: Cart) -> None:
    make_rate(20, country="FR")
    make_method(name="To France", countries=["FR"], price="5.00")
    cart.delivery_address.country, cart.shipping_method = "FR", make_method(countries=["FR"], price="5.00")
    cart.delivery_address.save()
    cart.save()
    press(guest, cart)
    assert Order.objects.get().lines.get().tax_rate == 20


def test_confirms_at_once_what_is_paid_at_the_door(guest: Client, cart: Cart) -> None:
    Cart.objects.update(payment_provider="cash_on_delivery")
    response = press(guest, cart)
    order = Order.objects.get()
    assert (order.status, order.payment_status, order.expires_at) == ("confirmed", "unpaid", None)
    assert list(order.events.values_list("kind", flat=True)) == ["placed", "confirmed"]
    assert leads_to(response, order)


def test_hands_over_to_the_providers_page(guest: Client, cart: Cart) -> None:
    Cart.objects.update(payment_provider="sandbox")
    response = press(guest, cart)
    assert response.status_code == 303
    assert response["Location"].startswith("/pay/sandbox/")
    order = Order.objects.get()
    assert order.expires_at - order.placed_at == timedelta(hours=1)
    assert order.number in text(guest.get(response["Location"]))


@pytest.mark.parametrize("error", [PaymentError("No."), TimeoutError("slow"), RuntimeError("bug of a provider")])
def test_leads_to_the_order_when_the_provider_fails(
    guest: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(order: Order) -> None:
        raise error

    monkeypatch.setattr(payments, "start", fail)
    response = press(guest, cart)
    order = Order.objects.get()
    assert leads_to(response, order)
    assert guest.get(response["Location"]).status_code == 200
    assert order.status == "pending"


def test_sends_the_invoice_elsewhere(guest: Client, cart: Cart) -> None:
    data = typed() | typed("invoice", full_name="Gast GmbH") | {"email": "g@example.com", "invoice_differs": "on"}
    guest.post("/checkout/address/", data)
    press(guest, cart)
    assert dict(OrderAddress.objects.values_list("kind", "full_name")) == {
        "delivery": "Gerda Gast",
        "invoice": "Gast GmbH",
    }


def test_reserves_many_lines_in_the_order_of_their_variants(guest: Client, cart: Cart) -> None:
    second, third = a_variant("50.00"), a_variant("25.00")
    for variant in (third, second):
        CartLine.objects.create(cart=cart, variant=variant, quantity=1, seen_price=variant.price)
    press(guest, cart, "280.00")
    order = Order.objects.get()
    assert list(order.lines.values_list("position", "unit_price")) == [(1, 100), (2, 25), (3, 50)]
    assert inventory.reserved_for(order.number) == {line.variant_id: line.quantity for line in order.lines.all()}


# Whole journeys -----------------------------------------------------------------------------------------------


def button(response: Any) -> dict[str, str]:
    html = response.content.decode()
    key = re.search(r'name="key" value="([^"]+)"', html)
    total = re.search(r'name="total" value="([^"]+)"', html)
    assert key
    assert total
    return {"key": key[1], "total": total[1], "note": ""}


def test_serves_a_guest_from_cart_to_order_without_a_script(client: Client) -> None:
    make_rate(19)
    method = make_method(price="4.90", free_from="50.00")
    variant = make_product(price="699.00", stock=3).variants.get()
    client.post("/cart/add/", {"variant": variant.sku, "quantity": 1})
    client.post("/checkout/address/", typed() | {"email": "gerda@example.com"})
    client.post("/checkout/delivery/", {"shipping_method": method.pk})
    client.post("/checkout/payment/", {"payment_provider": "bank_transfer"})
    response = client.post("/checkout/place/", button(client.get("/checkout/review/")))
    order = Order.objects.get()
    assert (order.email, order.total, order.user) == ("gerda@example.com", Decimal("699.00"), None)
    assert leads_to(response, order)
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "Thank you! Your order is placed." in text(page)
    assert Client().get(order.get_absolute_url()).status_code == 404
    assert "Your cart is empty" in text(client.get("/cart/"))


def test_serves_a_member_from_cart_to_order(client: Client, alice: Any) -> None:
    method = make_method(price="4.90")
    variant = a_variant()
    client.post("/cart/add/", {"variant": variant.sku, "quantity": 1})
    client.force_login(alice)
    client.post("/checkout/address/", typed())
    client.post("/checkout/delivery/", {"shipping_method": method.pk})
    client.post("/checkout/payment/", {"payment_provider": "cash_on_delivery"})
    response = client.post("/checkout/place/", button(client.get("/checkout/review/")))
    order = Order.objects.get()
    assert (order.user, order.email, order.status) == (alice, "alice@example.com", "confirmed")
    assert response["Location"] == f"/orders/{order.number}/"
    assert order.events.first().actor == alice
    assert StockMovement.objects.get(kind="reserve").actor == alice


def test_starts_a_new_cart_after_an_order(guest: Client, cart: Cart) -> None:
    press(guest, cart)
    guest.post("/cart/add/", {"variant": a_variant().sku, "quantity": 1})
    fresh = Cart.objects.open().get()
    assert fresh != cart
    assert leads_to(press(guest, cart), Order.objects.get())
    assert Order.objects.count() == 1
    assert fresh.lines.count() == 1


# Once ---------------------------------------------------------------------------------------------------------


def test_makes_one_order_of_many_presses(guest: Client, cart: Cart) -> None:
    variant = cart.lines.get().variant
    answers = [press(guest, cart) for _press in range(5)]
    order = Order.objects.get()
    assert all(leads_to(answer, order) for answer in answers)
    assert stock(variant) == (5, 2)
    assert Payment.objects.count() == 1
    assert leads_to(press(guest, cart, "1.00"), order)  # whatever else is sent along
    assert leads_to(press(guest, cart, "rubbish"), order)


def test_finds_the_order_when_another_press_claimed_the_cart_in_between(
    guest: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other press commits after this one looked for an order, and before it claims."""
    find, others = checkout.order_of, []

    def look_too_early(looked_for: Cart) -> Order | None:
        if not others:
            others.append(checkout.place_order(looked_for, seen_total=shop_money(205), actor=None))
            return None
        return find(looked_for)

    monkeypatch.setattr(checkout, "order_of", look_too_early)
    response = press(guest, cart)
    assert Order.objects.get() == others[0]
    assert leads_to(response, others[0])


def test_tells_a_late_press_which_order_there_is(cart: Cart) -> None:
    order = checkout.place_order(cart, seen_total=shop_money(205), actor=None)
    with pytest.raises(AlreadyPlaced) as late:
        checkout.place_order(cart, seen_total=shop_money(205), actor=None)
    assert late.value.order == order
    assert Order.objects.count() == 1


def test_survives_an_answer_that_was_lost_after_the_commit(
    guest: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(order: Order, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as crash:
        crash.setattr(payments, "start", die)
        with pytest.raises(SystemExit):
            press(guest, cart)
    assert leads_to(press(guest, cart), Order.objects.get())
    assert Order.objects.count() == 1


def test_leaves_nothing_of_an_order_that_failed_half_way(
    guest: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = untouched(cart)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    with monkeypatch.context() as busy:
        busy.setattr(inventory, "reserve", fail)
        response = press(guest, cart, note="Hello")
    assert response.status_code == 503
    assert "becomes one order" in text(response)
    retry = button(response)
    assert (retry["key"], retry["total"]) == (str(cart.pk), "205.00")
    Cart.objects.update(note="")
    assert untouched(cart) == before
    assert leads_to(press(guest, cart), Order.objects.get())


# Refusing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "abc", "00000000-0000-0000-0000-000000000000", "1" * 400])
def test_knows_no_other_key(guest: Client, cart: Cart, key: str) -> None:
    before = untouched(cart)
    assert guest.post("/checkout/place/", {"key": key, "total": "205.00"}).status_code == 404
    assert guest.post("/checkout/place/", {"total": "205.00"}).status_code == 404
    assert untouched(cart) == before


def test_places_and_shows_no_cart_of_another(guest: Client, cart: Cart, alice: Any, bob: Any) -> None:
    hers = make_cart(user=alice, is_ready=True)
    before = untouched(hers)
    assert press(guest, hers).status_code == 404
    assert press(Client(), cart).status_code == 404
    thief = Client()
    thief.force_login(bob)
    assert press(thief, hers).status_code == 404
    assert press(thief, cart).status_code == 404
    assert untouched(hers) == before
    press(guest, cart)
    assert press(thief, cart).status_code == 404, "not even when it is ordered"
    session = guest.session
    session["cart_id"] = str(hers.pk)
    session.save()
    assert press(guest, hers).status_code == 404


def test_asks_again_when_it_costs_more_than_was_seen(guest: Client, cart: Cart) -> None:
    variant = cart.lines.get().variant
    variant.price = Decimal("110.00")
    variant.save()
    before = untouched(cart)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "205.00"}, follow=True)
    page = text(response)
    assert "The total is 225.00 € now, not 205.00 €. Nothing was ordered" in page
    assert "The price rose by 10.00 € to 110.00 € since you added it." in page
    assert untouched(cart) == before
    guest.post(f"/cart/lines/{cart.lines.get().pk}/", {"accept": "1"})
    guest.post("/checkout/place/", button(guest.get("/checkout/review/")))
    assert Order.objects.get().total == 225


def test_asks_again_when_delivery_became_dearer(guest: Client, cart: Cart) -> None:
    cart.shipping_method.__class__.objects.update(price="9.00")
    before = untouched(cart)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "205.00"}, follow=True)
    assert response.redirect_chain == [("/checkout/review/", 303)]
    assert "The total is 209.00 € now, not 205.00 €." in text(response)
    assert untouched(cart) == before
    guest.post("/checkout/place/", button(response))
    assert Order.objects.get().total == 209


def test_passes_a_lower_price_on(guest: Client, cart: Cart) -> None:
    variant = cart.lines.get().variant
    variant.price = Decimal("90.00")
    variant.save()
    press(guest, cart, "205.00")
    assert Order.objects.get().total == 185


@pytest.mark.parametrize("total", ["", "abc", "-1", "NaN", "Infinity", "1e400", "205.001", "9" * 40, "1.234,00"])
def test_places_nothing_without_a_total_that_was_seen(guest: Client, cart: Cart, total: str) -> None:
    before = untouched(cart)
    response = press(guest, cart, total)
    assert response.status_code == 422
    assert "Place order · 205.00 €" in text(response)
    assert untouched(cart) == before


def test_sells_at_its_own_price_whatever_is_posted(guest: Client, cart: Cart) -> None:
    forged = {"price": "1", "unit_price": "1", "status": "confirmed", "payment_status": "paid", "tax": "0", "user": "1"}
    press(guest, cart, "999999.00", **forged)
    order = Order.objects.get()
    assert (order.total, order.status, order.payment_status, order.user) == (205, "pending", "unpaid", None)


def test_refuses_a_note_that_is_too_long_beside_its_field(guest: Client, cart: Cart) -> None:
    before = untouched(cart)
    response = press(guest, cart, note="x" * 501)
    assert response.status_code == 422
    assert "at most 500 characters" in text(response)
    assert untouched(cart) == before


def test_says_what_is_short_when_others_were_quicker(guest: Client, cart: Cart) -> None:
    variant = cart.lines.get().variant
    set_stock(variant, 1)
    before = untouched(cart)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "205.00"}, follow=True)
    page = text(response)
    assert response.redirect_chain == [("/cart/", 303)]
    assert "Nothing was ordered." in page
    assert "Only 1 is left; you want 2." in page
    assert untouched(cart) == before


def test_loses_a_race_for_the_last_unit_politely(guest: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another buyer takes the units after this press saw them and before it reserves them."""
    variant = cart.lines.get().variant
    reserve = inventory.reserve

    def reserve_late(quantities: Any, **kwargs: Any) -> None:
        StockLevel.objects.filter(variant=variant).update(on_hand=1)
        try:
            reserve(quantities, **kwargs)
        finally:
            StockLevel.objects.filter(variant=variant).update(on_hand=5)

    monkeypatch.setattr(inventory, "reserve", reserve_late)
    before = untouched(cart)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "205.00"}, follow=True)
    assert response.redirect_chain == [("/cart/", 303)]
    assert "Somebody was quicker: not everything is left. Nothing was ordered." in text(response)
    assert untouched(cart) == before


def test_reserves_all_lines_or_none(cart: Cart) -> None:
    scarce = a_variant("10.00", stock=1)
    CartLine.objects.create(cart=cart, variant=scarce, quantity=1, seen_price=scarce.price)
    plenty = cart.lines.first().variant
    StockLevel.objects.filter(variant=scarce).update(low_at=9)
    other = make_cart([(scarce, 1)], is_ready=True)
    checkout.place_order(other, seen_total=shop_money(99), actor=None)
    with pytest.raises((InsufficientStock, CheckoutIncomplete)):
        checkout.place_order(cart, seen_total=shop_money(999), actor=None)
    assert stock(plenty) == (5, 0)
    assert stock(scarce) == (1, 1)


def test_sells_nothing_that_left_the_shop(guest: Client, cart: Cart) -> None:
    gone = a_variant("10.00")
    CartLine.objects.create(cart=cart, variant=gone, quantity=1, seen_price=gone.price)
    Product.objects.filter(pk=gone.product_id).update(is_published=False)
    before = untouched(cart)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "205.00"}, follow=True)
    assert response.redirect_chain == [("/cart/", 303)]
    assert "Not everything in your cart can be had any more. Nothing was ordered." in text(response)
    assert "This device is not for sale any more." in text(response)
    assert untouched(cart) == before


@pytest.mark.parametrize(
    ("lacking", "step"),
    [
        ({"delivery_address": None}, "address"),
        ({"email": ""}, "address"),
        ({"shipping_method": None}, "delivery"),
        ({"payment_provider": ""}, "payment"),
        ({"payment_provider": "stripe"}, "payment"),
    ],
)
def test_sends_an_incomplete_checkout_to_the_missing_step(
    guest: Client, cart: Cart, lacking: dict[str, Any], step: str
) -> None:
    Cart.objects.update(**lacking)
    before = untouched(cart)
    assert press(guest, cart)["Location"] == f"/checkout/{step}/"
    assert untouched(cart) == before


def test_places_no_empty_or_merged_cart(guest: Client, cart: Cart) -> None:
    cart.lines.all().delete()
    before = untouched(cart)
    assert press(guest, cart)["Location"] == "/cart/"
    assert untouched(cart) == before
    Cart.objects.update(status=Cart.Status.MERGED)
    assert press(guest, cart)["Location"] == "/cart/"
    assert Order.objects.count() == 0


def test_names_the_new_total_to_whoever_must_agree(cart: Cart) -> None:
    with pytest.raises(PriceChanged) as refused:
        checkout.place_order(cart, seen_total=shop_money("204.99"), actor=None)
    assert refused.value.total == shop_money(205)
    assert Cart.objects.get().status == "open"


def test_lets_an_unpaid_order_expire_and_frees_its_stock(guest: Client, cart: Cart) -> None:
    press(guest, cart)
    order = Order.objects.get()
    assert list(Order.objects.awaiting_payment(timezone.now() + timedelta(days=8))) == [order]
    assert not Order.objects.awaiting_payment(timezone.now() + timedelta(days=6)).exists()

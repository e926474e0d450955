"""Bots that try stolen cards or hold stock are slowed down; honest buyers never notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders import limits, links, payments
from orders.exceptions import TooOften
from orders.models import Attempt, Cart, Order, Payment
from orders.payments import flow
from orders.payments.base import Notice
from orders.tests.factories import a_variant, make_cart, make_method, make_order, make_rate, make_ready

pytestmark = pytest.mark.django_db


def limited(settings: Any, **figures: int) -> None:
    changed = {name.replace("_", "-"): figure for name, figure in figures.items()}
    settings.LIMITS_PER_HOUR = dict.fromkeys(settings.LIMITS_PER_HOUR, 0) | changed


def try_to_pay(client: Client, order: Order, **headers: str) -> Any:
    return client.post(links.order_action_url("orders:pay", order), headers=headers)


def buyer_with_cart(variant: Any, address: str = "127.0.0.1") -> tuple[Client, Cart]:
    client = Client(REMOTE_ADDR=address)
    cart = make_cart([(variant, 1)])
    make_ready(cart)
    session = client.session
    session["cart_id"] = str(cart.pk)
    session.save()
    return client, cart


def place(client: Client, cart: Cart, **headers: str) -> Any:
    return client.post("/checkout/place/", {"key": str(cart.pk), "total": "104.90"}, headers=headers)


@pytest.fixture
def variant() -> Any:
    make_rate()
    make_method()
    return a_variant(stock=9)


def test_is_on_by_default(settings: Any) -> None:
    assert all(settings.LIMITS_PER_HOUR.values())
    assert {name.partition("-")[0] for name in settings.LIMITS_PER_HOUR} == {"order", "payment", "decline"}


def test_lets_one_order_be_started_so_often(settings: Any, client: Client) -> None:
    limited(settings, payment_order=2)
    order = make_order(provider="sandbox")
    assert [try_to_pay(client, order).status_code for _ in range(4)] == [303, 303, 429, 429]
    assert order.payments.count() == 1
    assert try_to_pay(client, make_order(provider="sandbox")).status_code == 303


def test_counts_an_address_over_all_orders_whatever_it_forges(settings: Any, client: Client) -> None:
    limited(settings, payment_address=2)
    answers = []
    for number in range(4):
        order = make_order(provider="sandbox")
        answers.append(try_to_pay(Client(), order, x_forwarded_for=f"203.0.113.{number}").status_code)
    assert answers == [303, 303, 429, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert try_to_pay(elsewhere, make_order(provider="sandbox")).status_code == 303


def test_counts_a_session_over_all_addresses(settings: Any, alice: Any) -> None:
    limited(settings, payment_session=2)
    client = Client()
    client.force_login(alice)
    answers = []
    for number in range(4):
        order = make_order(user=alice, provider="sandbox")
        answers.append(client.post(f"/orders/{order.number}/pay/", REMOTE_ADDR=f"192.0.2.{number}").status_code)
    assert answers == [303, 303, 429, 429]


def test_says_politely_to_wait_and_leads_back(settings: Any, client: Client) -> None:
    limited(settings, payment_order=1)
    order = make_order(provider="sandbox")
    try_to_pay(client, order)
    refused = try_to_pay(client, order)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    page = refused.content.decode()
    assert "Please wait an hour" in page
    assert links.order_url(order).split("?")[0] in page


def test_frees_the_place_after_an_hour_and_forgets_after_a_day(settings: Any, client: Client) -> None:
    limited(settings, payment_order=1)
    order = make_order(provider="sandbox")
    try_to_pay(client, order)
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert try_to_pay(client, order).status_code == 303
    Attempt.objects.update(at=timezone.now() - timedelta(hours=25))
    assert limits.forget_old() == Attempt.objects.count() + 4
    assert not Attempt.objects.exists()


def test_places_so_many_orders_for_one_address(settings: Any, variant: Any) -> None:
    limited(settings, order_address=2)
    answers = [place(*buyer_with_cart(variant), x_forwarded_for=f"203.0.113.{number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 429, 429]
    assert Order.objects.count() == 2
    assert Cart.objects.open().count() == 2
    assert place(*buyer_with_cart(variant, "192.0.2.7")).status_code == 303


def test_places_so_many_orders_for_one_session(settings: Any, variant: Any, alice: Any) -> None:
    limited(settings, order_session=1)
    client = Client()
    client.force_login(alice)
    answers = []
    for number in range(2):
        cart = make_cart([(variant, 1)], user=alice)
        make_ready(cart)
        answers.append(place(client, cart).status_code)
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
    assert answers == [303, 429]


def test_leads_every_press_to_the_order_even_when_the_limit_is_reached(settings: Any, variant: Any) -> None:
    limited(settings, order_address=1)
    client, cart = buyer_with_cart(variant)
    places = {place(client, cart).url.split("?")[0] for _ in range(5)}
    assert places == {Order.objects.get().get_absolute_url()}


def test_keeps_the_order_when_only_paying_must_wait(settings: Any, variant: Any) -> None:
    limited(settings, payment_address=1)
    try_to_pay(Client(), make_order(provider="sandbox"))
    client, cart = buyer_with_cart(variant)
    Cart.objects.filter(pk=cart.pk).update(payment_provider="sandbox")
    answer = place(client, cart)
    order = Order.objects.get(cart=cart)
    assert (answer.status_code, answer.url.split("?")[0]) == (303, f"/orders/{order.number}/")
    assert "Please wait an hour" in client.get(answer.url).content.decode()


def declined(payment: Payment, number: int) -> None:
    charge = flow.charge_of(payment)
    flow.take("sandbox", Notice(f"declined-{number}", charge.reference, "declined", charge.amount))


def test_closes_a_payment_page_on_which_many_cards_were_tried(settings: Any, client: Client) -> None:
    limited(settings, decline_order=3)
    order = make_order(provider="sandbox")
    try_to_pay(client, order)
    payment = order.payments.get()
    for number in range(5):
        declined(payment, number)
    payment.refresh_from_db()
    assert payment.status == "canceled"
    kinds = list(order.events.values_list("kind", flat=True))
    assert kinds == ["placed", *["payment_declined"] * 3, "payment_stopped"]
    assert try_to_pay(client, order).status_code == 429


def test_counts_declined_cards_against_the_address_that_tried_them(settings: Any) -> None:
    limited(settings, decline_address=3)
    for number in range(3):
        order = make_order(provider="sandbox")
        try_to_pay(Client(), order)
        declined(order.payments.get(), number)
    assert try_to_pay(Client(), make_order(provider="sandbox"), x_forwarded_for="203.0.113.9").status_code == 429
    assert try_to_pay(Client(REMOTE_ADDR="192.0.2.7"), make_order(provider="sandbox")).status_code == 303


def test_counts_neither_transfers_nor_staff(settings: Any) -> None:
    limited(settings, payment_order=1)
    order = make_order()
    for _ in range(3):
        payments.start(order)
    assert not Attempt.objects.exists()


def test_keeps_no_address(settings: Any, client: Client) -> None:
    try_to_pay(client, make_order(provider="sandbox"))
    assert Attempt.objects.filter(trace__startswith="address:").exists()
    assert not Attempt.objects.filter(trace__contains="127").filter(trace__contains=".").exists()


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_keeps_nobody_from_paying_whose_address_is_not_known(address: str) -> None:
    client = Client(REMOTE_ADDR=address)
    assert try_to_pay(client, make_order(provider="sandbox")).status_code == 303
    assert {attempt.trace.partition(":")[0] for attempt in Attempt.objects.all()} == {"order"}


def test_takes_all_addresses_of_one_ipv6_line_for_one() -> None:
    assert limits.network("2001:db8:1:2:3:4:5:6") == limits.network("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert limits.network("2001:db8:1:3::1") != limits.network("2001:db8:1:2::1")
    assert limits.network("192.0.2.7") == limits.network("::ffff:192.0.2.7") == "192.0.2.7"


def test_raises_for_who_starts_too_often_by_any_way(settings: Any) -> None:
    limited(settings, payment_order=1)
    order = make_order(provider="sandbox")
    payments.start(order)
    with pytest.raises(TooOften):
        payments.start(order)

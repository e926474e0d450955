import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product, ProductType
from catalog.tests.factories import make_fit_rule, make_product, make_product_type
from orders import devices, documents, fulfillment, links, returning, units
from orders.models import DeviceUnit, Document, Order, Shipment
from orders.tests.factories import a_variant, make_imei, make_paid_order

pytestmark = pytest.mark.django_db

FIND = "/orders/find/"
A, B = make_imei(1), make_imei(2)


def sent(order: Order, *numbers: str, quantity: int = 0, arrived: bool = True) -> Shipment:
    """A parcel with units of the order's only line."""
    line = order.lines.get()
    shipment = fulfillment.create_shipment(
        order, {line.pk: quantity or len(numbers)}, numbers={line.pk: numbers} if numbers else {}
    )
    fulfillment.ship(shipment)
    if arrived:
        fulfillment.deliver(shipment)
    return shipment


def phone_order(user: Any = None, quantity: int = 2, *, email: str = "", **product: Any) -> Order:
    variant = a_variant(is_serial_tracked=True, stock=quantity, **product)
    return make_paid_order(user=user, email=email, lines=[(variant, quantity)])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def shop(client: Client, alice: Any) -> Client:
    client.force_login(alice)
    return client


# The list


def test_lists_each_unit_with_a_number_and_others_by_parcel(shop: Client, alice: Any) -> None:
    phones, cables = phone_order(alice), make_paid_order(user=alice, lines=[(a_variant(), 3)])
    sent(phones, A, B)
    sent(cables, quantity=2)
    page = text(shop.get("/devices/"))
    assert page.count('class="line"') == 3
    assert f"IMEI {A}" in page
    assert f"IMEI {B}" in page
    assert f"2 × {cables.lines.get().product_name}" in page
    assert "Warranty until" in page


def test_lists_only_what_has_left(shop: Client, alice: Any) -> None:
    order = phone_order(alice)
    line = order.lines.get().pk
    fulfillment.cancel_shipment(fulfillment.create_shipment(order, {line: 1}, numbers={line: [A]}))
    fulfillment.create_shipment(order, {line: 1}, numbers={line: [A]})
    assert "No devices yet" in text(shop.get("/devices/"))


def test_shows_nobody_else_s_devices(client: Client, alice: Any, bob: Any) -> None:
    sent(phone_order(alice), A)
    client.force_login(bob)
    assert A not in text(client.get("/devices/"))
    client.logout()
    assert client.get("/devices/").status_code == 302


def test_says_that_a_device_came_back(shop: Client, alice: Any) -> None:
    sent(phone_order(alice), A)
    units.take_back(DeviceUnit.objects.get())
    page = text(shop.get("/devices/"))
    assert "Came back" in page
    assert "Warranty" not in page


def test_names_accessories_and_invites_to_a_review(shop: Client, alice: Any) -> None:
    make_product_type("phone")
    make_fit_rule("charger", "phone", [("power", "at-least", "memory")])
    phone = make_product("Nova", product_type=ProductType.objects.get(key="phone"), variants=[{"sku": "NOVA-1"}])
    sent(make_paid_order(user=alice, lines=[(phone.variants.get(), 1)]), quantity=1)
    page = text(shop.get("/devices/"))
    assert "/products/nova/fits/?variant=NOVA-1" in page
    assert "/products/nova/review/?i=" in page
    Product.objects.update(is_published=False)
    page = text(shop.get("/devices/"))
    assert "/products/nova/" not in page
    assert "Nova" in page


def test_links_the_documents_of_the_order_and_its_return(shop: Client, alice: Any, bob: Any) -> None:
    order, foreign = phone_order(alice, 1), phone_order(bob, 1)
    sent(order, A)
    sent(foreign, B)
    invoice = order.documents.get()
    documents.files_of(invoice)
    for path in ("/devices/", passport(order, A)):
        page = text(shop.get(path))
        assert f'href="/orders/{order.number}/{invoice.number}.pdf" download' in page
        assert f'href="/orders/{order.number}/return/">Return or report a fault' in page
        assert foreign.number not in page


def aged(days: int) -> None:
    Shipment.objects.update(shipped_at=timezone.now() - timedelta(days), delivered_at=timezone.now() - timedelta(days))


@pytest.mark.parametrize(
    ("days", "words"),
    [(30, "Return or report a fault"), (31, "Report a fault"), (700, "Report a fault"), (760, "")],
)
def test_offers_the_return_that_the_order_allows_that_day(shop: Client, alice: Any, days: int, words: str) -> None:
    order = phone_order(alice, 1)
    sent(order, A)
    aged(days)
    for path in ("/devices/", passport(order, A)):
        found = re.search(rf'href="/orders/{order.number}/return/">([^<]*)', text(shop.get(path)))
        assert (found[1] if found else "") == words


def test_offers_no_return_of_what_is_on_its_way_back_or_was_taken(shop: Client, alice: Any) -> None:
    order = phone_order(alice, 1)
    sent(order, A)
    process = returning.request(order, {order.lines.get().pk: 1}, reason="mind", key="a")
    assert "/return/" not in text(shop.get("/devices/"))
    returning.cancel(process, actor=None)
    assert "/return/" in text(shop.get("/devices/"))
    units.take_back(DeviceUnit.objects.get())
    assert "/return/" not in text(shop.get("/devices/"))
    assert "/return/" not in text(shop.get(passport(order, A)))


def test_offers_a_return_of_the_part_that_came_as_long_as_the_rest_is_awaited(shop: Client, alice: Any) -> None:
    sent(phone_order(alice, 2), A)
    aged(90)
    assert "Return or report a fault" in text(shop.get("/devices/"))


def test_turns_pages(shop: Client, alice: Any) -> None:
    sent(
        phone_order(
            alice,
            13,
        ),
        *(make_imei(number) for number in range(13)),
    )
    assert text(shop.get("/devices/")).count('class="line"') == 12
    assert text(shop.get("/devices/?page=2")).count('class="line"') == 1
    assert shop.get("/devices/?page=3").status_code == 404


def test_asks_as_often_for_twelve_devices_as_for_two(shop: Client, alice: Any) -> None:
    def queries() -> int:
        shop.get("/devices/")
        with CaptureQueriesContext(connection) as asked:
            assert shop.get("/devices/").status_code == 200
        return len(asked)

    for number in range(2):
        sent(phone_order(alice, 1), make_imei(number))
    few = queries()
    for number in range(2, 12):
        sent(phone_order(alice, 1), make_imei(number))
    for invoice in Document.objects.all():
        documents.files_of(invoice)
    assert queries() == few
    assert few <= 11


# The passport


def passport(order: Order, number: str = "") -> str:
    row = order.shipments.first().lines.get()
    unit = DeviceUnit.objects.filter(number=number).first()
    return links.device_path(order.number, devices.key_of(row.pk, unit.pk if unit else None))


def test_tells_the_life_of_a_device(shop: Client, alice: Any) -> None:
    order = phone_order(alice, warranty_months=36)
    shipment = sent(order, A)
    page = text(shop.get(passport(order, A)))
    assert re.findall(r'timeline__title">([^<]+)<', page) == ["Delivered", "Shipped", "Bought"]
    assert A in page
    assert re.search(r"<dt>Warranty</dt><dd> ?Until \d+ \w+ \d{4}, \d+ days left", page)
    assert shipment.delivered_at is not None
    units.take_back(DeviceUnit.objects.get())
    page = text(shop.get(passport(order, A)))
    assert re.findall(r'timeline__title">([^<]+)<', page) == ["Came back to us", "Delivered", "Shipped", "Bought"]
    assert "<dt>Warranty</dt>" not in page


def test_says_when_the_warranty_of_a_device_ended(shop: Client, alice: Any) -> None:
    order = phone_order(alice, 1)
    sent(order, A)
    aged(2000)
    assert re.search(r"<dt>Warranty</dt><dd> ?Ended on \d+ \w+ \d{4}", text(shop.get(passport(order, A))))
    assert "Warranty ended on" in text(shop.get("/devices/"))


def test_opens_for_a_guest_with_the_order_s_key_only(client: Client) -> None:
    order, other = phone_order(), phone_order()
    sent(order, A)
    path, key = passport(order, A), links.order_key(order)
    page = client.get(path, {"key": key})
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert f"/orders/{order.number}/?key=" in page.content.decode()
    assert client.get(path).status_code == 404
    assert client.get(path, {"key": links.order_key(other)}).status_code == 404
    assert client.get(path.replace(order.number, other.number), {"key": links.order_key(other)}).status_code == 404


def test_is_linked_from_the_order_s_page(client: Client) -> None:
    order = phone_order()
    sent(order, A)
    page = client.get(links.order_url(order)).content.decode()
    (path,) = re.findall(r'href="(/orders/[^"]+/devices/[^"]+)"', page)
    assert A in client.get(path.replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize("key", ["0", "abc", "1-", "-1", "1-2-3", "9" * 30, "9" * 5000, "1_2"])
def test_answers_404_for_what_is_no_device(shop: Client, alice: Any, key: str) -> None:
    order = phone_order(alice)
    sent(order, A)
    assert shop.get(f"/orders/{order.number}/devices/{key}/").status_code == 404
    row = order.shipments.get().lines.get().pk
    assert shop.get(f"/orders/{order.number}/devices/{row}/").status_code == 404


# Finding one without an account


def ask(client: Client, number: str, email: str) -> tuple[int, str]:
    response = client.post(FIND, {"number": number, "email": email})
    return response.status_code, getattr(response, "url", "")


@pytest.mark.parametrize("typed", [A, f" {A[:2]}-{A[2:8]}-{A[8:14]}-{A[14]}", f"imei: {A}"])
def test_mails_the_link_of_a_device(client: Client, django_capture_on_commit_callbacks: Any, typed: str) -> None:
    order = phone_order()
    sent(order, A, arrived=False)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(client, typed, order.email.upper()) == (302, f"{FIND}?sent=1")
    (message,) = mail.outbox
    (path,) = re.findall(rf"http://[^/]+({re.escape(passport(order, A))}\?key=\S+)", message.body)
    assert A in Client().get(path).content.decode()
    assert f"/orders/{order.number}/?key=" in message.body


def test_answers_wrong_and_unknown_numbers_alike(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    order = phone_order()
    sent(order, A, arrived=False)
    mail.outbox.clear()
    answers, asked = [], []
    for number, email in [(A, order.email), (A, "eve@example.com"), (B, order.email), ("??", "eve@example.com")]:
        cache.clear()  # the throttle asks once more with each press
        with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as queries:
            answers.append(ask(client, number, email))
            asked.append(len(queries))
    assert set(answers) == {(302, f"{FIND}?sent=1")}
    assert len(set(asked)) == 1  # what the request itself does takes as long
    assert [message.to for message in mail.outbox] == [[order.email]]


def test_mails_the_order_s_link_while_the_device_is_packed(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    order = phone_order()
    line = order.lines.get().pk
    fulfillment.create_shipment(order, {line: 1}, numbers={line: [A]})
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, A, order.email)
    assert f"/orders/{order.number}/?key=" in mail.outbox[-1].body
    assert "/devices/" not in mail.outbox[-1].body


def test_finds_a_device_for_each_of_its_buyers(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    first, second = (
        make_paid_order(lines=[(a_variant(is_serial_tracked=True), 1)], email=f"{who}@example.com") for who in "xy"
    )
    sent(first, A)
    units.take_back(DeviceUnit.objects.get())
    sent(second, A)
    mail.outbox.clear()
    for order in (first, second):
        with django_capture_on_commit_callbacks(execute=True):
            ask(client, A, order.email)
    assert [message.to for message in mail.outbox] == [["x@example.com"], ["y@example.com"]]
    assert [order.number in message.body for order, message in zip((first, second), mail.outbox, strict=True)] == [
        True
    ] * 2

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.images import name_at
from catalog.models import Product
from catalog.tests.factories import make_image, make_product
from devicehub.lib.money import Money
from orders import cancellation, changing, documents, fulfillment, lifecycle, links, payments
from orders.models import Adjustment, Order, OrderEvent, Refund, Shipment
from orders.story import headline, timeline
from orders.tests.factories import a_variant, give_goodwill, make_order, make_paid_order

pytestmark = pytest.mark.django_db

LIST = "/orders/"


@pytest.fixture
def shop(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


def text(response: Any) -> str:
    return response.content.decode().replace("\xa0", " ")


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def big_order(lines: int, **fields: Any) -> Order:
    """With as many lines, events and parcels as the word says, and a picture on each line."""
    variants = [a_variant("10.00", stock=2) for _ in range(lines)]
    for variant in variants:
        make_image(variant.product, widths=[320, 640])
    order = make_paid_order(lines=[(variant, 2) for variant in variants], **fields)
    for line in order.lines.all():
        fulfillment.ship(fulfillment.create_shipment(order, {line.pk: 1}), carrier="DHL", tracking_number="1")
    Adjustment.objects.create(order=order, kind="delivery", label="Free delivery", source="free from", amount="-4.90")
    Order.objects.filter(pk=order.pk).update(adjustments_total="-4.90")
    return order


# The list


def test_lists_own_orders_newest_first_and_nobody_else_s(shop: Client, alice, bob) -> None:
    phone, watch = a_variant(name="Nova 5"), a_variant(name="Tide")
    old, new = make_order(user=alice, lines=[(phone, 1), (watch, 1)]), make_order(user=alice)
    Order.objects.filter(pk=old.pk).update(placed_at=new.placed_at - timedelta(days=1))
    foreign, guest = make_order(user=bob), make_order(email=alice.email)
    page = text(shop.get(LIST))
    assert page.index(new.number) < page.index(old.number)
    assert foreign.number not in page
    assert guest.number not in page
    assert "2 devices" in page
    assert "204.90 €" in page
    assert "Nova 5, Tide" in page
    assert "Waiting for payment" in page


def test_sends_a_guest_to_the_log_in(client: Client) -> None:
    response = client.get(LIST)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={LIST}")


def test_says_so_when_there_are_no_orders(shop: Client) -> None:
    assert "No orders yet" in text(shop.get(LIST))


def test_lists_in_pages_of_fifteen(shop: Client, alice) -> None:
    variant = a_variant(stock=99)
    for _ in range(16):
        make_order(user=alice, lines=[(variant, 1)])
    assert text(shop.get(LIST)).count('class="order-row"') == 15
    assert text(shop.get(f"{LIST}?page=2")).count('class="order-row"') == 1
    for page in ("3", "0", "-1", "x", "9" * 400, "1.5"):
        assert shop.get(f"{LIST}?page={page}").status_code == 404


def test_lists_each_order_s_documents_or_says_that_there_are_none(shop: Client, alice) -> None:
    def row(order: Order) -> str:
        rows = text(shop.get(LIST)).split('class="order-row"')
        return next(one for one in rows if order.number in one)

    sent, waiting, canceled = make_paid_order(user=alice), make_order(user=alice), make_order(user=alice)
    fulfillment.ship(fulfillment.create_shipment(sent, fulfillment.open_quantities(sent)))
    cancellation.cancel_order(canceled, reason="", actor=alice)
    invoice = sent.documents.get()
    assert f"Invoice {invoice.number} is being prepared" in row(sent)
    documents.files_of(invoice)
    assert f'href="/orders/{sent.number}/{invoice.number}.pdf" download' in row(sent)
    assert f"Invoice {invoice.number}" in row(sent)
    assert "No documents yet" in row(waiting)
    assert "No documents yet" not in row(canceled)
    assert "No documents" in row(canceled)


def test_asks_the_same_number_of_queries_for_3_and_15_orders(shop: Client, alice) -> None:
    variant = a_variant(stock=99)
    for _ in range(3):
        make_order(user=alice, lines=[(variant, 1)])
    few = queries(shop, LIST)
    for _ in range(12):
        order = make_paid_order(user=alice, lines=[(variant, 1)])
        fulfillment.ship(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
        documents.files_of(order.documents.get())
    assert queries(shop, LIST) == few
    assert few <= 8


# One order


def test_shows_a_member_the_whole_order(shop: Client, alice) -> None:
    variant = a_variant("1249.00", name="Nova 5", sku="NV5")
    order = make_order(user=alice, lines=[(variant, 2)], note="Ring twice")
    page = text(shop.get(f"/orders/{order.number}/"))
    for words in (
        order.number,
        "Nova 5",
        "2 × 1,249.00 €",
        "2,498.00 €",
        "4.90 €",
        "2,502.90 €",
        "Including 399.62 € tax",
        "Gerda Gast",
        "Lindenweg 4",
        "Bank transfer",
        "Ring twice",
        "Order placed",
        variant.product.get_absolute_url(),
        settings.SHOP_BANK_ACCOUNT,
    ):
        assert words in page


def test_shows_each_parcel_with_its_way(shop: Client, alice) -> None:
    order = make_paid_order(user=alice, lines=[(a_variant(name="Nova"), 3)])
    line = order.lines.get().pk
    first = fulfillment.create_shipment(order, {line: 1})
    fulfillment.ship(first, carrier="DHL Paket", tracking_number="00/34")
    unpacked = fulfillment.create_shipment(order, {line: 2})
    fulfillment.cancel_shipment(unpacked)
    fulfillment.ship(fulfillment.create_shipment(order, {line: 1}), carrier="Bob's van", tracking_number="7")
    page = text(shop.get(f"/orders/{order.number}/"))
    assert 'href="https://www.dhl.com/global-en/home/tracking.html?tracking-id=00%2F34"' in page
    assert "Bob&#x27;s van 7" in page
    assert page.count("Follow the parcel") == 1
    assert page.count('class="parcel"') == 2
    assert "Partly on its way" in page
    assert "Parcel 2 packed" in page


def test_shows_the_picture_of_the_colour_that_was_bought(shop: Client, alice) -> None:
    product = make_product(variants=[{"options": {"colour": "Red"}}, {"options": {"colour": "Blue"}}])
    red, blue = product.variants.all()
    of_all, of_blue = make_image(product), make_image(product, choice=blue.spec_values.get().choice, widths=[640, 320])
    order = make_order(user=alice, lines=[(red, 1), (blue, 1)])
    page = text(shop.get(f"/orders/{order.number}/"))
    assert page.count(f'src="{of_all.file.url}"') == 1
    assert page.count(f'src="{name_at(of_blue.file.url, 320)}"') == 1


def test_shows_what_is_no_longer_sold_without_a_link(shop: Client, alice) -> None:
    variant = a_variant(name="Gone")
    order = make_order(user=alice, lines=[(variant, 1)])
    Product.objects.update(is_published=False)
    page = text(shop.get(f"/orders/{order.number}/"))
    assert "Gone" in page
    assert variant.product.get_absolute_url() not in page


def test_names_an_invoice_address_only_when_it_is_another(shop: Client, alice) -> None:
    order = make_order(user=alice)
    assert "Invoice address" not in text(shop.get(f"/orders/{order.number}/"))
    order.addresses.filter(kind="invoice").update(full_name="Gast GmbH")
    assert "Gast GmbH" in text(shop.get(f"/orders/{order.number}/"))


@pytest.mark.parametrize("lines", [3, 30])
def test_asks_eighteen_queries_for_a_member(shop: Client, alice, lines: int) -> None:
    order = big_order(lines, user=alice)
    assert queries(shop, f"/orders/{order.number}/") == 18


@pytest.mark.parametrize("lines", [3, 30])
def test_asks_fifteen_queries_at_most_for_a_guest(client: Client, lines: int) -> None:
    order = big_order(lines)
    assert queries(client, links.order_url(order)) <= 15


# Who may see it


def every_way(number: str, key: str = "") -> list[tuple[str, str]]:
    tail = f"?key={key}" if key else ""
    return [
        ("get", f"/orders/{number}/{tail}"),
        ("post", f"/orders/{number}/cancel/{tail}"),
        ("post", f"/orders/{number}/pay/{tail}"),
    ]


@pytest.mark.parametrize("who", ["guest", "bob", "dave", "carol"])
def test_answers_a_stranger_s_number_as_an_unknown_one(client: Client, alice, who: str, request) -> None:
    order, unknown = make_order(user=alice, provider="sandbox"), "K7Q2-9XMB-4T0F-V"
    if who != "guest":
        client.force_login(request.getfixturevalue(who))
    for (method, path), (_, nothing) in zip(every_way(order.number), every_way(unknown), strict=True):
        theirs, none = getattr(client, method)(path), getattr(client, method)(nothing)
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert text(theirs).replace(order.number, unknown) == text(none) or "csrf" in text(none)
    order.refresh_from_db()
    assert order.status == "pending"


def test_opens_a_guest_s_order_with_its_key_only(client: Client) -> None:
    order, other = make_order(), make_order()
    key = links.order_key(order)
    assert client.get(f"/orders/{order.number}/?key={key}").status_code == 200
    for wrong in ("", "x", key[:-1], key + "A", links.order_key(other), "%00", key.replace(":", "")):
        assert client.get(f"/orders/{order.number}/?key={wrong}").status_code in (400, 404)


def test_gives_the_key_of_a_member_s_order_to_nobody(alice) -> None:
    order = make_order(user=alice)
    assert links.order_key(order) == ""
    assert links.order_url(order) == f"/orders/{order.number}/"


def test_closes_a_key_after_two_years(client: Client, monkeypatch) -> None:
    order = make_order()
    url = links.order_url(order)
    monkeypatch.setattr(links, "KEY_MAX_AGE", -1)
    assert client.get(url).status_code == 404


def test_lies_in_no_cache_and_tells_no_other_site_its_key(client: Client, shop: Client, alice) -> None:
    member, guest = make_paid_order(user=alice), make_paid_order()
    for order in (member, guest):  # nothing on the page needs a token, so no middleware can tell
        fulfillment.ship(fulfillment.create_shipment(order, {order.lines.get().pk: 2}))
    for response in (
        shop.get(LIST),
        shop.get(f"/orders/{member.number}/"),
        Client().get(links.order_url(guest)),
        Client().get("/orders/find/"),
    ):
        assert response.status_code == 200
        assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
        assert response["Referrer-Policy"] == "same-origin"


def test_is_listed_by_no_search_engine(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in text(client.get(links.order_url(make_order())))


# What can be done


def test_lets_a_member_cancel_before_dispatch(shop: Client, alice) -> None:
    order = make_paid_order(user=alice)
    assert "Yes, cancel the order" in text(shop.get(f"/orders/{order.number}/"))
    assert shop.get(f"/orders/{order.number}/cancel/").status_code == 405
    response = shop.post(f"/orders/{order.number}/cancel/", follow=True)
    assert response.redirect_chain == [(f"/orders/{order.number}/", 303)]
    assert "Your order is canceled." in text(response)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("canceled", "Canceled by the buyer")
    assert order.events.get(kind="canceled").actor == alice
    assert "Yes, cancel the order" not in text(shop.get(f"/orders/{order.number}/"))


def test_lets_a_guest_cancel_with_the_key(client: Client) -> None:
    order = make_order()
    response = client.post(links.order_action_url("orders:cancel", order))
    assert response.url == f"/orders/{order.number}/?key={response.url.rsplit('key=', 1)[1]}"
    assert client.get(response.url).status_code == 200
    order.refresh_from_db()
    assert (order.status, order.events.get(kind="canceled").actor_label) == ("canceled", "guest")


def test_refuses_to_cancel_what_has_left(shop: Client, alice) -> None:
    order = make_paid_order(user=alice)
    fulfillment.ship(fulfillment.create_shipment(order, {order.lines.get().pk: 1}))
    events = OrderEvent.objects.count()
    response = shop.post(f"/orders/{order.number}/cancel/", follow=True)
    assert "cannot be canceled now" in text(response)
    assert "Yes, cancel the order" not in text(response)
    order.refresh_from_db()
    assert (order.status, OrderEvent.objects.count()) == ("confirmed", events)


def test_asks_for_a_token_before_it_cancels(alice) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(alice)
    order = make_order(user=alice)
    assert careful.post(f"/orders/{order.number}/cancel/").status_code == 403
    order.refresh_from_db()
    assert order.status == "pending"


def test_offers_to_pay_what_is_due_online(shop: Client, alice) -> None:
    order = make_order(user=alice, provider="sandbox")
    page = text(shop.get(f"/orders/{order.number}/"))
    assert "Pay 204.90 €" in page
    assert f'action="/orders/{order.number}/pay/"' in page


def test_offers_no_payment_page_for_money_that_comes_by_hand(shop: Client, alice) -> None:
    transfer = make_order(user=alice)
    assert "/pay/" not in text(shop.get(f"/orders/{transfer.number}/"))
    assert shop.post(f"/orders/{transfer.number}/pay/").url == f"/orders/{transfer.number}/"
    on_delivery = make_order(user=alice, provider="cash_on_delivery")
    assert "Please have 204.90 € ready" in text(shop.get(f"/orders/{on_delivery.number}/"))


def test_offers_no_payment_after_the_deadline_or_when_all_is_paid(shop: Client, alice, carol) -> None:
    late = make_order(user=alice, provider="sandbox", expires_in=timedelta(minutes=-1))
    page = text(shop.get(f"/orders/{late.number}/"))
    assert "The time to pay has run out" in page
    assert "/pay/" not in page
    refused = shop.post(f"/orders/{late.number}/pay/", follow=True)
    assert "The time to pay this order has run out." in text(refused)
    paid = make_paid_order(user=alice)
    page = text(shop.get(f"/orders/{paid.number}/"))
    assert settings.SHOP_BANK_ACCOUNT not in page
    assert late.payments.get().status == "created"


def test_says_what_goes_back_and_what_went(shop: Client, alice, carol) -> None:
    order = make_paid_order(user=alice)
    path = f"/orders/{order.number}/"
    assert "goes back" not in text(shop.get(path))
    cancellation.cancel_order(order, reason="", actor=alice)
    page = text(shop.get(path))
    assert "204.90 € goes back to you the way you paid." in page
    assert "sent back" not in page
    payments.settle(Refund.objects.get(), actor=carol)
    page = text(shop.get(path))
    assert "goes back" not in page
    assert "204.90 € sent back" in page


def test_shows_the_rest_of_an_order_that_grew(shop: Client, alice, carol) -> None:
    order = make_paid_order(user=alice)
    changing.change_quantities(order, {order.lines.get().pk: 3}, actor=carol)
    page = text(shop.get(f"/orders/{order.number}/"))
    assert settings.SHOP_BANK_ACCOUNT in page
    assert "<dd>100.00 €</dd>" in page
    assert "held for you until" not in page  # it is confirmed: no clock cancels it


# Words


def test_tells_the_story_newest_first_without_what_concerns_the_shop() -> None:
    order = make_order()
    lifecycle.record(order, "link_requested")
    lifecycle.record(order, "refund_failed", note="secret")
    lifecycle.record(order, "paid", data={"amount": "50 % off"})
    told = timeline(order.events.all())
    assert [(entry.title, entry.text) for entry in told] == [("Payment received", "50 % off"), ("Order placed", "")]


def test_has_words_for_every_turn_of_an_order(carol) -> None:
    order = make_paid_order()
    line = order.lines.get()
    changing.change_quantities(order, {line.pk: 1}, actor=carol)
    give_goodwill(order.payments.get(), 1, key="a", reason="", actor=carol)
    shipment = fulfillment.create_shipment(order, {line.pk: 1})
    fulfillment.ship(shipment)
    fulfillment.deliver(shipment)
    assert [entry.title for entry in reversed(timeline(order.events.all()))] == [
        "Order placed",
        "Payment received",
        "Quantities changed",
        f"Refund of {Money('1.00', 'EUR')}",
        "Parcel 1 packed",
        "Parcel 1 handed to the carrier",
        "Parcel 1 delivered",
        "Order completed",
    ]
    changed = next(entry for entry in timeline(order.events.all()) if entry.title == "Quantities changed")
    total = f"Total: {Money('204.90', 'EUR')} → {Money('104.90', 'EUR')}"
    assert changed.text == f"{line.sku}: 2 → 1, {total}"


@pytest.mark.parametrize(
    ("status", "delivery", "colour", "words"),
    [
        ("pending", "unfulfilled", "pending", "Waiting for payment"),
        ("confirmed", "unfulfilled", "confirmed", "Being prepared"),
        ("confirmed", "partial", "partial", "Partly on its way"),
        ("confirmed", "shipped", "shipped", "On its way"),
        ("completed", "delivered", "delivered", "Delivered"),
        ("canceled", "unfulfilled", "canceled", "Canceled"),
    ],
)
def test_says_first_what_the_buyer_wants_to_know(status: str, delivery: str, colour: str, words: str) -> None:
    told = headline(Order(status=status, fulfillment_status=delivery))
    assert (told.status, told.label) == (colour, words)


def test_never_shows_a_parcel_that_was_unpacked(shop: Client, alice) -> None:
    order = make_paid_order(user=alice)
    fulfillment.cancel_shipment(fulfillment.create_shipment(order, {order.lines.get().pk: 1}))
    assert Shipment.objects.count() == 1
    assert 'class="parcel"' not in text(shop.get(f"/orders/{order.number}/"))

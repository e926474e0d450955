"""Buyers are asked for a review, beside each device of a delivered order, and nobody else is."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Product, Review
from catalog.tests.factories import make_product, make_review
from orders import fulfillment, invitations, links
from orders.models import OrderAddress
from orders.tests.factories import make_paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def variants():
    return [make_product(name, stock=9).variants.get() for name in ("Nova 5", "Nova 6")]


def bought(variants, *, delivered=True, **fields):
    order = make_paid_order(lines=[(variant, 1) for variant in variants], **fields)
    if delivered:
        shipment = fulfillment.create_shipment(order, {line.pk: line.quantity for line in order.lines.all()})
        fulfillment.ship(shipment)
        fulfillment.deliver(shipment)
    order.refresh_from_db()
    return order


def invited(client, order):
    page = client.get(links.order_url(order))
    assert page.status_code == 200
    return re.findall(r'<a href="(/products/[^"]+/review/\?i=[^"]+)">Write a review', page.text)


def test_invites_a_member_beside_each_device(client, alice, variants):
    order = bought(variants, user=alice)
    client.force_login(alice)
    urls = invited(client, order)
    assert [url.partition("?")[0] for url in urls] == ["/products/nova-5/review/", "/products/nova-6/review/"]
    form = {"stars": "5", "title": "Good", "text": "Very good.", "author_name": "Alice"}
    assert Client().post(urls[1], form).status_code == 303
    review = Review.objects.get()
    assert (review.product, review.purchase, review.user) == (variants[1].product, order.number, alice)
    assert "Very good." in client.get(urls[1]).text
    assert 'name="stars"' in client.get(urls[0]).text


def test_invites_a_guest_by_the_orders_link(client, variants):
    order = bought(variants[:1])
    (url,) = invited(client, order)
    assert 'value="Gerda G."' in client.get(url).text
    form = {"stars": "1", "title": "Bad", "text": "Very bad."}
    assert client.post(url, form).status_code == 303
    assert Review.objects.get().user is None
    assert client.get(order.get_absolute_url()).status_code == 404


def test_asks_once_for_each_order(client, variants):
    order, other = bought(variants[:1]), bought(variants[:1])
    make_review(variants[0].product, purchase=order.number, title="Seen before")
    assert "Seen before" in client.get(invited(client, order)[0]).text
    assert "Seen before" not in client.get(invited(client, other)[0]).text


def test_invites_nobody_before_delivery_nor_to_what_is_not_shown(client, variants):
    assert invited(client, bought(variants, delivered=False)) == []
    order = bought(variants)
    Product.objects.filter(slug="nova-6").update(is_published=False)
    assert [url.split("/")[2] for url in invited(client, order)] == ["nova-5"]


def test_asks_no_more_of_the_database_for_its_invitations(client, variants):
    client.get(links.order_url(bought(variants)))  # what is read once in a process
    counts = []
    for order in (bought(variants[:1]), bought(variants)):
        with CaptureQueriesContext(connection) as queries:
            client.get(links.order_url(order))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("name", "shown"), [("Gerda Maria Gast", "Gerda G."), ("Cher", "Cher"), (" ", ""), ("Ada  Lovelace ", "Ada L.")]
)
def test_shows_of_a_name_what_all_may_see(name, shown):
    assert invitations.public_name(name) == shown


def test_cuts_a_name_that_is_too_long_to_show(client, variants):
    order = bought(variants[:1])
    OrderAddress.objects.filter(order=order).update(full_name="A" * 120)
    (url,) = invited(client, order)
    assert client.get(url).context["form"]["author_name"].value() == "A" * 60

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from catalog import inventory
from orders import changing, links
from orders.models import MAX_LINE_QUANTITY, Cart, CartLine, Order
from orders.tests.factories import a_variant, make_cart, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled")]


def again(client: Client, order: Order) -> Any:
    return client.post(links.order_action_url("orders:again", order))


def said(answer: Any) -> list[str]:
    return [str(message).replace("\xa0", " ") for message in get_messages(answer.wsgi_request)]


def in_carts() -> list[tuple[str, int]]:
    return list(CartLine.objects.order_by("pk").values_list("variant__sku", "quantity"))


def test_puts_a_member_s_devices_into_the_cart(client, alice):
    first, second = a_variant("10.00", sku="A1"), a_variant("20.00", sku="B2")
    order = make_order(user=alice, lines=[(first, 2), (second, 1)])
    client.force_login(alice)
    assert "Order again" in client.get(f"/orders/{order.number}/").content.decode()
    answer = again(client, order)
    assert (answer.status_code, answer.url) == (303, "/cart/")
    assert in_carts() == [("A1", 2), ("B2", 1)]
    assert Cart.objects.get().user == alice
    assert said(answer) == ["3 devices are in your cart."]


def test_puts_a_guest_s_devices_into_the_cart_of_the_session(client):
    order = make_order(lines=[(a_variant(sku="A1"), 2)])
    again(client, order)
    assert "A1" in client.get("/cart/").content.decode() or in_carts() == [("A1", 2)]
    assert client.session["cart_id"] == str(Cart.objects.get().pk)


def test_joins_what_lies_in_the_cart_already(client, alice):
    variant = a_variant(sku="A1", stock=9)
    make_cart([(variant, 1)], user=alice)
    order = make_order(user=alice, lines=[(variant, 2)])
    client.force_login(alice)
    again(client, order)
    assert in_carts() == [("A1", 3)]


def test_says_what_is_gone_dearer_and_short(client, alice):
    gone, dearer, short, out = (a_variant("10.00", stock=4, name=name) for name in ("Gone", "Dear", "Short", "Out"))
    deleted = a_variant("10.00", name="Deleted")
    order = make_order(user=alice, lines=[(gone, 1), (dearer, 1), (short, 3), (out, 1), (deleted, 1)])
    deleted_id = deleted.pk
    order.lines.filter(variant=deleted_id).update(variant=None)
    gone.is_active = False
    gone.save()
    dearer.price = Decimal("12.00")
    dearer.save()
    inventory.adjust(out, -3, note="broken")
    client.force_login(alice)
    answer = again(client, order)
    assert said(answer) == [
        "Gone is not sold any more.",
        "Dear costs 12.00 € now; you paid 10.00 €.",
        "Short: only 1 of 3 are left.",
        "Out is sold out.",
        "Deleted is not sold any more.",
        "2 devices are in your cart.",
    ]
    assert [units for _sku, units in in_carts()] == [1, 1]
    assert CartLine.objects.get(variant=dearer).seen_price == Decimal("12.00")
    order.lines.filter(variant=None).update(variant=deleted)  # so that its stock can be proved


def test_stays_on_the_order_when_nothing_can_be_had(client, alice):
    variant = a_variant(stock=2, name="Nova")
    order = make_order(user=alice, lines=[(variant, 2)])
    client.force_login(alice)
    answer = again(client, order)
    assert answer.url == f"/orders/{order.number}/"
    assert said(answer) == ["Nova is sold out."]
    assert not Cart.objects.exists()


def test_leaves_out_lines_that_were_taken_out_of_the_order(client, alice):
    first, second = a_variant(sku="A1"), a_variant(sku="B2")
    order = make_order(user=alice, lines=[(first, 1), (second, 1)])
    changing.change_quantities(order, {order.lines.first().pk: 0})
    client.force_login(alice)
    again(client, order)
    assert in_carts() == [("B2", 1)]


def test_keeps_a_full_line_as_it_is(client, alice):
    variant = a_variant(stock=200, name="Nova")
    make_cart([(variant, MAX_LINE_QUANTITY)], user=alice)
    order = make_order(user=alice, lines=[(variant, 2)])
    client.force_login(alice)
    assert "At most 99" in said(again(client, order))[0]
    assert in_carts() == [(variant.sku, MAX_LINE_QUANTITY)]


def test_opens_to_nobody_else_and_only_by_post(client, alice, bob):
    order = make_order(user=alice)
    assert client.post(f"/orders/{order.number}/again/").status_code == 404
    client.force_login(bob)
    assert again(client, order).status_code == 404
    client.force_login(alice)
    assert client.get(f"/orders/{order.number}/again/").status_code == 405
    assert not Cart.objects.exists()

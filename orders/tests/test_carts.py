import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product, StockLevel, Variant
from catalog.tests.factories import make_product, make_variant, set_stock
from conftest import PASSWORD
from devicehub.lib.money import shop_money
from orders import carts
from orders.delivery_times import calendar
from orders.exceptions import CartError
from orders.models import Cart, CartAddress, CartLine
from orders.summaries import summarize
from orders.tests.factories import a_variant, make_cart, make_method, make_rate

pytestmark = pytest.mark.django_db

CART = "/cart/"


def add(client: Client, variant: Variant, quantity: Any = 1, **data: Any) -> Any:
    return client.post("/cart/add/", {"variant": variant.sku, "quantity": quantity, **data})


def line_url(line: CartLine) -> str:
    return reverse("orders:cart_line", args=[line.pk])


def rows() -> list[tuple[str, int]]:
    return list(CartLine.objects.values_list("variant__sku", "quantity"))


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# Making one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/cart/", "/checkout/", "/checkout/address/", "/checkout/review/"])
def test_gives_a_visitor_who_only_looks_neither_row_nor_session_nor_cookie(client: Client, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.status_code == 200
    assert "Your cart is empty" in text(response)
    assert not client.cookies
    assert not Session.objects.exists()
    assert not Cart.objects.exists()


def test_makes_a_guests_cart_with_its_first_line(client: Client) -> None:
    variant = a_variant("699.00")
    response = add(client, variant, 2)
    assert (response.status_code, response["Location"]) == (303, CART)
    line = CartLine.objects.get()
    assert (line.variant, line.quantity, line.seen_price) == (variant, 2, variant.price)
    assert (line.cart.user, line.cart.currency, line.cart.status) == (None, "EUR", "open")
    page = text(client.get(CART))
    assert f"{variant.product.name} is in your cart." in page
    assert "1,398.00 €" in page


def test_makes_a_members_cart_of_his_own(client: Client, alice: Any) -> None:
    client.force_login(alice)
    add(client, a_variant())
    assert Cart.objects.get().user == alice
    assert "cart_id" not in client.session


def test_adds_to_the_line_that_is_there(client: Client) -> None:
    variant = a_variant(stock=9)
    add(client, variant, 2)
    add(client, variant, 3)
    assert rows() == [(variant.sku, 5)]


def test_goes_back_to_where_it_was_asked_from_but_never_to_a_stranger(client: Client) -> None:
    variant = a_variant(stock=9)
    assert add(client, variant, next="/products/?q=phone")["Location"] == "/products/?q=phone"
    assert add(client, variant, next="https://evil.example/")["Location"] == CART
    assert add(client, variant, next="//evil.example/")["Location"] == CART


def test_keeps_one_open_cart_per_member(alice: Any) -> None:
    make_cart(user=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_cart([], user=alice)
    make_cart([], user=alice, status=Cart.Status.ORDERED)


# Refusing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity", ["-3", "0", "1.5", "1e3", "1" + "0" * 20, "abc", "", "100", "−1", "0x10", "9" * 5000]
)
def test_refuses_a_wrong_quantity_beside_the_field(client: Client, quantity: str) -> None:
    response = add(client, a_variant(), quantity)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Cart.objects.exists()
    assert not Session.objects.exists()


def test_refuses_a_nul(client: Client) -> None:
    assert add(client, a_variant(), "1\0").status_code == 400
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", ["-3", "0", "1.5", "1e3", "1" + "0" * 20, "abc", "", "100"])
def test_refuses_a_wrong_new_quantity_and_keeps_the_old(client: Client, quantity: str) -> None:
    variant = a_variant(stock=200)
    add(client, variant, 2)
    line = CartLine.objects.get()
    response = client.post(line_url(line), {"quantity": quantity})
    assert response.status_code == 422
    html = response.content.decode()
    assert f'aria-describedby="line-{line.pk}-error"' in html
    assert f'id="line-{line.pk}-error" role="alert"' in html
    assert rows() == [(variant.sku, 2)]


@pytest.mark.parametrize("quantity", [0, 100])
def test_has_the_database_refuse_it_too(quantity: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_cart([(a_variant(), quantity)])


def test_says_how_many_there_are_when_more_are_wanted(client: Client) -> None:
    variant = a_variant(stock=3)
    assert "Only 3 are available." in text(add(client, variant, 4))
    assert rows() == []
    add(client, variant, 2)
    assert "Only 3 are available. 2 are in your cart already." in text(add(client, variant, 2))
    assert "Only 3 are available." in text(client.post(line_url(CartLine.objects.get()), {"quantity": 4}))
    assert rows() == [(variant.sku, 2)]


def test_holds_99_of_a_device_at_most(client: Client) -> None:
    variant = a_variant(stock=500)
    add(client, variant, 60)
    assert "At most 99 of one device go into a cart. 60 are in your cart already." in text(add(client, variant, 40))
    assert rows() == [(variant.sku, 60)]


def test_sells_nothing_that_is_sold_out(client: Client) -> None:
    response = add(client, a_variant(stock=0))
    assert response.status_code == 422
    assert "Sold out." in text(response)
    assert not Cart.objects.exists()


def test_sells_nothing_that_is_not_for_sale(client: Client) -> None:
    variant = a_variant()
    Product.objects.update(is_published=False)
    response = add(client, variant)
    assert response.status_code == 422
    assert "This device is no longer sold." in text(response)
    assert client.post("/cart/add/", {"variant": "no-such", "quantity": 1}).status_code == 422
    assert client.post("/cart/add/").status_code == 422
    assert not Cart.objects.exists()


def test_takes_no_price_from_the_visitor(client: Client) -> None:
    add(client, a_variant("699.00"), price="0.01", seen_price="0.01", total="1", cart=5)
    assert CartLine.objects.get().seen_price == 699


def test_ends_at_a_hundred_different_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carts, "MAX_LINES", 2)
    cart = make_cart([(a_variant(), 1), (a_variant(), 1)])
    with pytest.raises(CartError, match="2 different devices at most"):
        carts.add_line(cart, a_variant(), 1)
    carts.add_line(cart, cart.lines.first().variant, 1)
    assert cart.lines.count() == 2


def test_changes_no_cart_that_is_being_ordered() -> None:
    cart = make_cart()
    line = cart.lines.get()
    Cart.objects.update(status=Cart.Status.ORDERED)
    with pytest.raises(CartError):
        carts.add_line(cart, a_variant(), 1)
    with pytest.raises(CartError):
        carts.set_quantity(line, 2)
    with pytest.raises(CartError):
        carts.remove(line)
    with pytest.raises(CartError):
        carts.accept_changes(line)
    assert rows() == [(line.variant.sku, 1)]


@pytest.mark.parametrize("path", ["/cart/add/", "/cart/lines/1/", "/checkout/place/"])
def test_changes_nothing_by_get(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


# Changing -----------------------------------------------------------------------------------------------------


def test_changes_and_removes_a_line(client: Client) -> None:
    first, second = a_variant(stock=9), a_variant(stock=9)
    add(client, first)
    add(client, second)
    mine, other = CartLine.objects.order_by("pk")
    response = client.post(line_url(mine), {"quantity": "7"})
    assert (response.status_code, response["Location"]) == (303, CART)
    assert rows() == [(first.sku, 7), (second.sku, 1)]
    response = client.post(line_url(other), {"remove": "1"})
    assert response.status_code == 303
    assert rows() == [(first.sku, 7)]
    assert f"{second.product.name} was taken out of your cart." in text(client.get(CART))


@pytest.mark.parametrize("data", [{"quantity": 2}, {"remove": 1}, {"accept": 1}])
def test_knows_no_line_of_another_cart(client: Client, alice: Any, data: dict[str, Any]) -> None:
    foreign, guests = make_cart(user=alice).lines.get(), make_cart().lines.get()
    add(client, a_variant())
    before = rows()
    for pk in (foreign.pk, guests.pk, 999999, 10**30):
        assert client.post(f"/cart/lines/{pk}/", data).status_code == 404
    assert Client().post(line_url(foreign), data).status_code == 404
    assert rows() == before


def test_shows_no_cart_of_another_to_a_guest_who_names_it(client: Client, alice: Any) -> None:
    cart = make_cart(user=alice)
    add(client, a_variant())
    session = client.session
    session["cart_id"] = str(cart.pk)
    session.save()
    assert "Your cart is empty" in text(client.get(CART))
    assert client.post(line_url(cart.lines.get()), {"remove": 1}).status_code == 404
    add(client, a_variant())
    assert cart.lines.count() == 1


# What changed -------------------------------------------------------------------------------------------------


def reprice(variant: Variant, price: str) -> None:
    variant.price = Decimal(price)
    variant.save()


def test_says_that_a_price_rose_and_waits_until_that_is_accepted(client: Client) -> None:
    variant = a_variant("699.00")
    add(client, variant)
    reprice(variant, "719.00")
    page = client.get(CART)
    assert "The price rose by 20.00 € to 719.00 € since you added it." in text(page)
    assert "Accept 719.00 €" in text(page)
    assert client.get("/checkout/")["Location"] == CART
    client.post(line_url(CartLine.objects.get()), {"accept": 1})
    assert "The price rose" not in text(client.get(CART))
    assert client.get("/checkout/")["Location"] == "/checkout/address/"


def test_says_that_a_price_fell_and_passes_it_on(client: Client) -> None:
    variant = a_variant("699.00")
    add(client, variant)
    reprice(variant, "649.00")
    page = text(client.get(CART))
    assert "The price fell by 50.00 € to 649.00 € since you added it." in page
    assert "Total 649.00 €" in page
    assert client.get("/checkout/")["Location"] == "/checkout/address/"
    client.post(line_url(CartLine.objects.get()), {"accept": 1})
    assert "The price fell" not in text(client.get(CART))


def test_says_that_fewer_are_left_and_takes_those(client: Client) -> None:
    variant = a_variant(stock=5)
    add(client, variant, 4)
    set_stock(variant, 2)
    page = text(client.get(CART))
    assert "Only 2 are left; you want 4." in page
    assert "Take 2" in page
    assert client.get("/checkout/")["Location"] == CART
    client.post(line_url(CartLine.objects.get()), {"accept": 1})
    assert rows() == [(variant.sku, 2)]
    assert client.get("/checkout/")["Location"] == "/checkout/address/"


def test_says_that_a_device_is_sold_out_or_gone(client: Client) -> None:
    sold_out, gone, hidden = a_variant(), a_variant(), a_variant("50.00")
    for variant in (sold_out, gone, hidden):
        add(client, variant)
    set_stock(sold_out, 0)
    gone.is_active = False
    gone.save()
    Product.objects.filter(pk=hidden.product_id).update(is_published=False)
    page = text(client.get(CART))
    assert page.count("This device is not for sale any more.") == 2
    assert page.count("Sold out for now.") == 1
    assert "1 device 100.00 €" in page  # what is gone is not counted
    assert "Total 100.00 €" in page
    assert client.get("/checkout/")["Location"] == CART
    for line in CartLine.objects.all():
        client.post(line_url(line), {"accept": 1})
    assert client.get("/checkout/")["Location"] == CART
    for line in CartLine.objects.all():
        assert client.post(line_url(line), {"remove": 1}).status_code == 303
    assert "Your cart is empty" in text(client.get(CART))


def test_estimates_delivery_and_tax_for_the_shops_country(client: Client) -> None:
    make_rate(19)
    method = make_method(price="4.90", free_from="120.00", name="Standard", days_min=2, days_max=3)
    make_method(price="12.90", free_from=None, name="Express")
    add(client, a_variant("100.00"))
    page = text(client.get(CART))
    assert "Delivery to Germany, estimated 4.90 €" in page
    days = calendar().promise(method, "DE")
    assert f"Standard to Germany: Arrives {days}. 20.00 € more, and delivery is free." in page
    assert "Total 104.90 €" in page
    assert "Includes 16.75 € tax." in page


def test_shows_what_free_delivery_saves(client: Client) -> None:
    make_method(price="4.90", free_from="50.00")
    add(client, a_variant("100.00"))
    page = text(client.get(CART))
    assert "estimated 4.90 €" in page
    assert "Free delivery from 50.00 € -4.90 €" in page
    assert "Total 100.00 €" in page


def test_adds_the_tax_where_prices_exclude_it(client: Client, settings: Any) -> None:
    settings.PRICES_INCLUDE_TAX = False
    make_rate(19)
    add(client, a_variant("100.00"))
    page = text(client.get(CART))
    assert "Tax 19.00 €" in page
    assert "Total 119.00 €" in page


# Joining at log-in --------------------------------------------------------------------------------------------


def log_in(client: Client, user: Any) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)


def test_joins_a_guests_cart_at_log_in_and_says_so(client: Client, alice: Any) -> None:
    both, only_guests, only_mine = a_variant(stock=9), a_variant(), a_variant()
    make_cart([(both, 2), (only_mine, 1)], user=alice)
    add(client, both, 3)
    add(client, only_guests, 1)
    page = log_in(client, alice)
    cart = Cart.objects.get(user=alice)
    assert dict(cart.lines.values_list("variant__sku", "quantity")) == {
        both.sku: 5,
        only_mine.sku: 1,
        only_guests.sku: 1,
    }
    assert Cart.objects.get(user=None).status == Cart.Status.MERGED
    names = f"{both.product.name} and {only_guests.product.name}"
    assert f"What you had chosen before signing in is in your cart: {names}." in text(page)


def test_cuts_joined_quantities_at_99_and_says_so(client: Client, alice: Any) -> None:
    variant = a_variant(stock=300)
    make_cart([(variant, 60)], user=alice)
    add(client, variant, 60)
    page = log_in(client, alice)
    assert Cart.objects.get(user=alice).lines.get().quantity == 99
    assert f"More than 99 of one device do not fit, so these were cut: {variant.product.name}." in text(page)


def test_keeps_a_guests_progress_where_the_member_has_none(client: Client, alice: Any) -> None:
    guest = make_cart(is_ready=True)
    address, method = guest.delivery_address, guest.shipping_method
    session = client.session
    session["cart_id"] = str(guest.pk)
    session.save()
    client.force_login(alice)
    cart = Cart.objects.get(user=alice)
    assert (cart.delivery_address, cart.shipping_method, cart.payment_provider) == (address, method, "bank_transfer")
    assert cart.lines.count() == 1
    assert "cart_id" not in client.session


def test_leaves_the_members_own_progress_alone(alice: Any) -> None:
    cart = make_cart([(a_variant(), 1)], user=alice, is_ready=True)
    carts.merge(make_cart(is_ready=True), alice)
    cart.refresh_from_db()
    assert CartAddress.objects.count() == 2
    assert cart.delivery_address_id == cart.delivery_address.pk
    assert cart.lines.count() == 2


def test_joins_no_cart_twice_nor_one_that_was_ordered(alice: Any) -> None:
    guest = make_cart()
    assert len(carts.merge(guest, alice).joined) == 1
    assert carts.merge(guest, alice).joined == []
    assert CartLine.objects.get().quantity == 1
    ordered = make_cart()
    Cart.objects.filter(pk=ordered.pk).update(status=Cart.Status.ORDERED)
    assert carts.merge(ordered, alice).joined == []
    assert ordered.lines.count() == 1


def test_logs_in_without_a_cart(client: Client, alice: Any) -> None:
    assert log_in(client, alice).status_code == 200
    assert not Cart.objects.exists()


# Counting -----------------------------------------------------------------------------------------------------


def queries_of(client: Client, path: str = CART) -> list[str]:
    client.get(path)  # what is read once a day or once a process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


def fill(cart: Cart, lines: int) -> None:
    for number in range(lines):
        product = make_product(picture=True, specs={"ram": 8})
        variant = product.variants.get() if number % 2 else make_variant(product, options={"colour": f"Red {number}"})
        CartLine.objects.create(cart=cart, variant=variant, quantity=2, seen_price=variant.price)


@pytest.mark.parametrize("lines", [3, 30])
@pytest.mark.parametrize("is_member", [True, False], ids=["member", "guest"])
def test_asks_the_database_thirteen_times_at_most(client: Client, alice: Any, lines: int, is_member: bool) -> None:
    make_method()
    make_rate()
    if is_member:
        client.force_login(alice)
        cart = make_cart([], user=alice)
    else:
        add(client, a_variant())
        cart = Cart.objects.get()
    fill(cart, lines)
    queries = queries_of(client)
    assert len(queries) <= 13, "\n".join(queries)


def test_counts_units_on_every_page_with_one_query_or_none(client: Client, alice: Any) -> None:
    assert carts.glance(None, None) == carts.Glance(0, "")
    assert not [sql for sql in queries_of(client) if "orders_cart" in sql]
    variant = a_variant(stock=9)
    add(client, variant, 4)
    page = client.get("/accounts/login/")
    assert re.search(r"Devices in the cart: </span>4<", page.content.decode())
    assert len([sql for sql in queries_of(client, "/accounts/login/") if "orders_cart" in sql]) == 1
    Cart.objects.update(status=Cart.Status.ORDERED)
    assert "Devices in the cart" not in client.get("/accounts/login/").content.decode()


def test_reads_the_summary_from_values_of_now() -> None:
    variant = a_variant("100.00", stock=3)
    cart = make_cart([(variant, 2)])
    [line] = summarize(cart).lines
    assert (line.unit_price, line.total, line.available) == (shop_money(100), shop_money(200), 3)
    assert (line.notes, line.blocks, line.accept_label) == ([], False, "")
    assert StockLevel.objects.get(variant=variant).reserved == 0  # a cart reserves nothing


# Forgetting ---------------------------------------------------------------------------------------------------


def age(cart: Cart, days: int) -> Cart:
    moment = timezone.now() - timedelta(days=days)
    Cart.objects.filter(pk=cart.pk).update(updated_at=moment)
    cart.lines.update(updated_at=moment)
    return cart


def test_forgets_guests_carts_that_nobody_touched_for_long(alice: Any) -> None:
    age(make_cart(is_ready=True), 91)
    kept = [age(make_cart(), 89), age(make_cart(user=alice), 400), age(make_cart(), 400)]
    CartLine.objects.filter(cart=kept[2]).update(updated_at=timezone.now())
    carts.forget_old()
    assert set(Cart.objects.all()) == set(kept)
    assert not CartAddress.objects.exists()


def test_forgets_what_was_typed_into_carts_that_are_done_with() -> None:
    ordered = age(make_cart(is_ready=True, status=Cart.Status.ORDERED, note="Ring twice"), 2)
    fresh = make_cart(is_ready=True, status=Cart.Status.ORDERED, note="Ring twice")
    carts.forget_old()
    ordered.refresh_from_db()
    fresh.refresh_from_db()
    assert (ordered.email, ordered.note, ordered.delivery_address) == ("", "", None)
    assert (fresh.email, fresh.note) == ("guest@example.com", "Ring twice")
    assert CartAddress.objects.get() == fresh.delivery_address

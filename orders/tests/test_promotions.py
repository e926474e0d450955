"""Promotions and vouchers from the cart to the order: what counts, what is refused and why, how often it is counted."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import Category, Product
from catalog.tests.factories import make_brand, make_category, make_product
from devicehub.lib.money import shop_money
from orders import cancellation, carts, changing, checkout, emails, promotions, vouchers
from orders.exceptions import CheckoutIncomplete, PriceChanged
from orders.models import Adjustment, Cart, CartVoucher, Order, Promotion, PromotionGoods, PromotionUse, Voucher
from orders.reconciliation import differences
from orders.summaries import Summary, summarize
from orders.tests.factories import (
    a_variant,
    make_cart,
    make_method,
    make_order,
    make_promotion,
    make_rate,
    make_voucher,
)
from orders.tests.test_checkout import hold, text
from orders.views.cart import CartVoucherView

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    """Whatever a test did, stock, money and uses must add up after it."""
    cache.clear()
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


def enter(client: Client, code: str) -> Any:
    return client.post("/cart/voucher/", {"code": code})


def put(cart: Cart, voucher: Voucher) -> None:
    CartVoucher.objects.create(cart=cart, voucher=voucher)


def total(cart: Cart) -> Decimal:
    return summarize(cart).totals.total.amount


def notes(cart: Cart) -> dict[str, str]:
    return {one.voucher.code: one.note for one in summarize(cart).codes}


def place(cart: Cart, seen: str = "205.00") -> Order:
    return checkout.place_order(cart, seen_total=shop_money(seen), actor=None)


def eur(amount: str) -> str:
    """As `text` shows it."""
    return str(shop_money(amount)).replace("\xa0", " ")


def uses(*rows: Promotion | Voucher) -> list[int]:
    for row in rows:
        row.refresh_from_db()
    return [row.uses for row in rows]


# Entering a code ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["TENOFF", "tenoff", " ten-off ", "Ten Off"])
def test_takes_a_code_however_it_is_typed(guest: Client, cart: Cart, typed: str) -> None:
    make_voucher("TENOFF")
    response = enter(guest, typed)
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    page = text(guest.get("/cart/"))
    assert f"Ten off (TENOFF) {eur('-20.00')}" in page
    assert total(cart) == 185


def test_takes_a_code_out_again(guest: Client, cart: Cart) -> None:
    put(cart, make_voucher("TENOFF"))
    put(cart, make_voucher("OTHER"))
    assert guest.post("/cart/voucher/", {"remove": "TENOFF"}).status_code == 303
    assert list(notes(cart)) == ["OTHER"]
    assert guest.post("/cart/voucher/", {"remove": "NONSENSE"}).status_code == 303
    assert list(notes(cart)) == ["OTHER"]


def ended() -> Voucher:
    long_ago = timezone.now() - timedelta(days=9)
    return make_voucher("TENOFF", make_promotion(needs_code=True, valid_until=long_ago))


def not_begun() -> Voucher:
    return make_voucher("TENOFF", make_promotion(needs_code=True, valid_from=timezone.now() + timedelta(days=1)))


def switched_off() -> Voucher:
    return make_voucher("TENOFF", is_active=False)


def promotion_off() -> Voucher:
    return make_voucher("TENOFF", make_promotion(needs_code=True, is_active=False))


def used_up() -> Voucher:
    return make_voucher("TENOFF", max_uses=0)


def promotion_used_up() -> Voucher:
    return make_voucher("TENOFF", make_promotion(needs_code=True, max_uses=0), max_uses=None)


def automatic() -> Voucher:
    return make_voucher("TENOFF", make_promotion(needs_code=False, minimum=900))


UNKNOWN = "We do not know this code. Is it typed as it was given to you?"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: None, UNKNOWN),
        (not_begun, UNKNOWN),
        (switched_off, UNKNOWN),
        (promotion_off, UNKNOWN),
        (ended, "This code was valid until"),
        (used_up, "This code has been used up."),
        (promotion_used_up, "This code has been used up."),
        (automatic, "This offer counts without a code."),
    ],
)
def test_says_beside_the_field_why_a_code_cannot_be_used(guest: Client, cart: Cart, made: Any, words: str) -> None:
    made()
    response = enter(guest, "TENOFF")
    assert response.status_code == 422
    page = response.content.decode()
    assert re.search(rf'id="voucher-error" role="alert">{re.escape(words)}', page)
    assert 'aria-describedby="voucher-error"' in page
    assert not CartVoucher.objects.exists()
    assert total(cart) == 205


@pytest.mark.parametrize(("code", "words"), [("", "Enter the code."), ("X" * 65, "at most 64 characters")])
def test_refuses_what_is_no_code(guest: Client, code: str, words: str) -> None:
    response = enter(guest, code)
    assert response.status_code == 422
    assert words in text(response)


def test_refuses_a_code_that_is_there_already_and_a_second_of_one_promotion(guest: Client, cart: Cart) -> None:
    promotion = make_promotion(needs_code=True)
    put(cart, make_voucher("FIRST", promotion))
    make_voucher("SECOND", promotion)
    assert "This code is in your cart already." in text(enter(guest, "first"))
    assert "Another code for this offer is in your cart already." in text(enter(guest, "second"))
    assert list(notes(cart)) == ["FIRST"]


def test_holds_five_codes_at_most(guest: Client, cart: Cart) -> None:
    for number in range(vouchers.MAX_CODES):
        put(cart, make_voucher(f"CODE{number}"))
    make_voucher("SIXTH")
    assert "A cart holds 5 codes at most." in text(enter(guest, "SIXTH"))


def test_leads_a_visitor_without_a_cart_to_the_empty_one(client: Client) -> None:
    make_voucher("TENOFF")
    response = enter(client, "TENOFF")
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    assert not CartVoucher.objects.exists()


def test_lets_nobody_try_many_codes(guest: Client, cart: Cart) -> None:
    make_voucher("TENOFF")
    for number in range(CartVoucherView.tries_per_session):
        assert enter(guest, f"GUESS{number}").status_code == 422
    response = enter(guest, "TENOFF")
    assert response.status_code == 429
    assert "You have tried many codes." in text(response)
    assert not CartVoucher.objects.exists()


def test_lets_no_address_try_many_codes_by_new_carts(cart: Cart, monkeypatch: Any) -> None:
    monkeypatch.setattr(CartVoucherView, "tries_per_address", 4)
    for _number in range(4):
        client = Client()
        hold(client, make_cart([]))
        assert enter(client, "GUESS").status_code == 422
    client = Client()
    hold(client, cart)
    assert enter(client, "GUESS").status_code == 429


def test_cannot_enter_a_code_into_an_ordered_cart(cart: Cart) -> None:
    make_voucher("TENOFF")
    place(cart)
    with pytest.raises(carts.CartError):
        vouchers.enter(cart, "TENOFF")
    assert not CartVoucher.objects.exists()


# What counts --------------------------------------------------------------------------------------------------


def test_shows_a_discount_as_one_deduction_and_beside_each_line(guest: Client, cart: Cart) -> None:
    carts.add_line(cart, a_variant("50.00", stock=3), 1)
    make_promotion(name="Autumn days")
    page = text(guest.get("/cart/"))
    assert f"Autumn days {eur('-25.00')}" in page
    assert f"Autumn days: {eur('-20.00')}" in page
    assert f"Autumn days: {eur('-5.00')}" in page
    assert total(cart) == 230


def test_keeps_a_code_that_waits_for_more_goods_and_says_how_much(guest: Client, cart: Cart) -> None:
    make_voucher("TENOFF", make_promotion(needs_code=True, minimum=250))
    assert enter(guest, "TENOFF").status_code == 303
    words = "more of what it is for, and it counts."
    assert notes(cart) == {"TENOFF": f"{shop_money('50.00')} {words}"}
    assert f"{eur('50.00')} {words}" in text(guest.get("/cart/"))
    assert total(cart) == 205
    carts.add_line(cart, cart.lines.get().variant, 1)
    assert notes(cart) == {"TENOFF": ""}
    assert total(cart) == 275


@pytest.fixture
def phone(cart: Cart) -> Product:
    return cart.lines.get().variant.product


def test_is_for_a_category_with_all_below_it(cart: Cart, phone: Product) -> None:
    top = make_category("Gadgets")
    below = Category.objects.add_child(top, {"name": "Small", "slug": "small"})
    other = make_promotion(of=[make_category("Elsewhere")])
    promotion = make_promotion(of=[top])
    assert total(cart) == 205
    Product.objects.filter(pk=phone.pk).update(category=below)
    assert [one.promotion for one in summarize(cart).promotions] == [promotion]
    assert other.pk != promotion.pk
    assert total(cart) == 185


def test_is_for_a_brand_a_product_or_a_brand_in_a_category(cart: Cart, phone: Product) -> None:
    elsewhere = make_category("Elsewhere")
    promotion = make_promotion(of=[make_brand("Nobody"), phone])
    assert total(cart) == 185
    goods = promotion.goods.get(product=phone)
    goods.product, goods.brand = None, phone.brand
    goods.save()
    assert total(cart) == 185
    goods.category = elsewhere
    goods.save()
    assert total(cart) == 205
    Product.objects.filter(pk=phone.pk).update(category=elsewhere)
    assert total(cart) == 185


def test_is_for_nothing_more_when_its_product_is_deleted(cart: Cart) -> None:
    product = make_product(variants=[])
    make_promotion(of=[product])
    product.delete()
    assert total(cart) == 205


def test_makes_the_reward_of_a_bundle_cheaper(cart: Cart, phone: Product) -> None:
    case = a_variant("20.00", stock=9)
    promotion = make_promotion("bundle", buy=1, get=1, percent=50, of=[phone])
    PromotionGoods.objects.create(promotion=promotion, role="reward", product=case.product)
    carts.add_line(cart, case, 3)
    assert total(cart) == 245  # two phones 200, three cases 60 less 20, delivery 5


def test_pays_delivery_where_a_code_says_so(cart: Cart) -> None:
    put(cart, make_voucher("SHIPFREE", make_promotion("delivery", name="On us", needs_code=True)))
    assert total(cart) == 200
    order = place(cart, "200.00")
    assert [(one.kind, one.label, one.amount, one.line) for one in order.adjustments.all()] == [
        ("delivery", "On us (SHIPFREE)", -5, None)
    ]
    assert (order.shipping_total, order.shipping_tax) == (5, 0)


def test_does_not_use_a_code_for_delivery_that_is_free_already(cart: Cart) -> None:
    voucher = make_voucher("SHIPFREE", make_promotion("delivery", needs_code=True))
    put(cart, voucher)
    carts.add_line(cart, a_variant("400.00", stock=3), 1)
    assert notes(cart) == {"SHIPFREE": "Delivery is free already."}
    place(cart, "600.00")
    assert uses(voucher, voucher.promotion) == [0, 0]


def test_says_which_offer_a_code_cannot_be_combined_with(cart: Cart) -> None:
    make_promotion(name="Alone", percent=20, is_combinable=False)
    put(cart, make_voucher("TENOFF"))
    assert notes(cart) == {"TENOFF": "It cannot be combined with “Alone”, which saves you more."}
    assert total(cart) == 165


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"valid_from": timedelta(minutes=1)}, 205),
        ({"valid_from": timedelta(minutes=-1)}, 185),
        ({"valid_until": timedelta(minutes=-1)}, 205),
        ({"valid_until": timedelta(minutes=1)}, 185),
        ({"is_active": False}, 205),
        ({"max_uses": 0}, 205),
        ({"needs_code": True}, 205),
    ],
)
def test_counts_an_automatic_promotion_while_it_runs(cart: Cart, fields: dict[str, Any], expected: int) -> None:
    now = timezone.now()
    make_promotion(**{name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()})
    assert total(cart) == expected


def test_is_for_the_first_order_only_by_address(cart: Cart) -> None:
    make_promotion(first_order_only=True)
    assert total(cart) == 185
    order = make_order(email="GUEST@example.com")
    assert total(cart) == 205
    cancellation.cancel_order(order)
    assert total(cart) == 185


def test_is_for_the_first_order_only_by_account(alice: Any, cart: Cart) -> None:
    make_promotion(first_order_only=True)
    make_order(user=alice, email="other@example.com")
    assert total(make_cart([(cart.lines.get().variant, 2)], user=alice, is_ready=True)) == 205
    assert total(cart) == 185


def test_refuses_the_code_of_a_first_order_to_a_buyer_of_old(client: Client, alice: Any) -> None:
    make_voucher("TENOFF", make_promotion(needs_code=True, first_order_only=True))
    make_order(user=alice)
    make_cart(user=alice)
    client.force_login(alice)
    response = enter(client, "TENOFF")
    assert response.status_code == 422
    assert "This offer is for a first order only." in text(response)


def test_asks_for_the_price_again_when_the_address_tells_of_an_earlier_order(cart: Cart) -> None:
    """Before a guest has told his address he counts as new; then the cart says what has changed."""
    Cart.objects.filter(pk=cart.pk).update(email="")
    cart.refresh_from_db()
    put(cart, make_voucher("TENOFF", make_promotion(needs_code=True, first_order_only=True)))
    make_order(email="guest@example.com")
    assert total(cart) == 185
    checkout.fill_in(cart, email="guest@example.com")
    assert notes(cart) == {"TENOFF": "This offer is for a first order only."}
    assert total(cart) == 205


def test_takes_the_guests_codes_along_at_log_in(alice: Any) -> None:
    promotion = make_promotion(needs_code=True)
    mine, guests = make_cart(user=alice), make_cart()
    put(mine, make_voucher("MINE", promotion))
    put(guests, make_voucher("SAMEOFFER", promotion))
    put(guests, make_voucher("OTHER"))
    carts.merge(guests, alice)
    assert sorted(voucher.code for voucher in vouchers.of(mine)) == ["MINE", "OTHER"]


def test_asks_as_much_for_thirty_lines_as_for_three(cart: Cart, django_assert_max_num_queries: Any) -> None:
    make_promotion(of=[make_category("Elsewhere")], first_order_only=True)
    put(cart, make_voucher("TENOFF", make_promotion(needs_code=True, once_per_customer=True)))
    for _number in range(3):
        carts.add_line(cart, a_variant(), 1)
    rows = list(cart.lines.select_related("variant__product"))
    with django_assert_max_num_queries(13):
        summarize(cart, rows)
    for _number in range(27):
        carts.add_line(cart, a_variant(), 1)
    rows = list(cart.lines.select_related("variant__product"))
    with django_assert_max_num_queries(13):
        summarize(cart, rows)


def test_takes_the_tax_out_of_amounts_where_a_sale_is_free_of_it(cart: Cart, phone: Product) -> None:
    """Conditions are judged by the catalog's prices, so that the same cart has the same offers everywhere."""
    make_method(name="Abroad", price="5.00", countries=["CH"])
    cart.delivery_address.country = "CH"
    cart.delivery_address.save()
    make_promotion("amount", amount=Decimal("11.90"), minimum=200)
    make_promotion("fixed", amount=Decimal("59.50"), of=[phone], priority=-1)
    totals = summarize(cart).totals
    assert [str(one.amount.amount) for one in totals.adjustments] == ["-68.06", "-10.00"]  # 2 × (84.03 − 50.00)
    assert (totals.lines_total, totals.tax.amount) == (shop_money("168.06"), 0)


# Placing ------------------------------------------------------------------------------------------------------


def test_writes_each_discount_beside_its_line(cart: Cart) -> None:
    other = a_variant("20.00", stock=3)
    carts.add_line(cart, other, 1)
    voucher = make_voucher("TENOFF", make_promotion(name="Welcome", needs_code=True))
    put(cart, voucher)
    order = place(cart, "203.00")
    first, second = order.lines.all()
    assert list(order.adjustments.values_list("kind", "line", "label", "source", "amount", "tax_amount")) == [
        ("discount", first.pk, "Welcome (TENOFF)", f"promotion:{voucher.promotion_id}", -20, 0),
        ("discount", second.pk, "Welcome (TENOFF)", f"promotion:{voucher.promotion_id}", -2, 0),
    ]
    assert (first.total, first.tax_amount) == (200, Decimal("28.74"))  # 180 × 19 / 119
    assert (second.total, second.tax_amount) == (20, Decimal("2.87"))  # 18 × 19 / 119
    assert (order.lines_total, order.adjustments_total, order.total) == (220, -22, 203)
    assert order.tax_total == Decimal("32.41")
    use = order.promotion_uses.get()
    assert (use.promotion, use.voucher, use.email, use.user, use.released_at) == (
        voucher.promotion,
        voucher,
        "guest@example.com",
        None,
        None,
    )
    assert uses(voucher, voucher.promotion) == [1, 1]


def test_shows_discounts_on_the_order_its_mail_and_in_the_back_office(
    client: Client, alice: Any, carol: Any, cart: Cart
) -> None:
    make_promotion(name="Autumn days")
    mine = make_cart([(cart.lines.get().variant, 2), (a_variant("20.00"), 1)], user=alice, is_ready=True)
    order = place(mine, "203.00")
    client.force_login(alice)
    page = text(client.get(order.get_absolute_url()))
    assert f"Autumn days {eur('-22.00')}" in page
    assert f"Autumn days: {eur('-2.00')}" in page
    mail = emails.context(order.events.get(kind="placed"))
    assert ("Autumn days", shop_money("-22.00"), "discount") in mail["totals"].rows
    client.force_login(carol)
    assert f"Autumn days {eur('-22.00')}" in text(client.get(f"/admin/orders/order/{order.pk}/change/"))


def test_confirms_at_once_what_costs_nothing(guest: Client, cart: Cart) -> None:
    make_promotion(percent=100)
    make_promotion("delivery")
    assert total(cart) == 0
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "0.00"})
    order = Order.objects.get()
    assert response["Location"].startswith(order.get_absolute_url())
    assert (order.status, order.payment_status, order.total, order.expires_at) == ("confirmed", "paid", 0, None)
    assert not order.payments.exists()
    assert "There is nothing to pay" not in text(guest.get(response["Location"]))


def test_orders_nothing_when_a_promotion_ended_meanwhile(guest: Client, cart: Cart) -> None:
    voucher = make_voucher("TENOFF", make_promotion(needs_code=True))
    put(cart, voucher)
    Promotion.objects.update(valid_until=timezone.now())
    with pytest.raises(PriceChanged) as refused:
        place(cart, "185.00")
    assert refused.value.total == shop_money("205.00")
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "185.00"}, follow=True)
    assert response.redirect_chain == [("/checkout/review/", 303)]
    assert f"The total is {eur('205.00')} now, not {eur('185.00')}." in text(response)
    assert "TENOFF: This code was valid until" in text(response)
    assert Cart.objects.get().status == "open"
    assert not Order.objects.exists()
    assert uses(voucher) == [0]


def test_orders_nothing_when_somebody_else_used_the_code_this_moment(
    guest: Client, cart: Cart, monkeypatch: Any
) -> None:
    voucher = make_voucher("TENOFF")
    put(cart, voucher)

    def used_now(*args: Any, **options: Any) -> Summary:
        summary = summarize(*args, **options)
        Voucher.objects.update(max_uses=0)
        return summary

    monkeypatch.setattr(checkout, "summarize", used_now)
    response = guest.post("/checkout/place/", {"key": str(cart.pk), "total": "185.00"})
    assert response["Location"] == "/checkout/review/"
    monkeypatch.undo()
    assert "“TENOFF” was used up or ended a moment ago. Nothing was ordered" in text(guest.get("/checkout/review/"))
    assert not Order.objects.exists()
    assert uses(voucher, voucher.promotion) == [0, 0]
    assert Cart.objects.get().status == "open"


def test_lets_a_customer_use_it_once(cart: Cart, alice: Any) -> None:
    promotion = make_promotion(once_per_customer=True)
    variant = cart.lines.get().variant
    place(cart, "185.00")
    again = make_cart([(variant, 1)], is_ready=True)
    assert total(again) == 105
    with pytest.raises(PriceChanged):
        place(again, "95.00")
    assert uses(promotion) == [1]
    other = make_cart([(variant, 1)], user=alice, is_ready=True)
    place(other, "95.00")
    assert uses(promotion) == [2]


def test_lets_a_customer_use_it_once_even_if_he_orders_twice_at_once(cart: Cart, monkeypatch: Any) -> None:
    promotion = make_promotion(once_per_customer=True)
    again = make_cart([(cart.lines.get().variant, 1)], is_ready=True)
    place(cart, "185.00")
    monkeypatch.setattr(promotions, "barred", lambda *args: {})  # what he is told before the other order is seen
    with pytest.raises(CheckoutIncomplete, match="You have used “Ten off” already"):
        place(again, "95.00")
    assert Order.objects.count() == 1
    assert uses(promotion) == [1]


# Giving back --------------------------------------------------------------------------------------------------


def test_gives_a_use_back_once_when_the_order_is_canceled(cart: Cart) -> None:
    voucher = make_voucher("TENOFF", make_promotion(needs_code=True, once_per_customer=True))
    put(cart, voucher)
    order = place(cart, "185.00")
    assert uses(voucher, voucher.promotion) == [1, 1]
    cancellation.cancel_order(order)
    assert uses(voucher, voucher.promotion) == [0, 0]
    assert order.promotion_uses.get().released_at is not None
    with pytest.raises(cancellation.MoveNotAllowed):
        cancellation.cancel_order(order)
    assert uses(voucher, voucher.promotion) == [0, 0]
    again = make_cart([(a_variant("100.00"), 1)], is_ready=True)
    put(again, voucher)
    assert place(again, "95.00").adjustments_total == -10


@pytest.mark.parametrize("first", ["placed", "split off"])
def test_keeps_the_use_of_a_split_order_until_both_are_canceled(cart: Cart, first: str) -> None:
    promotion = make_promotion(max_uses=1)
    order = place(cart, "185.00")
    other = changing.split_order(order, {order.lines.all()[0].pk: 1}, key="a")
    ends = [order, other] if first == "placed" else [other, order]
    for each, left in zip(ends, [1, 0], strict=True):
        cancellation.cancel_order(each)
        assert (uses(promotion), differences()) == ([left], [])


def test_gives_a_use_back_when_the_order_expires(cart: Cart) -> None:
    promotion = make_promotion(max_uses=1)
    place(cart, "185.00")
    assert uses(promotion) == [1]
    assert cancellation.expire_unpaid(timezone.now() + timedelta(days=8)) == 1
    assert uses(promotion) == [0]


# Facts --------------------------------------------------------------------------------------------------------

HARMS = [
    {"percent": 0},
    {"percent": Decimal("100.01")},
    {"percent": None},
    {"amount": 5},
    {"kind": "amount"},
    {"kind": "amount", "percent": None, "amount": 0},
    {"kind": "fixed", "percent": None, "amount": None},
    {"kind": "delivery", "percent": None, "amount": 0},
    {"kind": "bundle"},
    {"kind": "bundle", "buy": 0, "get": 1},
    {"buy": 1, "get": 1},
    {"minimum": 0},
    {"uses": 2, "max_uses": 1},
    {"valid_from": timezone.now(), "valid_until": timezone.now() - timedelta(days=1)},
]


@pytest.mark.parametrize("harm", HARMS)
def test_holds_what_may_never_be_false(harm: dict[str, Any]) -> None:
    promotion = make_promotion()
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.filter(pk=promotion.pk).update(**harm)


def test_holds_the_limit_of_a_voucher_and_one_use_per_customer(cart: Cart) -> None:
    voucher = make_voucher(max_uses=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.update(uses=2)
    order, other = make_order(email="a@example.com"), make_order(email="a@example.com")
    fields = {"promotion": voucher.promotion, "email": "a@example.com", "is_sole": True}
    with transaction.atomic():
        PromotionUse.objects.create(order=order, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            PromotionUse.objects.create(order=other, **fields)
        transaction.set_rollback(True)


def test_holds_that_a_discount_belongs_to_a_line_and_is_one_per_promotion() -> None:
    order = make_order()
    fields = {"order": order, "kind": "discount", "label": "x", "source": "test"}
    for wrong in ({"amount": -1}, {"amount": 1, "line": order.lines.get()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.create(**fields, **wrong)
    with transaction.atomic():
        Adjustment.objects.create(**fields, amount=-1, line=order.lines.get())
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.create(**fields, amount=-1, line=order.lines.get())
        transaction.set_rollback(True)


def test_reprices_a_discounted_line_whose_quantity_changes(cart: Cart) -> None:
    make_promotion("amount", amount=Decimal("9.99"))
    order = place(cart, "195.01")
    line = order.lines.get()
    changing.change_quantities(order, {line.pk: 1})
    order.refresh_from_db()
    assert order.adjustments.get().amount == Decimal("-5.00")
    assert (order.adjustments_total, order.total) == (Decimal("-5.00"), Decimal("100.00"))
    assert order.lines.get().tax_amount == Decimal("15.17")  # 95 × 19 / 119

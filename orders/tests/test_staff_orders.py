import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_address
from catalog.models import StockLevel, Variant
from devicehub.lib.money import Money
from orders import carts, credit
from orders.models import Cart, Order, ShippingMethod
from orders.tests.factories import ADDRESS, a_variant, make_cart, make_method, make_order, make_rate, make_voucher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled", "shop")]

BEGIN = "/admin/orders/order/make/"


@pytest.fixture
def shop(db: None) -> None:
    make_rate(19)
    make_method(name="Standard")


def begin(client, *, source: str = "phone", email: str = "gerda@example.org") -> str:
    answer = client.post(BEGIN, {"source": source, "email": email})
    assert answer.status_code == 302
    return answer.url


def shown(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def address(**changes: str) -> dict[str, str]:
    return {"do": "address", "email": "gerda@example.org"} | {
        f"delivery-{name}": value for name, value in {**ADDRESS, **changes}.items()
    }


def fill(client, page: str, *, sku: str = "NOVA", units: int = 2, provider: str = "bank_transfer") -> None:
    method = client.get(page).context["forms"]["delivery"]
    assert method is not None
    for answers in (
        {"do": "add", "variant": sku, "quantity": units},
        address(),
        {"do": "terms", "shipping_method": shipping(), "payment_provider": provider},
    ):
        answer = client.post(page, answers)
        assert answer.status_code == 302, shown(answer)


def shipping() -> int:

    return ShippingMethod.objects.get(name="Standard").pk


def place(client, page: str, **changes: str) -> Any:
    form = shown(client.get(page))
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    total = re.search(r'name="total" value="([^"]+)"', form)[1]
    return client.post(page, {"do": "place", "key": key, "total": total, "note": "Rang twice", **changes})


def reserved(variant: Variant) -> int:
    return StockLevel.objects.get(variant=variant).reserved


def test_takes_an_order_by_phone_through_the_shop_s_own_checkout(client, staff):
    support = staff("Support")
    nova = a_variant("100.00", sku="NOVA", name="Nova 5")
    page = begin(client)
    fill(client, page)
    answer = place(client, page)
    order = Order.objects.get()
    assert answer.url == reverse("admin:orders_order_change", args=[order.pk])
    assert (order.user, order.email, order.source) == (None, "gerda@example.org", "phone")
    assert (order.total, order.tax_total, order.status) == (Decimal("204.90"), Decimal("32.71"), "pending")
    assert order.note == "Rang twice"
    assert reserved(nova) == 2
    placed = order.events.get(kind="placed")
    assert (placed.actor, placed.data) == (support, {"source": "phone"})
    assert order.addresses.get(kind="delivery").city == "Leipzig"
    assert LogEntry.objects.get().user == support
    assert "phone" in shown(client.get(answer.url))


def test_makes_one_order_however_often_the_button_is_pressed(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client)
    fill(client, page)
    first = place(client, page)
    order = Order.objects.get()
    again = client.post(page, {"do": "place", "key": order.placement_key, "total": "204.90"})
    assert (first.url, client.get(page).url) == (again.url, again.url)
    assert Order.objects.count() == 1


def test_sells_at_the_counter_paid_and_handed_over_at_once(client, staff, django_capture_on_commit_callbacks):
    owner = staff("Owner")
    nova = a_variant("100.00", sku="NOVA")
    page = begin(client, source="counter")
    fill(client, page, provider="counter")
    with django_capture_on_commit_callbacks(execute=True):
        answer = place(client, page)
        order = Order.objects.get()
        assert (order.status, order.payment_status, order.source) == ("confirmed", "paid", "counter")
        assert answer.url == reverse("admin:orders_order_act", args=[order.pk, "hand-over"])
    assert client.get(answer.url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer.url, {f"line-{order.lines.get().pk}": 2})
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("completed", "delivered")
    level = StockLevel.objects.get(variant=nova)
    assert (level.on_hand, level.reserved) == (3, 0)
    told = [(event.kind, event.actor) for event in order.events.all() if event.kind != "completed"]
    assert told == [(kind, owner) for kind in ("placed", "paid", "packed", "handed_over", "picked_up")]
    subjects = {message.subject for message in mail.outbox}
    assert f"Your purchase {order.number} in our store" in subjects
    assert not any("on its way" in subject for subject in subjects)


def test_offers_the_counter_s_payment_at_the_counter_only(client, staff, alice):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client)
    assert "Paid at the counter" not in shown(client.get(page))
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    client.post(page, address())
    refused = client.post(page, {"do": "terms", "shipping_method": shipping(), "payment_provider": "counter"})
    assert refused.status_code == 422
    assert Cart.objects.get().payment_provider == ""
    assert "Paid at the counter" in shown(client.get(begin(client, source="counter")))


def test_mails_the_link_to_pay_and_waits_as_long_as_for_a_transfer(
    client, staff, django_capture_on_commit_callbacks, settings
):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client)
    fill(client, page, provider="sandbox")
    with django_capture_on_commit_callbacks(execute=True):
        place(client, page)
    order = Order.objects.get()
    assert order.expires_at - timezone.now() > timedelta(days=settings.PAYMENT_DUE_DAYS) - timedelta(minutes=1)
    (sent,) = mail.outbox
    assert sent.to == ["gerda@example.org"]
    link = re.search(r"/orders/\S+", sent.body)[0]
    client.logout()
    assert "Pay" in shown(client.get(link))


def test_gives_the_order_to_the_account_that_proved_the_address(client, staff, alice):
    staff("Support")
    a_variant("100.00", sku="NOVA", stock=9)
    make_address(alice, **ADDRESS)
    mine = make_cart(user=alice)
    page = begin(client, email="Alice@example.com")
    form = shown(client.get(page))
    assert "For the account alice@example.com" in form
    assert "Lindenweg 4" in form
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    client.post(page, {"do": "address", "delivery-saved": alice.addresses.get().pk})
    client.post(page, {"do": "terms", "shipping_method": shipping(), "payment_provider": "cash_on_delivery"})
    place(client, page)
    order = Order.objects.get()
    assert (order.user, order.email, order.status) == (alice, "alice@example.com", "confirmed")
    assert carts.open_cart(alice, None) == mine
    assert mine.lines.count() == 1


def test_gives_no_order_to_an_account_that_has_proved_nothing(client, staff):
    staff("Support")
    thief = User.objects.create_user("gerda@example.org", password="x")
    thief.emailaddress_set.create(email="gerda@example.org", primary=True, verified=False)
    begin(client)
    cart = Cart.objects.get()
    assert (cart.user, cart.email) == (None, "gerda@example.org")


def test_never_shows_staff_s_carts_in_the_shop(client, staff, alice):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client, email="alice@example.com")
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    cart = Cart.objects.get()
    client.force_login(alice)
    assert carts.glance(alice, None).units == 0
    assert "NOVA" not in shown(client.get("/cart/"))
    assert client.post("/checkout/place/", {"key": cart.pk, "total": "104.90"}).status_code == 404
    assert not Order.objects.exists()


@pytest.mark.parametrize("group", ["Fulfillment", "Catalog"])
def test_lets_only_those_make_orders_who_may(client, staff, group):
    staff("Support")
    page = begin(client)
    staff(group)
    for path in (BEGIN, page):
        assert client.get(path).status_code == 403
        assert client.post(path, {"source": "phone", "email": "a@example.org"}).status_code == 403
    assert Cart.objects.count() == 1
    client.logout()
    assert client.get(page).status_code == 302


@pytest.mark.parametrize(
    ("source", "email"), [("web", "a@example.org"), ("", "a@example.org"), ("phone", "nonsense"), ("phone", "")]
)
def test_begins_nothing_without_a_way_and_an_address(client, staff, source, email):
    staff("Support")
    assert client.post(BEGIN, {"source": source, "email": email}).status_code == 422
    assert not Cart.objects.exists()


def test_refuses_what_the_shop_refuses_beside_its_field(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA", stock=2)
    page = begin(client)
    for answers, words in (
        ({"do": "add", "variant": "NOVA", "quantity": 3}, "Only 2 are available."),
        ({"do": "add", "variant": "zzz", "quantity": 1}, "No device on sale fits."),
        ({"do": "add", "variant": "NOVA", "quantity": "-1"}, "greater than or equal to 1"),
        (address(postcode="1"), "as the country writes it"),
        ({**address(), "email": ""}, "Please correct"),
        ({"do": "terms", "shipping_method": "9", "payment_provider": "gold"}, "not offered"),
        ({"do": "explode"}, "New order"),
    ):
        answer = client.post(page, answers)
        assert (answer.status_code, words in shown(answer)) == (422, True), words
    assert not Cart.objects.get().lines.exists()
    assert Cart.objects.get().delivery_address is None


def test_changes_and_removes_lines_and_throws_the_order_away(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client)
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    line = Cart.objects.get().lines.get()
    client.post(page, {"do": "line", "line": line.pk, "quantity": 3})
    line.refresh_from_db()
    assert line.quantity == 3
    assert client.post(page, {"do": "line", "line": line.pk, "quantity": 100}).status_code == 422
    for strange in ("0", "x", "9" * 30, str(make_cart().lines.get().pk)):
        assert client.post(page, {"do": "line", "line": strange, "quantity": 1}).status_code == 404
    client.post(page, {"do": "line", "line": line.pk, "remove": "1"})
    assert not Cart.objects.by_staff().get().lines.exists()
    client.post(page, {"do": "discard"})
    assert not Cart.objects.by_staff().exists()
    assert client.get(page).status_code == 404


def test_orders_nothing_when_the_price_rose_or_others_were_quicker(client, staff):
    staff("Support")
    nova = a_variant("100.00", sku="NOVA", stock=2)
    page = begin(client)
    fill(client, page)
    answer = place(client, page, total="204.89")
    assert answer.status_code == 302
    assert "The total is 204.90 € now" in shown(client.get(page))
    make_order(lines=[(nova, 1)])
    place(client, page, total="300.00")
    assert Order.objects.count() == 1
    assert Cart.objects.by_staff().get().status == "open"
    assert reserved(nova) == 1


def test_places_nothing_that_lacks_an_answer(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    page = begin(client)
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    assert "Still missing: the addresses." in shown(client.get(page))
    place(client, page)
    assert not Order.objects.exists()


def test_forgets_carts_of_staff_that_nobody_touched(client, staff, alice):
    staff("Support")
    begin(client, email="alice@example.com")
    Cart.objects.update(updated_at=timezone.now() - timedelta(days=91))
    carts.forget_old()
    assert not Cart.objects.exists()


# Vouchers and gift cards --------------------------------------------------------------------------------------


def enter(client, page: str, do: str, code: str) -> Any:
    return client.post(page, {"do": do, "code": code})


def test_takes_a_voucher_and_a_gift_card_that_the_buyer_reads_out(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    make_voucher("TENOFF")
    card = credit.issue_gift_card(Money("50.00", "EUR"))
    page = begin(client)
    fill(client, page)
    assert enter(client, page, "voucher", " ten off ").status_code == 302
    assert enter(client, page, "gift-card", card.code.lower()).status_code == 302
    form = shown(client.get(page))
    assert "Ten off" in form
    assert "pays 50.00 €" in form
    assert 'name="left" value="134.90"' in form
    answer = place(client, page, left="134.90")
    order = Order.objects.get()
    assert answer.url == reverse("admin:orders_order_change", args=[order.pk])
    assert (order.total, order.status, order.payment_status) == (Decimal("184.90"), "pending", "partial")
    assert list(order.payments.order_by("amount").values_list("provider", "amount")) == [
        ("credit", Decimal("50.00")),
        ("bank_transfer", Decimal("134.90")),
    ]
    card.refresh_from_db()
    assert card.balance == 0


@pytest.mark.parametrize(
    ("do", "code", "words"),
    [
        ("voucher", "NOSUCH", "We do not know this code. Is it typed as it was given to you?"),
        ("voucher", "", "Enter the code."),
        ("gift-card", "AAAA-BBBB", "There is no gift card with this code, or nothing is left on it."),
        ("gift-card", "", "Enter the code."),
    ],
)
def test_says_beside_the_field_what_is_wrong_with_a_code(client, staff, do, code, words):
    staff("Support")
    page = begin(client)
    refused = enter(client, page, do, code)
    assert refused.status_code == 422
    assert refused.context["forms"][do.replace("-", "_")].errors == {"code": [words]}
    assert f'<ul class="errorlist" id="{do}-error" role="alert"><li>{words}</li></ul>' in shown(refused)
    assert not Cart.objects.get().vouchers.exists()


def test_takes_codes_out_again(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    make_voucher("TENOFF")
    card = credit.issue_gift_card(Money("50.00", "EUR"))
    page = begin(client)
    fill(client, page)
    enter(client, page, "voucher", "TENOFF")
    enter(client, page, "gift-card", card.code)
    for answers in (
        {"do": "voucher", "remove": "TENOFF"},
        {"do": "gift-card", "remove": "no key"},
        {"do": "gift-card", "remove": card.pk},
    ):
        assert client.post(page, answers).status_code == 302
    assert 'name="left" value="204.90"' in shown(client.get(page))


def test_pays_from_the_store_credit_of_the_buyer_only(client, staff, alice, bob):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    alice.emailaddress_set.update_or_create(email=alice.email, defaults={"verified": True, "primary": True})
    credit.give_credit(alice, Money("20.00", "EUR"), note="Sorry")
    credit.give_credit(bob, Money("99.00", "EUR"), note="Sorry")
    guests = begin(client)
    refused = client.post(guests, {"do": "gift-card", "own": 1}, follow=True)
    assert "You have no store credit." in shown(refused)
    page = begin(client, email=alice.email)
    client.post(page, {"do": "add", "variant": "NOVA", "quantity": 1})
    assert "store credit of 20.00 €" in shown(client.get(page))
    client.post(page, {"do": "gift-card", "own": 1})
    form = shown(client.get(page))
    assert "pays 20.00 €" in form
    assert "store credit of" not in form


def test_asks_again_when_a_gift_card_was_emptied_meanwhile(client, staff):
    staff("Support")
    a_variant("100.00", sku="NOVA")
    card = credit.issue_gift_card(Money("50.00", "EUR"))
    page = begin(client)
    fill(client, page)
    enter(client, page, "gift-card", card.code)
    credit.correct(card, Money("-40.00", "EUR"), note="Spent elsewhere", actor=None)
    answer = place(client, page, left="154.90")
    assert answer.status_code == 302
    assert "There is less on your gift card than before" in shown(client.get(answer.url))
    assert not Order.objects.exists()

"""Gift cards and store credit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from devicehub.lib.money import Money
from orders import cancellation, credit
from orders.exceptions import CreditRefused
from orders.models import Cart, CreditAccount, CreditEntry, Order, Payment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_cart, make_order, make_rate, make_ready

pytestmark = pytest.mark.django_db


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def entries(account: CreditAccount) -> list[tuple[str, str]]:
    rows = CreditEntry.objects.filter(account=account).values_list("kind", "amount")
    return [(kind, str(amount)) for kind, amount in rows]


def test_issues_a_card_with_its_code_by_mail(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        card = credit.issue_gift_card(eur("50.00"), email="gerda@example.com", expires_on=date(2029, 12, 31))
    assert (card.balance, entries(card)) == (Decimal("50.00"), [("issued", "50.00")])
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["gerda@example.com"], "A gift card for you: 50.00 € at DeviceHub")
    assert str(card.code) in letter.body
    assert "until 31 December 2029" in letter.body


def test_names_what_the_card_was_issued_with_however_late_the_mail_goes_out(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        card = credit.issue_gift_card(eur("50.00"), email="gerda@example.com")
        credit.spend(credit.Use(card, eur("30.00")), make_order().payments.get())
    assert mail.outbox[0].subject == "A gift card for you: 50.00 € at DeviceHub"


def test_takes_no_more_than_is_there() -> None:
    card = credit.issue_gift_card(eur("50.00"))
    payment = make_order().payments.get()
    credit.spend(credit.Use(card, eur("30.00")), payment)
    with pytest.raises(CreditRefused, match="not enough left"):
        credit.spend(credit.Use(card, eur("20.01")), payment)
    card.refresh_from_db()
    assert (card.balance, entries(card)) == (Decimal("20.00"), [("issued", "50.00"), ("spent", "-30.00")])


def test_returns_what_was_spent_once_for_each_key() -> None:
    card = credit.issue_gift_card(eur("50.00"))
    payment = make_order().payments.get()
    credit.spend(credit.Use(card, eur("50.00")), payment)
    CreditAccount.objects.update(expires_on=date(2020, 1, 1), is_blocked=True)
    for _time in range(2):
        credit.give_back(str(payment.pk), eur("12.34"), key="refund-1")
    card.refresh_from_db()
    assert card.balance == Decimal("12.34")
    assert entries(card)[-1] == ("returned", "12.34")


@pytest.mark.parametrize(
    "fields",
    [
        {"is_blocked": True},
        {"expires_on": timezone.localdate() - timedelta(days=1)},
        {"balance": 0},
        {"currency": "USD"},
    ],
)
def test_refuses_unusable_cards_in_the_words_for_unknown_ones(fields: dict[str, Any]) -> None:
    card = credit.issue_gift_card(eur("50.00"))
    cart = make_cart()
    CreditAccount.objects.update(**fields)
    for code in (str(card.code), "0000-0000-0000-0"):
        with pytest.raises(CreditRefused, match="There is no gift card with this code, or nothing is left on it"):
            credit.enter(cart, code)
    assert not cart.credits.exists()


def test_pays_from_cards_as_entered_until_the_total_is_covered(alice: Any) -> None:
    cart = make_cart(user=alice)
    first, second = (credit.issue_gift_card(eur(amount)) for amount in ("30.00", "50.00"))
    credit.give_credit(alice, eur("7.00"), note="Sorry")
    credit.use_store_credit(cart)
    for card in (second, first, second):
        credit.enter(cart, str(card.code))
    uses = credit.uses_of(cart, eur("70.00"), on=timezone.localdate())
    assert [use.amount for use in uses] == [eur("7.00"), eur("50.00"), eur("13.00")]
    assert credit.covered(uses, "EUR") == eur("70.00")


def test_never_pays_with_the_credit_of_somebody_else(alice: Any, bob: Any) -> None:
    credit.give_credit(bob, eur("7.00"), note="Sorry")
    cart = make_cart(user=alice)
    with pytest.raises(CreditRefused, match="You have no store credit"):
        credit.use_store_credit(cart)
    cart.credits.create(account=CreditAccount.objects.get())
    assert credit.uses_of(cart, eur("70.00"), on=timezone.localdate()) == []


def test_keeps_no_more_than_five_in_a_cart() -> None:
    cart = make_cart()
    cards = [credit.issue_gift_card(eur("1.00")) for _number in range(6)]
    for card in cards[:5]:
        credit.enter(cart, str(card.code))
    with pytest.raises(CreditRefused, match="At most 5"):
        credit.enter(cart, str(cards[5].code))
    credit.enter(cart, str(cards[0].code))  # it is in there already
    assert cart.credits.count() == 5


def test_says_what_is_left_to_pay_beside_a_card(client: Client, alice: Any) -> None:
    make_rate(19)
    cart = make_cart([(a_variant("100.00"), 1)], user=alice, is_ready=True)
    card = credit.issue_gift_card(eur("30.00"))
    client.force_login(alice)
    assert (
        "Left to pay"
        not in told(client.get("/checkout/payment/")).partition("How do you pay?")[2].partition("Your order")[0]
    )
    credit.enter(cart, str(card.code))
    assert "Left to pay: 74.90 €" in told(client.get("/checkout/payment/"))


def test_gives_credit_once_for_each_reference(alice: Any) -> None:
    credit.give_credit(alice, eur("5.00"), note="Sorry", reference="return-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        credit.give_credit(alice, eur("5.00"), note="Sorry", reference="return-1")
    assert CreditAccount.objects.get().balance == Decimal("5.00")


def test_corrects_with_a_reason_but_not_below_nothing() -> None:
    card = credit.issue_gift_card(eur("5.00"))
    credit.correct(card, eur("-2.00"), note="Typed wrongly", actor=None)
    with pytest.raises(CreditRefused):
        credit.correct(card, eur("-3.01"), note="Typed wrongly", actor=None)
    card.refresh_from_db()
    assert (card.balance, entries(card)[-1]) == (Decimal("3.00"), ("corrected", "-2.00"))


def test_changes_no_entry() -> None:
    credit.issue_gift_card(eur("5.00"))
    entry = CreditEntry.objects.get()
    for act in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            act()


def test_never_shows_a_whole_code() -> None:
    card = credit.issue_gift_card(eur("5.00"))
    assert str(card.code) not in str(card)
    assert str(card).endswith(str(card.code)[-6:])
    assert not Payment.objects.exists()


# In the checkout ----------------------------------------------------------------------------------------------

PAYMENT, REVIEW, CREDIT, PLACE = "/checkout/payment/", "/checkout/review/", "/checkout/credit/", "/checkout/place/"


def buying(client: Client, *, price: str = "100.00", **options: Any) -> Cart:
    """A guest or member before the payment step; delivery costs 4.90."""
    make_rate()
    cart = make_cart([(a_variant(price, stock=3), 1)], **options)
    make_ready(cart)
    if cart.user:
        client.force_login(cart.user)
    else:
        session = client.session
        session["cart_id"] = str(cart.pk)
        session.save()
    return cart


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace("\xa0", " ")


def place(client: Client, cart: Cart, *, left: str, total: str = "104.90") -> Any:
    return client.post(PLACE, {"key": str(cart.pk), "total": total, "left": left, "note": ""})


def test_pays_a_part_by_gift_card_and_the_rest_by_transfer(client: Client) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("30.00"))
    assert client.post(CREDIT, {"code": f" {str(card.code).lower()} "}).status_code == 303
    page = shown(client, REVIEW)
    assert all(words in page for words in ("− 30.00 €", "Left to pay", "74.90 €"))
    assert place(client, cart, left="74.90").status_code == 303
    order = Order.objects.get()
    assert (order.total, order.status, order.payment_status) == (Decimal("104.90"), "pending", "partial")
    assert [(row.provider, row.status, row.amount) for row in order.payments.order_by("amount")] == [
        ("credit", "captured", Decimal("30.00")),
        ("bank_transfer", "created", Decimal("74.90")),
    ]
    card.refresh_from_db()
    assert card.balance == 0
    assert differences() == []


def test_pays_everything_by_gift_card_and_keeps_the_rest_on_it(client: Client) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("150.00"))
    client.post(CREDIT, {"code": card.code})
    page = shown(client, PAYMENT)
    assert "That pays for everything." in page
    assert 'type="radio"' not in page
    response = place(client, cart, left="0.00")
    order = Order.objects.get()
    assert response["Location"].startswith(order.get_absolute_url())
    assert (order.status, order.payment_status, order.expires_at) == ("confirmed", "paid", None)
    card.refresh_from_db()
    assert card.balance == Decimal("45.10")
    page = shown(client, response["Location"])
    assert f"Gift card …{str(card.code)[-6:]}" in page
    assert differences() == []


def test_gives_back_to_the_card_when_the_order_is_canceled(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("30.00"))
    client.post(CREDIT, {"code": card.code})
    place(client, cart, left="74.90")
    with django_capture_on_commit_callbacks(execute=True):
        cancellation.cancel_order(Order.objects.get())
    card.refresh_from_db()
    assert (card.balance, entries(card)[-1]) == (Decimal("30.00"), ("returned", "30.00"))
    assert Order.objects.get().payment_status == "refunded"
    assert differences() == []


def test_takes_a_card_out_again(client: Client) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("30.00"))
    client.post(CREDIT, {"code": card.code})
    for nonsense in ("", "nothing", "0" * 32):
        client.post(CREDIT, {"remove": nonsense})
        assert cart.credits.count() == 1
    client.post(CREDIT, {"remove": str(card.pk)})
    assert not cart.credits.exists()


def test_offers_a_member_his_own_credit(client: Client, alice: Any) -> None:
    cart = buying(client, user=alice)
    assert "Use my store credit" not in shown(client, PAYMENT)
    credit.give_credit(alice, eur("12.00"), note="Sorry")
    assert "Use my store credit of 12.00 €" in shown(client, PAYMENT)
    client.post(CREDIT, {"own": "1"})
    assert "Use my store credit" not in shown(client, PAYMENT)
    place(client, cart, left="92.90")
    assert CreditAccount.objects.get().balance == 0


@pytest.mark.parametrize("code", ["", "WRONG-CODE", "x" * 200])
def test_says_beside_the_field_what_is_wrong_with_a_code(client: Client, code: str) -> None:
    cart = buying(client)
    response = client.post(CREDIT, {"code": code})
    assert response.status_code == 422
    assert 'id="gift-card-error"' in response.content.decode()
    assert "Choose how you pay" not in response.content.decode()
    assert not cart.credits.exists()


def test_stops_who_tries_many_codes(client: Client) -> None:
    buying(client)
    answers = [client.post(CREDIT, {"code": f"CODE-{number}"}).status_code for number in range(11)]
    assert answers == [422] * 10 + [429]


def test_orders_nothing_when_the_card_was_emptied_meanwhile(client: Client) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("30.00"))
    client.post(CREDIT, {"code": card.code})
    credit.correct(card, eur("-10.00"), note="Spent elsewhere", actor=None)
    response = place(client, cart, left="74.90")
    assert response["Location"] == PAYMENT
    assert not Order.objects.exists()
    assert cart.lines.exists()
    card.refresh_from_db()
    assert card.balance == Decimal("20.00")


def test_believes_no_figure_of_the_browser(client: Client) -> None:
    cart = buying(client)
    assert place(client, cart, left="0.00")["Location"] == PAYMENT
    assert not Order.objects.exists()


# In the back office -------------------------------------------------------------------------------------------

ADMIN = "/admin/orders/creditaccount/"


def issue(client: Client, **fields: str) -> Any:
    answers = {"kind": "gift-card", "email": "", "expires_on": "", "amount": "25.00", "note": "Birthday"}
    return client.post(f"{ADMIN}add/", answers | fields, follow=True)


def correct(client: Client, card: CreditAccount, **fields: str) -> Any:
    shown_only = {"entries-TOTAL_FORMS": "1", "entries-INITIAL_FORMS": "1"}
    answers = {"expires_on": "", "difference": "-5", "note": "Typed wrongly"}
    return client.post(f"{ADMIN}{card.pk}/change/", shown_only | answers | fields)


def test_lets_the_owner_issue_and_correct(carol: Any, client: Client) -> None:
    client.force_login(carol)
    page = issue(client).content.decode()
    card = CreditAccount.objects.get()
    assert f"The code is {card.code}." in page
    entry = CreditEntry.objects.get()
    assert (entry.actor, entry.note, card.balance) == (carol, "Birthday", Decimal("25.00"))
    assert "is on it." in correct(client, card, difference="-25.01").content.decode()
    assert "Say why the balance changes." in correct(client, card, note="").content.decode()
    assert correct(client, card).status_code == 302
    card.refresh_from_db()
    assert (card.balance, card.entries.count()) == (Decimal("20.00"), 2)
    assert differences() == []


def test_gives_credit_to_members_only(carol: Any, client: Client, alice: Any) -> None:
    client.force_login(carol)
    assert "No member has this address." in issue(client, kind="store-credit", email="no@example.com").content.decode()
    issue(client, kind="store-credit", email=alice.email.upper())
    account = CreditAccount.objects.get()
    assert (account.user, account.balance, account.code) == (alice, Decimal("25.00"), None)


@pytest.mark.parametrize("amount", ["0", "-5", "1e3x", "0.001"])
def test_issues_no_odd_amounts(carol: Any, client: Client, amount: str) -> None:
    client.force_login(carol)
    assert issue(client, amount=amount).status_code == 200
    assert not CreditAccount.objects.exists()


def test_deletes_nothing(carol: Any, client: Client) -> None:
    client.force_login(carol)
    card = credit.issue_gift_card(eur("5.00"))
    assert client.post(f"{ADMIN}{card.pk}/delete/", {"post": "yes"}).status_code == 403
    assert CreditAccount.objects.exists()


def test_names_what_does_not_add_up(client: Client) -> None:
    cart = buying(client)
    card = credit.issue_gift_card(eur("30.00"))
    client.post(CREDIT, {"code": card.code})
    place(client, cart, left="74.90")
    CreditAccount.objects.update(balance="1.00")
    Payment.objects.filter(provider="credit").update(amount="29.00")
    found = "\n".join(differences())
    assert "1.00 on it, its entries make 0.00" in found
    assert "29.00 by gift card, 30.00 taken from it" in found


# The member's own page


def told(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\xa0", " ").split())


def prove(user: Any, email: str, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=email, verified=verified)


def test_shows_a_member_his_credit_and_what_moved_it(client: Client, alice: Any) -> None:
    account = credit.give_credit(alice, eur("50.00"), note="For the late parcel")
    order = make_order(user=alice)
    credit.spend(credit.Use(account, eur("30.00")), order.payments.get())
    credit.give_back(str(order.payments.get().pk), eur("10.00"), key="refund-1")
    credit.correct(account, eur("-5.00"), note="Given twice", actor=None)
    client.force_login(alice)
    page = told(client.get("/credit/"))
    today = date_format(timezone.localdate(), "j F Y")
    assert "Store credit 25.00 €" in page
    assert f"Issued +50.00 € {today} · For the late parcel balance 50.00 €" in page
    assert f"Spent · Order {order.number} -30.00 € {today} balance 20.00 €" in page
    assert f"Came back · Order {order.number} +10.00 € {today} balance 30.00 €" in page
    assert f"Corrected -5.00 € {today} · Given twice balance 25.00 €" in page
    assert page.index("Corrected") < page.index("Issued")


def test_shows_gift_cards_that_came_to_a_proved_mailbox_without_their_codes(client: Client, alice: Any) -> None:
    prove(alice, "second@example.com")
    prove(alice, "claimed@example.com", verified=False)
    card = credit.issue_gift_card(
        eur("50.00"), email="Second@Example.com", note="Sold to Bob", expires_on=date(2029, 12, 31)
    )
    other = credit.issue_gift_card(eur("60.00"), email="claimed@example.com")
    client.force_login(alice)
    response = client.get("/credit/")
    page = told(response)
    assert f"Gift card {card.masked_code} 50.00 € Can be spent until 31 December 2029" in page
    assert "Sold to Bob" not in page
    assert str(card.code) not in response.content.decode()
    assert other.masked_code not in page


def test_shows_a_card_that_paid_an_order_but_not_the_orders_of_others(client: Client, alice: Any, bob: Any) -> None:
    card = credit.issue_gift_card(eur("50.00"))
    mine, his = make_order(user=alice), make_order(user=bob)
    for order in (mine, his):
        credit.spend(credit.Use(card, eur("20.00")), order.payments.get())
    client.force_login(alice)
    page = told(client.get("/credit/"))
    assert f"Spent · Order {mine.number} -20.00 €" in page
    assert "Spent -20.00 €" in page
    assert his.number not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"is_blocked": True}, "Blocked. Please ask us."), ({"expires_on": date(2020, 1, 1)}, "Could be spent until")],
)
def test_says_why_credit_cannot_be_spent(client: Client, alice: Any, fields: dict[str, Any], words: str) -> None:
    credit.give_credit(alice, eur("5.00"), note="Sorry")
    CreditAccount.objects.update(**fields)
    client.force_login(alice)
    assert words in told(client.get("/credit/"))


def test_shows_nobody_else_s_credit_and_lies_in_no_cache(client: Client, alice: Any, bob: Any) -> None:
    credit.give_credit(bob, eur("7.00"), note="Sorry")
    response = client.get("/credit/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/credit/")
    client.force_login(alice)
    response = client.get("/credit/")
    assert "No credit yet" in told(response)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert 'href="/credit/" aria-current="page"' in response.content.decode()


def test_asks_as_often_for_many_movements_as_for_one(client: Client, alice: Any) -> None:
    def queries() -> int:
        client.get("/credit/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/credit/").status_code == 200
        return len(asked)

    prove(alice, "second@example.com")
    client.force_login(alice)
    credit.give_credit(alice, eur("5.00"), note="Sorry")
    few = queries()
    for _number in range(5):
        card = credit.issue_gift_card(eur("50.00"), email="second@example.com")
        credit.spend(credit.Use(card, eur("1.00")), make_order(user=alice).payments.get())
    assert queries() == few
    assert few <= 6

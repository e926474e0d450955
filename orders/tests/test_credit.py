"""Gift cards and store credit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from devicehub.lib.money import Money
from orders import credit
from orders.exceptions import CreditRefused
from orders.models import CreditAccount, CreditEntry, Payment
from orders.tests.factories import make_cart, make_order

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

"""Cards by Stripe, against a stand-in that is as strict: what is asked, what comes of it, and when it is silent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from devicehub.lib.money import Money
from orders import cancellation, changing, links, payments
from orders.exceptions import PaymentError
from orders.management.commands import reconcile_payments
from orders.models import Order, Payment, ProviderNotice, Refund
from orders.payments import flow, stripe_checkout
from orders.payments.base import Charge, ProviderDown
from orders.payments.stripe_checkout import StripeCheckout
from orders.reconciliation import differences
from orders.tests import stripe_standin
from orders.tests.factories import give_goodwill, make_cart, make_order, make_rate, make_ready
from orders.tests.provider_suite import PAID, ProviderSuite, altered, state
from orders.tests.standin import Event, StandinProcess

pytestmark = pytest.mark.django_db

EVENTS = "/pay/stripe/events/"


def post(client: Client, event: Event) -> int:
    body, headers = stripe_standin.signed(event)
    return client.post(EVENTS, body, content_type="application/json", headers=headers).status_code


class TestStripe(ProviderSuite):
    key = "stripe"
    signature_header = "Stripe-Signature"

    @pytest.fixture(autouse=True)
    def company(self, standin: StandinProcess) -> None:
        self.standin = standin

    def notices(self, payment: Payment) -> dict[str, bytes]:
        for answer in ("decline", "pay"):
            self.standin.press(payment.reference, answer)
        intent = self.standin.event("checkout.session.completed", payment.reference)["data"]["object"]["payment_intent"]
        told = {
            "declined": self.standin.event("payment_intent.payment_failed", intent),
            "succeeded": self.standin.event("payment_intent.succeeded", intent),
            "paid": self.standin.event("checkout.session.completed", payment.reference),
        }
        return {name: json.dumps(event).encode() for name, event in told.items()}

    def sign(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        with patch.object(stripe_standin.json, "dumps", lambda *args, **kwargs: body.decode("utf-8", "replace")):
            return stripe_standin.signed({}, at, secret or self.standin.secret)[1]

    def changed(self, body: bytes, **changes: Any) -> bytes:
        def change(event: Event) -> None:
            session = event["data"]["object"]
            event["id"] = changes.get("event_id", event["id"])
            session["amount_total"] = changes.get("amount", session["amount_total"])
            session["currency"] = changes.get("currency", session["currency"])
            session["metadata"]["payment"] = changes.get("reference", session["metadata"]["payment"])

        return altered(body, change)

    def given_back(self, payment: Payment) -> Money:
        intent = stripe_checkout._intent(flow.charge_of(payment))
        refunds = stripe_checkout.client().v1.refunds.list({"payment_intent": intent}).data
        return Money.from_minor(sum(one.amount for one in refunds if one.status == "succeeded"), "EUR")


@pytest.fixture
def order(standin: StandinProcess) -> Order:
    return make_order(provider="stripe", expires_in=timedelta(hours=1))


@pytest.fixture
def payment(order: Order) -> Payment:
    payments.start(order)
    return order.payments.get()


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert list(differences()) == []


def expire(order: Order, minutes: int = 1) -> None:
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(minutes=minutes))


def kinds(order: Order) -> list[str]:
    return list(order.events.values_list("kind", flat=True))


def session_of(payment: Payment) -> Any:
    return stripe_checkout._session(payment.reference)


# What is asked


def test_is_offered_first_and_only_with_its_keys(standin: StandinProcess, settings: Any) -> None:
    assert payments.providers()[0].key == "stripe"
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert not payments.is_offered("stripe")
    assert "stripe" not in [provider.key for provider in payments.providers()]


def test_asks_for_the_exact_amount_until_the_order_expires(order: Order, payment: Payment) -> None:
    session = session_of(payment).to_dict()
    assert (session["amount_total"], session["currency"], session["mode"]) == (20490, "eur", "payment")
    assert session["expires_at"] == int(order.expires_at.timestamp())
    assert session["client_reference_id"] == str(payment.pk)
    assert session["metadata"] == {"payment": str(payment.pk), "order": order.number}
    assert session["customer_email"] == "guest@example.com"
    assert "/pay/stripe/return/" in session["success_url"]
    assert session["success_url"].count("key=") == session["cancel_url"].count("key=") == 1


def test_gives_every_call_that_writes_its_own_idempotency_key(standin: StandinProcess, payment: Payment) -> None:
    standin.press(payment.reference, "pay")
    charge = flow.charge_of(payment)
    StripeCheckout().refund(charge, Money("1.00", "EUR"), key="one")
    StripeCheckout().refund(charge, Money("1.00", "EUR"), key="two")
    keys = [call["key"] for call in standin.calls("POST")][-3:]
    assert keys == [f"start-{payment.pk}", f"refund-{payment.pk}-one", f"refund-{payment.pk}-two"]


def test_keeps_one_session_for_a_payment_whose_answer_was_lost(order: Order, payment: Payment) -> None:
    Payment.objects.update(reference="")
    payments.start(order)
    assert order.payments.get().reference == payment.reference


@pytest.mark.parametrize(
    ("due_in", "opened_ago", "closes_in"),
    [
        (timedelta(hours=1), timedelta(0), timedelta(hours=1)),
        (timedelta(days=7), timedelta(0), timedelta(hours=23, minutes=55)),
        (timedelta(minutes=10), timedelta(0), timedelta(minutes=35)),
        (timedelta(minutes=10), timedelta(minutes=50), timedelta(minutes=10)),
        (None, timedelta(0), timedelta(hours=23, minutes=55)),
    ],
)
def test_closes_its_page_with_the_order_within_stripe_s_limits(
    due_in: timedelta | None, opened_ago: timedelta, closes_in: timedelta
) -> None:
    now = datetime(2026, 11, 26, 14, 0, tzinfo=timezone.get_current_timezone())
    charge = Charge(
        "r", "N", Money("1.00", "EUR"), opened_at=now - opened_ago, due_at=None if due_in is None else now + due_in
    )
    assert stripe_checkout.closing_time(charge) == now + closes_in


def test_opens_another_payment_when_it_is_too_late_for_this_one(order: Order) -> None:
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=40))
    Order.objects.update(expires_at=timezone.now() + timedelta(minutes=20))
    order.refresh_from_db()
    assert payments.start(order).url
    assert list(order.payments.values_list("status", flat=True)) == ["canceled", "created"]


def test_opens_another_payment_when_its_page_has_closed(
    standin: StandinProcess, order: Order, payment: Payment
) -> None:
    StripeCheckout().cancel(flow.charge_of(payment))
    assert payments.start(order).url
    assert list(order.payments.values_list("status", flat=True)) == ["canceled", "created"]


def test_leads_back_who_paid_in_another_tab(standin: StandinProcess, order: Order, payment: Payment) -> None:
    standin.press(payment.reference, "pay")
    assert payments.start(order).url == flow.return_url(payment)


@pytest.mark.parametrize(
    ("amount", "minor"), [("1.00 EUR", 100), ("100 JPY", 100), ("100 ISK", 10000), ("0.30 EUR", 30)], ids=str
)
def test_counts_in_stripe_s_units(amount: str, minor: int) -> None:
    money = Money(*amount.split())
    assert stripe_checkout.minor(money) == minor
    assert stripe_checkout.money(minor, money.currency.lower()) == money


def test_asks_nothing_inside_a_transaction(transactional_db: None, standin: StandinProcess) -> None:
    """Starting, asking, closing, expiring and refunding: Stripe may hang in each."""
    inside: list[bool] = []

    def noted() -> Any:
        inside.append(connection.in_atomic_block)
        return stripe_checkout._client(standin.key, standin.url)

    with patch.object(stripe_checkout, "client", noted):
        paid, canceled, expired = (make_order(provider="stripe", expires_in=timedelta(hours=1)) for _ in range(3))
        for order in (paid, canceled, expired):
            payments.start(order)
        standin.press(paid.payments.get().reference, "pay")
        flow.ask(paid.payments.get())
        give_goodwill(paid.payments.get(), Money("1.00", "EUR"), key="a", reason="", actor=None)
        cancellation.cancel_order(canceled)
        expire(expired)
        assert cancellation.expire_unpaid() == 1
    assert len(inside) > 10
    assert not any(inside)


# What it refuses


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"success_ulr": "http://127.0.0.1/"}, "unknown parameter: success_ulr"),
        ({"payment_method_types": ["card"]}, "unknown parameter: payment_method_types"),
        ({"mode": "pay"}, "Invalid mode"),
        ({"expires_at": 1}, "between 30 minutes and 24 hours"),
        ({"success_url": "/back/"}, "Invalid success_url"),
    ],
    ids=str,
)
def test_has_wrong_parameters_refused(order: Order, changes: dict[str, Any], said: str) -> None:
    charge = flow.charge_of(order.payments.get())
    params = stripe_checkout.session_params(
        charge, timezone.now() + timedelta(hours=1), return_url="http://127.0.0.1/", cancel_url="http://127.0.0.1/"
    )
    with pytest.raises(PaymentError, match=said), stripe_checkout.answering():
        stripe_checkout.client().v1.checkout.sessions.create({**params, **changes})


def test_has_misspelt_parameters_found_by_mypy(tmp_path: Path) -> None:
    """As `make lint` finds them in the shop's own call; here with that one module followed, which takes a second."""
    (tmp_path / "wrong.py").write_text(
        "from stripe.params.checkout._session_create_params import SessionCreateParams\n"
        'params: SessionCreateParams = {"mode": "payment", "success_ulr": "https://shop.example/"}\n'
    )
    followed = ("stripe.params.checkout._session_create_params", "stripe._request_options")
    rules = "".join(f"[mypy-{name}]\nfollow_imports = silent\n" for name in followed)
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nfollow_imports = skip\n{rules}")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "wrong.py"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert 'Extra key "success_ulr" for TypedDict "SessionCreateParams"' in found


def test_has_an_amount_below_the_least_refused_and_keeps_the_order(standin: StandinProcess, client: Client) -> None:
    order = make_order(provider="stripe", lines=[], shipping="0.30")
    with pytest.raises(PaymentError, match="at least"):
        payments.start(order)
    assert state(order) == ("pending", "unpaid", "created")


def test_has_a_key_with_another_body_refused(order: Order, payment: Payment) -> None:
    """The shop then opens another payment, since nobody has seen the page of this one."""
    Payment.objects.update(reference="")
    Order.objects.update(email="other@example.com")
    order.refresh_from_db()
    assert payments.start(order).url
    assert list(order.payments.values_list("status", flat=True)) == ["canceled", "created"]


def test_takes_a_wrong_key_of_ours_for_a_silence(order: Order, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_old"
    with pytest.raises(ProviderDown):
        payments.start(order)
    assert state(order) == ("pending", "unpaid", "created")


# The content policy


def form_action(response: Any) -> str:
    policy = response["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("form-action"))


def test_lets_forms_lead_to_its_page_only_where_they_do(
    standin: StandinProcess, client: Client, order: Order, alice: Any
) -> None:
    assert form_action(client.get(links.order_url(order))) == f"form-action 'self' {standin.url}"
    cancellation.cancel_order(order)
    assert form_action(client.get(links.order_url(order))) == "form-action 'self'"
    make_rate()
    cart = make_cart(user=alice)
    client.force_login(alice)
    for provider, wanted in (("stripe", f" {standin.url}"), ("sandbox", ""), ("bank_transfer", "")):
        make_ready(cart, provider=provider)
        assert form_action(client.get("/checkout/review/")) == f"form-action 'self'{wanted}"
    assert form_action(client.get("/checkout/payment/")) == form_action(client.get("/")) == "form-action 'self'"


def test_names_stripe_s_page_unless_told_otherwise() -> None:
    code = "from devicehub import settings as s; print(s.STRIPE_PAGE_ORIGIN, *s.PAYMENT_PROVIDERS)"
    env = {"ENV_FILE": "/dev/null", "SECRET_KEY": "x", "PYTHONPATH": str(settings.BASE_DIR)}
    keys = {"STRIPE_SECRET_KEY": "sk", "STRIPE_WEBHOOK_SECRET": "wh"}
    said = [
        subprocess.run([sys.executable, "-c", code], env={**env, **more}, capture_output=True, text=True).stdout.split()
        for more in ({}, keys, {**keys, "STRIPE_API_BASE": "http://127.0.0.1:8203"})
    ]
    rest = ["sandbox", "bank_transfer", "cash_on_delivery"]
    assert said == [
        ["https://checkout.stripe.com", *rest],
        ["https://checkout.stripe.com", "stripe", *rest],
        ["http://127.0.0.1:8203", "stripe", *rest],
    ]


# When it does not answer


@pytest.mark.parametrize("harm", [{"hang": 3}, {"fail": 500}])
def test_keeps_the_order_and_lets_the_buyer_try_again(
    standin: StandinProcess, order: Order, harm: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_checkout, "TIMEOUT", 0.3)
    stripe_checkout._client.cache_clear()
    standin.settings(**harm)
    with pytest.raises(ProviderDown):
        payments.start(order)
    assert state(order)[:2] == ("pending", "unpaid")
    standin.settings(hang=0, fail=0)
    stripe_checkout._client.cache_clear()
    assert payments.start(order).url
    assert order.payments.filter(status="created").count() == 1


def test_tries_three_times_within_fifteen_seconds(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test"
    pauses = sum(min(0.5 * 2**attempt, 5) for attempt in range(2))
    assert 3 * stripe_checkout.TIMEOUT + pauses < 15


# Notices


@pytest.mark.parametrize("kind", ["customer.created", "charge.succeeded", "invoice.paid", "payment_intent.created"])
def test_answers_events_of_no_concern_and_keeps_nothing(client: Client, payment: Payment, kind: str) -> None:
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"id": "x", "object": "charge"}}}
    assert post(client, event) == 200
    assert not ProviderNotice.objects.exists()


def test_answers_what_other_programs_sell_by_the_same_account(
    client: Client, standin: StandinProcess, order: Order, payment: Payment
) -> None:
    standin.press(payment.reference, "pay")
    event = standin.event("checkout.session.completed", payment.reference)
    event["data"]["object"]["metadata"] = {}
    assert post(client, event) == 200
    assert state(order) == ("pending", "unpaid", "created")


def test_takes_a_session_for_paid_only_when_the_money_is_there(
    client: Client, standin: StandinProcess, order: Order, payment: Payment
) -> None:
    standin.press(payment.reference, "pay")
    event = standin.event("checkout.session.completed", payment.reference)
    event["data"]["object"]["payment_status"] = "unpaid"
    assert post(client, event) == 200
    assert state(order) == ("pending", "unpaid", "created")


def test_notes_a_declined_card_and_leaves_the_page_open(
    client: Client, standin: StandinProcess, order: Order, payment: Payment
) -> None:
    standin.press(payment.reference, "decline")
    for _ in range(3):
        assert post(client, standin.events("payment_intent.payment_failed")[-1]) == 200
    assert kinds(order) == ["placed", "payment_declined"]
    assert state(order) == ("pending", "unpaid", "created")
    assert session_of(payment).status == "open"


def test_makes_room_for_another_payment_when_the_page_closed(
    client: Client, standin: StandinProcess, order: Order, payment: Payment
) -> None:
    StripeCheckout().cancel(flow.charge_of(payment))
    assert post(client, standin.event("checkout.session.expired", payment.reference)) == 200
    assert state(order) == ("pending", "unpaid", "canceled")
    assert kinds(order) == ["placed", "payment_closed"]


# Closing the page


@pytest.mark.parametrize("act", ["cancel", "change"])
def test_closes_the_page_when_the_order_is_canceled_or_costs_something_else(
    order: Order, payment: Payment, act: str, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if act == "cancel":
            cancellation.cancel_order(order)
        else:
            changing.change_quantities(order, {order.lines.get().pk: 1})
    assert session_of(payment).status == "expired"
    payment.refresh_from_db()
    assert payment.status == "canceled"


def test_closes_the_page_before_the_order_expires(order: Order, payment: Payment) -> None:
    expire(order)
    assert cancellation.expire_unpaid() == 1
    assert session_of(payment).status == "expired"
    assert kinds(order) == ["placed", "payment_closed", "expired"]


def test_does_not_expire_what_was_paid_though_no_notice_came(
    standin: StandinProcess, order: Order, payment: Payment
) -> None:
    standin.press(payment.reference, "pay")
    expire(order)
    assert cancellation.expire_unpaid() == 0
    assert state(order) == PAID
    assert kinds(order) == ["placed", "paid"]


def test_waits_to_expire_while_stripe_is_silent_but_not_for_ever(
    standin: StandinProcess, order: Order, payment: Payment
) -> None:
    standin.settings(fail=503)
    expire(order)
    assert cancellation.expire_unpaid() == 0
    assert state(order) == ("pending", "unpaid", "created")
    expire(order, minutes=61)
    assert cancellation.expire_unpaid() == 1
    assert state(order) == ("canceled", "unpaid", "canceled")


def test_gives_up_a_page_that_was_made_while_the_order_was_canceled(
    standin: StandinProcess, order: Order, django_capture_on_commit_callbacks: Callable
) -> None:
    create = StripeCheckout.start

    def slow(self: StripeCheckout, charge: Charge, **urls: str) -> Any:
        handover = create(self, charge, **urls)
        cancellation.cancel_order(Order.objects.get(pk=order.pk))
        return handover

    with (
        django_capture_on_commit_callbacks(execute=True),
        patch.object(StripeCheckout, "start", slow),
        pytest.raises(PaymentError, match="changed a moment ago"),
    ):
        payments.start(order)
    payment = order.payments.get()
    assert (payment.status, session_of(payment).status) == ("canceled", "expired")


# Refunds


@pytest.fixture
def charged(client: Client, standin: StandinProcess, payment: Payment) -> Payment:
    standin.press(payment.reference, "pay")
    assert post(client, standin.event("checkout.session.completed", payment.reference)) == 200
    payment.refresh_from_db()
    return payment


def refund_events(standin: StandinProcess, payment: Payment) -> list[Event]:
    ours = [one for one in standin.events() if one["data"]["object"]["object"] == "refund"]
    return [one for one in ours if one["data"]["object"]["metadata"]["payment"] == str(payment.pk)]


def ask_for_refund(payment: Payment, callbacks: Callable) -> Refund:
    with callbacks(execute=True):
        refund = give_goodwill(payment, Money("50.00", "EUR"), key=f"r-{payment.pk}", reason="", actor=None)
    refund.refresh_from_db()
    return refund


@pytest.mark.parametrize(("status", "ends"), [("succeeded", "done"), ("failed", "failed"), ("canceled", "failed")])
def test_learns_by_notice_what_became_of_a_slow_refund(
    client: Client,
    standin: StandinProcess,
    charged: Payment,
    status: str,
    ends: str,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    standin.settings(refunds="pending")
    refund = ask_for_refund(charged, django_capture_on_commit_callbacks)
    assert refund.status == "pending"
    row = refund_events(standin, charged)[0]["data"]["object"]["id"]
    standin.control("refund", id=row, status=status)
    for event in refund_events(standin, charged) * 2:
        assert post(client, event) == 200
    refund.refresh_from_db()
    assert refund.status == ends


def test_learns_that_a_refund_failed_after_it_had_succeeded_in_whatever_order(
    client: Client, standin: StandinProcess, charged: Payment, django_capture_on_commit_callbacks: Callable
) -> None:
    refund = ask_for_refund(charged, django_capture_on_commit_callbacks)
    assert refund.status == "done"
    standin.control("refund", id=refund_events(standin, charged)[0]["data"]["object"]["id"], status="failed")
    for event in reversed(refund_events(standin, charged)):
        assert post(client, event) == 200
    refund.refresh_from_db()
    assert refund.status == "failed"
    assert state(charged.order)[1] == "paid"
    assert kinds(charged.order).count("refund_failed") == 1


def test_asks_stripe_once_for_a_refund_though_its_key_was_forgotten(standin: StandinProcess, charged: Payment) -> None:
    charge = flow.charge_of(charged)
    before = len(standin.calls("POST", "refunds"))
    assert all(StripeCheckout().refund(charge, Money("50.00", "EUR"), key="kept for days") for _ in range(2))
    assert len(standin.calls("POST", "refunds")) == before + 1
    assert len([one for one in refund_events(standin, charged) if one["type"] == "refund.created"]) == 1


def test_keeps_a_refund_for_later_when_stripe_is_silent(
    standin: StandinProcess, charged: Payment, django_capture_on_commit_callbacks: Callable
) -> None:
    standin.settings(fail=503)
    refund = ask_for_refund(charged, django_capture_on_commit_callbacks)
    assert refund.status == "pending"


def test_ignores_refunds_that_were_made_in_stripe_s_dashboard(
    client: Client, standin: StandinProcess, charged: Payment
) -> None:
    event = {
        "id": "evt_dashboard",
        "object": "event",
        "type": "refund.updated",
        "data": {
            "object": {"object": "refund", "status": "succeeded", "amount": 100, "currency": "eur", "metadata": {}}
        },
    }
    assert post(client, event) == 200
    assert state(charged.order) == PAID


# Asking


def reconcile(capsys: Any, *, fails: bool = False) -> str:
    command = reconcile_payments.Command()
    if fails:
        with pytest.raises(reconcile_payments.CommandError) as failed:
            command.handle()
        assert failed.value.returncode == 1
    else:
        command.handle()
    return capsys.readouterr().out


@pytest.fixture
def old(payment: Payment) -> Payment:
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    return payment


@pytest.mark.parametrize("answer", ["pay", "nothing", "close"])
def test_asks_about_payments_of_which_no_notice_came(
    standin: StandinProcess, order: Order, old: Payment, capsys: Any, answer: str
) -> None:
    if answer == "pay":
        standin.press(old.reference, "pay")
    elif answer == "close":
        StripeCheckout().cancel(flow.charge_of(old))
    said = {"pay": "captured, done", "nothing": "still open", "close": "closed, done"}[answer]
    figures = "0 settled, 1 still open" if answer == "nothing" else "1 settled, 0 still open"
    assert reconcile(capsys) == (
        f"Order {order.number}, payment {old.pk}: {said}\n1 asked: {figures}, 0 without an answer\n"
    )
    ends = {"pay": PAID, "nothing": ("pending", "unpaid", "created"), "close": ("pending", "unpaid", "canceled")}
    assert state(order) == ends[answer]
    if answer != "nothing":
        assert reconcile(capsys).startswith("0 asked")


def test_says_when_a_question_was_not_answered_and_asks_a_silent_provider_once(
    standin: StandinProcess, order: Order, old: Payment, capsys: Any
) -> None:
    other = make_order(provider="stripe", expires_in=timedelta(hours=1))
    payments.start(other)
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    standin.settings(fail=503)
    before = len(standin.calls())
    said = reconcile(capsys, fails=True)
    assert "2 asked: 0 settled, 0 still open, 2 without an answer" in said
    assert len(standin.calls()) == before + 1


def test_asks_about_refunds_that_are_on_their_way(
    standin: StandinProcess, charged: Payment, capsys: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    standin.settings(refunds="pending")
    refund = ask_for_refund(charged, django_capture_on_commit_callbacks)
    Refund.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert "1 still open" in reconcile(capsys)
    row = refund_events(standin, charged)[0]["data"]["object"]["id"]
    standin.control("refund", id=row, status="succeeded")
    assert f"refund {refund.pk}: done" in reconcile(capsys)
    refund.refresh_from_db()
    assert refund.status == "done"
    assert state(charged.order)[1] == "partly-refunded"


def test_takes_a_notice_after_it_was_asked_as_nothing_new(
    client: Client, standin: StandinProcess, order: Order, old: Payment, capsys: Any
) -> None:
    standin.press(old.reference, "pay")
    reconcile(capsys)
    assert post(client, standin.event("checkout.session.completed", old.reference)) == 200
    assert list(ProviderNotice.objects.values_list("outcome", flat=True)) == ["done", "nothing to do"]
    assert kinds(order).count("paid") == 1


def test_asks_at_once_when_the_buyer_is_back_before_the_notice(
    client: Client,
    standin: StandinProcess,
    order: Order,
    payment: Payment,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    standin.press(payment.reference, "pay")
    back = flow.return_url(payment).removeprefix("http://127.0.0.1:8000")
    with django_capture_on_commit_callbacks(execute=True):
        assert "We are waiting for the answer" in client.get(back).content.decode()
    assert state(order) == PAID
    assert client.get(back).status_code == 303

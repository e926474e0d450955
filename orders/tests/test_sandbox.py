"""The redirect-and-notice flow through real URLs, and everything that must not pass for a notice."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from devicehub.lib.money import Money
from orders import cancellation, links, payments
from orders.models import Order, OrderEvent, Payment, ProviderNotice
from orders.payments import flow, sandbox
from orders.payments.base import Charge
from orders.reconciliation import differences
from orders.tests.factories import make_order
from orders.tests.provider_suite import ProviderSuite, altered

pytestmark = pytest.mark.django_db

EVENTS = "/pay/sandbox/events/"


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert differences() == []


@pytest.fixture
def order(alice) -> Order:
    return make_order(user=alice, provider="sandbox")


@pytest.fixture
def buyer(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


def charge(order: Order) -> Charge:
    return flow.charge_of(order.payments.last())


def post(client: Client, body: bytes, headers: dict[str, str], path: str = EVENTS) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def tell(client: Client, order: Order, kind: str = "captured") -> Any:
    body = sandbox.make_notice(charge(order), kind)
    return post(client, body, sandbox.signed_headers(body))


def state(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.payments.last().status


NOTHING = ("pending", "unpaid", "created")


class TestSandbox(ProviderSuite):
    key = "sandbox"
    signature_header = sandbox.SIGNATURE_HEADER
    max_age = sandbox.SIGNATURE_MAX_AGE

    def notices(self, payment: Payment) -> dict[str, bytes]:
        told = flow.charge_of(payment)
        return {"declined": sandbox.make_notice(told, "failed"), "paid": sandbox.make_notice(told, "captured")}

    def sign(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        with patch.object(sandbox.settings, "SANDBOX_SECRET", secret or sandbox.settings.SANDBOX_SECRET):
            return sandbox.signed_headers(body, at)

    def changed(self, body: bytes, **changes: Any) -> bytes:
        names = {"event_id": "id"}
        return altered(body, lambda fields: fields.update({names.get(k, k): v for k, v in changes.items()}))

    def given_back(self, payment: Payment) -> Money:
        """It keeps no books: what the shop wrote down."""
        done = payment.refunds.filter(status="done").values_list("amount", flat=True)
        return Money(sum(done), "EUR")

    def test_gives_back_once_what_is_asked_for_twice(self, charged: Payment) -> None:
        pytest.skip("No money moves, so none moves twice.")

    def test_has_more_than_came_refused_by_the_company_too(self, charged: Payment) -> None:
        pytest.skip("It keeps no books.")


# The buyer's way


def test_leads_from_the_order_to_the_page_and_back_paid(buyer: Client, order: Order) -> None:
    handed = buyer.post(f"/orders/{order.number}/pay/")
    assert handed.status_code == 303
    page = buyer.get(handed.url)
    assert str(Money("204.90", "EUR")) in page.content.decode()
    assert order.number in page.content.decode()
    back = buyer.post(handed.url, {"answer": "approve"})
    assert (back.status_code, back.url) == (303, f"/pay/sandbox/return/{order.payments.get().pk}/")
    assert state(order) == ("confirmed", "paid", "captured")
    shown = buyer.get(back.url, follow=True)
    assert shown.redirect_chain == [(f"/orders/{order.number}/", 303)]
    assert "your payment has arrived" in shown.content.decode()


def test_leads_a_guest_back_with_his_key(client: Client) -> None:
    order = make_order(provider="sandbox")
    handed = client.post(links.order_action_url("orders:pay", order))
    back = client.post(handed.url, {"answer": "approve"})
    shown = client.get(back.url, follow=True)
    assert shown.status_code == 200
    assert "your payment has arrived" in shown.content.decode()


def test_lets_the_buyer_try_again_after_a_decline(buyer: Client, order: Order) -> None:
    page = buyer.post(f"/orders/{order.number}/pay/").url
    shown = buyer.get(buyer.post(page, {"answer": "decline"}).url, follow=True).content.decode()
    assert "The payment was declined" in shown
    assert state(order) == ("pending", "unpaid", "failed")
    assert f"/orders/{order.number}/pay/" in shown
    second = buyer.post(f"/orders/{order.number}/pay/").url
    assert second != page
    buyer.post(second, {"answer": "approve"})
    assert state(order) == ("confirmed", "paid", "captured")


def test_changes_nothing_when_approve_is_pressed_again_and_decline_after_it(buyer: Client, order: Order) -> None:
    page = buyer.post(f"/orders/{order.number}/pay/").url
    for answer in ("approve", "approve", "decline", "approve"):
        assert buyer.post(page, {"answer": answer}).status_code == 303
    assert state(order) == ("confirmed", "paid", "captured")
    assert list(order.events.values_list("kind", flat=True)) == ["placed", "paid"]


def test_decides_nothing_on_the_return_page(buyer: Client, order: Order) -> None:
    response = buyer.get(f"/pay/sandbox/return/{order.payments.get().pk}/")
    assert response.status_code == 200
    assert "waiting for the answer" in response.content.decode()
    assert 'http-equiv="refresh"' in response.content.decode()
    assert state(order) == NOTHING


def test_stops_looking_again_by_itself(buyer: Client, order: Order) -> None:
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    page = buyer.get(f"/pay/sandbox/return/{order.payments.get().pk}/").content.decode()
    assert 'http-equiv="refresh"' not in page


def test_answers_late_from_the_worker_over_http(buyer: Client, order: Order, waiting_tasks, settings) -> None:
    settings.SITE_URL = "http://127.0.0.1:1"
    page = buyer.post(f"/orders/{order.number}/pay/").url
    back = buyer.post(page, {"answer": "late"})
    assert state(order) == NOTHING
    assert "waiting for the answer" in buyer.get(back.url).content.decode()
    (late,) = waiting_tasks
    sent = []
    with patch.object(sandbox, "urlopen") as urlopen:
        urlopen.side_effect = lambda request, timeout: sent.append(request) or urlopen.return_value
        sandbox.post_notice.call(*late.args)
    (request,) = sent
    assert request.full_url == f"http://127.0.0.1:1{EVENTS}"
    assert post(Client(enforce_csrf_checks=True), request.data, dict(request.header_items())).status_code == 200
    assert state(order) == ("confirmed", "paid", "captured")


def test_sends_a_late_answer_again_when_nobody_listens(order: Order, waiting_tasks) -> None:
    with patch.object(sandbox, "urlopen", side_effect=HTTPError("", 503, "busy", {}, None)):
        sandbox.post_notice.call(str(order.payments.get().pk), order.number, 20490, "EUR", "captured")
    assert len(waiting_tasks) == 1


@pytest.mark.parametrize("answer", ["", "captured", "x" * 1000])
def test_refuses_another_answer(buyer: Client, order: Order, answer: str) -> None:
    page = buyer.post(f"/orders/{order.number}/pay/").url
    assert buyer.post(page, {"answer": answer}).status_code == 400
    assert state(order) == NOTHING


def test_opens_no_page_for_a_foreign_or_altered_token(buyer: Client, order: Order) -> None:
    page = buyer.post(f"/orders/{order.number}/pay/").url
    for path in (page[:-3] + "AA/", "/pay/sandbox/x/", f"/pay/sandbox/{links.order_key(make_order())}/"):
        assert buyer.get(path).status_code == 404
        assert buyer.post(path, {"answer": "approve"}).status_code == 404
    assert state(order) == NOTHING


def test_is_gone_where_it_is_not_offered(buyer: Client, order: Order, settings) -> None:
    page = buyer.post(f"/orders/{order.number}/pay/").url
    settings.PAYMENT_PROVIDERS = ["bank_transfer"]
    assert buyer.get(page).status_code == 404
    assert tell(buyer, order).status_code == 404
    assert state(order) == NOTHING


def test_shows_the_return_page_to_nobody_else(client: Client, bob, order: Order) -> None:
    path = f"/pay/sandbox/return/{order.payments.get().pk}/"
    assert client.get(path).status_code == 404
    client.force_login(bob)
    assert client.get(path).status_code == 404
    assert client.get(f"{path}?key={links.order_key(make_order())}").status_code == 404
    assert client.get("/pay/sandbox/return/6dbd4ff6-9a3e-4f2a-8c0e-7f6b6a1a4c11/").status_code == 404


# Notices over HTTP


def test_takes_a_notice_without_cookie_or_token(order: Order) -> None:
    response = tell(Client(enforce_csrf_checks=True), order)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies
    assert state(order) == ("confirmed", "paid", "captured")


def test_answers_repeats_as_the_first_and_acts_once(client: Client, order: Order) -> None:
    answers = [tell(client, order).status_code for _ in range(5)]
    assert answers == [200] * 5
    assert ProviderNotice.objects.count() == 1
    assert order.events.filter(kind="paid").count() == 1


def test_takes_a_notice_before_the_buyer_is_back(client: Client, buyer: Client, order: Order) -> None:
    tell(Client(), order)
    back = buyer.get(f"/pay/sandbox/return/{order.payments.get().pk}/")
    assert (back.status_code, back.url) == (303, f"/orders/{order.number}/")


def signed(fields: dict[str, Any], **changes: Any) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({**fields, **changes}).encode()
    return body, sandbox.signed_headers(body)


def wrong_signature(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body, headers = signed(fields)
    return body, {sandbox.SIGNATURE_HEADER: headers[sandbox.SIGNATURE_HEADER][:-4] + "0000"}


def other_secret(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(fields).encode()
    with patch.object(sandbox.settings, "SANDBOX_SECRET", "guessed"):
        return body, sandbox.signed_headers(body)


def altered_body(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body, headers = signed(fields, type="failed")
    return body.replace(b"failed", b"captured"), headers


def old_stamp(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(fields).encode()
    return body, sandbox.signed_headers(body, time.time() - 301)


def future_stamp(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(fields).encode()
    return body, sandbox.signed_headers(body, time.time() + 301)


def fresh_stamp_on_old_signature(fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    body, headers = old_stamp(fields)
    signature = headers[sandbox.SIGNATURE_HEADER].split(",")[1]
    return body, {sandbox.SIGNATURE_HEADER: f"t={int(time.time())},{signature}"}


def header(value: str) -> Callable[[dict[str, Any]], tuple[bytes, dict[str, str]]]:
    return lambda fields: (json.dumps(fields).encode(), {sandbox.SIGNATURE_HEADER: value} if value else {})


def body(raw: bytes) -> Callable[[dict[str, Any]], tuple[bytes, dict[str, str]]]:
    return lambda fields: (raw, sandbox.signed_headers(raw))


FORGED = {
    "wrong signature": wrong_signature,
    "other secret": other_secret,
    "altered body": altered_body,
    "old time stamp": old_stamp,
    "time stamp of tomorrow": future_stamp,
    "new stamp on an old signature": fresh_stamp_on_old_signature,
    "no signature": header(""),
    "empty signature": header("t=,v1="),
    "no time": header("v1=00"),
    "text for a signature": header("hello"),
    "foreign letters": header("t=1,v1=ä"),
    "no body": body(b""),
    "no JSON": body(b"hello"),
    "not UTF-8": body(b"\xff\xfe\x00"),
    "a list": body(b"[1, 2]"),
    "a number": body(b"7"),
    "nested for ever": body(b"[" * 50_000),
    "empty object": body(b"{}"),
    "no type": lambda fields: signed(fields, type="refunded"),
    "type that is a list": lambda fields: signed(fields, type=["captured"]),
    "no amount": lambda fields: signed(fields, amount="much"),
    "endless amount": lambda fields: signed(fields, amount=float("inf")),
    "unknown currency": lambda fields: signed(fields, currency="DOGE"),
    "no id": lambda fields: signed(fields, id=""),
    "endless id": lambda fields: signed(fields, id="x" * 500),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_refuses_what_is_forged_or_unreadable(client: Client, order: Order, forge: Callable) -> None:
    fields = json.loads(sandbox.make_notice(charge(order), "captured"))
    response = post(client, *forge(fields))
    if response.status_code == 200:  # a currency that exists nowhere is signed and readable, but not this payment's
        assert ProviderNotice.objects.get().outcome == "refused: another amount"
    else:
        assert (response.status_code, response.content) == (400, b"refused\n")
        assert not ProviderNotice.objects.exists()
    assert state(order) == NOTHING
    assert OrderEvent.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"amount": 1}, {"amount": 20489}, {"amount": -20490}, {"amount": 0}, {"amount": 10**15}, {"currency": "USD"}],
    ids=str,
)
def test_takes_no_other_amount_or_currency(client: Client, order: Order, changes: dict[str, Any]) -> None:
    fields = json.loads(sandbox.make_notice(charge(order), "captured"))
    assert post(client, *signed(fields, **changes)).status_code == 200  # the provider need not tell us again
    assert ProviderNotice.objects.get().outcome == "refused: another amount"
    assert state(order) == NOTHING
    assert OrderEvent.objects.count() == 1


@pytest.mark.parametrize("reference", ["", "x", "1", "6dbd4ff6-9a3e-4f2a-8c0e-7f6b6a1a4c11", None, "\0"])
def test_knows_no_stranger_s_payment(client: Client, order: Order, reference: Any) -> None:
    fields = json.loads(sandbox.make_notice(charge(order), "captured"))
    assert post(client, *signed(fields, reference=reference)).status_code == 404
    assert not ProviderNotice.objects.exists()
    assert state(order) == NOTHING


def test_moves_no_payment_of_another_provider(client: Client, order: Order) -> None:
    transfer = make_order()
    notice = sandbox.make_notice(charge(transfer), "captured")
    assert post(client, notice, sandbox.signed_headers(notice)).status_code == 404
    for path in ("/pay/bank_transfer/events/", "/pay/cash_on_delivery/events/"):
        assert post(client, notice, sandbox.signed_headers(notice), path).status_code == 400
    assert post(client, notice, sandbox.signed_headers(notice), "/pay/gold/events/").status_code == 404
    assert state(transfer) == NOTHING


def test_takes_notices_by_post_only_and_no_large_ones(client: Client, order: Order) -> None:
    assert client.get(EVENTS).status_code == 405
    large = b" " * (64 * 1024 + 1)
    assert post(client, large, sandbox.signed_headers(large)).status_code == 413
    huge = b" " * (3 * 1024 * 1024)
    assert 400 <= post(client, huge, sandbox.signed_headers(huge)).status_code < 500


def test_takes_no_form_for_a_notice(client: Client, order: Order) -> None:
    assert client.post(EVENTS, {"type": "captured"}).status_code == 415
    assert client.post(EVENTS, b"type=captured", content_type="application/x-www-form-urlencoded").status_code == 400
    assert state(order) == NOTHING


def test_knows_its_notices_by_their_own_id(client: Client, order: Order) -> None:
    """A second notice under an id that was seen says nothing new, whatever it says."""
    fields = json.loads(sandbox.make_notice(charge(order), "failed"))
    assert post(client, *signed(fields)).status_code == 200
    assert post(client, *signed(fields, type="captured")).status_code == 200
    assert state(order) == ("pending", "unpaid", "failed")


def test_goes_on_with_an_expired_order_whose_notice_comes_late(client: Client) -> None:
    order = make_order(provider="sandbox", expires_in=timedelta(minutes=-1))
    cancellation.expire_unpaid()
    assert tell(client, order).status_code == 200
    assert state(order) == ("confirmed", "paid", "captured")
    assert order.events.filter(kind="revived").count() == 1


def test_makes_a_return_address_on_this_site_only() -> None:
    assert sandbox.local("https://evil.example/pay/?key=a") == "/pay/?key=a"
    token = sandbox.Sandbox().start(
        Charge("r", "n", Money("1.00", "EUR")), return_url="https://shop.example/back/?key=k", cancel_url=""
    )
    opened = sandbox.open_page(token.url.rstrip("/").rsplit("/", 1)[1])
    assert opened == (Charge("r", "n", Money("1.00", "EUR")), "/back/?key=k")


def test_is_offered_by_default_in_the_demo_shop(settings) -> None:
    assert payments.is_offered("sandbox")
    assert reverse("orders:pay_events", args=["sandbox"]) == EVENTS

"""What every provider that sends notices must be. A provider's test file subclasses ProviderSuite and says how its
company speaks; all tests below then run against it, through the shop's own URL for notices. See docs/payments.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from devicehub.lib.money import Money
from orders import payments
from orders.exceptions import PaymentError
from orders.models import Order, OrderEvent, Payment, ProviderNotice, Refund
from orders.payments import flow
from orders.reconciliation import differences
from orders.tests.factories import give_goodwill, make_order

Sent = tuple[bytes, dict[str, str]]  # body and headers
TOTAL = Money("204.90", "EUR")
NOTHING = ("pending", "unpaid", "created")
PAID = ("confirmed", "paid", "captured")


class ProviderSuite:
    key: str
    signature_header: str
    max_age = 300  # seconds after which a signed notice is refused

    # How the company speaks ------------------------------------------------------------------------------------

    def notices(self, payment: Payment) -> dict[str, bytes]:
        """Every body that the company may send of a payment which was declined once and paid then. One is "paid"."""
        raise NotImplementedError

    def sign(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """Headers for a body, signed now and with the shop's secret unless told otherwise."""
        raise NotImplementedError

    def changed(self, body: bytes, **changes: Any) -> bytes:
        """The same notice with another event_id, reference, amount (in minor units) or currency."""
        raise NotImplementedError

    def given_back(self, payment: Payment) -> Money:
        """How much the company has sent back to the buyer."""
        raise NotImplementedError

    # ----------------------------------------------------------------------------------------------------------

    @pytest.fixture(autouse=True)
    def ledger(self) -> Any:
        yield
        assert list(differences()) == []

    @pytest.fixture
    def order(self, db: None) -> Order:
        return make_order(provider=self.key)

    @pytest.fixture
    def payment(self, order: Order) -> Payment:
        """Handed over to the provider."""
        payments.start(order)
        return order.payments.get()

    @pytest.fixture
    def paid(self, payment: Payment) -> bytes:
        return self.notices(payment)["paid"]

    @pytest.fixture
    def charged(self, client: Client, payment: Payment, paid: bytes) -> Payment:
        assert self.tell(client, paid) == 200
        payment.refresh_from_db()
        return payment

    def post(self, client: Client, body: bytes, headers: dict[str, str]) -> int:
        path = f"/pay/{self.key}/events/"
        return client.post(path, body, content_type="application/json", headers=headers).status_code

    def tell(self, client: Client, body: bytes) -> int:
        return self.post(client, body, self.sign(body))

    # Starting

    def test_says_what_it_is(self) -> None:
        provider = payments.get_provider(self.key)
        assert (provider.key, provider.is_manual) == (self.key, False)
        assert str(provider.label)
        assert str(provider.description)
        assert provider.page_origin.count("/") in (0, 2)

    def test_leads_to_one_page_however_often_it_is_started(self, order: Order) -> None:
        urls = [payments.start(order).url for _ in range(3)]
        assert all(urls)
        assert order.payments.count() == 1
        assert order.payments.get().reference

    # Good notices

    def test_confirms_the_order_once_however_often_it_is_told(
        self, client: Client, order: Order, payment: Payment, paid: bytes
    ) -> None:
        assert [self.tell(client, paid) for _ in range(5)] == [200] * 5
        assert state(order) == PAID
        assert ProviderNotice.objects.count() == 1
        assert order.events.filter(kind="paid").count() == 1

    @pytest.mark.parametrize("times", [1, 5])
    @pytest.mark.parametrize("turn", range(6))
    def test_ends_paid_in_whatever_order_it_is_told(
        self, client: Client, order: Order, payment: Payment, times: int, turn: int
    ) -> None:
        orders = list(permutations(self.notices(payment).values()))
        for body in [*orders[turn % len(orders)]]:
            for _ in range(times):
                assert self.tell(client, body) == 200
        assert state(order) == PAID
        assert order.events.filter(kind="paid").count() == 1
        assert ProviderNotice.objects.filter(kind="captured").count() == 1

    def test_ends_paid_when_all_is_told_again_backwards(self, client: Client, order: Order, payment: Payment) -> None:
        bodies = list(self.notices(payment).values())
        for body in [*bodies, *reversed(bodies), *bodies]:
            assert self.tell(client, body) == 200
        assert state(order) == PAID

    # Notices that must change nothing

    @pytest.mark.parametrize("forge", range(15))
    def test_takes_nothing_that_is_forged(self, client: Client, order: Order, paid: bytes, forge: int) -> None:
        body, headers = self.forgeries(paid)[forge]
        assert self.post(client, body, headers) == 400
        assert not ProviderNotice.objects.exists()
        assert state(order) == NOTHING
        assert OrderEvent.objects.count() == 1

    def forgeries(self, paid: bytes) -> list[Sent]:
        good = self.sign(paid)[self.signature_header]
        stale = self.sign(paid, at=time.time() - self.max_age - 2)[self.signature_header]
        refreshed = f"t={int(time.time())},{stale.split(',')[1]}"
        headers = [f"{good[:-4]}0000", refreshed, stale, "", "t=,v1=", "v1=00", "hello", "t=1,v1=ä"]
        bodies = [b"", b"hello", b"[1, 2]", b"7", b"{}"]
        return [
            *((paid, {self.signature_header: header}) for header in headers),
            (paid, self.sign(paid, secret="guessed")),
            (paid + b" ", self.sign(paid)),
            *((body, self.sign(body)) for body in bodies),
        ]

    @pytest.mark.parametrize("changes", [{"amount": 1}, {"amount": 20489}, {"amount": 0}, {"currency": "usd"}], ids=str)
    def test_takes_no_other_amount_or_currency(
        self, client: Client, order: Order, paid: bytes, changes: dict[str, Any]
    ) -> None:
        assert self.tell(client, self.changed(paid, **changes)) == 200  # the provider need not tell us again
        assert ProviderNotice.objects.get().outcome == "refused: another amount"
        assert state(order) == NOTHING
        assert OrderEvent.objects.count() == 1

    @pytest.mark.parametrize("reference", ["x", "6dbd4ff6-9a3e-4f2a-8c0e-7f6b6a1a4c11"])
    def test_knows_no_stranger_s_payment(self, client: Client, order: Order, paid: bytes, reference: str) -> None:
        assert self.tell(client, self.changed(paid, reference=reference)) == 404
        assert not ProviderNotice.objects.exists()
        assert state(order) == NOTHING

    def test_moves_no_payment_of_another_provider(self, client: Client, paid: bytes) -> None:
        transfer = make_order()
        assert self.tell(client, self.changed(paid, reference=str(transfer.payments.get().pk))) == 404
        assert state(transfer) == NOTHING

    def test_believes_an_event_id_once_whatever_comes_with_it(
        self, client: Client, order: Order, paid: bytes, payment: Payment
    ) -> None:
        wrong = self.changed(paid, amount=1)
        assert [self.tell(client, wrong), self.tell(client, paid)] == [200, 200]
        assert state(order) == NOTHING
        assert self.tell(client, self.changed(paid, event_id="another")) == 200
        assert state(order) == PAID

    def test_refuses_what_it_did_not_sign(self) -> None:
        with pytest.raises(PaymentError):
            payments.get_provider(self.key).parse_notice(b'{"id": "x"}', {})

    # Refunds

    def test_gives_back_a_part_and_then_the_rest(
        self, charged: Payment, django_capture_on_commit_callbacks: Callable, carol: Any
    ) -> None:
        for key, amount, status in (("a", "4.90", "partly-refunded"), ("b", "200.00", "refunded")):
            with django_capture_on_commit_callbacks(execute=True):
                give_goodwill(charged, Money(amount, "EUR"), key=key, reason="", actor=carol)
            assert state(charged.order)[1] == status
        assert self.given_back(charged) == TOTAL
        assert set(Refund.objects.values_list("status", flat=True)) == {"done"}

    def test_gives_back_once_what_is_asked_for_twice(self, charged: Payment) -> None:
        provider, charge = payments.get_provider(self.key), flow.charge_of(charged)
        assert [provider.refund(charge, Money("50.00", "EUR"), key="same") for _ in range(3)] == [True] * 3
        assert self.given_back(charged) == Money("50.00", "EUR")

    def test_never_gives_back_more_than_came(self, charged: Payment, carol: Any) -> None:
        with pytest.raises(PaymentError, match="At most"):
            give_goodwill(charged, Money("204.91", "EUR"), key="a", reason="", actor=carol)
        assert not Refund.objects.exists()

    def test_has_more_than_came_refused_by_the_company_too(self, charged: Payment) -> None:
        provider, charge = payments.get_provider(self.key), flow.charge_of(charged)
        with pytest.raises(PaymentError):
            provider.refund(charge, Money("204.91", "EUR"), key="b")
        assert self.given_back(charged) == Money.zero("EUR")

    # Closing

    def test_leaves_a_paid_payment_as_it_is_when_it_is_canceled(self, charged: Payment) -> None:
        payments.get_provider(self.key).cancel(flow.charge_of(charged))
        flow.ask(charged)
        assert state(charged.order) == PAID


def state(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    last = order.payments.last()
    assert last
    return order.status, order.payment_status, last.status


def altered(body: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    fields = json.loads(body)
    change(fields)
    return json.dumps(fields).encode()

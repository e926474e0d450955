from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from devicehub.lib.money import Money
from orders import cancellation, changing, payments
from orders.exceptions import PaymentError
from orders.models import Order, OrderEvent, Payment, ProviderNotice, Refund
from orders.payments import flow
from orders.payments.base import Handover
from orders.payments.sandbox import Sandbox, make_notice, signed_headers
from orders.reconciliation import differences
from orders.tests.factories import give_goodwill, make_order, make_paid_order

pytestmark = pytest.mark.django_db

TOTAL = Decimal("204.90")


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert differences() == []


def sandbox_order(**fields: Any) -> Order:
    return make_order(provider="sandbox", **fields)


def tell(payment: Payment, kind: str) -> ProviderNotice:
    body = make_notice(flow.charge_of(payment), kind)
    return payments.handle_notice("sandbox", body, signed_headers(body))


def state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def kinds(order: Order) -> list[str]:
    return list(order.events.values_list("kind", flat=True))


# Offered providers


def test_offers_the_providers_of_the_settings_in_their_order(settings) -> None:
    settings.PAYMENT_PROVIDERS = ["cash_on_delivery", "sandbox"]
    assert [provider.key for provider in payments.providers()] == ["cash_on_delivery", "sandbox"]
    assert not payments.is_offered("bank_transfer")
    assert payments.get_provider("bank_transfer").key == "bank_transfer"
    with pytest.raises(PaymentError):
        payments.get_provider("gold")


def test_knows_when_each_way_to_pay_is_due(settings) -> None:
    settings.PAYMENT_DUE_HOURS, settings.PAYMENT_DUE_DAYS = 2, 5
    assert {provider.key: (provider.due, provider.confirms_at_once) for provider in payments.providers()} == {
        "sandbox": (timedelta(hours=2), False),
        "bank_transfer": (timedelta(days=5), False),
        "cash_on_delivery": (None, True),
    }


# Starting


def test_starts_the_payment_that_the_order_was_placed_with() -> None:
    order = sandbox_order()
    handover = payments.start(order)
    payment = order.payments.get()
    assert handover.url.startswith("/pay/sandbox/")
    assert (payment.status, payment.amount, payment.reference) == (
        "created",
        TOTAL,
        f"sandbox-{payment.pk}",
    )
    payments.start(order)
    assert order.payments.count() == 1


def test_starts_nothing_online_for_a_transfer() -> None:
    assert payments.start(make_order()).url is None


def test_asks_the_provider_outside_of_any_transaction(transactional_db) -> None:
    order = sandbox_order()
    inside = []

    def look(*args: Any, **kwargs: Any) -> Handover:
        inside.append(connection.in_atomic_block)
        return Handover("/")

    with patch.object(Sandbox, "start", look):
        payments.start(order)
    assert inside == [False]


def test_leaves_the_order_payable_when_the_provider_is_down() -> None:
    order = sandbox_order()
    with patch.object(Sandbox, "start", side_effect=PaymentError("down")), pytest.raises(PaymentError):
        payments.start(order)
    assert payments.start(order).url
    assert order.payments.count() == 1


def test_makes_a_new_payment_after_a_declined_one() -> None:
    order = sandbox_order()
    payments.start(order)
    declined = order.payments.get()
    tell(declined, "failed")
    payments.start(order)
    assert list(order.payments.values_list("status", flat=True)) == ["failed", "created"]


@pytest.mark.parametrize("case", ["paid", "canceled", "late"])
def test_refuses_to_start_what_cannot_be_paid(case: str) -> None:
    order = sandbox_order()
    if case == "paid":
        tell(order.payments.get(), "captured")
    elif case == "canceled":
        cancellation.cancel_order(order)
    else:
        Order.objects.filter(pk=order.pk).update(expires_at=timezone.now())
    before = list(order.payments.values_list("pk", "status"))
    with pytest.raises(PaymentError):
        payments.start(order)
    assert list(order.payments.values_list("pk", "status")) == before


# Notices


def test_confirms_the_order_when_the_money_is_captured() -> None:
    order = sandbox_order()
    row = tell(order.payments.get(), "captured")
    payment = order.payments.get()
    assert (row.kind, row.outcome, row.payment) == ("captured", "done", payment)
    assert state(order) == ("confirmed", "paid")
    assert (payment.status, payment.captured_at is not None) == ("captured", True)
    assert kinds(order) == ["placed", "paid"]
    assert order.events.get(kind="paid").data["amount"] == str(Money(TOTAL, "EUR"))


def test_lets_a_declined_payment_be_tried_again() -> None:
    order = sandbox_order()
    tell(order.payments.get(), "failed")
    assert state(order) == ("pending", "unpaid")
    assert kinds(order) == ["placed", "payment_failed"]
    payments.start(order)
    tell(order.payments.last(), "captured")
    assert state(order) == ("confirmed", "paid")


@pytest.mark.parametrize("order_of_notices", sorted({*permutations(["captured", "failed", "captured", "failed"])}))
@pytest.mark.parametrize("times", [1, 5])
def test_ends_paid_whatever_order_the_notices_come_in(order_of_notices: tuple[str, ...], times: int) -> None:
    order = sandbox_order()
    payment = order.payments.get()
    for kind in order_of_notices:
        for _ in range(times):
            tell(payment, kind)
    assert state(order) == ("confirmed", "paid")
    assert order.payments.get().status == "captured"
    assert kinds(order).count("paid") == 1
    assert kinds(order).count("payment_failed") <= 1
    assert ProviderNotice.objects.count() == 2


def test_takes_the_second_attempt_and_gives_back_the_first_that_was_paid_too() -> None:
    order = sandbox_order()
    first = order.payments.get()
    tell(first, "failed")
    payments.start(order)
    tell(order.payments.last(), "captured")
    tell(first, "captured")
    assert state(order) == ("confirmed", "paid")
    assert list(order.payments.values_list("status", flat=True)) == ["captured", "captured"]
    late = order.events.get(kind="payment_late")
    assert late.data == {"payment": str(first.pk), "amount": str(Money(TOTAL, "EUR"))}
    refund = Refund.objects.get()
    assert (refund.payment, refund.amount, refund.key) == (first, TOTAL, f"late-{first.pk}")
    flow.pay_back.call(str(refund.pk))
    assert state(order) == ("confirmed", "paid")


def test_asks_for_no_second_payment_when_the_first_was_captured_after_all() -> None:
    order = sandbox_order()
    first = order.payments.get()
    tell(first, "failed")
    payments.start(order)
    tell(first, "captured")
    assert list(order.payments.values_list("status", flat=True)) == ["captured", "canceled"]
    assert state(order) == ("confirmed", "paid")
    assert "payment_late" not in kinds(order)


def test_ignores_a_decline_of_a_payment_that_was_given_up() -> None:
    order = sandbox_order()
    cancellation.cancel_order(order)
    assert tell(order.payments.get(), "failed").outcome == "nothing to do"
    assert kinds(order) == ["placed", "canceled"]


def test_takes_money_that_comes_after_the_deadline_but_before_expiry() -> None:
    order = sandbox_order(expires_in=timedelta(minutes=-1))
    tell(order.payments.get(), "captured")
    assert state(order) == ("confirmed", "paid")
    assert cancellation.expire_unpaid() == 0
    assert state(order) == ("confirmed", "paid")


def test_undoes_all_when_a_notice_cannot_be_finished_and_takes_its_repeat() -> None:
    order = sandbox_order()
    payment = order.payments.get()
    with patch.object(flow.lifecycle, "refresh_statuses", side_effect=RuntimeError), pytest.raises(RuntimeError):
        tell(payment, "captured")
    assert state(order) == ("pending", "unpaid")
    assert not ProviderNotice.objects.exists()
    assert order.payments.get().status == "created"
    tell(payment, "captured")
    assert state(order) == ("confirmed", "paid")


def test_captures_once_when_somebody_else_was_first() -> None:
    order = sandbox_order()
    payment = order.payments.get()
    tell(payment, "captured")
    stale = Payment(pk=payment.pk, order=order, amount=payment.amount, currency="EUR", status="created")
    assert not flow._capture(stale, order)
    assert kinds(order).count("paid") == 1


# Money by hand


def test_records_a_transfer(carol) -> None:
    order = make_order()
    payment = payments.record_payment(order, actor=carol)
    assert (payment, state(order)) == (order.payments.get(), ("confirmed", "paid"))
    assert order.events.get(kind="paid").actor == carol


def test_records_a_transfer_once(carol) -> None:
    order = make_paid_order()
    events = OrderEvent.objects.count()
    with pytest.raises(PaymentError, match="nothing to pay"):
        payments.record_payment(order, actor=carol)
    assert (order.payments.count(), OrderEvent.objects.count()) == (1, events)


def test_refuses_to_record_by_hand_what_a_provider_tells(carol) -> None:
    order = sandbox_order()
    with pytest.raises(PaymentError):
        payments.record_payment(order, actor=carol)
    assert state(order) == ("pending", "unpaid")


# Refunds


def test_refunds_a_part_and_then_the_rest_by_hand(carol) -> None:
    order = make_paid_order()
    payment = order.payments.get()
    give_goodwill(payment, Decimal("4.90"), key="a", reason="Slow", actor=carol)
    assert state(order) == ("confirmed", "partly-refunded")
    give_goodwill(payment, Money("200.00", "EUR"), key="b", reason="Broken", actor=carol)
    assert state(order) == ("confirmed", "refunded")
    assert list(Refund.objects.values_list("amount", "status", "reason")) == [
        (Decimal("4.90"), "done", "Slow"),
        (Decimal("200.00"), "done", "Broken"),
    ]
    assert order.events.filter(kind="refunded").first().data["amount"] == str(Money("4.90", "EUR"))


@pytest.mark.parametrize("amount", ["0", "-1", "204.91", "1000000"])
def test_refuses_an_absurd_refund(amount: str, carol) -> None:
    order = make_paid_order()
    events = OrderEvent.objects.count()
    with pytest.raises(PaymentError, match="At most"):
        give_goodwill(order.payments.get(), Decimal(amount), key="a", reason="", actor=carol)
    assert (Refund.objects.count(), OrderEvent.objects.count(), state(order)) == (0, events, ("confirmed", "paid"))


def test_never_gives_back_more_than_came_in_several_refunds(carol) -> None:
    payment = make_paid_order().payments.get()
    give_goodwill(payment, Decimal(150), key="a", reason="", actor=carol)
    with pytest.raises(PaymentError, match="At most"):
        give_goodwill(payment, Decimal("54.91"), key="b", reason="", actor=carol)
    assert payments.refundable(payment) == Money("54.90", "EUR")


def test_refuses_to_refund_what_never_came(carol) -> None:
    with pytest.raises(PaymentError):
        give_goodwill(make_order().payments.get(), Decimal(1), key="a", reason="", actor=carol)


def test_makes_one_refund_of_one_key(carol) -> None:
    payment = make_paid_order().payments.get()
    first = give_goodwill(payment, Decimal(10), key="a", reason="", actor=carol)
    assert give_goodwill(payment, Decimal(10), key="a", reason="", actor=carol) == first
    with pytest.raises(PaymentError, match="asked for before"):
        give_goodwill(payment, Decimal(20), key="a", reason="", actor=carol)
    assert Refund.objects.count() == 1
    assert OrderEvent.objects.filter(kind="refunded").count() == 1


def test_asks_the_provider_for_a_refund_after_the_commit(django_capture_on_commit_callbacks, carol) -> None:
    order = sandbox_order()
    tell(order.payments.get(), "captured")
    payment = order.payments.get()
    with patch.object(Sandbox, "refund") as asked:
        with django_capture_on_commit_callbacks() as callbacks:
            give_goodwill(payment, Decimal(50), key="a", reason="", actor=carol)
        assert (asked.call_count, Refund.objects.get().status) == (0, "pending")
        for callback in callbacks:
            callback()
    payment.refresh_from_db()
    asked.assert_called_once_with(flow.charge_of(payment), Money("50.00", "EUR"), key="a")
    assert Refund.objects.get().status == "done"
    assert state(order) == ("confirmed", "partly-refunded")


def test_tries_a_refund_again_when_the_provider_is_away(waiting_tasks, carol) -> None:
    order = sandbox_order()
    tell(order.payments.get(), "captured")
    refund = give_goodwill(order.payments.get(), Decimal(50), key="a", reason="", actor=carol)
    with patch.object(Sandbox, "refund", side_effect=TimeoutError):
        flow.pay_back.call(str(refund.pk))
    assert Refund.objects.get().status == "pending"
    assert [task.args for task in waiting_tasks] == [[str(refund.pk)]]
    flow.pay_back.call(str(refund.pk))
    flow.pay_back.call(str(refund.pk))
    assert Refund.objects.get().status == "done"
    assert kinds(order).count("refunded") == 1


def test_tells_staff_when_the_provider_refuses_a_refund(carol) -> None:
    order = sandbox_order()
    tell(order.payments.get(), "captured")
    refund = give_goodwill(order.payments.get(), Decimal(50), key="a", reason="", actor=carol)
    with patch.object(Sandbox, "refund", side_effect=PaymentError("No money left")):
        flow.pay_back.call(str(refund.pk))
    assert Refund.objects.get().status == "failed"
    assert order.events.get(kind="refund_failed").note == "No money left"
    assert payments.refundable(order.payments.get()) == Money("204.90", "EUR")
    assert state(order) == ("confirmed", "paid")


def test_gives_back_from_the_newest_payment_first(carol) -> None:
    order = make_paid_order()
    changing.change_quantities(order, {order.lines.get().pk: 3})
    payments.record_payment(order, actor=carol)
    cancellation.cancel_order(order, actor=carol)
    assert [(refund.amount, refund.payment.amount) for refund in Refund.objects.all()] == [
        (Decimal("100.00"), Decimal("100.00")),
        (TOTAL, TOTAL),
    ]

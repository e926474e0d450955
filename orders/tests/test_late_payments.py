"""Money that comes when nobody waits for it any more: the order goes on, or the money goes back, and both are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from catalog import inventory
from catalog.models import StockLevel, Variant
from devicehub.lib.money import Money
from orders import cancellation, checkout, fulfillment, lifecycle, payments, vouchers
from orders.exceptions import MoveNotAllowed
from orders.models import Order, OrderEvent, Refund, Voucher
from orders.payments import flow
from orders.payments.sandbox import make_notice, signed_headers
from orders.reconciliation import differences
from orders.tests.factories import (
    a_variant,
    give_goodwill,
    make_cart,
    make_method,
    make_order,
    make_rate,
    make_ready,
    make_voucher,
)

pytestmark = pytest.mark.django_db

TOTAL = Money("204.90", "EUR")


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert list(differences()) == []


@pytest.fixture(autouse=True)
def in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def variant() -> Variant:
    return a_variant(stock=2)


@pytest.fixture
def order(variant: Variant) -> Order:
    """Two of two, not paid in time."""
    order = make_order(provider="sandbox", lines=[(variant, 2)], expires_in=timedelta(minutes=-1))
    assert cancellation.expire_unpaid() == 1
    order.refresh_from_db()
    return order


def pay(order: Order, times: int = 1) -> None:
    body = make_notice(flow.charge_of(order.payments.first()), "captured")
    for _ in range(times):
        payments.handle_notice("sandbox", body, signed_headers(body))


def state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def kinds(order: Order) -> list[str]:
    return list(order.events.values_list("kind", flat=True))


def level() -> tuple[int, int]:
    return StockLevel.objects.values_list("on_hand", "reserved").get()


def test_goes_on_when_everything_is_still_there(order: Order) -> None:
    assert level() == (2, 0)
    pay(order, times=3)
    assert state(order) == ("confirmed", "paid")
    assert kinds(order) == ["placed", "expired", "revived"]
    assert level() == (2, 2)
    assert order.cancel_reason == ""
    revived = order.events.get(kind="revived")
    assert revived.data == {
        "payment": str(order.payments.get().pk),
        "amount": str(TOTAL),
        "from": "canceled",
        "to": "confirmed",
    }
    assert not Refund.objects.exists()


def test_can_be_packed_or_canceled_like_any_other(order: Order) -> None:
    pay(order)
    fulfillment.create_shipment(order, {order.lines.get().pk: 2})
    cancellation.cancel_order(order)
    assert level() == (2, 0)
    assert Refund.objects.get().amount == TOTAL.amount


def test_gives_the_money_back_when_others_bought_it_meanwhile(
    order: Order, variant: Variant, django_capture_on_commit_callbacks: Callable
) -> None:
    inventory.adjust(variant, -1, note="lost")
    with django_capture_on_commit_callbacks(execute=True):
        pay(order, times=3)
    assert state(order) == ("canceled", "refunded")
    assert kinds(order) == ["placed", "expired", "payment_late", "late_refund", "refunded"]
    assert level() == (1, 0)
    assert Refund.objects.get().key == f"late-{order.payments.get().pk}"
    assert Order.objects.paid_in_vain().count() == 0


def test_takes_all_or_nothing_of_several_devices() -> None:
    first, second = a_variant(stock=1), a_variant(stock=1)
    order = make_order(provider="sandbox", lines=[(first, 1), (second, 1)], expires_in=timedelta(minutes=-1))
    cancellation.expire_unpaid()
    inventory.adjust(second, -1, note="lost")
    pay(order)
    assert state(order)[0] == "canceled"
    assert list(StockLevel.objects.order_by("pk").values_list("reserved", flat=True)) == [0, 0]


def test_gives_the_money_back_when_a_device_was_deleted(order: Order) -> None:
    order.lines.update(variant=None)
    pay(order)
    assert state(order)[0] == "canceled"
    assert Refund.objects.get().amount == TOTAL.amount


@pytest.fixture
def with_voucher(variant: Variant) -> tuple[Order, Voucher]:
    """Placed with a code of one use, and not paid in time."""
    make_rate()
    voucher = make_voucher(max_uses=1)
    cart = make_cart([(variant, 2)], user=None)
    make_ready(cart, method=make_method(), provider="sandbox")
    vouchers.enter(cart, voucher.code)
    cart.refresh_from_db()
    order = checkout.place_order(cart, seen_total=Money(1000, "EUR"), actor=None)
    assert used(voucher) == 1
    cancellation.expire_unpaid(timezone.now() + timedelta(hours=2))
    assert used(voucher) == 0
    order.refresh_from_db()
    return order, voucher


def used(voucher: Voucher) -> int:
    voucher.refresh_from_db()
    return voucher.uses


def test_counts_its_voucher_again(with_voucher: tuple[Order, Voucher]) -> None:
    order, voucher = with_voucher
    pay(order, times=2)
    assert (state(order), used(voucher)) == (("confirmed", "paid"), 1)


def test_gives_the_money_back_when_its_voucher_is_not_to_be_had_any_more(with_voucher: tuple[Order, Voucher]) -> None:
    order, voucher = with_voucher
    Voucher.objects.update(is_active=False)
    pay(order)
    assert (state(order)[0], used(voucher), level()) == ("canceled", 0, (2, 0))
    assert Refund.objects.get().amount == order.total


@pytest.mark.parametrize("by_staff", [True, False])
def test_gives_the_money_back_when_somebody_had_canceled(variant: Variant, carol: Any, by_staff: bool) -> None:
    order = make_order(provider="sandbox", lines=[(variant, 2)])
    cancellation.cancel_order(order, actor=carol if by_staff else None)
    pay(order, times=2)
    assert state(order)[0] == "canceled"
    assert level() == (2, 0)
    assert kinds(order) == ["placed", "canceled", "payment_late", "late_refund"]
    assert [(refund.amount, refund.status) for refund in Refund.objects.all()] == [(TOTAL.amount, "pending")]


def test_goes_on_with_a_transfer_that_staff_record(carol: Any) -> None:
    order = make_order(expires_in=timedelta(minutes=-1))
    cancellation.expire_unpaid()
    payments.record_payment(order, actor=carol)
    assert state(order) == ("confirmed", "paid")
    assert order.events.get(kind="revived").actor == carol


def test_leaves_a_transfer_that_came_in_vain_to_be_sent_by_hand(carol: Any) -> None:
    order = make_order(expires_in=timedelta(minutes=-1))
    cancellation.expire_unpaid()
    order.lines.update(variant=None)
    payments.record_payment(order, actor=carol)
    assert state(order) == ("canceled", "paid")
    assert list(Order.objects.to_refund()) == [order]
    payments.settle(Refund.objects.get(), actor=carol)
    assert state(order) == ("canceled", "refunded")


def test_does_not_go_on_when_only_a_part_was_paid(order: Order) -> None:
    payment = order.payments.get()
    type(payment).objects.update(amount="100.00")
    pay(order)
    assert state(order)[0] == "canceled"
    assert str(Refund.objects.get().amount) == "100.00"


def test_has_no_other_way_back() -> None:
    order = make_order()
    cancellation.cancel_order(order)
    events = OrderEvent.objects.count()
    for kind in ("", "confirmed", "paid"):
        with pytest.raises(MoveNotAllowed):
            lifecycle.move(order, Order.Status.CONFIRMED, kind=kind)
    assert OrderEvent.objects.count() == events


def test_has_a_revival_without_expiry_found_by_reconcile() -> None:
    order = make_order(provider="sandbox")
    cancellation.cancel_order(order)
    event = lifecycle.move(order, Order.Status.CONFIRMED, kind="revived")
    assert f"Order {order.number}: event revived moves canceled → confirmed from canceled" in list(differences())
    event.delete()
    Order.objects.update(status="canceled")


def subjects(to: str) -> list[str]:
    return [one.subject for one in mail.outbox if one.to == [to]]


def test_tells_the_buyer_that_it_goes_on(order: Order, django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        pay(order)
    assert subjects(order.email) == [f"Your order {order.number} goes on"]
    assert str(TOTAL) in mail.outbox[0].body


def test_tells_buyer_and_shop_that_money_goes_back(order: Order, django_capture_on_commit_callbacks: Callable) -> None:
    order.lines.update(variant=None)
    with django_capture_on_commit_callbacks(execute=True):
        pay(order)
    assert subjects(order.email) == [
        f"Your payment for order {order.number} goes back to you",
        f"Refund for order {order.number}",
    ]
    assert len(subjects(settings.SHOP_EMAIL)) == 1
    shop = next(one for one in mail.outbox if one.to == [settings.SHOP_EMAIL])
    assert f"/admin/orders/order/{order.pk}/" in shop.body
    assert str(TOTAL) in shop.body
    assert all("Paid after the order was canceled" in one.body for one in mail.outbox)
    assert "key=" not in shop.body


def test_tells_the_shop_that_a_refund_failed(django_capture_on_commit_callbacks: Callable) -> None:
    order = make_order(provider="sandbox")
    pay(order)
    refund = give_goodwill(order.payments.get(), TOTAL, key="a", reason="", actor=None)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        flow._give_up(refund, "The card was closed")
    assert [one.to for one in mail.outbox] == [[settings.SHOP_EMAIL]]
    assert "The card was closed" in mail.outbox[0].body

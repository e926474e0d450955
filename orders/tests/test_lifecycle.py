from decimal import Decimal
from unittest.mock import patch

import pytest

from orders import lifecycle
from orders.exceptions import MoveNotAllowed
from orders.models import Order, OrderEvent
from orders.tests.factories import make_order

pytestmark = pytest.mark.django_db

Status = Order.Status
PENDING, CONFIRMED, COMPLETED, CANCELED = Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.CANCELED


@pytest.mark.parametrize(
    ("before", "after"), [(PENDING, CONFIRMED), (PENDING, CANCELED), (CONFIRMED, COMPLETED), (CONFIRMED, CANCELED)]
)
def test_moves_by_the_table_and_leaves_an_event(before: str, after: str, carol) -> None:
    order = make_order(status=before)
    event = lifecycle.move(order, after, actor=carol, note="because")
    order.refresh_from_db()
    assert order.status == after
    assert (event.actor, event.actor_label, event.note) == (carol, "carol@example.com", "because")
    assert event.data == {"from": before.value, "to": after.value}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PENDING, PENDING),
        (PENDING, COMPLETED),
        (CONFIRMED, PENDING),
        (CONFIRMED, CONFIRMED),
        (COMPLETED, CANCELED),
        (COMPLETED, PENDING),
        (CANCELED, CONFIRMED),
        (CANCELED, PENDING),
        (CANCELED, COMPLETED),
    ],
)
def test_refuses_every_other_move(before: str, after: str) -> None:
    order = make_order(status=before)
    events = OrderEvent.objects.count()
    with pytest.raises(MoveNotAllowed):
        lifecycle.move(order, after)
    order.refresh_from_db()
    assert order.status == before
    assert OrderEvent.objects.count() == events


def test_refuses_a_move_when_somebody_was_first() -> None:
    order = make_order()
    events = OrderEvent.objects.count()
    Order.objects.filter(pk=order.pk).update(status=CANCELED)
    with pytest.raises(MoveNotAllowed):
        lifecycle.move(order, CONFIRMED)
    assert order.status == CANCELED
    assert OrderEvent.objects.count() == events


def test_keeps_the_reason_of_a_cancel() -> None:
    order = make_order()
    lifecycle.move(order, CANCELED, note="Too slow")
    order.refresh_from_db()
    assert order.cancel_reason == "Too slow"


def test_undoes_the_move_when_its_event_cannot_be_written() -> None:
    order = make_order()
    with patch.object(OrderEvent.objects, "create", side_effect=RuntimeError), pytest.raises(RuntimeError):
        lifecycle.move(order, CONFIRMED)
    order.refresh_from_db()
    assert order.status == PENDING


def test_records_who_acted() -> None:
    order = make_order()
    assert lifecycle.record(order, "packed").actor_label == "shop"
    assert lifecycle.record(order, "packed", by="guest").actor_label == "guest"


def test_makes_the_mail_of_an_event_due_and_no_other() -> None:
    order = make_order()
    with_mail, without = lifecycle.record(order, "shipped"), lifecycle.record(order, "packed")
    assert with_mail.mail_status == "due"
    assert with_mail.mail_due_at is not None
    assert (without.mail_status, without.mail_due_at) == ("none", None)


@pytest.mark.parametrize(
    ("status", "total", "captured", "refunded", "excess", "derived"),
    [
        (PENDING, 100, 0, 0, 0, "unpaid"),
        (CONFIRMED, 0, 0, 0, 0, "paid"),
        (PENDING, 100, 40, 0, 0, "partial"),
        (CONFIRMED, 100, 100, 0, 0, "paid"),
        (CONFIRMED, 100, 120, 0, 0, "paid"),
        (CONFIRMED, 80, 100, 20, 20, "paid"),  # quantities went down and the difference went back
        (CONFIRMED, 100, 100, 20, 20, "partial"),  # and up again
        (CONFIRMED, 100, 100, 100, 100, "unpaid"),
        (CONFIRMED, 100, 100, 20, 0, "partly-refunded"),
        (CONFIRMED, 120, 100, 20, 0, "partial"),
        (CONFIRMED, 100, 100, 100, 0, "refunded"),
        (CANCELED, 100, 0, 0, 0, "unpaid"),
        (CANCELED, 100, 100, 0, 0, "paid"),
        (CANCELED, 100, 100, 40, 40, "partly-refunded"),
        (CANCELED, 100, 100, 100, 100, "refunded"),
        (CANCELED, 100, 40, 0, 0, "paid"),
    ],
)
def test_derives_how_far_the_payment_is(
    status: str, total: int, captured: int, refunded: int, excess: int, derived: str
) -> None:
    figures = {"total": total, "captured": captured, "refunded": refunded, "excess": excess}
    money = {name: Decimal(figure) for name, figure in figures.items()}
    assert lifecycle.payment_status(status, **money) == derived


@pytest.mark.parametrize(
    ("ordered", "shipped", "delivered", "derived"),
    [
        (3, 0, 0, "unfulfilled"),
        (3, 1, 0, "partial"),
        (3, 0, 1, "partial"),
        (3, 1, 1, "partial"),
        (3, 3, 0, "shipped"),
        (3, 1, 2, "shipped"),
        (3, 0, 3, "delivered"),
    ],
)
def test_derives_how_far_the_delivery_is(ordered: int, shipped: int, delivered: int, derived: str) -> None:
    assert lifecycle.fulfillment_status(ordered, shipped=shipped, delivered=delivered) == derived

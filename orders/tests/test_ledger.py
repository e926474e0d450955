"""Stock of an order is taken, sent and given back exactly once, whatever happens to the order and how often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog import inventory
from catalog.models import StockLevel, StockMovement, Variant
from orders import cancellation, changing, fulfillment
from orders.exceptions import OrderError
from orders.models import Order
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_order, make_paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Variant:
    return a_variant("100.00", stock=9, sku="DEV")


@pytest.fixture
def order(phone: Variant) -> Order:
    """One of its two lines of the same device has one unit, the other two."""
    return make_paid_order(lines=[(phone, 1), (phone, 2)])


def figures() -> tuple[int, int]:
    return StockLevel.objects.values_list("on_hand", "reserved").get(variant__sku="DEV")


def posted(order: Order) -> list[tuple[str, int, int, str]]:
    rows = StockMovement.objects.filter(reference=order.number).order_by("pk")
    return [
        (kind, on_hand, reserved, cause.split()[0])
        for kind, on_hand, reserved, cause in rows.values_list("kind", "on_hand_change", "reserved_change", "cause")
    ]


def again(act: Callable[[], Any]) -> None:
    """A second time it is refused, or does nothing."""
    try:
        with transaction.atomic():
            act()
    except OrderError:
        pass


def cancel(order: Order) -> None:
    cancellation.cancel_order(order)


def expire(order: Order) -> None:
    cancellation.expire_unpaid(timezone.now() + timedelta(days=30))


def test_takes_two_lines_of_one_device_as_one(order: Order) -> None:
    assert posted(order) == [("reserve", 0, 3, "placed")]
    assert figures() == (9, 3)


@pytest.mark.parametrize(("first", "cause"), [(cancel, "canceled"), (expire, "expired")])
@pytest.mark.parametrize("then", [cancel, expire])
def test_gives_back_once(phone: Variant, first: Callable, cause: str, then: Callable) -> None:
    order = make_order(lines=[(phone, 1), (phone, 2)])
    first(order)
    again(lambda: then(order))
    assert posted(order) == [("reserve", 0, 3, "placed"), ("release", 0, -3, cause)]
    assert figures() == (9, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        inventory.reserve({phone.pk: 3}, reference=order.number, cause="placed")
    assert differences() == []


def test_gives_back_what_is_left_after_every_change(order: Order, phone: Variant) -> None:
    first, second = order.lines.all()
    changing.change_quantities(order, {first.pk: 3, second.pk: 1})
    changing.change_quantities(order, {first.pk: 1})
    again(lambda: changing.change_quantities(order, {first.pk: 1}))
    cancel(order)
    again(lambda: cancel(order))
    assert posted(order) == [
        ("reserve", 0, 3, "placed"),
        ("reserve", 0, 1, "change"),
        ("release", 0, -2, "change"),
        ("release", 0, -2, "canceled"),
    ]
    assert figures() == (9, 0)
    assert differences() == []


def test_sends_each_parcel_once(order: Order) -> None:
    first, second = order.lines.all()
    parcels = [
        fulfillment.create_shipment(order, {first.pk: 1, second.pk: 1}),
        fulfillment.create_shipment(order, {second.pk: 1}),
    ]
    for parcel in parcels:
        fulfillment.ship(parcel)
        again(lambda parcel=parcel: fulfillment.ship(parcel))
    again(lambda: cancel(order))
    assert posted(order)[1:] == [("commit", -2, -2, "shipment"), ("commit", -1, -1, "shipment")]
    assert figures() == (6, 0)
    assert differences() == []


def test_gives_back_what_was_packed_and_has_not_left(order: Order) -> None:
    fulfillment.create_shipment(order, {order.lines.first().pk: 1})
    cancel(order)
    assert posted(order)[1:] == [("release", 0, -3, "canceled")]
    assert figures() == (9, 0)

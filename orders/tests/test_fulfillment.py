from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.models import StockLevel, StockMovement, Variant
from devicehub.lib.money import Money
from orders import cancellation, changing, fulfillment, lifecycle, payments
from orders.exceptions import MoveNotAllowed, OrderError, QuantityError
from orders.models import Order, OrderEvent, Payment, Refund, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_order, make_paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> Any:
    """Whatever a test did, stock and money must add up after it."""
    yield
    assert differences() == []


def stock(variant: Variant) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=variant)
    return level.on_hand, level.reserved


def kinds(order: Order) -> list[str]:
    return list(order.events.values_list("kind", flat=True))


def state(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.fulfillment_status


def one_line(order: Order) -> int:
    return order.lines.get().pk


def untouched(order: Order) -> tuple[Any, ...]:
    """All that an act on an order may change."""
    return (
        state(order),
        order.total,
        list(order.lines.values_list("quantity", "total", "tax_amount")),
        list(order.payments.values_list("status", "amount")),
        list(order.shipments.values_list("status")),
        list(Refund.objects.values_list("status", "amount")),
        list(StockLevel.objects.values_list("on_hand", "reserved")),
        StockMovement.objects.count(),
        OrderEvent.objects.count(),
    )


# Canceling


def test_cancels_an_unpaid_order_and_frees_its_stock(alice) -> None:
    variant = a_variant(stock=5)
    order = make_order(user=alice, lines=[(variant, 2)])
    assert stock(variant) == (5, 2)
    cancellation.cancel_order(order, reason="Changed my mind", actor=alice)
    assert state(order) == ("canceled", "unpaid", "unfulfilled")
    assert order.cancel_reason == "Changed my mind"
    assert stock(variant) == (5, 0)
    assert order.payments.get().status == Payment.Status.CANCELED
    assert order.events.get(kind="canceled").actor == alice


def test_cancels_once() -> None:
    variant = a_variant(stock=5)
    order = make_order(lines=[(variant, 2)])
    make_order(lines=[(variant, 1)])
    cancellation.cancel_order(order)
    before = untouched(order)
    with pytest.raises(MoveNotAllowed):
        cancellation.cancel_order(order)
    assert untouched(order) == before
    assert stock(variant) == (5, 1)


def test_cancels_on_what_the_database_says_now() -> None:
    order = make_order()
    stale = Order.objects.get(pk=order.pk)
    cancellation.cancel_order(order)
    with pytest.raises(MoveNotAllowed):
        cancellation.cancel_order(stale)
    assert kinds(order).count("canceled") == 1


def test_owes_back_what_was_paid_by_hand_when_canceled(carol) -> None:
    order = make_paid_order()
    cancellation.cancel_order(order, reason="Too late", actor=carol)
    assert state(order) == ("canceled", "paid", "unfulfilled")
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.reason) == (Refund.Status.PENDING, Decimal("204.90"), "Too late")
    payments.settle(refund, actor=carol)
    assert state(order) == ("canceled", "refunded", "unfulfilled")
    assert not payments.settle(refund, actor=carol)
    assert kinds(order).count("refunded") == 1


def test_cancels_what_is_packed_but_not_what_has_left() -> None:
    packed, gone = make_paid_order(), make_paid_order()
    box = fulfillment.create_shipment(packed, {one_line(packed): 1})
    cancellation.cancel_order(packed)
    box.refresh_from_db()
    assert box.status == Shipment.Status.CANCELED
    fulfillment.ship(fulfillment.create_shipment(gone, {one_line(gone): 1}))
    before = untouched(gone)
    with pytest.raises(MoveNotAllowed):
        cancellation.cancel_order(gone)
    assert untouched(gone) == before


def test_changes_nothing_when_a_part_of_canceling_fails() -> None:
    order = make_paid_order()
    before = untouched(order)
    with patch.object(payments, "give_back", side_effect=RuntimeError), pytest.raises(RuntimeError):
        cancellation.cancel_order(order)
    assert untouched(order) == before


# Expiry


def test_expires_what_was_not_paid_in_time_and_nothing_else() -> None:
    variant = a_variant(stock=9)
    late = make_order(lines=[(variant, 2)], expires_in=timedelta(minutes=-1))
    early = make_order(lines=[(variant, 1)], expires_in=timedelta(minutes=1))
    paid = make_paid_order(lines=[(variant, 1)])
    on_delivery = make_order(lines=[(variant, 1)], provider="cash_on_delivery")
    assert cancellation.expire_unpaid() == 1
    assert [state(order)[0] for order in (late, early, paid, on_delivery)] == [
        "canceled",
        "pending",
        "confirmed",
        "confirmed",
    ]
    assert kinds(late) == ["placed", "expired"]
    assert late.cancel_reason == "Not paid in time"
    assert late.payments.get().status == Payment.Status.CANCELED
    assert stock(variant) == (9, 3)
    assert cancellation.expire_unpaid() == 0
    assert stock(variant) == (9, 3)


def test_lets_an_order_live_that_is_paid_while_expiry_looks_at_it() -> None:
    order = make_order(expires_in=timedelta(minutes=-1))
    lock = lifecycle.lock

    def paid_in_between(row: Order) -> None:
        if Payment.objects.filter(order=row, status="created").update(status="captured"):
            Order.objects.filter(pk=row.pk).update(status="confirmed", payment_status="paid")
            OrderEvent.objects.create(order=row, kind="paid", data={"from": "pending", "to": "confirmed"})
        lock(row)

    with patch.object(lifecycle, "lock", paid_in_between):
        assert cancellation.expire_unpaid() == 0
    assert state(order) == ("confirmed", "paid", "unfulfilled")
    assert "expired" not in kinds(order)


def test_expires_the_others_when_one_cannot() -> None:
    broken = make_order(expires_in=timedelta(minutes=-2))
    other = make_order(expires_in=timedelta(minutes=-1))
    move = lifecycle.move

    def fails_for_one(order: Order, *args: Any, **kwargs: Any) -> Any:
        if order == broken:
            raise OrderError("broken")
        return move(order, *args, **kwargs)

    with patch.object(lifecycle, "move", fails_for_one):
        assert cancellation.expire_unpaid() == 1
    assert (state(broken)[0], state(other)[0]) == ("pending", "canceled")


def test_expires_by_command(capsys) -> None:
    make_order(expires_in=timedelta(minutes=-1))
    call_command("expire_unpaid_orders")
    assert capsys.readouterr().out == "1 orders expired\n"


# Parcels


def test_carries_an_order_to_the_door_in_two_parcels(carol) -> None:
    variant = a_variant(stock=5)
    order = make_paid_order(lines=[(variant, 3)])
    line = one_line(order)
    first = fulfillment.create_shipment(order, {line: 1}, actor=carol)
    assert state(order)[2] == "unfulfilled"
    fulfillment.ship(first, carrier=" DHL ", tracking_number=" 00340 ", actor=carol)
    assert (first.status, first.carrier, first.tracking_number) == ("shipped", "DHL", "00340")
    assert state(order) == ("confirmed", "paid", "partial")
    assert stock(variant) == (4, 2)
    second = fulfillment.create_shipment(order, {line: 2}, actor=carol)
    fulfillment.ship(second, actor=carol)
    assert (first.number, second.number) == (1, 2)
    assert state(order) == ("confirmed", "paid", "shipped")
    assert stock(variant) == (2, 0)
    fulfillment.deliver(second, actor=carol)
    assert state(order) == ("confirmed", "paid", "shipped")
    fulfillment.deliver(first, actor=carol)
    assert state(order) == ("completed", "paid", "delivered")
    told = ["placed", "paid", "packed", "shipped", "packed", "shipped", "delivered", "delivered", "completed"]
    assert kinds(order) == told
    assert {event.actor for event in order.events.filter(kind__in=["packed", "shipped", "delivered"])} == {carol}


def test_completes_an_order_paid_on_delivery_when_its_money_is_here(carol) -> None:
    order = make_order(provider="cash_on_delivery")
    shipment = fulfillment.create_shipment(order, {one_line(order): 2})
    fulfillment.ship(shipment)
    fulfillment.deliver(shipment)
    assert state(order) == ("confirmed", "unpaid", "delivered")
    payments.record_payment(order, actor=carol)
    assert state(order) == ("completed", "paid", "delivered")


@pytest.mark.parametrize("units", [0, -1, 3, 10**9])
def test_refuses_to_pack_what_is_not_there(units: int) -> None:
    order = make_paid_order()
    before = untouched(order)
    with pytest.raises(QuantityError):
        fulfillment.create_shipment(order, {one_line(order): units})
    assert untouched(order) == before


def test_refuses_to_pack_more_than_other_parcels_leave() -> None:
    order = make_paid_order()
    fulfillment.create_shipment(order, {one_line(order): 1})
    assert fulfillment.open_quantities(order) == {one_line(order): 1}
    with pytest.raises(QuantityError, match="2 cannot be packed: 1 are left"):
        fulfillment.create_shipment(order, {one_line(order): 2})


def test_refuses_to_pack_a_line_of_another_order() -> None:
    order, other = make_paid_order(), make_paid_order()
    before = untouched(order)
    with pytest.raises(QuantityError):
        fulfillment.create_shipment(order, {one_line(order): 1, one_line(other): 1})
    assert untouched(order) == before


def test_refuses_to_pack_before_payment_and_after_cancel() -> None:
    waiting, canceled = make_order(), make_paid_order()
    cancellation.cancel_order(canceled)
    for order in (waiting, canceled):
        before = untouched(order)
        with pytest.raises(MoveNotAllowed):
            fulfillment.create_shipment(order, {one_line(order): 1})
        assert untouched(order) == before


def test_ships_and_delivers_a_parcel_once() -> None:
    variant = a_variant(stock=5)
    order = make_paid_order(lines=[(variant, 2)])
    shipment = fulfillment.create_shipment(order, {one_line(order): 1})
    with pytest.raises(MoveNotAllowed):
        fulfillment.deliver(shipment)
    stale = Shipment.objects.get(pk=shipment.pk)
    fulfillment.ship(shipment)
    with pytest.raises(MoveNotAllowed):
        fulfillment.ship(stale)
    assert stock(variant) == (4, 1)
    with pytest.raises(MoveNotAllowed):
        fulfillment.cancel_shipment(stale)
    fulfillment.deliver(shipment)
    with pytest.raises(MoveNotAllowed):
        fulfillment.deliver(stale)
    assert kinds(order) == ["placed", "paid", "packed", "shipped", "delivered"]


def test_unpacks_a_parcel_and_keeps_its_units_for_the_order(carol) -> None:
    variant = a_variant(stock=5)
    order = make_paid_order(lines=[(variant, 2)])
    shipment = fulfillment.create_shipment(order, {one_line(order): 2})
    fulfillment.cancel_shipment(shipment, actor=carol)
    assert shipment.status == Shipment.Status.CANCELED
    assert stock(variant) == (5, 2)
    assert fulfillment.open_quantities(order) == {one_line(order): 2}
    assert fulfillment.create_shipment(order, {one_line(order): 2}).number == 2


def test_keeps_the_parcel_when_its_stock_cannot_move() -> None:
    order = make_paid_order()
    shipment = fulfillment.create_shipment(order, {one_line(order): 1})
    before = untouched(order)
    with patch.object(fulfillment.inventory, "commit", side_effect=RuntimeError), pytest.raises(RuntimeError):
        fulfillment.ship(shipment)
    assert untouched(order) == before


# Changing quantities


def test_moves_stock_and_money_with_the_quantities(carol) -> None:
    one, two = a_variant("100.00", stock=5), a_variant("19.99", stock=5)
    order = make_order(lines=[(one, 2), (two, 1)])
    assert (order.total, order.tax_total) == (Decimal("224.89"), Decimal("35.90"))
    first, second = order.lines.all()
    changing.change_quantities(order, {first.pk: 1, second.pk: 3}, actor=carol)
    order.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.quantity, first.total, first.tax_amount) == (1, Decimal("100.00"), Decimal("15.97"))
    assert (second.quantity, second.total, second.tax_amount) == (3, Decimal("59.97"), Decimal("9.58"))
    assert (order.lines_total, order.tax_total, order.total) == (
        Decimal("159.97"),
        Decimal("26.33"),
        Decimal("164.87"),
    )
    assert (stock(one), stock(two)) == ((5, 1), (5, 3))
    event = order.events.get(kind="quantities_changed")
    assert event.actor == carol
    assert event.data == {
        "before": {one.sku: 2, two.sku: 1, "Total": str(Money("224.89", "EUR"))},
        "after": {one.sku: 1, two.sku: 3, "Total": str(Money("164.87", "EUR"))},
    }


def test_adds_tax_where_prices_exclude_it() -> None:
    order = make_order(prices_include_tax=False)
    assert (order.tax_total, order.total) == (Decimal("38.93"), Decimal("243.83"))
    changing.change_quantities(order, {one_line(order): 1})
    assert (order.lines_total, order.tax_total, order.total) == (
        Decimal("100.00"),
        Decimal("19.93"),
        Decimal("124.83"),
    )


def test_keeps_the_price_that_was_bought() -> None:
    variant = a_variant("100.00")
    order = make_order(lines=[(variant, 1)])
    variant.price = Decimal("150.00")
    variant.save()
    changing.change_quantities(order, {one_line(order): 2})
    assert order.total == Decimal("204.90")


def test_lets_the_open_payment_end_when_the_amount_changes() -> None:
    order = make_order(provider="bank_transfer")
    changing.change_quantities(order, {one_line(order): 1})
    assert order.payments.get().status == Payment.Status.CANCELED
    assert payments.record_payment(order, actor=None).amount == Decimal("104.90")
    assert state(order) == ("confirmed", "paid", "unfulfilled")


def test_owes_back_what_a_paid_order_no_longer_costs(carol) -> None:
    order = make_paid_order()
    changing.change_quantities(order, {one_line(order): 1}, actor=carol)
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.actor) == (Decimal("100.00"), Refund.Status.PENDING, carol)
    payments.settle(refund)
    assert state(order) == ("confirmed", "paid", "unfulfilled")


def test_leaves_an_open_balance_when_a_paid_order_grows() -> None:
    order = make_paid_order()
    changing.change_quantities(order, {one_line(order): 3})
    assert state(order) == ("confirmed", "partial", "unfulfilled")
    assert payments.record_payment(order, actor=None).amount == Decimal("100.00")
    assert state(order) == ("confirmed", "paid", "unfulfilled")


def test_confirms_an_order_that_shrinks_to_what_was_paid() -> None:
    order = make_paid_order()
    changing.change_quantities(order, {one_line(order): 3})
    Order.objects.filter(pk=order.pk).update(status="pending")
    OrderEvent.objects.filter(order=order, kind="paid").update(data={})
    changing.change_quantities(order, {one_line(order): 2})
    assert state(order) == ("confirmed", "paid", "unfulfilled")


def test_takes_a_line_out_and_in_again() -> None:
    one, two = a_variant(stock=5), a_variant(stock=5)
    order = make_order(lines=[(one, 1), (two, 1)])
    first = order.lines.first().pk
    changing.change_quantities(order, {first: 0})
    assert (stock(one), order.total) == ((5, 0), Decimal("104.90"))
    changing.change_quantities(order, {first: 2})
    assert (stock(one), order.total) == ((5, 2), Decimal("304.90"))


@pytest.mark.parametrize("units", [-1, 100, 10**9])
def test_refuses_an_absurd_quantity(units: int) -> None:
    order = make_order()
    before = untouched(order)
    with pytest.raises(QuantityError):
        changing.change_quantities(order, {one_line(order): units})
    assert untouched(order) == before


def test_refuses_more_than_is_in_stock_and_moves_neither_line() -> None:
    one, two = a_variant(stock=5), a_variant(stock=2)
    order = make_paid_order(lines=[(one, 3), (two, 1)])
    first, second = (line.pk for line in order.lines.all())
    before = untouched(order)
    with pytest.raises(QuantityError, match=f"Not enough in stock. Left are {two.sku}: 1."):
        changing.change_quantities(order, {first: 1, second: 3})
    assert untouched(order) == before


def test_refuses_what_is_no_change_or_leaves_nothing_or_is_foreign() -> None:
    order, other = make_order(), make_order()
    before = untouched(order)
    for quantities in ({one_line(order): 2}, {one_line(order): 0}, {one_line(other): 1}, {}):
        with pytest.raises(QuantityError):
            changing.change_quantities(order, quantities)
    assert untouched(order) == before


def test_leaves_what_is_packed_alone() -> None:
    order = make_paid_order(lines=[(a_variant(stock=5), 3)])
    fulfillment.create_shipment(order, {one_line(order): 2})
    with pytest.raises(QuantityError, match="choose 2 to 99"):
        changing.change_quantities(order, {one_line(order): 1})
    changing.change_quantities(order, {one_line(order): 2})
    assert fulfillment.open_quantities(order) == {one_line(order): 0}


def test_refuses_to_change_a_closed_order() -> None:
    order = make_order()
    cancellation.cancel_order(order)
    before = untouched(order)
    with pytest.raises(MoveNotAllowed):
        changing.change_quantities(order, {one_line(order): 1})
    assert untouched(order) == before


def test_expires_only_at_its_time() -> None:
    order = make_order(expires_in=timedelta(hours=1))
    assert cancellation.expire_unpaid(timezone.now() + timedelta(minutes=59)) == 0
    assert cancellation.expire_unpaid(timezone.now() + timedelta(minutes=61)) == 1
    assert state(order)[0] == "canceled"

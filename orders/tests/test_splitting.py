import uuid
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core import mail
from django.urls import reverse

from catalog.models import StockLevel
from orders import balance, cancellation, changing, emails, fulfillment, payments
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import Order, Payment, Refund
from orders.payments import flow
from orders.payments.sandbox import Sandbox
from orders.tests.factories import a_variant, make_order, make_paid_order, make_rate
from orders.tests.test_changing import give_discount, line_ids, untouched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled")]


@pytest.fixture(autouse=True)
def rates(db: None) -> None:
    make_rate(19)


def split(order: Order, units: dict[int, int], key: str = "a", **kwargs) -> Order:
    return changing.split_order(order, units, key=key, **kwargs)


def stock(order: Order) -> list[tuple[int, int]]:
    return list(StockLevel.objects.order_by("pk").values_list("on_hand", "reserved"))


def test_moves_units_with_their_stock_and_money_to_an_order_of_its_own(carol):
    first, second = a_variant("100.00", sku="A1"), a_variant("50.00", sku="B2")
    order = make_paid_order(lines=[(first, 2), (second, 1)])
    pk, whole = line_ids(order)[0], order.total
    other = split(order, {pk: 1}, actor=carol)
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.total, other.total, whole) == (Decimal("154.90"), Decimal("100.00"), Decimal("254.90"))
    assert other.number != order.number
    assert (other.email, other.status, other.payment_status) == (order.email, "confirmed", "paid")
    assert (order.status, order.payment_status) == ("confirmed", "paid")
    assert list(other.lines.values_list("sku", "quantity", "position")) == [("A1", 1, 1)]
    assert stock(order) == [(5, 2), (5, 1)]
    assert other.addresses.count() == 2
    assert balance.of(other).captured.amount == Decimal("100.00")
    assert [(event.kind, event.actor) for event in other.events.all()] == [("split_off", carol), ("confirmed", carol)]
    told = order.events.get(kind="split").data
    assert (told["order"], told["after"]["Devices"]) == (other.number, f"1 × A1 in order {other.number}")


@pytest.mark.parametrize("units", [1, 2])
@pytest.mark.parametrize("includes_tax", [True, False])
def test_splits_discounts_and_tax_to_the_cent(units, includes_tax):
    order = make_order(lines=[(a_variant("33.33"), 3)], prices_include_tax=includes_tax)
    if includes_tax:
        give_discount(order, "-10.00")
    payments.record_payment(order, actor=None)
    order.refresh_from_db()
    whole, tax = order.total, order.tax_total
    other = split(order, {line_ids(order)[0]: units})
    order.refresh_from_db()
    assert (order.total + other.total, order.tax_total + other.tax_total) == (whole, tax)
    assert (order.payment_status, other.payment_status) == ("paid", "paid")


def test_gives_the_other_order_its_share_of_the_discounts():
    """So that it can be changed by itself afterwards."""
    order = make_order(lines=[(a_variant("100.00"), 2)])
    give_discount(order, "-30.00")
    other = split(order, {line_ids(order)[0]: 1})
    shares = [[one.amount for one in each.adjustments.filter(line__isnull=False)] for each in (order, other)]
    assert shares == [[Decimal("-15.00")], [Decimal("-15.00")]]
    assert (other.adjustments_total, other.total) == (Decimal("-15.00"), Decimal("85.00"))


def test_asks_for_what_is_added_after_a_part_was_split_off():
    order = make_paid_order(lines=[(a_variant("100.00"), 2)])
    other = split(order, {line_ids(order)[0]: 1})
    changing.add_device(order, a_variant("30.00"), 1)
    assert [balance.of(each).due.amount for each in (order, other)] == [Decimal("30.00"), Decimal("0.00")]


def test_leaves_both_unpaid_with_their_own_amount_due():
    order = make_order(provider="bank_transfer")
    other = split(order, {line_ids(order)[0]: 1})
    assert (order.status, other.status, other.expires_at) == ("pending", "pending", order.expires_at)
    assert payments.record_payment(other, actor=None).amount == Decimal("100.00")
    assert payments.record_payment(order, actor=None).amount == Decimal("104.90")
    assert [row.status for row in Order.objects.all()] == ["confirmed", "confirmed"]


def test_refunds_the_other_order_through_the_payment_that_the_buyer_made():
    order = make_order(provider="sandbox")
    payment = order.payments.get()
    flow._capture(payment, order)
    other = split(order, {line_ids(order)[0]: 1})
    moved = other.payments.get()
    assert (moved.moved_from, moved.amount) == (payment, Decimal("100.00"))
    cancellation.cancel_order(other, reason="x")
    refund = Refund.objects.get(payment=moved)
    with patch.object(Sandbox, "refund") as asked:
        flow.pay_back.call(str(refund.pk))
    (charge, amount), _key = asked.call_args
    assert (charge.reference, amount.amount) == (str(payment.pk), Decimal("100.00"))
    other.refresh_from_db()
    assert other.payment_status == "refunded"
    payment.refresh_from_db()
    assert payments.refundable(payment).amount == Decimal("104.90")
    cancellation.cancel_order(order, reason="x")
    assert sum(row.amount for row in Refund.objects.filter(payment=payment)) == Decimal("204.90")


def test_makes_one_order_however_often_it_is_asked():
    order = make_paid_order()
    pk = line_ids(order)[0]
    first = split(order, {pk: 1}, key="x")
    assert split(order, {pk: 1}, key="x") == first
    assert Order.objects.count() == 2
    assert Payment.objects.filter(moved_from__isnull=False).count() == 1


def test_ships_and_cancels_each_by_itself():
    order = make_paid_order()
    other = split(order, {line_ids(order)[0]: 1})
    fulfillment.ship(fulfillment.create_shipment(other, fulfillment.open_quantities(other)))
    cancellation.cancel_order(order, reason="x")
    other.refresh_from_db()
    assert (order.status, other.fulfillment_status) == ("canceled", "shipped")
    assert stock(order) == [(4, 0)]


def test_refuses_what_is_packed_or_leaves_nothing_and_changes_nothing():
    order, foreign, whole = make_paid_order(), make_order(), make_order()
    pk = line_ids(order)[0]
    fulfillment.create_shipment(order, {pk: 1})
    before = untouched(order)
    for quantities in ({pk: 2}, {pk: -1}, {pk: 0}, {}, {line_ids(foreign)[0]: 1}):
        with pytest.raises(QuantityError):
            split(order, quantities)
    assert untouched(order) == before
    with pytest.raises(QuantityError, match="must stay"):
        split(whole, {line_ids(whole)[0]: 2})
    cancellation.cancel_order(whole)
    with pytest.raises(MoveNotAllowed):
        split(whole, {line_ids(whole)[0]: 1})
    assert Order.objects.count() == 3


def test_splits_in_the_back_office_and_mails_the_buyer(client, staff, django_capture_on_commit_callbacks):
    staff("Support")
    order = make_paid_order()
    emails.send_pending()
    mail.outbox.clear()
    answers = {f"line-{line_ids(order)[0]}": 1, "key": uuid.uuid4()}
    url = reverse("admin:orders_order_act", args=[order.pk, "split"])
    assert client.get(url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        for _press in range(2):
            client.post(url, answers)
    assert Order.objects.count() == 2
    other = Order.objects.exclude(pk=order.pk).get()
    assert {message.subject for message in mail.outbox} >= {f"Your order {other.number} was changed"}
    assert other.number in client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

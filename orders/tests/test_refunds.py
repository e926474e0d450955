"""Giving money back by unit, delivery and goodwill."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from devicehub.lib.money import Money
from orders import amounts, payments, refunds
from orders.exceptions import OrderError, PaymentError, QuantityError
from orders.models import Adjustment, Order, Payment, Refund, RefundLine
from orders.payments import flow
from orders.reconciliation import differences
from orders.refunds import Wish
from orders.tests.factories import a_variant, make_order, make_paid_order

pytestmark = pytest.mark.django_db


def eur(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


def give(order: Order, key: str = "a", **wish) -> list[Refund]:
    return refunds.refund(order, Wish(**wish), key=key, reason="Scratch", actor=None)


def rows() -> list[tuple]:
    return list(RefundLine.objects.values_list("kind", "units", "amount", "tax_amount"))


def discounted(quantity: int, **fields) -> Order:
    """33.33 each, 10.00 off the line: 89.99 for three, which is 30.00, 30.00 and 29.99."""
    order = make_order(lines=[(a_variant("33.33", stock=99), quantity)], **fields)
    line = order.lines.get()
    Adjustment.objects.create(order=order, line=line, kind="discount", label="Off", source="test", amount="-10.00")
    Order.objects.filter(pk=order.pk).update(adjustments_total="-10.00", total=order.total - 10)
    Payment.objects.filter(order=order).update(amount=order.total - 10)
    order.refresh_from_db()
    payments.record_payment(order, actor=None)
    return order


def test_gives_back_units_at_what_was_paid_for_them() -> None:
    order = discounted(3)
    line = order.lines.get()
    for key, units in (("a", 1), ("b", 2)):
        give(order, key, units={line.pk: units})
    assert [row[1:3] for row in rows()] == [(1, Decimal("30.00")), (2, Decimal("59.99"))]
    assert sum(row[3] for row in rows()) == line.tax_amount
    assert refunds.units_left(order) == {line.pk: 0}
    assert differences() == []


def test_gives_back_the_tax_on_top_where_prices_are_without_it() -> None:
    order = make_paid_order(prices_include_tax=False)
    (refund,) = give(order, units={order.lines.get().pk: 1}, delivery=refunds.delivery_left(order))
    assert refund.amount == Decimal("124.83")
    assert rows() == [
        ("line", 1, Decimal("119.00"), Decimal("19.00")),
        ("delivery", 0, Decimal("5.83"), Decimal("0.93")),
    ]


def test_gives_back_delivery_in_parts_whose_tax_sums_to_the_whole() -> None:
    order = make_paid_order()
    for n, amount in enumerate(("1.63", "1.63", "1.64")):
        give(order, str(n), delivery=eur(amount))
    assert sum(row[3] for row in rows()) == order.shipping_tax
    assert refunds.delivery_left(order) == eur("0")
    with pytest.raises(PaymentError, match=r"At most 0\.00"):
        give(order, "z", delivery=eur("0.01"))


def test_gives_less_for_what_lost_value_with_the_tax_in_proportion() -> None:
    order = make_paid_order()
    pk = order.lines.get().pk
    give(order, units={pk: 1}, reduced={pk: eur("75.00")})
    assert rows() == [("line", 1, Decimal("75.00"), Decimal("11.98"))]  # 15.97 × 75 %
    with pytest.raises(PaymentError, match=r"At most 100\.00"):
        give(order, "b", units={pk: 1}, reduced={pk: eur("100.01")})


def test_tells_what_was_promised_and_leaves_the_stock_alone(carol) -> None:
    order = make_paid_order()
    before = list(order.lines.get().variant.stock_levels.values_list("on_hand", "reserved"))
    refunds.refund(order, Wish(units={order.lines.get().pk: 1}), key="a", reason="Scratch", actor=carol)
    event = order.events.get(kind="refund_promised")
    assert (event.actor, event.note) == (carol, "Scratch")
    assert event.data["before"] == {"kept": str(eur("204.90"))}
    assert event.data["after"] == {"kept": str(eur("104.90"))}
    assert list(order.lines.get().variant.stock_levels.values_list("on_hand", "reserved")) == before


def test_refuses_more_units_than_are_left() -> None:
    order, other = make_paid_order(), make_paid_order()
    pk = order.lines.get().pk
    give(order, units={pk: 1})
    for wrong in ({pk: 2}, {pk: -1}, {other.lines.get().pk: 1}):
        with pytest.raises(QuantityError):
            give(order, "b", units=wrong)
    assert Refund.objects.count() == 1


def test_refuses_more_than_is_left_of_the_money() -> None:
    order = make_paid_order()
    give(order, goodwill=eur("50.00"))
    with pytest.raises(PaymentError, match=r"At most 154\.90"):
        give(order, "b", units={order.lines.get().pk: 2})
    give(order, "c", units={order.lines.get().pk: 2}, reduced={order.lines.get().pk: eur("154.90")})
    assert payments.refundable(order.payments.get()) == eur("0")


def test_refuses_what_was_never_paid() -> None:
    order = make_order()
    with pytest.raises(PaymentError):
        give(order, units={order.lines.get().pk: 1})
    assert not Refund.objects.exists()


def test_is_one_refund_however_often_it_is_asked_for() -> None:
    order = make_paid_order()
    pk = order.lines.get().pk
    assert give(order, units={pk: 1}) == give(order, units={pk: 1})
    with pytest.raises(PaymentError, match="with another amount"):
        give(order, units={pk: 2})
    assert Refund.objects.count() == 1
    assert order.events.filter(kind="refund_promised").count() == 1


def test_spreads_over_the_payments_and_counts_each_unit_once() -> None:
    order = make_order(provider="sandbox")
    Payment.objects.filter(order=order).update(amount="150.00")
    flow._capture(order.payments.get(), order)
    second = Payment.objects.create(order=order, provider="sandbox", amount="54.90", currency="EUR")
    flow._capture(second, order)
    made = give(order, units={order.lines.get().pk: 1}, delivery=refunds.delivery_left(order))
    assert [refund.amount for refund in made] == [Decimal("54.90"), Decimal("50.00")]
    assert [row[:3] for row in rows()] == [
        ("line", 1, Decimal("54.90")),
        ("line", 0, Decimal("45.10")),
        ("delivery", 0, Decimal("4.90")),
    ]
    assert sum(row[3] for row in rows()[:2]) == Decimal("15.97")
    assert differences() == []


def test_frees_the_units_of_a_refund_that_failed() -> None:
    order = make_paid_order()
    pk = order.lines.get().pk
    (refund,) = give(order, units={pk: 2})
    Refund.objects.filter(pk=refund.pk).update(status="failed")
    assert refunds.units_left(order) == {pk: 2}
    give(order, "b", units={pk: 2})


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "line", "units": 1},
        {"kind": "delivery", "units": 1},
        {"kind": "delivery", "amount": 0},
        {"kind": "goodwill", "tax_amount": 6},
        {"kind": "goodwill", "tax_amount": -1},
    ],
)
def test_holds_no_line_that_makes_no_sense(wrong) -> None:
    (refund,) = give(make_paid_order(), goodwill=eur("5"))
    RefundLine.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        RefundLine.objects.create(**{"refund": refund, "amount": 5, **wrong})


def test_reconciliation_finds_lines_that_do_not_sum_and_units_too_many() -> None:
    order = make_paid_order()
    give(order, units={order.lines.get().pk: 2})
    RefundLine.objects.update(amount="199.99", units=3)
    refund, sku = Refund.objects.get(), order.lines.get().sku
    assert differences() == [
        f"Refund {refund.pk}: 200.00, its lines make 199.99",
        f"Order line {sku}: 3 refunded, 2 bought",
    ]


class AnyRow(TestCase):
    """Whatever staff ask for, in whatever order."""

    @settings(max_examples=30, deadline=None)
    @given(
        price=st.decimals("0.01", "99.99", places=2),
        quantity=st.integers(1, 7),
        off=st.integers(0, 100),
        includes_tax=st.booleans(),
        steps=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 300), st.integers(0, 300)), max_size=8),
    )
    def test_never_gives_back_more_than_was_paid_nor_loses_a_cent(
        self, price, quantity, off, includes_tax, steps
    ) -> None:
        order = make_order(lines=[(a_variant(price, stock=9), quantity)], prices_include_tax=includes_tax)
        line = order.lines.get()
        discount = -(line.total * off / 100).quantize(Decimal("0.01"))
        line.tax_amount = (line.tax_amount * (100 - off) / 100).quantize(Decimal("0.01"))
        line.save()
        Adjustment.objects.create(order=order, line=line, kind="discount", label="x", source="x", amount=discount)
        order.payments.update(amount=(amounts.of_line(line).charged + amounts.of_delivery(order).charged).amount)
        flow._capture(order.payments.get(), order)
        for n, (units, delivery, goodwill) in enumerate(steps):
            wish = Wish({line.pk: units}, order.money(Decimal(delivery) / 100), order.money(Decimal(goodwill) / 100))
            try:
                refunds.refund(order, wish, key=str(n), reason="", actor=None)
            except OrderError:
                pass
        self.check(order, amounts.of_line(line), quantity)

    def check(self, order: Order, whole: amounts.Part, quantity: int) -> None:
        given_back = [(row.kind, row.units, row.amount, row.tax_amount) for row in RefundLine.objects.all()]
        paid = order.payments.get().amount
        assert sum(row[2] for row in given_back) == sum(r.amount for r in Refund.objects.all()) <= paid
        goods = [row for row in given_back if row[0] == "line"]
        units = sum(row[1] for row in goods)
        exact = amounts.of_units(order.lines.get(), units)
        assert units <= quantity
        assert sum(row[2] for row in goods) == exact.charged.amount
        assert sum(row[3] for row in goods) == exact.tax.amount

"""The tax of an order by rate."""

from decimal import Decimal

import pytest
from django.db.models import Prefetch

from devicehub.lib.money import Money
from orders.models import Order, OrderLine
from orders.tax_breakdown import tax_breakdown
from orders.tests.factories import a_variant, make_order

pytestmark = pytest.mark.django_db


def eur(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


def order_with_two_rates(*, prices_include_tax: bool) -> Order:
    """100.00 at 19 %, 3 × 10.00 at 7 % with 5.00 off, delivery 4.90 at 19 % waived."""
    lines = [(a_variant("100.00"), 1), (a_variant("10.00"), 3)]
    order = make_order(lines=lines, prices_include_tax=prices_include_tax)
    line = order.lines.get(position=2)
    taxed = eur("25.00").included(7) if prices_include_tax else eur("25.00").percent(7)
    OrderLine.objects.filter(pk=line.pk).update(tax_rate=7, tax_amount=taxed.amount)
    order.adjustments.create(line=line, kind="discount", label="5 off", source="test", amount="-5.00")
    order.adjustments.create(kind="delivery", label="Free", source="test", amount="-4.90")
    goods_tax = order.lines.get(position=1).tax_amount + taxed.amount
    total = Decimal("125.00") + (0 if prices_include_tax else goods_tax)
    changes = {"shipping_tax": 0, "tax_total": goods_tax, "adjustments_total": "-9.90", "total": total}
    Order.objects.filter(pk=order.pk).update(**changes)
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(
    ("prices_include_tax", "expected"),
    [
        (True, [(19, "84.03", "15.97", "100.00"), (7, "23.36", "1.64", "25.00")]),
        (False, [(19, "100.00", "19.00", "119.00"), (7, "25.00", "1.75", "26.75")]),
    ],
)
def test_splits_net_and_tax_by_rate(prices_include_tax: bool, expected: list) -> None:
    order = order_with_two_rates(prices_include_tax=prices_include_tax)
    bands = tax_breakdown(order)
    assert [(band.rate, band.net, band.tax, band.gross) for band in bands] == [
        (rate, eur(net), eur(tax), eur(gross)) for rate, net, tax, gross in expected
    ]
    assert sum((band.gross for band in bands), eur("0")) == eur(order.total)
    assert sum((band.tax for band in bands), eur("0")) == eur(order.tax_total)


def test_counts_delivery_and_fees_of_the_whole_order() -> None:
    order = make_order()  # 200.00 + 4.90
    order.adjustments.create(kind="payment", label="Fee", source="test", amount="2.00", tax_rate=19, tax_amount="0.32")
    [band] = tax_breakdown(order)
    assert (band.rate, band.gross, band.tax) == (19, eur("206.90"), eur("33.03"))  # 31.93 + 0.78 + 0.32


def test_leaves_out_what_was_taken_out_of_the_order() -> None:
    order = make_order(shipping="0")
    OrderLine.objects.filter(order=order).update(quantity=0, total=0, tax_amount=0)
    assert tax_breakdown(order) == []


def test_asks_nothing_where_all_was_read_before(django_assert_num_queries) -> None:
    make_order()
    lines = OrderLine.objects.prefetch_related("adjustments").select_related("order")
    [order] = Order.objects.prefetch_related(Prefetch("lines", lines), "adjustments")
    with django_assert_num_queries(0):
        assert tax_breakdown(order)

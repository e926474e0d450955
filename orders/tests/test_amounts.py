"""What a part of an order costs."""

from decimal import Decimal

import pytest

from devicehub.lib.money import Money
from orders import amounts
from orders.models import Adjustment, OrderLine
from orders.tests.factories import a_variant, make_order

pytestmark = pytest.mark.django_db


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def discounted_line(*, quantity: int, discount: str, prices_include_tax: bool = True) -> OrderLine:
    order = make_order(lines=[(a_variant("33.33", stock=9), quantity)], prices_include_tax=prices_include_tax)
    line = order.lines.get()
    Adjustment.objects.create(order=order, line=line, kind="discount", label="10 %", source="test", amount=discount)
    return line


def test_cuts_a_line_into_parts_that_sum_to_the_whole() -> None:
    line = discounted_line(quantity=3, discount="-10.00")  # 99.99 − 10.00 = 89.99
    parts = [amounts.of_units(line, 1, after=after) for after in range(3)]
    assert [part.amount for part in parts] == [eur("30.00"), eur("30.00"), eur("29.99")]
    assert sum((part.tax for part in parts), eur("0")) == amounts.of_line(line).tax == eur(str(line.tax_amount))
    assert amounts.of_units(line, 2, after=1).amount == eur("59.99")
    assert amounts.of_units(line, 0).amount == eur("0")


def test_adds_the_tax_where_prices_are_without_it() -> None:
    part = amounts.of_units(discounted_line(quantity=1, discount="-3.33", prices_include_tax=False), 1)
    assert (part.amount, part.tax) == (eur("30.00"), eur("6.33"))
    assert (part.net, part.charged) == (eur("30.00"), eur("36.33"))


@pytest.mark.parametrize(("units", "after"), [(4, 0), (1, 3), (-1, 0), (1, -1)])
def test_refuses_units_beyond_the_line(units: int, after: int) -> None:
    with pytest.raises(ValueError, match="of 3 units"):
        amounts.of_units(discounted_line(quantity=3, discount="-10.00"), units, after=after)


def test_knows_delivery_with_what_waived_it() -> None:
    order = make_order(shipping="4.90")
    assert amounts.of_delivery(order).charged == eur("4.90")
    Adjustment.objects.create(order=order, kind="delivery", label="Free", source="test", amount="-4.90")
    order = type(order).objects.get(pk=order.pk)
    assert amounts.of_delivery(order).amount == eur("0")

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicehub.lib.money import Money
from orders.pricing import Delivery, Listed, Totals, price_cart


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def price(lines: list[tuple[str, int, str]], delivery: Delivery | None = None, *, includes_tax: bool = True) -> Totals:
    listed = [Listed(eur(unit_price), quantity, Decimal(rate)) for unit_price, quantity, rate in lines]
    return price_cart(listed, delivery=delivery, includes_tax=includes_tax, currency="EUR")


STANDARD = Delivery(eur("4.90"), Decimal(19))
FREE = Delivery(eur("4.90"), Decimal(19), is_free=True, label="Free delivery from 50.00 €", source="shipping-method:7")


def test_finds_the_tax_inside_prices_with_tax() -> None:
    totals = price([("699.00", 2, "19")], STANDARD)
    assert totals.lines_total == eur("1398.00")
    assert totals.lines[0].tax == eur("223.21")  # 1398 − 1398 / 1.19 = 223.2100…
    assert totals.shipping_tax == eur("0.78")
    assert totals.tax == eur("223.99")
    assert totals.total == eur("1402.90")


def test_adds_the_tax_to_prices_without_tax() -> None:
    totals = price([("699.00", 2, "19")], STANDARD, includes_tax=False)
    assert totals.lines[0].tax == eur("265.62")
    assert totals.shipping_tax == eur("0.93")  # 0.931
    assert totals.tax == eur("266.55")
    assert totals.total == eur("1669.45")


@pytest.mark.parametrize(
    ("unit_price", "rate", "includes_tax", "tax"),
    [
        ("0.01", "19", True, "0.00"),
        ("0.05", "10", False, "0.01"),  # 0.005 is rounded up
        ("0.03", "19", False, "0.01"),  # 0.0057
        ("1.00", "25.5", True, "0.20"),  # 0.2031…
        ("10.00", "8.1", True, "0.75"),
        ("99.99", "0", True, "0.00"),
        ("99.99", "0", False, "0.00"),
    ],
)
def test_rounds_the_tax_of_a_line_half_up(unit_price: str, rate: str, includes_tax: bool, tax: str) -> None:
    assert price([(unit_price, 1, rate)], includes_tax=includes_tax).tax == eur(tax)


def test_rounds_per_line_not_per_unit_nor_per_cart() -> None:
    totals = price([("0.05", 3, "10"), ("0.05", 3, "10")], includes_tax=False)
    assert [line.tax for line in totals.lines] == [eur("0.02"), eur("0.02")]  # 0.015 each, not 3 × 0.01, not 0.03
    assert totals.tax == eur("0.04")


def test_waives_delivery_by_an_adjustment_that_says_why() -> None:
    totals = price([("60.00", 1, "19")], FREE)
    [adjustment] = totals.adjustments
    assert (adjustment.kind, adjustment.label) == ("delivery", "Free delivery from 50.00 €")
    assert (adjustment.source, adjustment.amount) == ("shipping-method:7", eur("-4.90"))
    assert totals.shipping_total == eur("4.90")
    assert totals.shipping_tax == eur(0)
    assert totals.tax == eur("9.58")
    assert totals.total == eur("60.00")


def test_makes_no_adjustment_of_a_method_that_costs_nothing() -> None:
    pickup = Delivery(eur(0), Decimal(19), is_free=True, label="Free")
    assert price([("60.00", 1, "19")], pickup).adjustments == []


def test_prices_an_empty_cart_at_nothing() -> None:
    totals = price([])
    assert (totals.total, totals.tax, totals.lines) == (eur(0), eur(0), [])


lines = st.tuples(
    st.decimals("0.01", "99999.99", places=2),
    st.integers(1, 99),
    st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "8.1", "19", "25.5", "27")]),
)
deliveries = st.one_of(
    st.none(),
    st.builds(
        Delivery,
        st.decimals("0", "99.99", places=2).map(lambda amount: Money(amount, "EUR")),
        st.sampled_from([Decimal(0), Decimal(7), Decimal(19), Decimal(27)]),
        st.booleans(),
    ),
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(lines, max_size=12), deliveries, st.booleans())
def test_adds_up_for_any_cart(
    rows: list[tuple[Decimal, int, Decimal]], delivery: Delivery | None, includes_tax: bool
) -> None:
    listed = [Listed(Money(unit_price, "EUR"), quantity, rate) for unit_price, quantity, rate in rows]
    totals = price_cart(listed, delivery=delivery, includes_tax=includes_tax, currency="EUR")
    zero = eur(0)
    assert [line.total for line in totals.lines] == [row.unit_price * row.quantity for row in listed]
    assert totals.lines_total == sum((line.total for line in totals.lines), zero)
    assert totals.adjustments_total == sum((one.amount for one in totals.adjustments), zero)
    assert totals.tax == sum((line.tax for line in totals.lines), zero) + totals.shipping_tax
    parts = totals.lines_total + totals.shipping_total + totals.adjustments_total
    assert totals.total == (parts if includes_tax else parts + totals.tax)
    assert min(totals.total, totals.tax, totals.shipping_tax, totals.lines_total, totals.shipping_total) >= zero
    assert totals.tax <= totals.total
    assert all(line.tax <= line.total for line in totals.lines)

"""What promotions take off: worked examples of docs/pricing.md, and laws that hold for any cart and any promotions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicehub.lib.money import Money
from orders.discounts import KINDS, Deduction, Goods, Rule, deduct
from orders.models import Promotion
from orders.pricing import Delivery, Listed, price_cart

ZERO = Money.zero("EUR")
PHONE, CASE, CABLE = 1, 2, 3


def eur(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


def goods(*rows: tuple[int, str, int]) -> list[Goods]:
    return [Goods(key, eur(price), quantity) for key, price, quantity in rows]


def rule(kind: str, key: int = 1, *, of: Any = (PHONE, CASE, CABLE), **fields: Any) -> Rule:
    fields.setdefault("rewards", of)
    if "amount" in fields:
        fields["amount"] = eur(fields["amount"])
        fields["prices"] = dict.fromkeys(of, fields["amount"])
    fields["percent"] = Decimal(fields.get("percent", 100))
    rewards = frozenset(fields.pop("rewards"))
    return Rule(key, kind, f"Rule {key}", f"promotion:{key}", frozenset(of), rewards, **fields)


def off(lines: list[Goods], *rules: Rule, delivery: str = "0.00") -> dict[int | None, str]:
    """What is taken off each line, and off delivery (None)."""
    return sums(deduct(lines, within(lines, rules), delivery=eur(delivery)))


def within(lines: list[Goods] | list[Listed], rules: Any) -> list[Rule]:
    """Rules name lines of the cart only."""
    keys = {line.key for line in lines}
    return [replace(one, goods=one.goods & keys, rewards=one.rewards & keys) for one in rules]


def sums(deductions: list[Deduction]) -> dict[int | None, str]:
    found: dict[int | None, Money] = {}
    for one in deductions:
        found[one.line] = found.get(one.line, ZERO) + one.amount
    return {line: str(amount.amount) for line, amount in found.items()}


def test_knows_every_kind_that_staff_can_choose() -> None:
    assert {*KINDS, "delivery"} == set(Promotion.Kind.values)


# Kinds --------------------------------------------------------------------------------------------------------


def test_takes_a_per_cent_off_all_goods_together_and_splits_it() -> None:
    lines = goods((PHONE, "0.05", 1), (CASE, "0.05", 1), (CABLE, "0.05", 1))
    assert off(lines, rule("percent", percent=10)) == {PHONE: "0.01", CASE: "0.01"}  # 0.015 is 0.02, not 3 × 0.01


def test_takes_an_amount_off_in_proportion() -> None:
    lines = goods((PHONE, "100.00", 1), (CASE, "20.00", 1))
    assert off(lines, rule("amount", amount=10)) == {PHONE: "8.33", CASE: "1.67"}


def test_takes_no_more_than_there_is() -> None:
    assert off(goods((CASE, "20.00", 2)), rule("amount", amount=50)) == {CASE: "40.00"}


def test_takes_off_what_lies_above_a_fixed_price() -> None:
    lines = goods((PHONE, "599.00", 2), (CASE, "20.00", 1))
    assert off(lines, rule("fixed", of=[PHONE], amount=499)) == {PHONE: "200.00"}
    assert off(lines, rule("fixed", amount=600)) == {}


@pytest.mark.parametrize(
    ("units", "free"), [(2, None), (3, "20.00"), (4, "20.00"), (5, "20.00"), (6, "40.00"), (99, "660.00")]
)
def test_gives_the_third_free(units: int, free: str | None) -> None:
    found = off(goods((CASE, "20.00", units)), rule("bundle", buy=2, get=1, percent=100))
    assert found == ({CASE: free} if free else {})


def test_gives_the_cheapest_free() -> None:
    lines = goods((PHONE, "30.00", 2), (CASE, "10.00", 1), (CABLE, "20.00", 3))
    assert off(lines, rule("bundle", buy=2, get=1, percent=100)) == {CASE: "10.00", CABLE: "20.00"}


def test_gives_a_case_at_half_its_price_with_each_phone() -> None:
    offer = rule("bundle", of=[PHONE], rewards=[CASE], buy=1, get=1, percent=50)
    assert off(goods((PHONE, "599.00", 1), (CASE, "19.99", 3)), offer) == {CASE: "10.00"}  # 9.995 rounded up
    assert off(goods((PHONE, "599.00", 4), (CASE, "19.99", 3)), offer) == {CASE: "29.99"}
    assert off(goods((CASE, "19.99", 3)), offer) == {}
    assert off(goods((PHONE, "599.00", 1)), offer) == {}


def test_makes_nothing_cheaper_that_must_be_bought() -> None:
    offer = rule("bundle", of=[PHONE, CASE], rewards=[CASE, CABLE], buy=2, get=1, percent=100)
    assert off(goods((PHONE, "50.00", 1), (CASE, "10.00", 1)), offer) == {}
    assert off(goods((PHONE, "50.00", 1), (CASE, "10.00", 1), (CABLE, "20.00", 1)), offer) == {CABLE: "20.00"}
    assert off(goods((PHONE, "50.00", 2), (CASE, "10.00", 1), (CABLE, "20.00", 1)), offer) == {CASE: "10.00"}


def test_pays_delivery_or_a_part_of_it() -> None:
    lines = goods((CASE, "20.00", 1))
    assert off(lines, rule("delivery"), delivery="12.90") == {None: "12.90"}
    assert off(lines, rule("delivery", amount="4.90"), delivery="12.90") == {None: "4.90"}
    assert off(lines, rule("delivery"), delivery="0.00") == {}


# Conditions ---------------------------------------------------------------------------------------------------


def test_is_for_nothing_where_nothing_fits() -> None:
    assert off(goods((CASE, "20.00", 1)), rule("percent", of=[], percent=10)) == {}
    assert off(goods((CASE, "20.00", 1)), rule("delivery", of=[]), delivery="4.90") == {}


# Beside each other --------------------------------------------------------------------------------------------


def test_takes_each_off_what_those_of_lower_numbers_have_left() -> None:
    lines = goods((PHONE, "100.00", 1))
    tenth, ten = rule("percent", 1, percent=10, priority=5), rule("amount", 2, amount=10)
    assert off(lines, tenth, ten) == {PHONE: "19.00"}  # 10, then 10 % of 90
    early = rule("percent", 1, percent=10, priority=-5)
    assert off(lines, early, ten) == {PHONE: "20.00"}


def test_lets_one_that_stands_alone_count_where_it_saves_more_than_all_others() -> None:
    lines = goods((PHONE, "100.00", 1))
    together = [rule("percent", 1, percent=10), rule("amount", 2, amount=5)]
    assert off(lines, *together, rule("percent", 3, percent=14, is_combinable=False)) == {PHONE: "15.00"}
    assert off(lines, *together, rule("percent", 3, percent=16, is_combinable=False)) == {PHONE: "16.00"}
    both = [rule("percent", 3, percent=15, is_combinable=False), rule("percent", 4, percent=20, is_combinable=False)]
    assert off(lines, *together, *both) == {PHONE: "20.00"}


def test_counts_delivery_among_what_is_saved() -> None:
    lines = goods((PHONE, "100.00", 1))
    alone = rule("delivery", 2, is_combinable=False)
    assert off(lines, rule("amount", amount=10), alone, delivery="12.90") == {None: "12.90"}
    assert off(lines, rule("amount", amount=13), alone, delivery="12.90") == {PHONE: "13.00"}


# The worked example of docs/pricing.md ------------------------------------------------------------------------


def test_prices_the_worked_example() -> None:
    listed = [Listed(eur("699.00"), 1, Decimal(19), PHONE), Listed(eur("20.00"), 3, Decimal(19), CASE)]
    rules = [
        rule("bundle", 7, of=[CASE], buy=2, get=1, percent=100),
        rule("percent", 8, percent=10, priority=1),
        rule("delivery", 9, amount="3.00"),
    ]
    delivery = Delivery(eur("4.90"), Decimal(19))
    totals = price_cart(listed, delivery=delivery, includes_tax=True, currency="EUR", rules=within(listed, rules))
    assert [(one.source, one.line, str(one.amount.amount)) for one in totals.adjustments] == [
        ("promotion:7", 1, "-20.00"),
        ("promotion:8", 0, "-69.90"),
        ("promotion:8", 1, "-4.00"),
        ("promotion:9", None, "-3.00"),
    ]
    assert (totals.lines_total, totals.adjustments_total) == (eur(759), eur("-96.90"))
    assert [line.discount for line in totals.lines] == [eur("69.90"), eur("24.00")]
    assert [line.tax for line in totals.lines] == [eur("100.44"), eur("5.75")]
    assert (totals.shipping_tax, totals.tax, totals.total) == (eur("0.30"), eur("106.49"), eur("667.00"))


def test_waives_first_what_the_method_itself_waives() -> None:
    listed = [Listed(eur("60.00"), 1, Decimal(19), PHONE)]
    free = Delivery(
        eur("4.90"), Decimal(19), is_free=True, label="Free delivery from 50.00 €", source="shipping-method:7"
    )
    totals = price_cart(listed, delivery=free, includes_tax=True, currency="EUR", rules=[rule("delivery", of=[PHONE])])
    assert [one.source for one in totals.adjustments] == ["shipping-method:7"]
    assert totals.total == eur("60.00")


# Laws ---------------------------------------------------------------------------------------------------------

KEYS = range(1, 6)
keys = st.sets(st.sampled_from(KEYS))
rates = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "19", "27")])
amounts = st.decimals("0.01", "500.00", places=2).map(eur)


@st.composite
def rules(draw: Any, key: int) -> Rule:
    kind = draw(st.sampled_from(Promotion.Kind.values))
    of = draw(keys)
    return Rule(
        key=key,
        kind=kind,
        label=f"Rule {key}",
        source=f"promotion:{key}",
        goods=frozenset(of),
        rewards=frozenset(draw(keys) if draw(st.booleans()) else of),
        percent=draw(st.decimals("0.01", "100.00", places=2)),
        amount=draw(st.none() | amounts) if kind == "delivery" else draw(amounts),
        buy=draw(st.integers(1, 4)),
        get=draw(st.integers(1, 4)),
        prices=dict.fromkeys(KEYS, draw(amounts)),
        priority=draw(st.integers(-2, 2)),
        is_combinable=draw(st.booleans()),
    )


@st.composite
def carts(draw: Any) -> tuple[list[Listed], list[Rule], Delivery | None]:
    listed = [
        Listed(eur(draw(st.decimals("0.01", "999.99", places=2))), draw(st.integers(1, 9)), draw(rates), key)
        for key in sorted(draw(keys))
    ]
    drawn = [draw(rules(key)) for key in range(1, draw(st.integers(0, 5)) + 1)]
    delivery = draw(st.none() | st.builds(Delivery, st.decimals("0", "99.99", places=2).map(eur), rates, st.booleans()))
    return listed, within(listed, drawn), delivery


@settings(max_examples=500, deadline=None)
@given(carts(), st.booleans(), st.randoms(use_true_random=False))
def test_adds_up_for_any_cart_with_any_promotions(cart: Any, includes_tax: bool, random: Any) -> None:
    listed, chosen, delivery = cart
    fields = {"delivery": delivery, "includes_tax": includes_tax, "currency": "EUR"}
    totals = price_cart(listed, rules=chosen, **fields)
    discounts = [one for one in totals.adjustments if one.kind == "discount"]
    waived = sum((one.amount for one in totals.adjustments if one.kind == "delivery"), ZERO)

    assert all(one.amount < ZERO for one in totals.adjustments)
    assert len({(one.source, one.line) for one in discounts}) == len(discounts)
    for place, line in enumerate(totals.lines):
        assert line.discount == -sum((one.amount for one in discounts if one.line == place), ZERO)
        assert ZERO <= line.discount <= line.total
        assert ZERO <= line.tax <= max(line.total - line.discount, line.tax)
    assert totals.shipping_total + waived >= ZERO
    assert totals.adjustments_total == sum((one.amount for one in totals.adjustments), ZERO)
    assert totals.tax == sum((line.tax for line in totals.lines), totals.shipping_tax)
    parts = totals.lines_total + totals.shipping_total + totals.adjustments_total
    assert totals.total == (parts if includes_tax else parts + totals.tax)
    assert ZERO <= totals.tax <= totals.total

    mixed = random.sample(listed, len(listed))
    again = price_cart(mixed, rules=random.sample(chosen, len(chosen)), **fields)
    assert again.total == totals.total
    assert {line.key: one for line, one in zip(mixed, again.lines, strict=True)} == {
        line.key: one for line, one in zip(listed, totals.lines, strict=True)
    }


@settings(max_examples=150, deadline=None)
@given(carts())
def test_never_costs_more_than_without_a_promotion_nor_than_with_fewer(cart: Any) -> None:
    listed, chosen, delivery = cart
    fields = {"delivery": delivery, "includes_tax": True, "currency": "EUR"}
    alone = [one for one in chosen if not one.is_combinable]
    best = price_cart(listed, rules=chosen, **fields).total
    assert best <= price_cart(listed, **fields).total
    assert all(best <= price_cart(listed, rules=[one], **fields).total for one in alone)

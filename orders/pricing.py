"""What a cart costs, in named stages: listed → discounts → delivery → tax → total. docs/pricing.md is this in words.

Pure: values in, values out, no query. Every amount is rounded once, where it is made, and only ever added after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from devicehub.lib.money import Money
from orders.discounts import Deduction, Goods, Rule, deduct


@dataclass(frozen=True)
class Listed:
    """What comes in for a line. Rules of promotions name it by its `key`."""

    unit_price: Money
    quantity: int
    tax_rate: Decimal
    key: int = 0


@dataclass(frozen=True)
class Delivery:
    """What comes in for the parcel. The goods may be worth so much that `is_free` waives the price."""

    price: Money
    tax_rate: Decimal
    is_free: bool = False
    label: str = ""  # of the adjustment that waives the price
    source: str = ""


@dataclass(frozen=True)
class PricedLine:
    """`total` is unit price × quantity; the tax is that of `total` less `discount`, which is zero or more."""

    unit_price: Money
    quantity: int
    total: Money
    discount: Money
    tax_rate: Decimal
    tax: Money


@dataclass(frozen=True)
class PricedAdjustment:
    """A signed change of the total: a discount of `line` (its place among the lines), or one of delivery.

    It changes what the tax of that line, or of delivery, is computed from; its own tax is zero.
    """

    kind: str
    label: str
    source: str
    amount: Money
    line: int | None = None


@dataclass(frozen=True)
class Totals:
    """`tax` is contained in the amounts when `includes_tax`, and added to them otherwise."""

    lines: list[PricedLine]
    adjustments: list[PricedAdjustment]
    lines_total: Money
    shipping_total: Money
    shipping_tax_rate: Decimal
    shipping_tax: Money
    adjustments_total: Money
    tax: Money
    total: Money
    includes_tax: bool


def price_cart(
    lines: Sequence[Listed],
    *,
    delivery: Delivery | None,
    includes_tax: bool,
    currency: str,
    rules: Sequence[Rule] = (),
) -> Totals:
    """Run all stages. Without `delivery` (nothing fits, or not chosen yet) it costs nothing and is not promised."""
    zero = Money.zero(currency)
    shipping_total = delivery.price if delivery else zero
    waived = _free_delivery(delivery)
    deductions = deduct(_goods(lines), rules, delivery=_sum(waived, shipping_total))
    discounts = _discounts(lines, deductions)
    priced = [_price_line(line, place, discounts, includes_tax) for place, line in enumerate(lines)]
    waived += [_waiver(one) for one in deductions if one.line is None]
    adjustments = discounts + waived
    shipping_tax_rate = delivery.tax_rate if delivery else Decimal(0)
    shipping_tax = tax_of(_sum(waived, shipping_total), shipping_tax_rate, includes_tax)
    lines_total = sum((line.total for line in priced), zero)
    tax = sum((line.tax for line in priced), shipping_tax)
    total = _sum(adjustments, lines_total + shipping_total)
    return Totals(
        lines=priced,
        adjustments=adjustments,
        lines_total=lines_total,
        shipping_total=shipping_total,
        shipping_tax_rate=shipping_tax_rate,
        shipping_tax=shipping_tax,
        adjustments_total=_sum(adjustments, zero),
        tax=tax,
        total=total if includes_tax else total + tax,
        includes_tax=includes_tax,
    )


def tax_of(amount: Money, rate: Decimal, includes_tax: bool) -> Money:
    """The tax in an amount, or on top of it."""
    return amount.included(rate) if includes_tax else amount.percent(rate)


def _goods(lines: Sequence[Listed]) -> list[Goods]:
    return [Goods(line.key, line.unit_price, line.quantity) for line in lines]


def _discounts(lines: Sequence[Listed], deductions: Sequence[Deduction]) -> list[PricedAdjustment]:
    places = {line.key: place for place, line in enumerate(lines)}
    return [
        PricedAdjustment("discount", one.rule.label, one.rule.source, -one.amount, places[one.line])
        for one in deductions
        if one.line is not None
    ]


def _waiver(deduction: Deduction) -> PricedAdjustment:
    return PricedAdjustment("delivery", deduction.rule.label, deduction.rule.source, -deduction.amount)


def _price_line(line: Listed, place: int, discounts: Sequence[PricedAdjustment], includes_tax: bool) -> PricedLine:
    total = line.unit_price * line.quantity
    discounted = _sum((one for one in discounts if one.line == place), total)
    tax = tax_of(discounted, line.tax_rate, includes_tax)
    return PricedLine(line.unit_price, line.quantity, total, total - discounted, line.tax_rate, tax)


def _sum(adjustments: Iterable[PricedAdjustment], start: Money) -> Money:
    return sum((one.amount for one in adjustments), start)


def _free_delivery(delivery: Delivery | None) -> list[PricedAdjustment]:
    if delivery is None or not delivery.is_free or not delivery.price:
        return []
    return [PricedAdjustment("delivery", delivery.label, delivery.source, -delivery.price)]

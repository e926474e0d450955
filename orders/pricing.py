"""What a cart costs, in named stages: listed → delivery → tax → total. docs/pricing.md is this file in words.

Pure: values in, values out, no query. Every amount is rounded once, where it is made, and only ever added after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from devicehub.lib.money import Money


@dataclass(frozen=True)
class Listed:
    """What comes in for a line."""

    unit_price: Money
    quantity: int
    tax_rate: Decimal


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
    unit_price: Money
    quantity: int
    total: Money
    tax_rate: Decimal
    tax: Money


@dataclass(frozen=True)
class PricedAdjustment:
    """A signed change of the total. One of delivery changes what delivery's tax is computed from; its own is zero."""

    kind: str
    label: str
    source: str
    amount: Money


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


def price_cart(lines: Sequence[Listed], *, delivery: Delivery | None, includes_tax: bool, currency: str) -> Totals:
    """Run all stages. Without `delivery` (nothing fits, or not chosen yet) it costs nothing and is not promised."""
    zero = Money.zero(currency)
    priced = [_price_line(line, includes_tax) for line in lines]
    lines_total = sum((line.total for line in priced), zero)
    shipping_total = delivery.price if delivery else zero
    shipping_tax_rate = delivery.tax_rate if delivery else Decimal(0)
    adjustments = _free_delivery(delivery)
    adjustments_total = sum((adjustment.amount for adjustment in adjustments), zero)
    shipping_tax = tax_of(shipping_total + adjustments_total, shipping_tax_rate, includes_tax)
    tax = sum((line.tax for line in priced), shipping_tax)
    total = lines_total + shipping_total + adjustments_total
    return Totals(
        lines=priced,
        adjustments=adjustments,
        lines_total=lines_total,
        shipping_total=shipping_total,
        shipping_tax_rate=shipping_tax_rate,
        shipping_tax=shipping_tax,
        adjustments_total=adjustments_total,
        tax=tax,
        total=total if includes_tax else total + tax,
        includes_tax=includes_tax,
    )


def tax_of(amount: Money, rate: Decimal, includes_tax: bool) -> Money:
    """The tax in an amount, or on top of it."""
    return amount.included(rate) if includes_tax else amount.percent(rate)


def _price_line(line: Listed, includes_tax: bool) -> PricedLine:
    total = line.unit_price * line.quantity
    tax = tax_of(total, line.tax_rate, includes_tax)
    return PricedLine(line.unit_price, line.quantity, total, line.tax_rate, tax)


def _free_delivery(delivery: Delivery | None) -> list[PricedAdjustment]:
    if delivery is None or not delivery.is_free or not delivery.price:
        return []
    return [PricedAdjustment("delivery", delivery.label, delivery.source, -delivery.price)]

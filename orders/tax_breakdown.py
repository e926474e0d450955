"""The tax of an order by rate, from what it stores: what invoices print and returns to the tax office add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from devicehub.lib.money import Money
from orders import amounts
from orders.amounts import Part
from orders.models import Adjustment, Order


@dataclass(frozen=True)
class TaxBand:
    """Everything taxed at `rate` per cent; gross = net + tax, exactly."""

    rate: Decimal
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def tax_breakdown(order: Order) -> list[TaxBand]:
    """A band per rate, the highest first; their gross amounts sum to the order's total, their tax to its tax.

    Queries nothing where lines (with their adjustments) and adjustments of the order were prefetched.
    """
    lines = [line for line in order.lines.all() if line.quantity]
    parts = [(line.tax_rate, amounts.of_line(line)) for line in lines]
    return bands([*parts, (order.shipping_tax_rate, amounts.of_delivery(order)), *rest(order)])


def rest(order: Order) -> list[tuple[Decimal, Part]]:
    """What belongs neither to a line nor to delivery, such as the fee of a way to pay, each with its own rate."""
    rows = [one for one in order.adjustments.all() if one.kind != "delivery" and one.line_id is None]
    return [(row.tax_rate, _part(order, row)) for row in rows]


def bands(parts: Iterable[tuple[Decimal, Part]]) -> list[TaxBand]:
    """Add up parts by their rates; a part that costs nothing makes no band."""
    found: dict[Decimal, TaxBand] = {}
    for rate, part in parts:
        if part.charged or part.tax:
            zero = Money.zero(part.tax.currency)
            known = found.get(rate) or TaxBand(rate, zero, zero)
            found[rate] = TaxBand(rate, known.net + part.net, known.tax + part.tax)
    return sorted(found.values(), key=lambda band: band.rate, reverse=True)


def _part(order: Order, row: Adjustment) -> Part:
    return Part(order.money(row.amount), order.money(row.tax_amount), order.prices_include_tax)

"""What a part of an order costs: cut into parcels, invoices or refunds, the parts of a line sum to the whole."""

from __future__ import annotations

from dataclasses import dataclass

from devicehub.lib.money import Money
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class Part:
    """`amount` is with or without `tax` as the order's prices are."""

    amount: Money
    tax: Money
    includes_tax: bool

    @property
    def charged(self) -> Money:
        """What the buyer pays for it."""
        return self.amount if self.includes_tax else self.amount + self.tax

    @property
    def net(self) -> Money:
        return self.charged - self.tax


def of_line(line: OrderLine) -> Part:
    """A whole line with its discounts."""
    order, adjustments = line.order, list(line.adjustments.all())
    amount = sum((order.money(one.amount) for one in adjustments), order.money(line.total))
    tax = sum((order.money(one.tax_amount) for one in adjustments), order.money(line.tax_amount))
    return Part(amount, tax, order.prices_include_tax)


def of_units(line: OrderLine, units: int, *, after: int = 0) -> Part:
    """So many units of a line, `after` others of it that were counted before. Raises ValueError beyond the line."""
    if not 0 <= after <= after + units <= line.quantity:
        raise ValueError(f"{units} after {after} of {line.quantity} units")
    whole = of_line(line)
    return Part(_slice(whole.amount, line, units, after), _slice(whole.tax, line, units, after), whole.includes_tax)


def of_delivery(order: Order) -> Part:
    """Delivery with what waived it."""
    waived = [one for one in order.adjustments.all() if one.kind == "delivery" and one.line_id is None]
    amount = sum((order.money(one.amount) for one in waived), order.money(order.shipping_total))
    tax = sum((order.money(one.tax_amount) for one in waived), order.money(order.shipping_tax))
    return Part(amount, tax, order.prices_include_tax)


def _slice(whole: Money, line: OrderLine, units: int, after: int) -> Money:
    parts = whole.split([1] * line.quantity) if line.quantity else []
    return sum(parts[after : after + units], Money.zero(whole.currency))

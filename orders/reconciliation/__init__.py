"""Proof that stock and money are right: every check says in words what is wrong, and nothing when all is well.

There are two kinds. A check of the shop takes nothing. A check of orders takes some orders at a time and asks a
constant number of queries for them, so that a hundred thousand orders need no more memory than a thousand. A new one
goes into the file of its subject and into one of the two lists below; the tests have a harm for each that it must name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from devicehub.lib.db import in_batches, snapshot
from orders.models import Order
from orders.reconciliation.credit import credit_balances, credit_payments
from orders.reconciliation.documents import credited_amounts, document_numbers, document_sums, invoiced_amounts
from orders.reconciliation.money import payment_sums
from orders.reconciliation.moves import order_moves
from orders.reconciliation.parcels import parcel_units
from orders.reconciliation.promotions import line_discounts, promotion_counters, promotion_uses
from orders.reconciliation.refunds import refund_lines
from orders.reconciliation.returns import returned_stock, returned_units
from orders.reconciliation.stock import reservations, reserved_for_nobody, stock_ledger
from orders.reconciliation.sums import order_sums
from orders.reconciliation.units import living_numbers, unit_numbers

OF_SHOP = (
    *(stock_ledger, reserved_for_nobody, living_numbers),
    *(promotion_counters, document_numbers, credit_balances),
)
OF_ORDERS = (
    *(reservations, order_sums, line_discounts, promotion_uses),
    *(payment_sums, refund_lines, parcel_units, unit_numbers, order_moves),
    *(document_sums, invoiced_amounts, credited_amounts, credit_payments),
    *(returned_units, returned_stock),
)


@dataclass(frozen=True)
class Difference:
    check: str
    words: str


def differences() -> list[str]:
    return [found.words for found in check_all()]


def check_all() -> Iterator[Difference]:
    """What is wrong, as it is found, all of it seen at one moment; changes nothing and holds nobody up."""
    with snapshot():
        for of_shop in OF_SHOP:
            yield from (Difference(of_shop.__name__, words) for words in of_shop())
        for orders in in_batches(Order.objects.all()):
            for of_orders in OF_ORDERS:
                yield from (Difference(of_orders.__name__, words) for words in of_orders(orders))

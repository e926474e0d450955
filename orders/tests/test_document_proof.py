"""What `manage.py reconcile` says of documents: nothing when all is well, and each harm by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from devicehub.lib.money import Money
from orders.models import DocumentSeries, Order, ShipmentLine
from orders.reconciliation import differences
from orders.refunds import Wish
from orders.tests.factories import a_variant, make_paid_order
from orders.tests.test_credit_notes import give_back
from orders.tests.test_documents import ship

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Three bought, two sent in two parcels, one of them and delivery refunded."""
    order = make_paid_order(lines=[(a_variant("10.01", stock=9), 3)], number="TEST")
    line = order.lines.get().pk
    ship(order, {line: 1})
    ship(order, {line: 1})
    give_back(order, Wish(units={line: 1}, delivery=Money("4.90", "EUR")))
    return order


def sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def lost_document() -> None:
    sql("DELETE FROM orders_documentfile")
    sql("DELETE FROM orders_document WHERE kind = 'invoice' AND sequence = 2")


def lost_note() -> None:
    sql("DELETE FROM orders_documentfile")
    sql("DELETE FROM orders_document WHERE kind = 'credit-note'")
    DocumentSeries.objects.filter(kind="credit-note").delete()


def skipped_number() -> None:
    DocumentSeries.objects.filter(kind="invoice").update(last=3)


def other_total() -> None:
    sql("UPDATE orders_document SET net = net + 1, total = total + 1 WHERE kind = 'invoice' AND sequence = 1")


def more_sent() -> None:
    ShipmentLine.objects.filter(shipment__number=1).update(quantity=2)


def test_finds_nothing_where_all_is_right(order: Order) -> None:
    make_paid_order()
    assert differences() == []


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (lost_document, "invoice numbers of "),
        (lost_document, "Order TEST: parcel 2 left without an invoice"),
        (lost_note, "Order TEST: 0.00 credited of delivery, 4.90 went back"),
        (skipped_number, ": 2 from 1 to 2, 3 given out"),
        (other_total, "in its row, its parts make"),
        (more_sent, "Order TEST: 24.92 invoiced, what was sent costs 34.93"),
    ],
)
def test_names_every_kind_of_harm(order: Order, harm: Callable[[], None], named: str) -> None:
    harm()
    found = differences()
    assert [words for words in found if named in words], found

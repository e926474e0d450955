"""The row of a document with its number, and what the documents of an order have booked so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from devicehub.lib.money import Money
from orders.documents import numbers, rendering, snapshots
from orders.models import Document, Order


@dataclass(frozen=True)
class Booked:
    """Units, net and tax that documents name for one thing."""

    units: int
    net: Money
    tax: Money

    @property
    def charged(self) -> Money:
        return self.net + self.tax

    def __add__(self, other: Booked) -> Booked:
        return Booked(self.units + other.units, self.net + other.net, self.tax + other.tax)


def issue(order: Order, facts: dict[str, Any], **cause: Any) -> Document:
    """Number and write a document, in the caller's transaction; its files are made after the commit."""
    today = timezone.localdate()
    number = numbers.claim_number(facts["kind"], today)
    document = Document.objects.create(
        kind=facts["kind"],
        year=number.year,
        sequence=number.sequence,
        number=number.text,
        order=order,
        issued_on=today,
        currency=order.currency,
        net=Decimal(facts["net"]),
        tax=Decimal(facts["tax"]),
        total=Decimal(facts["total"]),
        snapshot=snapshots.with_number(facts, number.text, today),
        **cause,
    )
    rendering.render.enqueue(str(document.pk))
    return document


def booked(
    order: Order, documents: Iterable[Document], key: Callable[[dict[str, Any]], Any]
) -> defaultdict[Any, Booked]:
    """What the lines of documents sum to by `key`, such as their source."""
    zero = Money.zero(order.currency)
    sums: defaultdict[Any, Booked] = defaultdict(lambda: Booked(0, zero, zero))
    for document in documents:
        for line in document.snapshot["lines"]:
            sums[key(line)] += Booked(line["units"], order.money(line["net"]), order.money(line["tax"]))
    return sums


def source(line: dict[str, Any]) -> str:
    return line["source"]

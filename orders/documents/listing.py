"""An order's documents as its pages list them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from devicehub.lib.money import Money
from orders.models import DocumentKind, Order


@dataclass
class Listed:
    """A document on a page; `urls` by format is empty while its files are being made."""

    title: str
    issued_on: date
    total: Money
    urls: dict[str, str] = field(default_factory=dict)


def listed(order: Order, url_of: Callable[[str, str], str]) -> list[Listed]:
    """The order's documents in the order of their issue; one query. `url_of` is given number and format."""
    columns = ("number", "kind", "issued_on", "total", "currency", "files__format")
    found: dict[str, Listed] = {}
    rows = order.documents.order_by("created_at", "number", "files__format")
    for number, kind, issued_on, total, currency, format in rows.values_list(*columns):
        title = f"{DocumentKind(kind).label} {number}"
        row = found.setdefault(number, Listed(title[:1].upper() + title[1:], issued_on, Money(total, currency)))
        if format:
            row.urls[format] = url_of(number, format)
    return list(found.values())

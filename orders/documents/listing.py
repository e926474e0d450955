"""An order's documents as its pages list them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from devicehub.lib.money import Money
from orders.models import Document, DocumentKind, Order


@dataclass
class Listed:
    """A document on a page; `urls` by format is empty while its files are being made."""

    title: str
    issued_on: date
    total: Money
    urls: dict[str, str] = field(default_factory=dict)


def listed(order: Order, url_of: Callable[[str, str], str]) -> list[Listed]:
    """The order's documents in the order of their issue; one query. `url_of` is given number and format."""
    return _collect(order.documents.all(), lambda _order, number, format: url_of(number, format)).get(order.pk, [])


def listed_by_order(orders: Iterable[UUID], url_of: Callable[[str, str, str], str]) -> dict[UUID, list[Listed]]:
    """The same of many orders, in one query. `url_of` is given the order's number, number and format."""
    return _collect(Document.objects.filter(order__in=list(orders)), url_of)


def _collect(documents: Any, url_of: Callable[[str, str, str], str]) -> dict[UUID, list[Listed]]:
    columns = ("order_id", "order__number", "number", "kind", "issued_on", "total", "currency", "files__format")
    found: dict[UUID, dict[str, Listed]] = {}
    rows = documents.order_by("created_at", "number", "files__format").values_list(*columns)
    for order_id, order_number, number, kind, issued_on, total, currency, format in rows:
        title = f"{DocumentKind(kind).label} {number}"
        listed = Listed(title[:1].upper() + title[1:], issued_on, Money(total, currency))
        row = found.setdefault(order_id, {}).setdefault(number, listed)
        if format:
            row.urls[format] = url_of(order_number, number, format)
    return {order_id: list(rows.values()) for order_id, rows in found.items()}

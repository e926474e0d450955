"""Numbers without gap: a year's counter is moved in the transaction that writes the document, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F

from orders.models import DocumentKind, DocumentSeries

PREFIX = {DocumentKind.INVOICE: "", DocumentKind.CREDIT_NOTE: "C"}


@dataclass(frozen=True)
class Number:
    year: int
    sequence: int
    text: str


def claim_number(kind: str, on: date) -> Number:
    """The next number of the year, such as 2026-000123 for an invoice and C2026-000004 for a credit note.

    Call it inside the transaction that writes the document, last: until that ends all others wait for the row.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number is claimed inside the transaction that uses it.")
    series = DocumentSeries.objects.filter(kind=kind, year=on.year)
    if not series.update(last=F("last") + 1):
        DocumentSeries.objects.get_or_create(kind=kind, year=on.year)
        series.update(last=F("last") + 1)
    sequence = series.get().last
    return Number(on.year, sequence, text_of(kind, on.year, sequence))


def text_of(kind: str, year: int, sequence: int) -> str:
    return f"{PREFIX[DocumentKind(kind)]}{year}-{sequence:06d}"

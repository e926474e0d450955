"""Credit notes: what goes back of what was invoiced.

Money that goes back for units or delivery takes them off their invoices. Where it went back before they were invoiced,
the note follows the invoice. Goodwill changes no sale and needs none; neither does money that an order never cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from devicehub.lib.money import Money
from orders.amounts import Part
from orders.documents import issuing, snapshots
from orders.documents.issuing import Booked
from orders.documents.snapshots import Row
from orders.models import Document, Order, Refund, RefundLine

Kind = Document.Kind


@transaction.atomic
def issue_credit_notes(order: Order) -> list[Document]:
    """One for each refund that is done and not credited as far as invoices go. The caller holds the order's row."""
    refunds = Refund.objects.filter(payment__order=order, status=Refund.Status.DONE, lines__isnull=False).distinct()
    notes = (_credit(order, refund) for refund in refunds.order_by("created_at", "pk"))
    return [note for note in notes if note]


def _credit(order: Order, refund: Refund) -> Document | None:
    books = Books.of(order)
    rows = [row for line in refund.lines.select_related("order_line") for row in books.rows(line)]
    if not rows:
        return None
    sources = {row.source for row in rows}
    invoices = [one for one in books.invoices if sources & set(map(issuing.source, one.snapshot["lines"]))]
    facts = snapshots.of_credit_note(order, invoices, rows, reason=refund.reason)
    return issuing.issue(order, facts, refund=refund, invoice=invoices[0])


@dataclass(frozen=True)
class Books:
    """What was invoiced and credited of an order: by source, and credited by refund line."""

    order: Order
    invoices: list[Document]
    invoiced: dict[str, Booked]
    credited: dict[str, Booked]
    by_refund_line: dict[int, Booked]

    @classmethod
    def of(cls, order: Order) -> Books:
        documents = list(order.documents.all())
        invoices = [one for one in documents if one.kind == Kind.INVOICE]
        notes = [one for one in documents if one.kind == Kind.CREDIT_NOTE]
        return cls(
            order,
            invoices,
            issuing.booked(order, invoices, issuing.source),
            issuing.booked(order, notes, issuing.source),
            issuing.booked(order, notes, lambda line: line["refund_line"]),
        )

    def rows(self, line: RefundLine) -> Iterator[Row]:
        """What is still to be credited of a refund's line: nothing, or one row."""
        if line.kind == RefundLine.Kind.GOODWILL:
            return
        source = f"line:{line.order_line_id}" if line.order_line_id else "delivery"
        units = min(line.units - self.by_refund_line[line.pk].units, self._units_left(source)) if line.units else 0
        part = self._part(line, source, units)
        if part.charged:
            yield self._row(line, source, units, part)

    def _units_left(self, source: str) -> int:
        return self.invoiced[source].units - self.credited[source].units

    def _part(self, line: RefundLine, source: str, units: int) -> Part:
        """Of so many units, or of money alone; never more than the invoices charge for it."""
        done = self.by_refund_line[line.pk]
        amount, tax = self.order.money(line.amount), self.order.money(line.tax_amount)
        if line.units:
            rest = line.units - done.units - units
            amount, tax = (_without(money, rest, line.units) for money in (amount, tax))
        amount, tax = amount - done.charged, tax - done.tax
        left = self.invoiced[source].charged - self.credited[source].charged
        if amount > left:
            amount, tax = left, tax.split([left.amount, (amount - left).amount])[0]
        return Part(amount, tax, includes_tax=True)

    def _row(self, line: RefundLine, source: str, units: int, part: Part) -> Row:
        sold = line.order_line
        if sold is None:
            name = _("Delivery, %(method)s") % {"method": self.order.shipping_name}
            return Row(source, name, part, self.order.shipping_tax_rate, refund_line=line.pk)
        return Row(
            source,
            sold.product_name,
            part,
            sold.tax_rate,
            units=units or 1,
            details=[sold.variant_label] if sold.variant_label else [],
            sku=sold.sku,
            gtin=sold.gtin,
            refund_line=line.pk,
        )


def _without(whole: Money, units: int, of: int) -> Money:
    """The whole less what so many of its units cost."""
    return whole.split([of - units, units])[0]

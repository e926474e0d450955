"""Invoices and credit notes: their numbers, their sums, and what they charge of the orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Sum, prefetch_related_objects

from devicehub.lib.money import Money, unit
from orders import amounts
from orders.amounts import Part
from orders.documents import issuing
from orders.documents.issuing import Booked
from orders.models import Document, DocumentSeries, Order, OrderEvent, Refund, RefundLine, Shipment, ShipmentLine

SENT = [Shipment.Status.SHIPPED, Shipment.Status.DELIVERED]
Units = dict[int, int]  # by order line


def document_numbers() -> Iterator[str]:
    """From 1 to the last of each year, none missing."""
    given = {(row.kind, row.year): row.last for row in DocumentSeries.objects.all()}
    rows = Document.objects.order_by().values_list("kind", "year")
    for kind, year, count, first, last in rows.annotate(Count("pk"), Min("sequence"), Max("sequence")):
        if (count, first, last) != (given.get((kind, year)), 1, count):
            yield f"{kind} numbers of {year}: {count} from {first} to {last}, {given.get((kind, year))} given out"


def document_sums(orders: Sequence[Order]) -> Iterator[str]:
    """What a document's row says is what its lines and its sums by rate make."""
    for document in Document.objects.filter(order__in=orders):
        row = (document.net, document.tax, document.total)
        facts = document.snapshot
        for parts in (facts["lines"], facts["taxes"]):
            net, tax = (sum((Decimal(part[name]) for part in parts), Decimal(0)) for name in ("net", "tax"))
            if (net, tax, net + tax) != row:
                yield f"Document {document.number}: {row} in its row, its parts make {(net, tax, net + tax)}"


def invoiced_amounts(orders: Sequence[Order]) -> Iterator[str]:
    """The invoices of an order charge what its sent units, delivery and fees cost, and every sent parcel has one."""
    books = _documents(orders, Document.Kind.INVOICE)
    invoiced = [order for order in orders if order.pk in books]
    prefetch_related_objects(invoiced, "lines__adjustments", "adjustments")
    units, changed = _invoiced_units(invoiced), _changed(invoiced)
    for order in invoiced:
        charged = sum((row.charged for row in books[order.pk].values()), Money.zero(order.currency))
        cost = _cost(order, units)
        # A change after dispatch may move a cent between units that were invoiced and units that were not.
        allowed = unit(order.currency) * len(order.lines.all()) if order.pk in changed else 0
        if abs((charged - cost).amount) > allowed:
            yield f"Order {order.number}: {charged.amount} invoiced, what was sent costs {cost.amount}"
    yield from _parcels_without_invoice(orders)


def credited_amounts(orders: Sequence[Order]) -> Iterator[str]:
    """What went back for invoiced units and delivery is credited, and no more."""
    invoiced = _documents(orders, Document.Kind.INVOICE)
    credited = _documents(orders, Document.Kind.CREDIT_NOTE)
    returned = _returned(orders)
    for order in orders:
        nothing = Booked(0, Money.zero(order.currency), Money.zero(order.currency))
        for source in sorted(returned[order.pk].keys() | credited.get(order.pk, {}).keys()):
            units, amount = returned[order.pk].get(source, (0, Decimal(0)))
            charge = invoiced.get(order.pk, {}).get(source, nothing)
            note = credited.get(order.pk, {}).get(source, nothing).charged.amount
            most = min(amount, charge.charged.amount)
            if note > most or (note < most and units <= charge.units):
                yield f"Order {order.number}: {note} credited of {source}, {most:.2f} went back"


def _documents(orders: Sequence[Order], kind: str) -> dict[Any, dict[str, Booked]]:
    """By order and source."""
    of_order: dict[Any, list[Document]] = defaultdict(list)
    for document in Document.objects.filter(order__in=orders, kind=kind):
        of_order[document.order_id].append(document)
    return {
        order.pk: issuing.booked(order, of_order[order.pk], issuing.source) for order in orders if order.pk in of_order
    }


def _cost(order: Order, units: Units) -> Money:
    cost = amounts.of_delivery(order).charged
    for line in order.lines.all():
        cost += amounts.of_units(line, min(units[line.pk], line.quantity)).charged
    for fee in order.adjustments.all():
        if fee.line_id is None and fee.kind != "delivery":
            part = Part(order.money(fee.amount), order.money(fee.tax_amount), order.prices_include_tax)
            cost += part.charged
    return cost


def _invoiced_units(orders: Sequence[Order]) -> Units:
    rows = ShipmentLine.objects.filter(shipment__order__in=orders, shipment__invoice__isnull=False)
    return Counter(dict(rows.values_list("order_line").annotate(units=Sum("quantity")).order_by()))


def _changed(orders: Sequence[Order]) -> set[Any]:
    events = OrderEvent.objects.filter(order__in=orders, data__has_keys=["before", "after"])
    return set(events.exclude(kind="refund_promised").values_list("order", flat=True))


def _returned(orders: Sequence[Order]) -> dict[Any, dict[str, tuple[int, Decimal]]]:
    """Units and money that went back, by order and source."""
    done = RefundLine.objects.filter(refund__payment__order__in=orders, refund__status=Refund.Status.DONE)
    rows = done.exclude(kind=RefundLine.Kind.GOODWILL).values_list("refund__payment__order", "order_line")
    found: dict[Any, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for order, line, units, amount in rows.annotate(Sum("units"), Sum("amount")).order_by():
        found[order][f"line:{line}" if line else "delivery"] = (units, amount)
    return found


def _parcels_without_invoice(orders: Sequence[Order]) -> Iterator[str]:
    """Of those that left since the shop issues invoices."""
    since = Document.objects.aggregate(first=Min("created_at"))["first"]
    if since is None:
        return
    sent = Shipment.objects.filter(order__in=orders, status__in=SENT, shipped_at__gt=since, invoice=None)
    for number, parcel in sent.values_list("order__number", "number"):
        yield f"Order {number}: parcel {parcel} left without an invoice"

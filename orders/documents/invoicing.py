"""Invoices: which part of an order one charges.

What is charged is cumulative: for everything that has left, an invoice charges what earlier ones have not. So the
invoices of an order always sum to what its sent units, delivery and fees cost, whatever was changed in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from orders import amounts, balance
from orders.amounts import Part
from orders.documents import issuing, seller, snapshots
from orders.documents.issuing import Booked
from orders.documents.snapshots import Row
from orders.models import Document, Order, OrderLine, Shipment, ShipmentLine


@transaction.atomic
def issue_invoice(shipment: Shipment, serials: Mapping[int, Sequence[str]]) -> Document:
    """The invoice of a parcel that has just left. The caller holds the order's row; the files follow the commit.

    `serials` are the numbers of the parcel's units by order line. Raises SellerUnknown.
    """
    seller.check()
    order = shipment.order
    rows = list(_open_rows(order, shipment, serials))
    facts = snapshots.of_invoice(order, shipment, rows, is_paid=not balance.of(order).due)
    return issuing.issue(order, facts, shipment=shipment)


def _open_rows(order: Order, shipment: Shipment, serials: Mapping[int, Sequence[str]]) -> Iterator[Row]:
    """Units in the parcel, then delivery and fees as far as no invoice has charged them."""
    invoices = order.documents.filter(kind=Document.Kind.INVOICE)
    charged = issuing.booked(order, invoices, issuing.source)
    sent = _units_to_charge(order, shipment)
    for row in shipment.lines.select_related("order_line").order_by("order_line__position"):
        line = row.order_line
        line.order = order
        due = amounts.of_units(line, sent[line.pk])
        part = _less(due, charged[f"line:{line.pk}"])
        yield line_row(line, row.quantity, part, serials.get(line.pk, ()))
    delivery = _less(amounts.of_delivery(order), charged["delivery"])
    if delivery.charged:
        yield delivery_row(order, delivery)
    for fee in order.adjustments.all():
        if fee.line_id is None and fee.kind != "delivery":
            whole = Part(order.money(fee.amount), order.money(fee.tax_amount), order.prices_include_tax)
            part = _less(whole, charged[f"adjustment:{fee.pk}"])
            if part.charged:
                yield Row(f"adjustment:{fee.pk}", fee.label, part, fee.tax_rate)


def line_row(line: OrderLine, units: int, part: Part, serials: Sequence[str]) -> Row:
    details = [line.variant_label] if line.variant_label else []
    if line.condition != "new":
        details.append(line.get_condition_display())
    details += [_("Price after: %(discount)s") % {"discount": one.label} for one in line.adjustments.all()]
    return Row(
        f"line:{line.pk}",
        line.product_name,
        part,
        line.tax_rate,
        units=units,
        details=details,
        sku=line.sku,
        gtin=line.gtin,
        serials=serials,
    )


def delivery_row(order: Order, part: Part) -> Row:
    name = _("Delivery, %(method)s") % {"method": order.shipping_name}
    return Row("delivery", name, part, order.shipping_tax_rate)


def _units_to_charge(order: Order, shipment: Shipment) -> Counter[int]:
    """Units by line in parcels with an invoice and in this one."""
    invoiced = Q(shipment__order=order, shipment__invoice__isnull=False) | Q(shipment=shipment)
    units: Counter[int] = Counter()
    for line, quantity in ShipmentLine.objects.filter(invoiced).values_list("order_line", "quantity"):
        units[line] += quantity
    return units


def _less(part: Part, charged: Booked) -> Part:
    """What of a part is left to be charged."""
    amount = part.amount - (charged.charged if part.includes_tax else charged.net)
    return Part(amount, part.tax - charged.tax, part.includes_tax)

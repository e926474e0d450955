"""All that a document says, as plain values: what Directive 2006/112/EC, article 226 asks for.

    version     1
    kind, number, issued_on, supplied_on (ISO dates), language, currency
    seller      shop (its brand), name, line1, postcode, city, country, country_name, vat_number, register, email,
                phone, iban, bic
    buyer       name, company, line1, line2, postcode, city, region, country, country_name, vat_number, email
    delivery    as buyer: where the goods went
    order       number, placed_on
    parcel      its number; None on a credit note
    invoices    what a credit note corrects: number, issued_on
    reason      why there is a credit note
    lines       source, refund_line, name, details, sku, gtin, serials, units, unit_net, rate, category, net, tax
    taxes       rate, category, reason, net, tax; the sums of the lines by rate
    tax_notes   why no tax is charged, where none is
    net, tax, total
    terms       how to pay, or that it is done
    paid        whether nothing of the order is left to be paid; on_delivery: else, whether it is paid at the door

Amounts are decimal strings with the currency's places, `unit_net` with up to four more; `units` and `net` are
negative where something is taken off. `source` names what a line is for: "line:<id>", "delivery" or
"adjustment:<id>", on a credit note also the refund line that caused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

from devicehub.lib.money import Money, unit
from orders import tax_breakdown
from orders.amounts import Part
from orders.documents import taxes
from orders.documents.taxes import Category
from orders.models import Document, DocumentKind, Order, OrderAddress, Shipment
from orders.tax_breakdown import TaxBand
from orders.transfer import BANK_TRANSFER

VERSION = 1


@dataclass(frozen=True)
class Row:
    """A line of a document: so many units that cost `part` together, taxed at `rate` per cent."""

    source: str
    name: str
    part: Part
    rate: Decimal
    units: int = 1
    details: Sequence[str] = ()
    sku: str = ""
    gtin: str = ""
    serials: Sequence[str] = ()
    refund_line: int | None = None

    def values(self, category: Category) -> dict[str, Any]:
        units = -self.units if self.part.net.amount < 0 else self.units
        return {
            "source": self.source,
            "refund_line": self.refund_line,
            "name": self.name,
            "details": list(self.details),
            "sku": self.sku,
            "gtin": self.gtin,
            "serials": list(self.serials),
            "units": units,
            "unit_net": str(_unit_price(self.part.net, units)),
            "rate": _rate(self.rate),
            "category": category.code,
            "net": str(self.part.net.amount),
            "tax": str(self.part.tax.amount),
        }


def of_invoice(order: Order, shipment: Shipment, rows: Iterable[Row], *, is_paid: bool) -> dict[str, Any]:
    """All but number and date of issue, which come with the number's claim. Goods are supplied when they leave."""
    facts = _common(order, rows)
    on_delivery = not is_paid and order.payment_provider != BANK_TRANSFER
    return {
        **facts,
        "kind": DocumentKind.INVOICE.value,
        "supplied_on": timezone.localdate(shipment.shipped_at).isoformat(),
        "parcel": shipment.number,
        "invoices": [],
        "reason": "",
        "paid": is_paid,
        "on_delivery": on_delivery,
        "terms": _terms(order, is_paid=is_paid, on_delivery=on_delivery),
    }


def of_credit_note(order: Order, invoices: Sequence[Document], rows: Iterable[Row], *, reason: str) -> dict[str, Any]:
    return {
        **_common(order, rows),
        "kind": DocumentKind.CREDIT_NOTE.value,
        "supplied_on": "",
        "parcel": None,
        "invoices": [{"number": one.number, "issued_on": one.issued_on.isoformat()} for one in invoices],
        "reason": reason,
        "paid": True,
        "on_delivery": False,
        "terms": _("The amount goes back the way it came."),
    }


def with_number(snapshot: dict[str, Any], number: str, issued_on: date) -> dict[str, Any]:
    return snapshot | {"number": number, "issued_on": issued_on.isoformat()}


def _common(order: Order, rows: Iterable[Row]) -> dict[str, Any]:
    rows = list(rows)
    bands = tax_breakdown.bands((row.rate, row.part) for row in rows)
    addresses = {address.kind: address for address in order.addresses.all()}
    delivery = _party(order, addresses.get(OrderAddress.Kind.DELIVERY))
    buyer = _party(order, addresses[OrderAddress.Kind.INVOICE]) if OrderAddress.Kind.INVOICE in addresses else delivery
    categories = {row.rate: taxes.category(row.rate, order.tax_treatment) for row in rows}
    zero = Money.zero(order.currency)
    net, tax = sum((band.net for band in bands), zero), sum((band.tax for band in bands), zero)
    return {
        "version": VERSION,
        "language": get_language() or settings.LANGUAGE_CODE,
        "currency": order.currency,
        "seller": seller(),
        "buyer": buyer,
        "delivery": delivery,
        "order": {"number": order.number, "placed_on": timezone.localdate(order.placed_at).isoformat()},
        "lines": [row.values(categories[row.rate]) for row in rows],
        "taxes": [_band(band, categories[band.rate]) for band in bands],
        "tax_notes": sorted({category.reason for category in categories.values()} - {""}),
        "net": str(net.amount),
        "tax": str(tax.amount),
        "total": str((net + tax).amount),
    }


def _band(band: TaxBand, category: Category) -> dict[str, str]:
    return {
        "rate": _rate(band.rate),
        "category": category.code,
        "reason": category.reason,
        "net": str(band.net.amount),
        "tax": str(band.tax.amount),
    }


def _terms(order: Order, *, is_paid: bool, on_delivery: bool) -> str:
    if is_paid:
        return _("This invoice is paid; nothing is left to be paid.")
    if on_delivery:
        return _("Please pay the carrier when the parcel comes.")
    words = {"iban": settings.SHOP_IBAN, "order": order.number}
    return _("Please transfer the amount to %(iban)s, reference %(order)s.") % words


def seller() -> dict[str, str]:
    return {
        "shop": settings.SHOP_NAME,
        "name": settings.SHOP_COMPANY,
        "line1": settings.SHOP_STREET,
        "postcode": settings.SHOP_POSTCODE,
        "city": settings.SHOP_CITY,
        "country": settings.SHOP_COUNTRY,
        "country_name": country_name(settings.SHOP_COUNTRY),
        "vat_number": settings.SHOP_VAT_NUMBER,
        "register": settings.SHOP_REGISTER,
        "email": settings.SHOP_EMAIL,
        "phone": settings.SHOP_PHONE,
        "iban": settings.SHOP_IBAN,
        "bic": settings.SHOP_BIC,
    }


def _party(order: Order, address: OrderAddress | None) -> dict[str, str]:
    if address is None:
        return {"name": order.email, "email": order.email, "country": "", "vat_number": order.vat_number}
    values = address.address_values()
    country = str(values["country"])
    del values["phone"]
    return {
        "name": values.pop("full_name"),
        **values,
        "country": country,
        "country_name": country_name(country),
        "vat_number": order.vat_number,
        "email": order.email,
    }


def country_name(code: str) -> str:
    return str(countries.name(code))


def _rate(rate: Decimal) -> str:
    """19 for 19.000."""
    return str(rate.normalize() + 0)


def _unit_price(net: Money, units: int) -> Decimal:
    """Without tax; with more places than money has where the units share a cent."""
    exact = net.amount / units
    rounded = exact.quantize(unit(net.currency))
    return rounded if rounded * units == net.amount else exact.quantize(unit(net.currency) / 10_000)

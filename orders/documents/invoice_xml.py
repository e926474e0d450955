"""An invoice or credit note for machines: EN 16931 in the syntax UN/CEFACT Cross Industry Invoice (D16B).

BT and BG numbers in comments are the standard's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
EN_16931 = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
PIECE = "H87"  # UN/ECE recommendation 20
GTIN = "0160"  # ISO/IEC 6523
TRANSFER, CASH, NOT_DEFINED = "30", "10", "1"  # UNTDID 4461

# A tag without prefix is in "ram"; contents are text, or further nodes, or nothing to leave the node out.
Node = tuple[Any, ...]

for prefix, uri in NAMESPACES.items():
    ET.register_namespace(prefix, uri)


def render(facts: dict[str, Any]) -> bytes:
    root = _element(
        (
            "rsm:CrossIndustryInvoice",
            ("rsm:ExchangedDocumentContext", ("GuidelineSpecifiedDocumentContextParameter", ("ID", EN_16931))),
            (
                "rsm:ExchangedDocument",
                ("ID", facts["number"]),
                ("TypeCode", INVOICE if facts["kind"] == "invoice" else CREDIT_NOTE),
                ("IssueDateTime", _date(facts["issued_on"])),
                *(("IncludedNote", ("Content", note)) for note in _notes(facts)),
            ),
            (
                "rsm:SupplyChainTradeTransaction",
                *(_line(place, line) for place, line in enumerate(facts["lines"], 1)),
                _agreement(facts),
                _delivery(facts),
                _settlement(facts),
            ),
        )
    )
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _line(place: int, line: dict[str, Any]) -> Node:
    """BG-25."""
    return (
        "IncludedSupplyChainTradeLineItem",
        ("AssociatedDocumentLineDocument", ("LineID", str(place))),
        (
            "SpecifiedTradeProduct",
            ("GlobalID", line["gtin"], {"schemeID": GTIN}),
            ("SellerAssignedID", line["sku"]),
            ("Name", line["name"]),
            ("Description", ", ".join(line["details"])),
            *(
                ("ApplicableProductCharacteristic", ("Description", "Serial number"), ("Value", number))
                for number in line["serials"]
            ),
        ),
        (
            "SpecifiedLineTradeAgreement",
            ("NetPriceProductTradePrice", ("ChargeAmount", line["unit_net"])),
        ),
        ("SpecifiedLineTradeDelivery", ("BilledQuantity", str(line["units"]), {"unitCode": PIECE})),
        (
            "SpecifiedLineTradeSettlement",
            (
                "ApplicableTradeTax",
                ("TypeCode", "VAT"),
                ("CategoryCode", line["category"]),
                ("RateApplicablePercent", line["rate"]),
            ),
            ("SpecifiedTradeSettlementLineMonetarySummation", ("LineTotalAmount", line["net"])),
        ),
    )


def _agreement(facts: dict[str, Any]) -> Node:
    seller, buyer = facts["seller"], facts["buyer"]
    contact = (
        "DefinedTradeContact",
        ("PersonName", seller["shop"]),
        ("TelephoneUniversalCommunication", ("CompleteNumber", seller["phone"])),
        ("EmailURIUniversalCommunication", ("URIID", seller["email"])),
    )
    return (
        "ApplicableHeaderTradeAgreement",
        ("SellerTradeParty", *_party(seller, contact)),  # BG-4
        ("BuyerTradeParty", *_party(buyer)),  # BG-7
        ("SellerOrderReferencedDocument", ("IssuerAssignedID", facts["order"]["number"])),  # BT-14
    )


def _delivery(facts: dict[str, Any]) -> Node:
    """BG-13."""
    supplied = facts["supplied_on"]
    happened = ("OccurrenceDateTime", _date(supplied)) if supplied else ("OccurrenceDateTime",)
    return (
        "ApplicableHeaderTradeDelivery",
        ("ShipToTradeParty", *_party(facts["delivery"], with_registration=False)),
        ("ActualDeliverySupplyChainEvent", happened),
    )


def _settlement(facts: dict[str, Any]) -> Node:
    currency, paid = facts["currency"], facts["total"] if facts["paid"] else "0.00"
    return (
        "ApplicableHeaderTradeSettlement",
        ("PaymentReference", facts["order"]["number"]),
        ("InvoiceCurrencyCode", currency),
        _means(facts),
        *(_tax(band) for band in facts["taxes"]),
        ("SpecifiedTradePaymentTerms", ("Description", facts["terms"])),
        (
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            ("LineTotalAmount", facts["net"]),
            ("TaxBasisTotalAmount", facts["net"]),
            ("TaxTotalAmount", facts["tax"], {"currencyID": currency}),
            ("GrandTotalAmount", facts["total"]),
            ("TotalPrepaidAmount", paid),
            ("DuePayableAmount", str(Decimal(facts["total"]) - Decimal(paid))),
        ),
        *(
            (
                "InvoiceReferencedDocument",  # BG-3
                ("IssuerAssignedID", invoice["number"]),
                ("FormattedIssueDateTime", _date(invoice["issued_on"], "qdt")),
            )
            for invoice in facts["invoices"]
        ),
    )


def _means(facts: dict[str, Any]) -> Node:
    """BG-16."""
    iban = facts["seller"]["iban"].replace(" ", "")
    if facts["paid"] or facts["kind"] != "invoice":
        return ("SpecifiedTradeSettlementPaymentMeans", ("TypeCode", NOT_DEFINED))
    if facts["on_delivery"] or not iban:
        return ("SpecifiedTradeSettlementPaymentMeans", ("TypeCode", CASH))
    account = ("PayeePartyCreditorFinancialAccount", ("IBANID", iban))
    return ("SpecifiedTradeSettlementPaymentMeans", ("TypeCode", TRANSFER), account)


def _tax(band: dict[str, Any]) -> Node:
    """BG-23."""
    return (
        "ApplicableTradeTax",
        ("CalculatedAmount", band["tax"]),
        ("TypeCode", "VAT"),
        ("ExemptionReason", band["reason"]),
        ("BasisAmount", band["net"]),
        ("CategoryCode", band["category"]),
        ("RateApplicablePercent", band["rate"]),
    )


def _party(party: dict[str, str], contact: Node | None = None, *, with_registration: bool = True) -> Iterator[Node]:
    """A company stands first, with the person below it, as on the envelope."""
    company = party.get("company", "")
    yield ("Name", company or party["name"])
    if contact:
        yield contact
    elif company and with_registration:
        yield ("DefinedTradeContact", ("PersonName", party["name"]))
    yield (
        "PostalTradeAddress",
        ("PostcodeCode", party.get("postcode", "")),
        ("LineOne", party.get("line1", "")),
        ("LineTwo", party.get("line2", "")),
        ("CityName", party.get("city", "")),
        ("CountryID", party["country"]),
        ("CountrySubDivisionName", party.get("region", "")),
    )
    if with_registration:
        yield ("URIUniversalCommunication", ("URIID", party["email"], {"schemeID": "EM"}))
        yield ("SpecifiedTaxRegistration", ("ID", party["vat_number"], {"schemeID": "VA"}))


def _notes(facts: dict[str, Any]) -> list[str]:
    return [note for note in [*facts["tax_notes"], facts["reason"], facts["seller"]["register"]] if note]


def _date(iso: str, prefix: str = "udt") -> Node:
    return (f"{prefix}:DateTimeString", iso.replace("-", ""), {"format": "102"})


def _element(node: Node) -> ET.Element:
    """Of (tag, contents …, attributes?). Whatever holds nothing in the end is left out, as the standard wants it."""
    tag, *contents = node
    prefix, _colon, name = tag.rpartition(":")
    element = ET.Element(f"{{{NAMESPACES[prefix or 'ram']}}}{name}")
    for content in contents:
        if isinstance(content, dict):
            element.attrib.update(content)
        elif isinstance(content, tuple):
            child = _element(content)
            if len(child) or child.text:
                element.append(child)
        elif content:
            element.text = content
    return element

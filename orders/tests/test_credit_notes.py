"""Credit notes: what is taken off an invoice when money goes back, and what is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import facturx
import pytest

from devicehub.lib.money import Money
from orders import payments, refunds
from orders.documents import invoice_pdf, invoice_xml
from orders.models import Document, Order, Refund
from orders.refunds import Wish
from orders.tests.factories import a_variant, make_paid_order
from orders.tests.test_document_files import RAM, broken_rules, text_of
from orders.tests.test_documents import charged, ship

pytestmark = pytest.mark.django_db

EUR = "EUR"


def give_back(order: Order, wish: Wish, key: str = "a") -> list[Refund]:
    rows = refunds.refund(order, wish, key=key, reason="Sent back", actor=None)
    for row in rows:
        payments.settle(row)
    return rows


def notes() -> list[Document]:
    return list(Document.objects.filter(kind="credit-note").order_by("sequence"))


@pytest.fixture
def buds() -> Order:
    """Three units whose tax does not divide by three, and delivery."""
    return make_paid_order(lines=[(a_variant("10.01", name="Bud", stock=9), 3)])


def test_takes_what_is_refunded_off_its_invoice(buds: Order) -> None:
    ship(buds)
    invoice = Document.objects.get()
    give_back(buds, Wish(units={buds.lines.get().pk: 2}, delivery=Money("4.90", EUR)))
    (note,) = notes()
    assert charged(note) == [("Bud", 2, "16.82", "3.20"), ("Delivery, Standard", 1, "4.12", "0.78")]
    assert (note.number, note.invoice, note.total) == (f"C{note.year}-000001", invoice, Decimal("24.92"))
    assert note.snapshot["invoices"] == [{"number": invoice.number, "issued_on": str(invoice.issued_on)}]
    assert note.snapshot["reason"] == "Sent back"
    assert buds.events.get(kind="refunded").data["documents"] == [note.number]


def test_adds_up_to_the_invoice_when_everything_went_back(buds: Order) -> None:
    ship(buds)
    pk = buds.lines.get().pk
    for key in "abc":
        give_back(buds, Wish(units={pk: 1}), key)
    give_back(buds, Wish(delivery=Money("4.90", EUR)), "d")
    invoice = Document.objects.get(kind="invoice")
    assert len(notes()) == 4
    assert sum(note.total for note in notes()) == invoice.total
    assert sum(note.tax for note in notes()) == invoice.tax


def test_waits_until_the_money_is_sent(buds: Order) -> None:
    ship(buds)
    (row,) = refunds.refund(buds, Wish(units={buds.lines.get().pk: 1}), key="a", reason="", actor=None)
    assert notes() == []
    assert payments.settle(row)
    assert not payments.settle(row)
    assert len(notes()) == 1


@pytest.mark.parametrize(
    "wish", [Wish(goodwill=Money("5.00", EUR)), Wish(delivery=Money("1.00", EUR))], ids=["goodwill", "not invoiced"]
)
def test_is_not_written_for_what_no_invoice_charges(buds: Order, wish: Wish) -> None:
    if wish.goodwill:
        ship(buds)
    give_back(buds, wish)
    assert notes() == []


def test_follows_the_invoice_of_what_was_refunded_before(buds: Order) -> None:
    line = buds.lines.get()
    ship(buds, {line.pk: 1})
    give_back(buds, Wish(units={line.pk: 2}))
    assert [charged(note) for note in notes()] == [[("Bud", 1, "8.41", "1.60")]]
    parcel = ship(buds, {line.pk: 2})
    assert [charged(note) for note in notes()][1:] == [[("Bud", 1, "8.41", "1.60")]]
    event = buds.events.filter(kind="shipped").last()
    assert event.data["documents"] == [parcel.invoice.number, notes()[1].number]
    assert sum(note.total for note in notes()) == Decimal("20.02")


def test_is_printed_and_written_for_machines(buds: Order) -> None:
    ship(buds)
    give_back(buds, Wish(units={buds.lines.get().pk: 1}))
    (note,) = notes()
    text = text_of(invoice_pdf.render(note.snapshot))
    for words in (f"Credit note {note.number}", "For invoice", note.invoice.number, "Reason: Sent back", "10.01 €"):
        assert words in text
    xml = invoice_xml.render(note.snapshot)
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert broken_rules(xml) == []
    root = ET.fromstring(xml)
    assert next(node.text for node in root.iter(f"{RAM}TypeCode")) == "381"
    (reference,) = root.iter(f"{RAM}InvoiceReferencedDocument")
    assert reference.findtext(f"{RAM}IssuerAssignedID") == note.invoice.number


def test_counts_by_itself(buds: Order, carol: Any) -> None:
    ship(buds)
    ship(make_paid_order())
    give_back(buds, Wish(units={buds.lines.get().pk: 1}))
    assert [document.sequence for document in Document.objects.order_by("created_at")] == [1, 2, 1]

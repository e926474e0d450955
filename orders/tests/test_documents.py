"""Invoices: what they charge, how they are numbered, and that nobody changes them."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalog.models import StockLevel
from orders import changing, checks, fulfillment, payments
from orders.documents import files_of
from orders.exceptions import SellerUnknown
from orders.models import Adjustment, Document, DocumentFile, DocumentSeries, Order, Shipment
from orders.tests.factories import a_variant, make_order, make_paid_order

pytestmark = pytest.mark.django_db


def ship(order: Order, quantities: dict[int, int] | None = None) -> Shipment:
    parcel = fulfillment.create_shipment(order, quantities or fulfillment.open_quantities(order))
    fulfillment.ship(parcel, carrier="DHL")
    return parcel


def charged(document: Document) -> list[tuple[str, int, str, str]]:
    return [(line["name"], line["units"], line["net"], line["tax"]) for line in document.snapshot["lines"]]


@pytest.fixture
def three() -> Order:
    """Three units whose tax does not divide by three, one more device, a fee, and delivery."""
    lines = [(a_variant("10.01", name="Bud", stock=9), 3), (a_variant("100.00", name="Nova", stock=9), 1)]
    order = make_paid_order(lines=lines)
    Adjustment.objects.create(
        order=order, kind="payment", label="Fee", source="x", amount=2, tax_rate=19, tax_amount="0.32"
    )
    order.adjustments_total, order.total, order.tax_total = 2, order.total + 2, order.tax_total + Decimal("0.32")
    order.save()
    payments.record_payment(order, actor=None)
    return order


def test_charges_a_parcel_that_leaves() -> None:
    order = make_paid_order(lines=[(a_variant("100.00", name="Nova"), 2)])
    parcel = ship(order)
    invoice = Document.objects.get()
    assert (invoice.kind, invoice.shipment, invoice.order) == ("invoice", parcel, order)
    assert charged(invoice) == [("Nova", 2, "168.07", "31.93"), ("Delivery, Standard", 1, "4.12", "0.78")]
    assert (invoice.net, invoice.tax, invoice.total) == (Decimal("172.19"), Decimal("32.71"), order.total)
    assert order.events.get(kind="shipped").data["documents"] == [invoice.number]


def test_says_all_that_the_law_asks_for() -> None:
    order = make_paid_order(lines=[(a_variant("100.00", name="Nova"), 2)])
    ship(order)
    facts = Document.objects.get().snapshot
    today = str(Document.objects.get().issued_on)
    assert (facts["number"], facts["issued_on"], facts["supplied_on"]) == (f"{today[:4]}-000001", today, today)
    assert (
        facts["seller"]
        | {
            "name": "DeviceHub Demo GmbH",
            "line1": "Musterstraße 1",
            "postcode": "10115",
            "city": "Berlin",
            "country": "DE",
            "vat_number": "DE123456788",
        }
        == facts["seller"]
    )
    assert facts["buyer"] | {"name": "Gerda Gast", "line1": "Lindenweg 4", "country": "DE"} == facts["buyer"]
    assert facts["taxes"] == [{"rate": "19", "category": "S", "reason": "", "net": "172.19", "tax": "32.71"}]
    assert facts["lines"][0]["unit_net"] == "84.035000"
    assert facts["terms"] == "This invoice is paid; nothing is left to be paid."


def test_charges_each_part_of_an_order_once(three: Order) -> None:
    bud, nova = three.lines.all()
    for parcel in ({bud.pk: 1}, {bud.pk: 1, nova.pk: 1}, {bud.pk: 1}):
        ship(three, parcel)
    first, second, third = Document.objects.order_by("sequence")
    assert [line["name"] for line in first.snapshot["lines"]] == ["Bud", "Delivery, Standard", "Fee"]
    assert charged(second) == [("Bud", 1, "8.41", "1.60"), ("Nova", 1, "84.03", "15.97")]
    assert charged(third) == [("Bud", 1, "8.42", "1.59")]
    assert sum(one.total for one in (first, second, third)) == three.total
    assert sum(one.tax for one in (first, second, third)) == three.tax_total


def test_charges_what_was_changed_between_two_parcels_with_the_second(three: Order, carol: Any) -> None:
    bud, _nova = three.lines.all()
    ship(three, {bud.pk: 2})
    changing.change_quantities(three, {bud.pk: 3, _nova.pk: 2}, actor=carol)
    payments.record_payment(three, actor=carol)
    ship(three)
    assert sum(one.total for one in Document.objects.all()) == three.total
    assert sum(one.tax for one in Document.objects.all()) == three.tax_total


def test_charges_net_prices_with_the_tax_on_top() -> None:
    order = make_paid_order(lines=[(a_variant("99.99", stock=9), 3)], prices_include_tax=False)
    ship(order)
    invoice = Document.objects.get()
    assert (invoice.total, invoice.tax) == (order.total, order.tax_total)
    assert invoice.snapshot["lines"][0]["unit_net"] == "99.99"


def test_gives_the_reason_where_no_tax_is_charged() -> None:
    order = make_paid_order(shipping="0")
    order.lines.update(tax_rate=0, tax_amount=0)
    order.tax_total = order.shipping_tax = order.shipping_tax_rate = 0
    order.save()
    order.tax_treatment = "export"
    order.save()
    order.addresses.update(country="CH")
    ship(order)
    facts = Document.objects.get().snapshot
    assert facts["tax_notes"] == ["Tax-free export (article 146 of Directive 2006/112/EC)."]
    assert facts["taxes"][0]["category"] == "G"
    assert facts["buyer"]["country_name"] == "Switzerland"


def test_asks_for_the_money_that_has_not_come() -> None:
    order = make_order(provider="cash_on_delivery")
    ship(order)
    facts = Document.objects.get().snapshot
    assert (facts["paid"], facts["terms"]) == (False, "Please pay the carrier when the parcel comes.")


# Numbers


@pytest.fixture
def freezer_day(monkeypatch: pytest.MonkeyPatch) -> Any:
    def freeze(day: str) -> None:
        monkeypatch.setattr("orders.documents.issuing.timezone.localdate", lambda at=None: date.fromisoformat(day))

    return freeze


def test_counts_on_from_the_last_number_of_the_year(freezer_day: Any) -> None:
    numbers = []
    for day in ("2026-12-31", "2026-12-31", "2027-01-01"):
        freezer_day(day)
        ship(make_paid_order())
        numbers.append(Document.objects.latest("created_at").number)
    assert numbers == ["2026-000001", "2026-000002", "2027-000001"]


def test_leaves_no_gap_when_the_parcel_does_not_leave_after_all() -> None:
    order = make_paid_order()
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    with transaction.atomic():
        fulfillment.ship(parcel)
        transaction.set_rollback(True)
    assert not Document.objects.exists()
    assert not DocumentSeries.objects.exists()
    parcel.refresh_from_db()
    fulfillment.ship(parcel)
    assert Document.objects.get().sequence == 1


# For ever


def test_is_never_changed_or_deleted() -> None:
    ship(make_paid_order())
    invoice = Document.objects.get()
    file = files_of(invoice)["xml"]
    for row in (invoice, file):
        for act in (
            row.save,
            row.delete,
            type(row).objects.all().delete,
            lambda row=row: type(row).objects.update(pk=None),
        ):
            with pytest.raises(TypeError, match="never changed"):
                act()


@pytest.mark.parametrize("change", ["total = total + 1", "sequence = 0", "shipment_id = NULL", "kind = 'credit-note'"])
def test_is_kept_true_by_the_database(change: str) -> None:
    ship(make_paid_order())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE orders_document SET {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_document SET order_id = NULL")


def test_serves_the_same_bytes_for_ever(settings: Any) -> None:
    ship(make_paid_order())
    invoice = Document.objects.get()
    first = {name: bytes(file.content) for name, file in files_of(invoice).items()}
    settings.SHOP_NAME, settings.SHOP_LOCALE = "Another", "de_DE"
    again = {name: bytes(file.content) for name, file in files_of(Document.objects.get()).items()}
    assert again == first
    assert DocumentFile.objects.count() == 2
    for file in DocumentFile.objects.all():
        assert file.sha256 == hashlib.sha256(bytes(file.content)).hexdigest()


# The seller ---------------------------------------------------------------------------------------------------


def test_sends_nothing_without_a_seller_to_name_on_the_invoice(settings, caplog) -> None:
    order = make_paid_order()
    settings.SHOP_STREET, settings.SHOP_VAT_NUMBER = "", " "
    with pytest.raises(SellerUnknown, match="the shop’s settings SHOP_STREET, SHOP_VAT_NUMBER are empty"):
        ship(order)
    assert not Document.objects.exists()
    assert order.shipments.get().status == "packed"
    assert StockLevel.objects.get(variant=order.lines.get().variant).on_hand == 5
    assert "No invoice can be issued while settings are empty: SHOP_STREET, SHOP_VAT_NUMBER" in caplog.text


def test_says_at_the_parcel_that_there_is_no_seller(client, staff, settings) -> None:
    staff("Fulfillment")
    order = make_paid_order()
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    settings.SHOP_CITY = ""
    answers = {"shipment": parcel.pk, "carrier": "DHL"}
    answer = client.post(reverse("admin:orders_order_act", args=[order.pk, "ship"]), answers)
    assert "No invoice can be issued, so nothing was sent" in answer.content.decode()


def told(settings, **changed: str) -> list[tuple[str, str]]:
    for name, value in changed.items():
        setattr(settings, name, value)
    return [(message.id, message.msg) for message in checks.seller(None)]


def test_checks_the_seller_before_the_shop_goes_live(settings) -> None:
    assert told(settings) == []
    assert told(settings, SHOP_CITY="") == [("orders.E001", "SHOP_CITY: empty.")]
    assert told(settings, SHOP_CITY="Berlin", SHOP_IBAN="") == [("orders.W001", "SHOP_IBAN: empty.")]
    settings.PAYMENT_PROVIDERS = ["cash_on_delivery"]
    assert told(settings) == []

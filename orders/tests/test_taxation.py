"""Who pays which country's tax, from the rule to the order."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.tests.factories import make_address
from devicehub.lib.money import shop_money
from orders import checkout, taxation, vat_confirmation
from orders.exceptions import MoveNotAllowed
from orders.models import Cart, CartAddress, Order
from orders.reconciliation import differences
from orders.summaries import summarize
from orders.tax_breakdown import tax_breakdown
from orders.taxation import Place, treatment_of
from orders.tests.factories import a_variant, make_cart, make_method, make_order, make_rate, make_ready
from orders.tests.test_checkout import hold, text, typed

pytestmark = pytest.mark.django_db

FRENCH = {"country": "FR", "postcode": "75011", "city": "Paris", "line1": "Rue Oberkampf 8"}
SWISS = {"country": "CH", "postcode": "8004", "city": "Zürich", "line1": "Badenerstrasse 9"}
BUSINESS = {**FRENCH, "company": "Atelier Nova SARL", "vat_number": "FR61954506077"}


@pytest.mark.parametrize(
    ("country", "postcode", "vat_number", "expected"),
    [
        ("DE", "04109", "", ("domestic", "DE")),
        ("DE", "04109", "DE136695976", ("domestic", "DE")),
        ("DE", "04109", "FR61954506077", ("domestic", "DE")),  # the goods do not leave the country
        ("FR", "75011", "", ("oss", "FR")),
        ("FR", "75011", "DE136695976", ("oss", "FR")),  # a number of the country they leave from
        ("FR", "75011", "GB980780684", ("oss", "FR")),
        ("FR", "75011", "FR61954506077", ("intra", "FR")),
        ("AT", "1010", "EL094259216", ("intra", "AT")),
        ("CH", "8004", "", ("export", "CH")),
        ("CH", "8004", "FR61954506077", ("export", "CH")),
        ("US", "10001", "", ("export", "US")),
        ("ES", "28013", "", ("oss", "ES")),
        ("ES", "35001", "", ("export", "ES")),  # Las Palmas
        ("DE", "78266", "", ("export", "DE")),  # Büsingen
        ("IT", "23041", "", ("export", "IT")),  # Livigno
        ("AX", "22100", "", ("export", "AX")),
        ("MC", "98000", "", ("oss", "FR")),
    ],
)
def test_follows_the_goods(country: str, postcode: str, vat_number: str, expected: tuple) -> None:
    place = Place(country, postcode)
    assert treatment_of(place, vat_number=vat_number, home="DE", uses_one_stop_shop=True) == expected


def test_keeps_the_home_rate_below_the_threshold() -> None:
    def decided(country: str, vat_number: str = "") -> tuple:
        return treatment_of(Place(country), vat_number=vat_number, home="DE", uses_one_stop_shop=False)

    assert decided("FR") == ("eu-home", "DE")
    assert decided("FR", "FR61954506077") == ("intra", "FR")
    assert decided("CH") == ("export", "CH")


def test_knows_of_a_shop_outside_the_union_only_home_and_abroad() -> None:
    def decided(country: str) -> tuple:
        return treatment_of(Place(country), vat_number="", home="CH", uses_one_stop_shop=True)

    assert decided("CH") == ("domestic", "CH")
    assert decided("DE") == ("export", "DE")


# Prices -------------------------------------------------------------------------------------------------------


@pytest.fixture
def rates() -> None:
    make_rate(19)
    make_rate(20, country="FR")


def a_cart(**address: str) -> Cart:
    """Two devices of 100.00 and delivery for 4.90 to an address."""
    method = make_method(countries=["DE", "FR", "CH", "ES"], zone="all")
    cart = make_cart([(a_variant("100.00"), 2)])
    make_ready(cart, method=method)
    CartAddress.objects.filter(pk=cart.delivery_address_id).update(**address)
    cart.delivery_address.refresh_from_db()
    return cart


def place(cart: Cart) -> Order:
    return checkout.place_order(cart, seen_total=summarize(cart).totals.total, actor=None)


@pytest.mark.parametrize(
    ("with_tax", "address", "unit", "delivery", "tax", "total"),
    [
        (True, {}, "100.00", "4.90", "32.71", "204.90"),
        (True, FRENCH, "100.00", "4.90", "34.15", "204.90"),
        (True, BUSINESS, "84.03", "4.12", "0", "172.18"),
        (True, SWISS, "84.03", "4.12", "0", "172.18"),
        (False, {}, "100.00", "4.90", "38.93", "243.83"),
        (False, FRENCH, "100.00", "4.90", "40.98", "245.88"),
        (False, BUSINESS, "100.00", "4.90", "0", "204.90"),
        (False, SWISS, "100.00", "4.90", "0", "204.90"),
    ],
)
def test_prices_by_where_it_goes(
    settings: Any, rates: None, with_tax: bool, address: dict, unit: str, delivery: str, tax: str, total: str
) -> None:
    settings.PRICES_INCLUDE_TAX = with_tax
    order = place(a_cart(**address))
    line = order.lines.get()
    assert (line.unit_price, order.shipping_total) == (Decimal(unit), Decimal(delivery))
    assert (order.tax_total, order.total) == (Decimal(tax), Decimal(total))
    assert order.prices_include_tax == (with_tax and bool(order.tax_total))
    assert sum(band.gross.amount for band in tax_breakdown(order)) == order.total
    assert differences() == []


def test_stores_the_treatment_with_the_order(rates: None) -> None:
    order = place(a_cart(**BUSINESS))
    order.refresh_from_db()
    assert (order.tax_treatment, order.tax_country, order.vat_number) == ("intra", "FR", "FR61954506077")
    assert (order.vat_number_confirmed_at, order.vat_number_confirmation) == (None, "")
    assert order.lines.get().tax_rate == order.shipping_tax_rate == 0
    assert order.addresses.get(kind="invoice").vat_number == "FR61954506077"


def test_keeps_the_home_rate_when_the_shop_says_so(settings: Any, rates: None) -> None:
    settings.TAX_ONE_STOP_SHOP = False
    order = place(a_cart(**FRENCH))
    assert (order.tax_treatment, order.tax_country, order.lines.get().tax_rate) == ("eu-home", "DE", 19)
    assert (order.tax_total, order.total) == (Decimal("32.71"), Decimal("204.90"))


def test_counts_the_number_of_the_invoices_address(rates: None) -> None:
    cart = a_cart(**FRENCH)
    cart.invoice_address = CartAddress.objects.create(full_name="Nova", **BUSINESS)
    cart.save()
    assert summarize(cart).terms.treatment == "intra"
    CartAddress.objects.filter(pk=cart.delivery_address_id).update(**BUSINESS)
    CartAddress.objects.filter(pk=cart.invoice_address_id).update(vat_number="")
    assert summarize(Cart.objects.get(pk=cart.pk)).terms.treatment == "oss"


def test_waives_delivery_from_the_same_list_price_with_and_without_tax(rates: None) -> None:
    method = make_method(countries=["CH"], free_from="200.00")
    cart = a_cart(**SWISS)
    Cart.objects.filter(pk=cart.pk).update(shipping_method=method)
    summary = summarize(Cart.objects.get(pk=cart.pk))
    assert (summary.chosen.free_from, summary.chosen.is_free) == (shop_money("168.07"), True)
    assert summary.totals.total == shop_money("168.06")  # 2 × 84.03, rounded per unit; 200.00 by the catalog


@pytest.mark.parametrize(
    "changes",
    [
        {"tax_treatment": "export"},
        {"tax_treatment": "intra", "vat_number": "FR61954506077"},
        {"tax_treatment": "intra", "tax_total": 0, "vat_number": ""},
    ],
)
def test_keeps_no_tax_in_a_tax_free_order_and_no_reverse_charge_without_a_number(changes: dict) -> None:
    order = make_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**changes)


# Pages --------------------------------------------------------------------------------------------------------


def test_says_before_the_button_that_there_is_no_tax_and_why(client: Client, rates: None) -> None:
    hold(client, a_cart(**SWISS))
    for path in ("/cart/", "/checkout/delivery/", "/checkout/review/"):
        page = text(client.get(path))
        assert "Price without tax: export. Import duties and taxes of your country may be due" in page, path
        assert "172.18" in page, path
    hold(client, a_cart(**BUSINESS))
    page = text(client.get("/checkout/review/"))
    assert "supply to a business in another EU country. You account for the tax (reverse charge)." in page
    assert "FR61954506077" in page
    hold(client, a_cart(**FRENCH))
    assert "Price without tax" not in text(client.get("/checkout/review/"))


def test_asks_once_more_for_consent_when_the_address_makes_it_dearer(client: Client, rates: None) -> None:
    cart = a_cart(**SWISS)
    hold(client, cart)
    CartAddress.objects.filter(pk=cart.delivery_address_id).update(**FRENCH)
    client.post("/checkout/place/", {"key": cart.pk, "total": "172.18", "note": ""})
    assert not Order.objects.exists()
    assert "The total is 204.90\xa0€ now, not 172.18\xa0€" in client.get("/checkout/review/").content.decode()


def post_address(client: Client, **parts: str) -> Any:
    return client.post("/checkout/address/", typed(**parts) | {"email": "gerda@example.com"})


def test_takes_a_vat_number_as_it_is_typed(client: Client, rates: None) -> None:
    cart = a_cart()
    hold(client, cart)
    response = post_address(client, **BUSINESS | {"vat_number": "fr 61 954-506-077"})
    assert response.status_code == 303
    assert Cart.objects.get().delivery_address.vat_number == "FR61954506077"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"vat_number": "FR61954506078"}, "No VAT number of France is written like this"),
        ({"vat_number": "rubbish"}, "No VAT number of France is written like this"),
        ({"vat_number": "\N{ARABIC-INDIC DIGIT ONE}" * 9}, "No VAT number of France is written like this"),
        ({"vat_number": "DE136695976"}, "This number belongs to another country; the address lies in France."),
        ({"company": ""}, "Enter the company that the VAT number belongs to."),
    ],
)
def test_refuses_a_wrong_vat_number_beside_its_field(
    client: Client, rates: None, parts: dict[str, str], message: str
) -> None:
    cart = a_cart()
    hold(client, cart)
    response = post_address(client, **BUSINESS | parts)
    assert response.status_code == 422
    page = response.content.decode()
    field = next(iter(parts))
    assert message in text(response)
    assert re.search(rf'<input[^>]*name="delivery-{field}"[^>]*aria-invalid="true"', page)
    cart.delivery_address.refresh_from_db()
    assert (cart.delivery_address.country, cart.delivery_address.vat_number) == ("DE", "")


def test_asks_no_number_of_countries_that_it_cannot_check(client: Client, rates: None) -> None:
    hold(client, a_cart())
    american = {"country": "US", "postcode": "10001", "city": "New York", "region": "NY", "company": "Nova Inc."}
    response = post_address(client, **american, vat_number="12-3456789")
    assert response.status_code == 422
    assert "Leave this empty: we need no VAT number of a business in United States of America." in text(response)


def test_keeps_the_number_in_the_address_book(client: Client, alice: Any) -> None:
    address = make_address(alice, **BUSINESS)
    client.force_login(alice)
    assert "VAT number FR61954506077" in text(client.get("/accounts/addresses/"))
    assert address.address_values()["vat_number"] == "FR61954506077"


# Staff --------------------------------------------------------------------------------------------------------


def business_order() -> Order:
    make_rate(19)
    return place(a_cart(**BUSINESS))


def test_claims_no_more_of_a_number_than_was_checked(client: Client, carol: Any) -> None:
    order = business_order()
    client.force_login(carol)
    page = text(client.get(f"/admin/orders/order/{order.pk}/change/"))
    assert "FR61954506077: form checked, not confirmed by a tax office" in page
    assert "tax-free supply to a business in another EU country" in page


def test_records_that_staff_had_the_number_confirmed(client: Client, carol: Any) -> None:
    order = business_order()
    client.force_login(carol)
    assert order.number in text(client.get("/admin/orders/order/?todo=vat"))
    response = client.post(f"/admin/orders/order/{order.pk}/act/confirm-vat-number/", {"reference": "WAPIAAAAX1"})
    assert response.status_code == 302
    order.refresh_from_db()
    assert order.vat_number_confirmed_at
    event = order.events.get(kind="vat_number_confirmed")
    assert (event.actor, event.data["vat_number"], event.data["after"]) == (carol, "FR61954506077", "WAPIAAAAX1")
    assert "consultation WAPIAAAAX1" in vat_confirmation.words(order)
    assert order.number not in text(client.get("/admin/orders/order/?todo=vat"))


def test_confirms_a_number_once_and_only_where_there_is_one() -> None:
    order = make_order()
    with pytest.raises(MoveNotAllowed):
        vat_confirmation.confirm(order, reference="x")
    business = business_order()
    vat_confirmation.confirm(business, reference="first")
    with pytest.raises(MoveNotAllowed):
        vat_confirmation.confirm(business, reference="second")
    business.refresh_from_db()
    assert business.vat_number_confirmation == "first"
    assert vat_confirmation.words(order) == ""


def test_reads_the_rates_with_one_query(django_assert_num_queries: Any, rates: None) -> None:
    cart = a_cart(**SWISS)
    with django_assert_num_queries(1):
        assert taxation.terms_for(cart.delivery_address, cart.delivery_address, date(2026, 11, 26)).is_tax_free

"""The page of a query that is understood."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, ProductType
from catalog.tests.factories import make_brand, make_category, make_field, make_product, make_product_type


@pytest.fixture(autouse=True)
def shop(db):
    phones, kind, brand = make_category("Phones"), make_product_type("phone"), make_brand("Orvane")
    make_field(kind, "storage", kind="number", unit="GB", better="higher")
    for name, price, storage in (("Meridian", "449", 256), ("Meridian Grand", "899", 512), ("Small One", "199", 128)):
        variants = [{"price": price, "options": {"storage": storage}}]
        make_product(name, category=phones, product_type=kind, brand=brand, variants=variants)
    make_product("Phone case", category=make_category("Cases"), price="19", brand=brand)


def page(client, q, path="/products/", **others):
    return client.get(f"{path}?{urlencode({'q': q, **others})}")


def names(response):
    return [card.name for card in response.context["cards"]]


def orders(response):
    return response.context["listing"].sorts


def test_it_lists_what_is_meant_and_says_so(client):
    response = page(client, "phone under 500 with 256 gb")
    assert names(response) == ["Meridian"]
    listing = response.context["listing"]
    assert [(chip.label, chip.url) for chip in listing.understood_chips] == [
        ("Phones", "/products/?q=under+500+with+256+gb"),
        ("up to 500.00\xa0€", "/products/?q=phone+with+256+gb"),
        ("Storage: 256 GB", "/products/?q=phone+under+500"),
    ]
    assert (listing.chips, response.context["heading"]) == ([], "Results for “phone under 500 with 256 gb”")
    assert "Understood:" in response.content.decode()


def test_the_order_is_understood_and_the_address_wins(client):
    assert names(page(client, "cheapest phones")) == ["Small One", "Meridian", "Meridian Grand"]
    assert names(page(client, "cheapest phones", sort="-price")) == ["Meridian Grand", "Meridian", "Small One"]
    dearer = page(client, "phones under 500", min_price="800")
    assert names(dearer) == ["Meridian Grand"]
    assert [chip.label for chip in dearer.context["listing"].understood_chips] == ["Phones"]
    assert [chip.url for chip in dearer.context["listing"].chips] == ["/products/?q=phones+under+500"]


def test_a_search_for_an_accessory_stays_one(client):
    response = page(client, "phone case")
    assert names(response)[0] == "Phone case"
    assert response.context["listing"].understood_chips == []


def test_many_accessories_do_not_hide_the_devices_that_they_fit(client):
    chargers = make_category("Chargers")
    for number in range(30):
        make_product(f"Charger {number}", category=chargers, price="20", description="Charges any phone under 60 W.")
    response = page(client, "phone under 500")
    assert names(response) == ["Meridian", "Small One"]
    assert [chip.label for chip in response.context["listing"].understood_chips] == ["Phones", "up to 500.00\xa0€"]


def test_without_a_device_like_that_the_words_are_searched_for(client):
    make_product("Phone under 5 euro", price="900")
    response = page(client, "phone under 5 euro")
    assert "Phone under 5 euro" in names(response)
    assert response.context["listing"].understood_chips == []


@pytest.mark.parametrize("q", ["phone under 5 euro", "phne 256 gb", "orvane phone without everything"])
def test_whatever_is_tried_nothing_is_read_twice(client, q):
    """What is understood and dropped, or typed wrong, only asks for the terms of further words."""
    page(client, q)
    with CaptureQueriesContext(connection) as asked:
        page(client, q)
    statements = [query["sql"] for query in asked]
    for table in ("unmergedchange", "synonym", "indexstate"):
        assert sum(f"catalog_{table}" in sql for sql in statements) == 1, table
    assert sum("catalog_facetblock" in sql for sql in statements) <= 2
    assert not [sql for sql in statements if 'FROM "catalog_specfield"' in sql or 'FROM "catalog_brand"' in sql]


def test_a_page_of_a_category_or_brand_is_understood_too(client):
    assert names(page(client, "512gb", "/categories/phones/")) == ["Meridian Grand"]
    listed = page(client, "orvane phone under 200", "/brands/orvane/")
    assert names(listed) == ["Small One"]
    assert listed.context["listing"].criteria.problems == []


def test_it_puts_first_what_answers_the_words_best(client):
    """All of the query is understood; the category alone would show the newest first."""
    kept = {"category": Category.objects.get(slug="phones"), "product_type": ProductType.objects.get(key="phone")}
    make_product("Carrier plan", brand=make_brand("Pelkor"), price="9", **kept)
    make_product("Phone", brand=make_brand("Quillon"), price="9", **kept)
    make_product("Another thing", brand=make_brand("Sonora"), price="9", **kept)
    response = page(client, "phones")
    assert names(response)[0] == "Phone"
    assert orders(response)[:2] == [("", "Best match", True), ("newest", "Newest first", False)]
    newest = page(client, "phones", sort="newest")
    assert names(newest)[0] == "Another thing"
    assert orders(newest)[:2] == [("", "Best match", False), ("newest", "Newest first", True)]


def test_without_words_there_is_no_best_match(client):
    response = client.get("/categories/phones/")
    assert orders(response)[:2] == [("", "Newest first", True), ("price", "Price: low to high", False)]


def test_filters_do_not_hide_what_has_every_word(client):
    """Most shops fill in few specs: what says it in its name is found all the same."""
    kept = {"category": Category.objects.get(slug="phones"), "product_type": ProductType.objects.get(key="phone")}
    for number in range(6):
        make_product(f"Sonora Phone 256 GB {number}", brand=make_brand(), price="300", **kept)
    listed = page(client, "phone 256 gb")
    assert {f"Sonora Phone 256 GB {number}" for number in range(6)} < set(names(listed))
    assert listed.context["listing"].understood_chips == []

"""The merchant feed."""

import re
import xml.etree.ElementTree as xml

import pytest

from catalog import feed
from catalog.tests.factories import (
    days_ago,
    make_brand,
    make_category,
    make_field,
    make_image,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db

SHOP = "http://127.0.0.1:8000"
FEED = "/feeds/merchant.xml"


def document(client):
    response = client.get(FEED)
    assert response.status_code == 200
    return xml.fromstring(b"".join(response))


def items(client):
    """By id, each as a list of (name, text or parts)."""
    found = [[_read(child) for child in item] for item in document(client).iter("item")]
    return {dict(item)["id"]: item for item in found}


def _read(element):
    parts = tuple(part.text for part in element)
    return element.tag.removeprefix(f"{{{feed.NAMESPACE}}}"), parts or element.text


def test_tells_all_of_a_variant(client):
    laptop = make_product_type("laptop")
    make_field(laptop, "storage", label="Storage", group="Memory", kind="number", unit="GB", scope="variant")
    make_field(laptop, "colour", label="Colour", group="Body", choices=["Grey"], scope="variant")
    product = make_product(
        "Ledger",
        brand=make_brand("Brennick & Sons"),
        category=make_category("Laptops", parent=make_category("Computers")),
        product_type=laptop,
        description="Quiet <and> light.",
        mpn="BL-14",
        variants=[
            {
                "sku": "L-1",
                "gtin": "4006381333931",
                "price": "899",
                "was_price": "999",
                "weight_g": 1450,
                "options": {"storage": 1000, "colour": "Grey"},
            },
            {"sku": "L-2", "price": "1099", "stock": 0, "condition": "open-box"},
        ],
    )
    first, second = make_image(product), make_image(product, position=1)
    found = items(client)
    assert found["L-1"] == [
        ("id", "L-1"),
        ("item_group_id", str(product.pk)),
        ("title", "Ledger, 1000, Grey"),
        ("description", "Quiet <and> light."),
        ("link", f"{SHOP}/products/ledger/?variant=L-1"),
        ("image_link", f"{SHOP}{first.file.url}"),
        ("additional_image_link", f"{SHOP}{second.file.url}"),
        ("availability", "in_stock"),
        ("price", "999.00 EUR"),
        ("sale_price", "899.00 EUR"),
        ("condition", "new"),
        ("brand", "Brennick & Sons"),
        ("gtin", "4006381333931"),
        ("mpn", "BL-14"),
        ("product_type", "Computers > Laptops"),
        ("color", "Grey"),
        ("shipping_weight", "1450 g"),
        ("product_detail", ("Memory", "Storage", "1 TB")),
        ("product_detail", ("Body", "Colour", "Grey")),
    ]
    other = dict(found["L-2"])
    assert (other["availability"], other["price"], other["condition"]) == ("out_of_stock", "1099.00 EUR", "used")
    assert "sale_price" not in other


def test_lists_what_is_on_sale_and_nothing_else(client):
    product = make_product("Shown", variants=[{"sku": "S-1"}])
    make_variant(product, sku="S-OFF", is_active=False)
    make_product("Hidden", is_published=False)
    make_product("Later", published_from=days_ago(-1))
    make_product("Over", published_until=days_ago(1))
    make_product("Bare", variants=[])
    assert list(items(client)) == ["S-1"]


def test_says_when_there_is_no_number_to_know_it_by(client):
    make_product("Own make", variants=[{"sku": "OWN-1"}])
    item = dict(items(client)["OWN-1"])
    assert item["identifier_exists"] == "no"
    assert "item_group_id" not in item


def test_keeps_to_the_limits_of_the_services(client):
    make_product("N" * 200, slug="long", description="D" * 6000, variants=[{"sku": "S" * 64}, {"sku": "T" * 50}])
    found = items(client)
    product_variant = next(name for name in found if name.startswith("variant-"))
    assert set(found) == {product_variant, "T" * 50}
    assert len(dict(found["T" * 50])["title"]) == 150
    assert len(dict(found["T" * 50])["description"]) == 5000


def test_stays_xml_whatever_a_product_says(client):
    make_product("]]> <g:id> & \x0b\x1f\ufffe 🙂 \"'", slug="odd", variants=[{"sku": "ODD"}])
    assert dict(items(client)["ODD"])["title"] == "]]> <g:id> &     🙂 \"'"


def test_is_a_feed_without_products_too(client):
    root = document(client)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert [(child.tag, child.text) for child in root.find("channel")] == [
        ("title", "DeviceHub"),
        ("link", f"{SHOP}/"),
        ("description", "DeviceHub"),
    ]


def test_may_be_kept_by_whoever_stands_in_between(client, alice):
    client.force_login(alice)
    response = client.get(FEED)
    assert response["Cache-Control"] == "public, max-age=1800"
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert not response.cookies
    assert (client.head(FEED).status_code, client.head(FEED).content) == (200, b"")


def test_costs_four_queries_a_batch(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(feed, "BATCH", 4)
    kind, brand, category = make_product_type(), make_brand(), make_category()
    for number in range(7):
        row = {"specs": {"screen": number}, "variants": [{}, {}], "picture": True}
        make_product(brand=brand, category=category, product_type=kind, **row)
    categories, end = 1, 1
    with django_assert_num_queries(categories + 2 * 4 + end):
        assert "".join(feed.chunks()).count("<item>") == 14


def test_is_made_while_it_is_sent(monkeypatch):
    monkeypatch.setattr(feed, "BATCH", 1)
    for _row in range(3):
        make_product()
    pieces = feed.chunks()
    assert "<item>" not in next(pieces)
    assert [len(re.findall("<item>", piece)) for piece in pieces] == [1, 1, 1, 0]

"""Page, structured data and feed agree: a walk through the whole demo shop, reading all three as strangers would."""

import re
import xml.etree.ElementTree as xml
from html import unescape

import pytest

from catalog import demo, feed
from catalog.models import Category, Product
from catalog.offers import of_products
from catalog.tests.browsing import data

pytestmark = pytest.mark.django_db

STOCK = {
    "In stock": "in_stock",
    "Only": "in_stock",
    "Sold out": "out_of_stock",
    "Pre-order": "preorder",
    "Back-order": "backorder",
}
SCHEMA_STOCK = {
    "InStock": "in_stock",
    "LimitedAvailability": "in_stock",
    "OutOfStock": "out_of_stock",
    "BackOrder": "backorder",
    "PreOrder": "preorder",
}
CONDITION = {"New": "new", "Open box": "used", "Refurbished": "refurbished", "Used": "used"}
SCHEMA_CONDITION = {"NewCondition": "new", "UsedCondition": "used", "RefurbishedCondition": "refurbished"}


@pytest.fixture
def shop():
    """The demo shop."""
    assert demo.load_catalog() > 50
    return of_products(list(Product.objects.visible().select_related("brand", "category")))


def fed(client):
    """What the feed says, by SKU: (price, price before, stock, condition, GTIN)."""
    found = {}
    for item in xml.fromstring(b"".join(client.get("/feeds/merchant.xml"))).iter("item"):
        told = {child.tag.removeprefix(f"{{{feed.NAMESPACE}}}"): child.text for child in item}
        price, was = (told["sale_price"], told["price"]) if "sale_price" in told else (told["price"], "")
        amounts = (price.removesuffix(" EUR"), was.removesuffix(" EUR"))
        found[told["id"]] = (*amounts, told["availability"], told["condition"], told.get("gtin", ""))
    return found


def marked_up(page):
    """What the page's structured data says, in the same form."""
    kind = "ProductGroup" if '"ProductGroup"' in page.text else "Product"
    thing = data(page, kind)
    return {one["sku"]: _marked_up(one) for one in thing.get("hasVariant", [thing])}


def _marked_up(one):
    offer = one["offers"]
    struck = [part["price"] for part in offer["priceSpecification"] if "priceType" in part]
    return (
        offer["price"],
        "".join(struck),
        SCHEMA_STOCK[offer["availability"].removeprefix("https://schema.org/")],
        SCHEMA_CONDITION[offer["itemCondition"].removeprefix("https://schema.org/")],
        "".join(value for name, value in one.items() if name.startswith("gtin")),
    )


def seen(page):
    """What a reader sees in the buy box, in the same form, under the SKU that it names."""
    box = re.search(r'<div class="buy-box">.*?class="buy-box__facts">.*?</p>', page.text, re.S)[0]
    price = re.search(r'<span class="price__now">(.*?)</span>', box)[1]
    was = re.search(r'<span class="price__was".*?<s>(.*?)</s>', box)
    condition = re.search(r'class="buy-box__condition"><span class="label">(.*?)</span>', box)
    badge = re.search(r'<div class="buy-box__stock">(.*?)</div>', box, re.S)[1]
    facts = unescape(re.search(r'<p class="buy-box__facts">Item (.*?)</p>', box)[1])
    words = re.sub(r"<.*?>", "", badge).strip()
    gtin = re.search(r"GTIN (\d+)", facts)
    return facts.split(" · ")[0], (
        _amount(price),
        _amount(was[1]) if was else "",
        next(state for start, state in STOCK.items() if words.startswith(start)),
        CONDITION[condition[1] if condition else "New"],
        gtin[1] if gtin else "",
    )


def _amount(text):
    return text.removesuffix("\xa0€").replace(",", "")


def kinds(offer):
    """What makes an offer worth a visit of its own."""
    state, is_reduced = offer.availability.state, offer.was is not None
    return {
        offer.product,
        (offer.product.category_id, offer.condition),
        (offer.product.category_id, state),
        (offer.condition, state, is_reduced),
    }


def reductions_of_the_files():
    """The prices before that the demo's history of prices has to lead to."""
    return {row["sku"]: row["was_price"] for product in demo._product_rows() for row in product["variants"]}


def leaves():
    return Category.objects.filter(numchild=0).values_list("pk", flat=True)


def test_page_markup_and_feed_agree_all_over_the_shop(client, shop):
    assert {offer.variant.sku: offer.was and str(offer.was.amount) for offer in shop} == reductions_of_the_files()
    told = fed(client)
    assert set(told) == {offer.variant.sku for offer in shop}
    visited = set()
    for offer in shop:
        if kinds(offer) <= visited:
            continue
        visited |= kinds(offer)
        page = client.get(offer.product.get_absolute_url(), {"variant": offer.variant.sku})
        sku, facts = seen(page)
        assert (sku, facts) == (offer.variant.sku, told[sku])
        for other, markup in marked_up(page).items():
            assert markup == told[other], other
    assert {offer.condition for offer in shop} == {"new", "open-box", "refurbished"}
    assert {offer.availability.state for offer in shop} == {"in", "low", "out", "preorder", "backorder"}
    assert {offer.product.category_id for offer in shop} == set(leaves())

"""The product feed for shopping services: RSS 2.0 with Google's names, made in batches while it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, Product, Variant
from catalog.offers import Offer, of_products
from devicehub.lib.money import Money
from devicehub.lib.urls import absolute_url

BATCH = 500
NAMESPACE = "http://base.google.com/ns/1.0"
# What the services take at most, in characters or in pieces.
ID_MAX, TITLE_MAX, DESCRIPTION_MAX, PATH_MAX, NAME_MAX, VALUE_MAX = 50, 150, 5000, 750, 140, 1000
PICTURES_MAX, DETAILS_MAX = 10, 100

STOCK = {
    "in": "in_stock",
    "low": "in_stock",
    "preorder": "preorder",
    "backorder": "backorder",
    "out": "out_of_stock",
}
CONDITIONS = {
    Variant.Condition.NEW: "new",
    Variant.Condition.OPEN_BOX: "used",  # there is no word for it, and it is not new
    Variant.Condition.REFURBISHED: "refurbished",
    Variant.Condition.USED: "used",
}
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Field = tuple[str, str]


def chunks() -> Iterator[str]:
    """The document piece by piece: one item for each variant on sale of the visible products, in bounded memory."""
    yield _head()
    paths = _category_paths()
    last = 0
    while products := _batch(last):
        yield "".join(item(offer, paths[offer.product.category_id]) for offer in of_products(products))
        last = products[-1].pk
    yield "</channel>\n</rss>\n"


def item(offer: Offer, path: str) -> str:
    lines = [f"<g:{name}>{text(value)}</g:{name}>" for name, value in _fields(offer, path) if value]
    return "<item>\n" + "\n".join([*lines, *_details(offer)]) + "\n</item>\n"


def text(value: str) -> str:
    """Without the characters that XML cannot hold, even escaped."""
    return escape(NO_XML.sub(" ", value))


def item_id(offer: Offer) -> str:
    sku = offer.variant.sku
    return sku if len(sku) <= ID_MAX else f"variant-{offer.variant.pk}"


def _head() -> str:
    title, link = text(settings.SHOP_NAME), text(absolute_url(reverse("catalog:home")))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="{NAMESPACE}">\n'
        f"<channel>\n<title>{title}</title>\n<link>{link}</link>\n<description>{title}</description>\n"
    )


def _batch(last: int) -> list[Product]:
    found = Product.objects.visible().filter(pk__gt=last).select_related("brand")
    return list(found.order_by("pk")[:BATCH])


def _category_paths() -> dict[int, str]:
    """ "Mobile > Phones" by category id."""
    names: dict[str, str] = {}
    paths = {}
    for pk, path, name in Category.objects.order_by("path").values_list("pk", "path", "name"):
        above = names.get(path[: -Category.steplen])
        names[path] = paths[pk] = f"{above} > {name}" if above else name
    return paths


def _fields(offer: Offer, path: str) -> Iterator[Field]:
    product, variant = offer.product, offer.variant
    yield "id", item_id(offer)
    yield "item_group_id", "" if offer.alone else offer.group
    yield "title", offer.name[:TITLE_MAX]
    yield "description", (product.description or product.summary or product.name)[:DESCRIPTION_MAX]
    yield "link", offer.url
    for place, picture in enumerate(offer.pictures[: PICTURES_MAX + 1]):
        yield "additional_image_link" if place else "image_link", picture
    yield "availability", STOCK[offer.availability.state]
    yield "availability_date", _midnight(offer.available_from) if offer.available_from else ""
    yield "price", _price(offer.was or offer.price)
    yield "sale_price", _price(offer.price) if offer.was else ""
    yield "condition", CONDITIONS[offer.condition]
    yield "brand", product.brand.name
    yield "gtin", offer.gtin
    yield "mpn", offer.mpn
    yield "identifier_exists", "" if offer.gtin or offer.mpn else "no"
    yield "product_type", path[:PATH_MAX]
    yield "color", offer.colour
    yield "size", offer.size
    yield "shipping_weight", f"{variant.weight_g} g" if variant.weight_g else ""


def _midnight(day: date) -> str:
    """The day's first moment in the shop's own time, as ISO 8601: the services want a moment."""
    return timezone.make_aware(datetime.combine(day, time())).strftime("%Y-%m-%dT%H:%M%z")


def _price(price: Money) -> str:
    return f"{price.amount} {price.currency}"


def _details(offer: Offer) -> Sequence[str]:
    rows = [(group.title, row.label, row.text) for group in offer.sheet for row in group.rows]
    return [
        "<g:product_detail>"
        f"<g:section_name>{text(section[:NAME_MAX])}</g:section_name>"
        f"<g:attribute_name>{text(label[:NAME_MAX])}</g:attribute_name>"
        f"<g:attribute_value>{text(value[:VALUE_MAX])}</g:attribute_value>"
        "</g:product_detail>"
        for section, label, value in rows[:DETAILS_MAX]
    ]

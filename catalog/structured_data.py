"""What search engines and shopping agents read, from the same objects as the page, so that the two agree."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from catalog import units
from catalog.cards import Card
from catalog.details import Detail
from catalog.models import Review, SpecField, SpecValue, Variant
from catalog.models.review import STARS_MAX
from catalog.offers import COLOURS, SIZES, Offer, absolute
from catalog.review_list import ReviewList
from catalog.specs import SpecGroup, sheet, value_text
from devicehub.lib.money import Money
from devicehub.lib.urls import absolute_url

REVIEWS_MAX = 5

Json = dict[str, Any]
Crumb = tuple[str, str | None]

# As in django.utils.html.json_script: nothing in the data can end the element it stands in.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

STOCK = {
    "in": "InStock",
    "low": "LimitedAvailability",
    "preorder": "PreOrder",
    "backorder": "BackOrder",
    "out": "OutOfStock",
}
CONDITIONS = {
    Variant.Condition.NEW: "NewCondition",
    Variant.Condition.OPEN_BOX: "UsedCondition",  # schema.org has no word for it, and it is not new
    Variant.Condition.REFURBISHED: "RefurbishedCondition",
    Variant.Condition.USED: "UsedCondition",
}
VARIES = dict.fromkeys(COLOURS, "https://schema.org/color") | dict.fromkeys(SIZES, "https://schema.org/size")


def script(*things: Json) -> SafeString:
    """The text of one <script type="application/ld+json">."""
    graph = {"@context": "https://schema.org", "@graph": list(things)}
    return mark_safe(json.dumps(graph, ensure_ascii=False).translate(ESCAPES))


def breadcrumbs(crumbs: Sequence[Crumb], path: str) -> Json:
    """`path` is that of the page itself, whose crumb has no link."""
    items = [
        {"@type": "ListItem", "position": place, "name": str(label), "item": absolute_url(url or path)}
        for place, (label, url) in enumerate(crumbs, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def item_list(cards: Iterable[Card], path: str) -> Json:
    """The products of one page of a listing, in its order."""
    items = [
        {"@type": "ListItem", "position": place, "name": card.name, "url": absolute_url(card.url)}
        for place, card in enumerate(cards, start=1)
    ]
    return {"@type": "ItemList", "url": absolute_url(path), "numberOfItems": len(items), "itemListElement": items}


def product(detail: Detail, reviews: ReviewList) -> Json:
    """The product with its only variant, or the group of all its variants; and what buyers say of it."""
    if detail.offer.alone:
        pictures = [picture.src for picture in detail.gallery]
        return _filled(_common(detail.offer), _sold(detail.offer, pictures, detail.offer.sheet), _reviewed(reviews))
    variants = [_variant(offer) for offer in detail.offers]
    return _filled(_group(detail), {"hasVariant": variants}, _reviewed(reviews))


def _reviewed(reviews: ReviewList) -> Json:
    """The figure, and the first of the reviews that the page shows."""
    if reviews.rating is None:
        return {}
    scale = {"bestRating": STARS_MAX, "worstRating": 1}
    figure = {"ratingValue": str(reviews.rating.average), "reviewCount": reviews.rating.count, **scale}
    told = [_review(review, scale) for review in list(reviews.page)[:REVIEWS_MAX]]
    return {"aggregateRating": {"@type": "AggregateRating", **figure}, "review": told}


def _review(review: Review, scale: Json) -> Json:
    return {
        "@type": "Review",
        "name": review.title,
        "reviewBody": review.text,
        "author": {"@type": "Person", "name": review.author},
        "datePublished": f"{localtime(review.created_at):%Y-%m-%d}",
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, **scale},
    }


def _offer(offer: Offer) -> Json:
    price = _price(offer.price)
    specifications = [{"@type": "UnitPriceSpecification", "valueAddedTaxIncluded": offer.with_tax, **price}]
    if offer.was is not None:
        struck = {"priceType": "https://schema.org/StrikethroughPrice", "valueAddedTaxIncluded": offer.with_tax}
        specifications.append({"@type": "UnitPriceSpecification", **struck, **_price(offer.was)})
    return {
        "@type": "Offer",
        "url": offer.url,
        **price,
        "priceSpecification": specifications,
        "availability": f"https://schema.org/{STOCK[offer.availability.state]}",
        **({"availabilityStarts": f"{offer.available_from:%Y-%m-%d}"} if offer.available_from else {}),
        "itemCondition": f"https://schema.org/{CONDITIONS[offer.condition]}",
        "seller": {"@type": "Organization", "name": settings.SHOP_NAME},
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": settings.SHOP_COUNTRY,
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": settings.SHOP_RETURN_DAYS,
        },
    }


def _common(offer: Offer) -> Json:
    """What all variants of a product share."""
    row = offer.product
    return {
        "description": row.summary or row.description,
        "brand": {"@type": "Brand", "name": row.brand.name},
        "category": row.category.name,
        "mpn": offer.mpn,
    }


def _group(detail: Detail) -> Json:
    offers, row = detail.offers, detail.product
    shared = sheet(value for value in offers[0].values if value.variant_id is None)
    return {
        "@type": "ProductGroup",
        "name": row.name,
        "url": absolute_url(row.get_absolute_url()),
        "productGroupID": offers[0].group,
        "image": [absolute(picture.src) for picture in detail.gallery],
        "variesBy": _varies_by(offers),
        "additionalProperty": _properties(shared),
        **_common(offers[0]),
    }


def _varies_by(offers: Sequence[Offer]) -> list[str]:
    """Schema.org's word for the property where it has one, else the shop's."""
    texts: dict[str, set[str]] = defaultdict(set)
    for offer in offers:
        for row in offer.own:
            texts[VARIES.get(row.key, row.label)].add(row.text)
        texts["https://schema.org/itemCondition"].add(offer.condition)
    return [name for name, found in texts.items() if len(found) > 1]


def _variant(offer: Offer) -> Json:
    return _filled(_sold(offer, offer.pictures, [SpecGroup("", offer.own)]))


def _sold(offer: Offer, pictures: Sequence[str], groups: Iterable[SpecGroup]) -> Json:
    """One thing that has a price; `groups` are what is told of it here."""
    return {
        "@type": "Product",
        "name": offer.name,
        "sku": offer.variant.sku,
        f"gtin{len(offer.gtin)}": offer.gtin,
        "color": offer.colour,
        "size": offer.size,
        "image": [absolute(url) for url in pictures],
        "additionalProperty": _properties(groups),
        "offers": _offer(offer),
    }


def _properties(groups: Iterable[SpecGroup]) -> list[Json]:
    return [
        {"@type": "PropertyValue", "propertyID": row.key, "name": row.label, **_property_value(row.values)}
        for group in groups
        for row in group.rows
    ]


def _property_value(values: Sequence[SpecValue]) -> Json:
    """A number as a number in its field's unit, a range by its ends, yes and no as such, everything else in words."""
    first = values[0]
    if first.field.kind == SpecField.Kind.NUMBER and first.number is not None:
        return _quantity(first.number, first.number_high, first.field.unit)
    if first.flag is not None:
        return {"value": first.flag}
    texts = [value_text([value]) for value in values]
    return {"value": texts if len(texts) > 1 else texts[0]}


def _quantity(number: Decimal, high: Decimal | None, unit: str) -> Json:
    amount = _number(units.shown(number, unit))
    amounts = {"value": amount} if high is None else {"minValue": amount, "maxValue": _number(units.shown(high, unit))}
    code = units.BY_SYMBOL[unit].code if unit else ""
    return _filled(amounts, {"unitText": unit, "unitCode": code})


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _price(price: Money) -> Json:
    return {"price": str(price.amount), "priceCurrency": price.currency}


def _filled(*parts: Json) -> Json:
    """Together, without what is not known; nought and "no" are known."""
    return {name: value for part in parts for name, value in part.items() if value not in ("", [])}

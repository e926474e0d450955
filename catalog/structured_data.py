"""What search engines and shopping agents read, from the same objects as the page, so that the two agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from catalog.details import Detail
from catalog.models import Variant
from devicehub.lib.urls import absolute_url

Json = dict[str, Any]
Crumb = tuple[str, str | None]

# As in django.utils.html.json_script: nothing in the data can end the element it stands in.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

STOCK = {"in": "InStock", "low": "LimitedAvailability", "out": "OutOfStock"}
CONDITIONS = {
    Variant.Condition.NEW: "NewCondition",
    Variant.Condition.OPEN_BOX: "UsedCondition",  # schema.org has no word for it, and it is not new
    Variant.Condition.REFURBISHED: "RefurbishedCondition",
    Variant.Condition.USED: "UsedCondition",
}


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


def product(detail: Detail) -> Json:
    """The product as the variant that the page shows."""
    row, variant = detail.product, detail.variant
    found = {
        "@type": "Product",
        "name": f"{row.name}, {variant.label}" if variant.label else row.name,
        "description": row.summary or row.description,
        "brand": {"@type": "Brand", "name": row.brand.name},
        "category": row.category.name,
        "sku": variant.sku,
        "gtin": variant.gtin,
        "mpn": row.mpn,
        "image": [_absolute(picture.src) for picture in detail.gallery],
        "additionalProperty": [
            {"@type": "PropertyValue", "propertyID": spec.key, "name": spec.label, "value": spec.text}
            for group in detail.spec_groups
            for spec in group.rows
        ],
        "offers": offer(detail),
    }
    return {name: value for name, value in found.items() if value}


def offer(detail: Detail) -> Json:
    variant = detail.variant
    price = {"price": str(variant.money.amount), "priceCurrency": variant.money.currency}
    with_tax = {"@type": "UnitPriceSpecification", "valueAddedTaxIncluded": settings.PRICES_INCLUDE_TAX, **price}
    return {
        "@type": "Offer",
        "url": absolute_url(variant.get_absolute_url()),
        **price,
        "priceSpecification": with_tax,
        "availability": f"https://schema.org/{STOCK[detail.availability.state]}",
        "itemCondition": f"https://schema.org/{CONDITIONS[Variant.Condition(variant.condition)]}",
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": settings.SHOP_COUNTRY,
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": settings.SHOP_RETURN_DAYS,
        },
    }


def _absolute(url: str) -> str:
    """Media may lie on a host of their own."""
    return absolute_url(url) if url.startswith("/") else url

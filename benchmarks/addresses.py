"""The pages that are measured, with filters that a shopper would set: each fits a product that there is."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from django.utils.text import slugify

from benchmarks import catalog
from benchmarks.catalog import ProductRow
from benchmarks.devices import LEAVES
from benchmarks.fields import Field, Kind, Value
from catalog.listings import PAGE_SIZE
from catalog.models import Product

LEAF = LEAVES[0]  # the largest category
CATEGORY = f"/categories/{slugify(LEAF.name)}/"
TOP = f"/categories/{slugify(LEAF.path[0])}/"
ALL = "/products/"
FEW = ("panel", "network")
MANY_VARIANTS = 6
COMPARED = 4
LOOKED_AT = 2000  # products among which examples are looked for

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    name: str
    address: str
    with_cart: bool = False


def pages() -> list[Page]:
    """Raises LookupError when the shop does not hold these products: see `benchmarks.load`."""
    examples = [row for row in catalog.rows(min(LOOKED_AT, Product.objects.count())) if _can_be_bought(row)]
    phones = [row for row in examples if row.leaf is LEAF]
    phone = max(phones, key=lambda row: len(row.specs), default=None)
    if phone is None or not Product.objects.filter(slug=phone.slug).exists():
        raise LookupError("Load products first: python -m benchmarks.load 1000")
    return [Page("home", "/"), *_listings(phone), *_searches(phone), *_others(examples, phones)]


def _listings(phone: ProductRow) -> list[Page]:
    specs = _spec_pairs(phone)
    few = [("in_stock", "1"), *(pair for pair in specs if pair[0].removeprefix("spec-") in FEW)]
    price = phone.variants[0].price
    every = [*few[:1], ("brand", slugify(phone.brand)), ("min_price", price), ("max_price", price), *specs]
    more = [*few, ("condition", phone.variants[0].condition), ("max_price", price)]
    return [
        Page("category", CATEGORY),
        Page("category, 2 filters", _address(CATEGORY, few[:2])),
        Page("category, 5 filters", _address(CATEGORY, more)),
        Page("category, every filter", _address(CATEGORY, every)),
        Page("category, cheapest first", _address(CATEGORY, [("sort", "price")])),
        Page("category, last page", _address(CATEGORY, [("page", _last(LEAF.name))])),
        Page("top category", TOP),
        Page("all devices", ALL),
        Page("all devices, 2 filters", _address(ALL, [("in_stock", "1"), ("condition", "new")])),
        Page("all devices, dearest first", _address(ALL, [("sort", "-price")])),
        Page("all devices, last page", _address(ALL, [("page", _last())])),
        Page("brand", f"/brands/{slugify(phone.brand)}/"),
    ]


def _searches(phone: ProductRow) -> list[Page]:
    return [
        Page("search, one word", _address(ALL, [("q", "smartphone")])),
        Page("search, two words", _address(ALL, [("q", f"{phone.brand} smartphone")])),
        Page("search, 2 filters", _address(ALL, [("q", "smartphone"), ("in_stock", "1"), ("spec-panel", "oled")])),
        Page("search, misspelt", _address(ALL, [("q", "smartfone")])),
        Page("suggestions", _address("/search/suggest/", [("q", phone.name[:9])])),
    ]


def _others(examples: list[ProductRow], phones: list[ProductRow]) -> list[Page]:
    single = next(row for row in examples if len(row.variants) == 1)
    many = next(row for row in examples if len(row.variants) == MANY_VARIANTS)
    return [
        Page("product, 1 variant", f"/products/{single.slug}/"),
        Page(f"product, {MANY_VARIANTS} variants", f"/products/{many.slug}/"),
        Page("compare", _address("/compare/", [("v", row.variants[0].sku) for row in phones[:COMPARED]])),
        Page("cart", "/cart/", with_cart=True),
    ]


def buyable_skus() -> list[str]:
    return [row.variants[0].sku for row in catalog.rows(50) if _can_be_bought(row)][:3]


def _can_be_bought(row: ProductRow) -> bool:
    return row.is_published and row.variants[0].stock > 0


def _last(leaf: str = "") -> str:
    found = Product.objects.visible()
    return str(ceil((found.filter(category__name=leaf) if leaf else found).count() / PAGE_SIZE))


def _spec_pairs(row: ProductRow) -> Pairs:
    """What the first variant has, as filters say it; a device without something is not looked for."""
    fields = {field.key: field for field in row.leaf.device.fields if field.facet}
    values = [value for value in [*row.variants[0].options, *row.specs] if value.key in fields]
    return [(f"spec-{value.key}", text) for value in values if (text := _asked(fields[value.key], value))]


def _asked(field: Field, value: Value) -> str:
    if field.kind == Kind.BOOLEAN:
        return "yes" if value.raw else ""
    if field.kind == Kind.NUMBER:
        return "" if isinstance(value.raw, list) else str(value.raw)
    return value.rows[0].choice


def _address(path: str, pairs: Pairs) -> str:
    return f"{path}?{urlencode(pairs)}"

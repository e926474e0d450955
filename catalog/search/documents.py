"""What the search index says about a product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog import specs
from catalog.models import Category, Product, SpecField, SpecValue, Variant

BODY_MAX = 20_000  # letters; what comes after says little about the device
FIELD = ("field__kind", "field__label", "field__unit")
SAID = ("flag", "text", "number", "number_high", "second", "third")


@dataclass(frozen=True)
class Document:
    """One product's text in fields of falling weight."""

    product_id: int
    title: str
    brand: str
    codes: list[str]
    kinds: list[str]  # its category and type, the trail above them last
    specs: list[str]
    body: str


def documents(product_ids: Iterable[int]) -> Iterator[Document]:
    """A constant number of queries for any number of products."""
    products = Product.objects.filter(pk__in=product_ids).select_related("brand", "category", "product_type")
    found = list(products)
    ids = [product.pk for product in found]
    variants, texts = _variants(ids), _specs(ids)
    trails = _trails({product.category for product in found})
    for product in found:
        sold = variants[product.pk]
        numbers = [product.mpn, *(number for sku, gtin, _label in sold for number in (sku, gtin))]
        yield Document(
            product_id=product.pk,
            title=product.name,
            brand=product.brand.name,
            codes=[number for number in numbers if number],
            kinds=[product.product_type.name, *reversed(trails[product.category.path])],
            specs=[*dict.fromkeys(label for _sku, _gtin, label in sold if label), *texts[product.pk]],
            body=" ".join([product.summary, product.description, product.box_contents])[:BODY_MAX],
        )


def _variants(product_ids: list[int]) -> dict[int, list[tuple[str, str, str]]]:
    """SKU, GTIN and label of each variant."""
    variants: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    rows = Variant.objects.filter(product__in=product_ids).values_list("product_id", "sku", "gtin", "label")
    for product_id, sku, gtin, label in rows.order_by("product_id", "position", "pk"):
        variants[product_id].append((sku, gtin, label))
    return variants


def _trails(categories: set[Category]) -> dict[str, list[str]]:
    """The names from the root down to each category, by its path."""
    steps = {
        path[:end]
        for path in (c.path for c in categories)
        for end in range(Category.steplen, len(path) + 1, Category.steplen)
    }
    names = dict(Category.objects.filter(path__in=steps).values_list("path", "name"))
    return {
        category.path: [name for path, name in names.items() if category.path.startswith(path)]
        for category in categories
    }


def _specs(product_ids: list[int]) -> dict[int, list[str]]:
    """The words a shopper may use for each product's specs, in no order."""
    texts: dict[int, list[str]] = defaultdict(list)
    rows = SpecValue.objects.filter(product__in=product_ids).values_list("product_id", *FIELD, "choice__label", *SAID)
    for product_id, *said in rows:
        texts[product_id].append(_worded(*said))
    return texts


@lru_cache(maxsize=20_000)
def _worded(kind: str, label: str, unit: str, choice: str | None, *said: Any) -> str:
    """Many products say the same."""
    value = SpecValue(field=SpecField(kind=kind, unit=unit), **dict(zip(SAID, said, strict=True)))
    if kind == SpecField.Kind.BOOLEAN:
        return label if value.flag else ""
    if value.number is None:
        return choice or value.text
    text = specs.value_text([value])
    return f"{text} {_joined(text)}" if kind == SpecField.Kind.SIZE else text


def _joined(size: str) -> str:
    """As many write it: 1920x1080."""
    return size.replace(" × ", "x").partition(" ")[0]

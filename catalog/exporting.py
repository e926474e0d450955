"""The catalog as a file that `import_products` reads back as "nothing to change".

A line for each variant; what its product shares stands on every line. Specs are one JSON object with units in their
values, so that the file means the same in another shop. Rows come some products at a time, so memory stays small.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet, Sum

from catalog import specs
from catalog.models import Category, Image, Product, SpecField, SpecValue, StockLevel, Variant
from devicehub.lib.urls import absolute_url

COLUMNS = (
    "sku",
    "name",
    "brand",
    "category_path",
    "product_type",
    "price",
    "currency",
    "summary",
    "description",
    "box_contents",
    "spec",
    "gtin",
    "mpn",
    "variant_group",
    "condition",
    "tax_class",
    "stock",
    "weight_g",
    "warranty_months",
    "published",
    "on_sale",
    "image_url",
)
CHUNK = 500


def rows(products: QuerySet[Product]) -> Iterator[tuple[object, ...]]:
    """A line for each variant, in the order of COLUMNS. Five queries for 500 products."""
    paths = category_paths()
    ids = list(products.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield from _rows(ids[start : start + CHUNK], paths)


def _rows(ids: Sequence[int], paths: dict[int, str]) -> Iterator[tuple[object, ...]]:
    stock, pictures, values = _stock(ids), _pictures(ids), _values(ids)
    variants = Prefetch("variants", Variant.objects.order_by("position", "pk"))
    found = Product.objects.filter(pk__in=ids).select_related("brand", "product_type").prefetch_related(variants)
    for product in found.order_by("pk"):
        shared = values.get((product.pk, None), {})
        for variant in product.variants.all():
            own = values.get((product.pk, variant.pk), {})
            yield _line(product, variant, paths, shared | own, stock.get(variant.pk), pictures.get(product.pk, []))


def _line(
    product: Product,
    variant: Variant,
    paths: dict[int, str],
    facts: dict[str, Any],
    stock: int | None,
    pictures: Iterable[str],
) -> tuple[object, ...]:
    return (
        variant.sku,
        product.name,
        product.brand.name,
        paths[product.category_id],
        product.product_type.name,
        variant.price,
        settings.SHOP_CURRENCY,
        product.summary,
        product.description,
        product.box_contents,
        json.dumps(facts, ensure_ascii=False) if facts else "",
        variant.gtin,
        product.mpn,
        product.slug,
        variant.condition,
        variant.tax_class,
        stock,
        variant.weight_g,
        product.warranty_months,
        _word(product.is_published),
        _word(variant.is_active),
        " ".join(pictures),
    )


def category_paths() -> dict[int, str]:
    """ "Computers > Laptops" by the category's id."""
    names: dict[str, str] = {}
    paths = {}
    for category in Category.objects.order_by("path"):
        above = names.get(category.path[: -Category.steplen])
        names[category.path] = paths[category.pk] = f"{above} > {category.name}" if above else category.name
    return paths


def _stock(product_ids: Sequence[int]) -> dict[int, int]:
    levels = StockLevel.objects.filter(variant__product__in=product_ids).order_by()
    return dict(levels.values_list("variant_id").annotate(Sum("on_hand")))


def _pictures(product_ids: Sequence[int]) -> dict[int, list[str]]:
    """Where each picture came from, or else its address here."""
    found: dict[int, list[str]] = defaultdict(list)
    for image in Image.objects.filter(product__in=product_ids):
        known = image.source if "://" in image.source else ""
        found[image.product_id].append(known or _here(image.file.url))
    return found


def _here(url: str) -> str:
    return url if "://" in url else absolute_url(url)


def _values(product_ids: Sequence[int]) -> dict[tuple[int, int | None], dict[str, Any]]:
    """Key → value by product and variant."""
    found = SpecValue.objects.filter(product__in=product_ids).select_related("field", "choice")
    order = ("product_id", "variant_id", "field__position", "field_id", "choice__position", "pk")
    facts: dict[tuple[int, int | None], dict[str, Any]] = defaultdict(dict)
    for (product_id, variant_id, _field), group in groupby(
        found.order_by(*order), key=attrgetter("product_id", "variant_id", "field_id")
    ):
        own = list(group)
        facts[product_id, variant_id][own[0].field.key] = written(own)
    return facts


def written(values: Sequence[SpecValue]) -> Any:
    """The values of one field as JSON has them: a number with its unit as text, several choices as a list."""
    one = values[0]
    if one.field.kind == SpecField.Kind.CHOICE:
        labels = [value.choice.label for value in values if value.choice]
        return labels if one.field.multiple else labels[0]
    if one.field.kind == SpecField.Kind.BOOLEAN:
        return one.flag
    return specs.exact_text(values)


def _word(flag: bool) -> str:
    return "yes" if flag else "no"

"""Loads the catalog of the demo shop from demo/catalog, whose README tells the format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from catalog import inventory, specs
from catalog.models import (
    Brand,
    Category,
    FitCondition,
    FitRule,
    Image,
    PriceChange,
    Product,
    ProductType,
    Review,
    SpecChoice,
    SpecField,
    SpecValue,
    StockLevel,
    StockMovement,
    Variant,
)
from catalog.publishing import product_changed
from devicehub.lib.clock import clock_at

Row = dict[str, Any]
Pairs = list[tuple[Product, Row]]

CATALOG: Path = settings.BASE_DIR / "demo" / "catalog"
PICTURES: Path = settings.BASE_DIR / "demo" / "pictures"

FIELD_KEYS = ("key", "label", "group", "kind", "scope", "position", "on_card", "is_facet", "better", "multiple")
PRODUCT_KEYS = ("slug", "name", "mpn", "summary", "description", "warranty_months", "is_featured")
REVIEW_KEYS = ("stars", "title", "text", "answer", "state")
BUYERS = (
    *("Ada L.", "Bo", "Carlotta M.", "D. Ferber", "Emre K.", "Fenna", "Gerd W.", "Hanna S.", "Ines", "Jonas B."),
    *("Kata", "Lina H.", "M. Okafor", "Nils", "Olga P.", "Piet van D.", "Quirin A.", "Rosa", "Sven T.", "T. Nowak"),
    *("Ute J.", "Vera C.", "Wim", "Xenia R.", "Yusuf G.", "Zoe F.", ""),
)
VARIANT_KEYS = ("sku", "gtin", "weight_g", "tax_class")


@transaction.atomic
def load_catalog() -> int:
    """Fill an empty catalog and return the number of products; a shop that has products is left as it is."""
    if Product.objects.exists():
        return 0
    _load_categories(_read("categories.json"), parent=None)
    Brand.objects.bulk_create(Brand(**_pick(row, ("slug", "name", "description"))) for row in _read("brands.json"))
    for row in _read("types.json"):
        _load_type(row)
    for position, row in enumerate(_read("fit_rules.json")):
        _load_fit_rule(row, position)
    products = _load_products(list(_product_rows()))
    _load_reviews(products)
    product_changed([product.pk for product in products])
    return len(products)


@transaction.atomic
def remove_catalog() -> int:
    """Take the demo's devices out, and of their brands, categories and types what is empty then. Returns how many went.

    Raises ProtectedError where something hangs on them, such as a count of the stock.
    """
    rows = list(_product_rows())
    products = Product.objects.filter(slug__in=[row["slug"] for row in rows])
    ids = list(products.values_list("pk", flat=True))
    levels = StockLevel.objects.filter(variant__product__in=ids)
    movements: QuerySet[StockMovement] = QuerySet(StockMovement).filter(level__in=levels)
    movements._raw_delete(movements.db)  # the model lets nobody do it
    levels.delete()
    SpecValue.objects.filter(product__in=ids).delete()
    products.delete()
    ProductType.objects.filter(key__in=[row["key"] for row in _read("types.json")], products=None).delete()
    Brand.objects.filter(slug__in=[row["slug"] for row in _read("brands.json")], products=None).delete()
    _remove_categories(_read("categories.json"))
    product_changed(ids)
    return len(ids)


def _remove_categories(rows: list[Row]) -> None:
    """Leaves first; one with devices or other categories in it stays."""
    for row in rows:
        _remove_categories(row["children"])
        category = Category.objects.filter(slug=row["slug"], products=None, numchild=0).first()
        if category:
            category.delete()


def _read(name: str) -> list[Row]:
    return json.loads((CATALOG / name).read_text(encoding="utf-8"))


def _product_rows() -> Iterator[Row]:
    for path in sorted((CATALOG / "products").glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


def _pick(row: Row, keys: tuple[str, ...]) -> Row:
    return {key: row[key] for key in keys if row.get(key) is not None}


def _load_categories(rows: list[Row], parent: Category | None) -> None:
    for row in rows:
        category = Category(**_pick(row, ("slug", "name", "description")))
        tile = PICTURES / f"tile-{row['slug']}.webp"
        if tile.exists():
            category.image.save(tile.name, File(tile.open("rb")), save=False)
        if parent is None:
            Category.objects.add_root(instance=category)
        else:
            Category.objects.add_child(parent, instance=category)
        _load_categories(row["children"], Category.objects.get(pk=category.pk))


def _load_type(row: Row) -> None:
    product_type = ProductType.objects.create(key=row["key"], name=row["name"])
    for field_row in row["fields"]:
        field = SpecField.objects.create(
            product_type=product_type, unit=field_row.get("unit", ""), **_pick(field_row, FIELD_KEYS)
        )
        SpecChoice.objects.bulk_create(
            SpecChoice(field=field, position=position, **_pick(choice, ("value", "label", "swatch")))
            for position, choice in enumerate(field_row["choices"])
        )


def _load_fit_rule(row: Row, position: int) -> None:
    accessory, device = (ProductType.objects.get(key=row[side]) for side in ("accessory", "device"))
    rule = FitRule.objects.create(
        accessory_type=accessory,
        device_type=device,
        included_field=device.fields.get(key=row["included"]) if row["included"] else None,
        position=position,
    )
    FitCondition.objects.bulk_create(
        FitCondition(
            rule=rule,
            accessory_field=accessory.fields.get(key=condition["accessory_field"]),
            comparison=condition["comparison"],
            device_field=device.fields.get(key=condition["device_field"]),
            is_needed=condition["needed"],
            words=condition["words"],
            position=place,
        )
        for place, condition in enumerate(row["conditions"])
    )


def _load_products(rows: list[Row]) -> list[Product]:
    """All at once: the shop's own verbs would take a minute for what bulk rows do in seconds."""
    brands, categories, types = _keys(Brand, "slug"), _keys(Category, "slug"), _keys(ProductType, "key")
    products = Product.objects.bulk_create(
        Product(
            brand_id=brands[row["brand"]],
            category_id=categories[row["category"]],
            product_type_id=types[row["type"]],
            box_contents="\n".join(row["box_contents"]),
            is_serial_tracked=row["serial_tracked"],
            is_published=True,
            published_from=timezone.now() - timedelta(days=row["published_days_ago"]),
            **_pick(row, PRODUCT_KEYS),
        )
        for row in rows
    )
    pairs = list(zip(products, rows, strict=True))
    _load_specs(pairs, _load_variants(pairs))
    choices = _choices()
    for product, row in pairs:
        for position, image_row in enumerate(row["images"]):
            _load_image(product, image_row, position, choices)
    return products


def _keys(model: type[Model], name: str) -> dict[str, int]:
    return dict(model._default_manager.values_list(name, "pk"))


def _load_variants(pairs: Pairs) -> list[Variant]:
    """In the order of the rows; with the prices that they have had, and their stock."""
    variants, changes = [], []
    for product, row in pairs:
        for position, variant_row in enumerate(row["variants"]):
            past = _price_history(variant_row, product.published_from)
            variant = Variant(
                product=product,
                condition=variant_row["condition"].replace("_", "-"),
                position=position,
                price=past[-1][1],
                **_pick(variant_row, VARIANT_KEYS),
            )
            variants.append(variant)
            befores = [None, *(price for _moment, price in past)]
            changes += [
                PriceChange(variant=variant, old_price=before, new_price=price, cause="demo", created_at=moment)
                for before, (moment, price) in zip(befores, past, strict=False)
            ]
    Variant.objects.bulk_create(variants)
    PriceChange.objects.bulk_create(changes)
    _load_stock(pairs, variants)
    return variants


def _load_stock(pairs: Pairs, variants: list[Variant]) -> None:
    """The first delivery came before the first day of sale."""
    rows = {row["sku"]: row for _product, product_row in pairs for row in product_row["variants"]}
    for product, of_product in groupby(variants, key=attrgetter("product")):
        own = list(of_product)
        with clock_at(product.published_from - timedelta(hours=9)):
            inventory.open_stock({one.pk: rows[one.sku]["stock"] for one in own}, note="First delivery", reference="")
    for variant in variants:
        row = rows[variant.sku]
        if "low" in row:
            StockLevel.objects.filter(variant=variant).update(low_at=row["low"])
        if promise := row.get("promise"):
            day = timezone.localdate() + timedelta(days=promise["in_days"])
            inventory.promise(variant, promise["as"], limit=promise["limit"], expected_at=day)


def _load_specs(pairs: Pairs, variants: list[Variant]) -> None:
    types = {product.product_type_id for product, _row in pairs}
    fields = {pk: {field.key: field for field in specs.fields_of(pk)} for pk in types}
    waiting = iter(variants)
    values: list[SpecValue] = []
    for product, row in pairs:
        known = fields[product.product_type_id]
        values += _values(product, None, row["specs"], known)
        for variant_row in row["variants"]:
            values += _values(product, next(waiting), variant_row["options"], known)
    SpecValue.objects.bulk_create(values)
    specs.refresh_labels(variants)


def _values(product: Product, variant: Variant | None, facts: Row, fields: dict[str, SpecField]) -> Iterator[SpecValue]:
    for key, raw in facts.items():
        for value in specs.read_value(fields[key], raw):
            value.product, value.variant = product, variant
            yield value


def _choices() -> dict[tuple[int, str, str], SpecChoice]:
    """By product type, key of the field, and value."""
    rows = SpecChoice.objects.select_related("field")
    return {(row.field.product_type_id, row.field.key, row.value): row for row in rows}


def _price_history(row: Row, start: datetime) -> list[tuple[datetime, Decimal]]:
    """A past for the prices, such that today's price before is the one in the file: moments and prices, in order.

    The SKU decides the days, so that each loading tells the same.
    """
    price, was, chance = Decimal(row["price"]), Decimal(row["was_price"] or 0), crc32(row["sku"].encode())
    age = (timezone.now() - start).days
    cut = min(3 + chance % 30, age // 2)
    if was and age > cut + 130:  # dearer at first; that cut is told of no more
        past = [(age, _about(was, "1.08")), (cut + 100 + chance % 20, was), (cut, price)]
    elif was and age > cut + 70:  # an offer that was over before the 30 days
        past = [(age, was), (cut + 60, _about(price, "0.97")), (cut + 45, was), (cut, price)]
    elif was:
        past = [(age, was), (cut, price)]
    elif age > 150 and chance % 2:
        past = [(age, _about(price, "1.1")), (100 + chance % 40, price)]
    elif age > 60 and chance % 5 == 0:
        past = [(age, _about(price, "0.95")), (40 + chance % 15, price)]
    else:
        past = [(age, price)]
    return [(max(start, timezone.now() - timedelta(days=days)), amount) for days, amount in past]


def _load_reviews(products: list[Product]) -> None:
    """The title decides who wrote and when, so that each loading tells the same."""
    told = json.loads((CATALOG / "reviews.json").read_text(encoding="utf-8"))
    Review.objects.bulk_create(
        _review(product, number, row) for product in products for number, row in enumerate(told.get(product.slug, []))
    )


def _review(product: Product, number: int, row: Row) -> Review:
    chance = crc32(f"{product.slug} {row['title']}".encode())
    review = Review(
        product=product, purchase=f"demo {number}", author_name=BUYERS[chance % len(BUYERS)], **_pick(row, REVIEW_KEYS)
    )
    age = (timezone.now() - product.published_from).days
    is_waiting = row.get("state") == Review.State.PENDING
    review.created_at = timezone.now() - timedelta(days=1 + chance % (3 if is_waiting else max(2, min(age, 400) - 5)))
    if not is_waiting:
        review.state, review.published_at = Review.State.PUBLISHED, review.created_at + timedelta(hours=9)
    return review


def _about(price: Decimal, factor: str) -> Decimal:
    """A price of whole units near so many times the other."""
    return (price * Decimal(factor)).quantize(Decimal(1))


def _load_image(product: Product, row: Row, position: int, choices: dict[tuple[int, str, str], SpecChoice]) -> None:
    """As it is: our own pictures are clean WebP files, which an upload would be made first."""
    shown = [(product.product_type_id, key, value) for key, value in row.get("variant_options", {}).items()]
    with (PICTURES / row["file"]).open("rb") as source:
        Image.objects.create(
            product=product,
            choice=choices[shown[0]] if shown else None,
            file=File(source, name=row["file"]),
            alt=row["alt"],
            position=position,
        )

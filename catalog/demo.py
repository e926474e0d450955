"""Loads the catalog of the demo shop from demo/catalog, whose README tells the format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from catalog import inventory, specs
from catalog.images import store_upload
from catalog.models import (
    Brand,
    Category,
    FitCondition,
    FitRule,
    Image,
    Product,
    ProductType,
    Review,
    SpecChoice,
    SpecField,
    StockLevel,
    Variant,
)
from catalog.publishing import product_changed

Row = dict[str, Any]

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
    products = [_load_product(row) for row in _product_rows()]
    _load_reviews(products)
    product_changed([product.pk for product in products])
    return len(products)


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


def _load_product(row: Row) -> Product:
    product = Product.objects.create(
        brand=Brand.objects.get(slug=row["brand"]),
        category=Category.objects.get(slug=row["category"]),
        product_type=ProductType.objects.get(key=row["type"]),
        box_contents="\n".join(row["box_contents"]),
        is_serial_tracked=row["serial_tracked"],
        is_published=True,
        published_from=timezone.now() - timedelta(days=row["published_days_ago"]),
        **_pick(row, PRODUCT_KEYS),
    )
    specs.set_values(product, row["specs"])
    for position, variant_row in enumerate(row["variants"]):
        _load_variant(product, variant_row, position)
    for position, image_row in enumerate(row["images"]):
        _load_image(product, image_row, position)
    return product


def _load_variant(product: Product, row: Row, position: int) -> Variant:
    variant = Variant(
        product=product,
        condition=row["condition"].replace("_", "-"),
        position=position,
        **_pick(row, VARIANT_KEYS),
    )
    for moment, price in _price_history(row, product.published_from):
        variant.price = price
        variant.save(cause="demo", at=moment)
    specs.set_values(product, row["options"], variant=variant)
    specs.refresh_label(variant)
    if row["stock"]:
        level = inventory.receive(variant, row["stock"], note="First delivery")
        StockLevel.objects.filter(pk=level.pk).update(low_at=row.get("low", level.low_at))
    if promise := row.get("promise"):
        day = timezone.localdate() + timedelta(days=promise["in_days"])
        inventory.promise(variant, promise["as"], limit=promise["limit"], expected_at=day)
    return variant


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


def _load_image(product: Product, row: Row, position: int) -> None:
    shown = row.get("variant_options", {})
    choices = SpecChoice.objects.filter(field__product_type=product.product_type_id)
    with (PICTURES / row["file"]).open("rb") as source:
        Image.objects.create(
            product=product,
            choice=choices.filter(field__key__in=shown, value__in=shown.values()).first(),
            file=store_upload(File(source, name=row["file"])),
            alt=row["alt"],
            position=position,
        )

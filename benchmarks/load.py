"""Fill an empty shop with n products: python -m benchmarks.load 50000

The database is the one of the shop's settings (DATABASE_URL). One that holds products of anybody else is not touched;
one that was filled from here is emptied and filled anew. Product n has the primary key n.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils.text import slugify
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import catalog, tables
from benchmarks.catalog import SKU_PREFIX, ProductRow, VariantRow
from benchmarks.devices import LEAVES, TYPES, DeviceType
from benchmarks.fields import COLOURS, Columns, Field, Value
from benchmarks.makers import BRANDS
from catalog import inventory, publishing
from catalog.models import (
    Brand,
    Category,
    FacetBlock,
    IndexState,
    PriceChange,
    Product,
    ProductType,
    SearchCode,
    SearchDocument,
    SpecChoice,
    SpecField,
    SpecValue,
    StockLevel,
    StockMovement,
    TermBlock,
    UnmergedChange,
    Variant,
    WordList,
)
from catalog.reference import forget
from orders.demo import load_delivery

BATCH = 2000
FEATURED = 8  # products on the home page
SOLD = 5  # units that a variant once had that is sold out now

PRODUCTS = tables.Table(
    Product,
    "id created_at updated_at name slug brand_id category_id product_type_id mpn summary description box_contents "
    "warranty_months is_featured is_published published_from",
)
VARIANTS = tables.Table(
    Variant, "id created_at updated_at product_id sku gtin label condition price was_price reduced_at weight_g position"
)
PRICES = tables.Table(PriceChange, "variant_id created_at cause old_price new_price")
LEVELS = tables.Table(StockLevel, "id variant_id place_id on_hand")
MOVEMENTS = tables.Table(StockMovement, "level_id created_at kind on_hand_change on_hand_after reserved_after note")
SPECS = tables.Table(SpecValue, "product_id variant_id field_id number number_high choice_id flag text")
TABLES = (PRODUCTS, VARIANTS, PRICES, LEVELS, MOVEMENTS, SPECS)
INDEXES = (FacetBlock, TermBlock, WordList, SearchDocument, SearchCode, UnmergedChange, IndexState)
OWN_MODELS = [*(table.model for table in TABLES), Brand, Category, ProductType, SpecField, SpecChoice, *INDEXES]


class ForeignProducts(Exception):
    """The database is somebody's shop."""


class Keys:
    """The primary keys of what products refer to, and how this database takes its times."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.place = inventory.main_place().pk
        self.brands = dict(Brand.objects.values_list("name", "pk"))
        self.types = dict(ProductType.objects.values_list("key", "pk"))
        by_name = dict(Category.objects.values_list("name", "pk"))
        self.leaves = {leaf: by_name[leaf.name] for leaf in LEAVES}
        self.specs = _spec_columns()

    def ago(self, days: int, row: ProductRow) -> Any:
        """So many days ago, at an hour of the product's own."""
        moment = self.now - timedelta(days=days, seconds=row.pk * 7919 % 86_400)
        return connection.ops.adapt_datetimefield_value(moment)


def load(count: int, progress: Callable[[int], object] = lambda done: None) -> None:
    """Rows and listing columns, all or nothing. Raises ForeignProducts."""
    tables.give_time()
    if not (is_empty() or is_own()):
        raise ForeignProducts("This database is somebody's shop. Name an empty one in DATABASE_URL.")
    with transaction.atomic():
        tables.empty(OWN_MODELS)
        write_categories()
        Brand.objects.bulk_create(Brand(name=name, slug=slugify(name)) for name in BRANDS)
        for device in TYPES:
            write_type(device)
        with tables.without_indexes(TABLES):
            write_products(count, progress)
        tables.continue_keys(TABLES)
        tables.analyze(TABLES)
        for start in range(0, count, 10 * BATCH):
            Product.objects.filter(pk__gt=start, pk__lte=start + 10 * BATCH).refresh_listing()
    forget()


def is_empty() -> bool:
    return not any(model._default_manager.exists() for model in (Product, Category, Brand, ProductType))


def is_own() -> bool:
    """Whether it has products, all of them from here."""
    return Product.objects.exists() and not Product.objects.exclude(variants__sku__startswith=SKU_PREFIX).exists()


def write_categories() -> None:
    made: dict[tuple[str, ...], Category] = {}
    for path in (leaf.path[:depth] for leaf in LEAVES for depth in range(1, len(leaf.path) + 1)):
        if path not in made:
            fields = {"name": path[-1], "slug": slugify(path[-1])}
            parent = Category.objects.get(pk=made[path[:-1]].pk) if path[:-1] else None
            made[path] = Category.objects.add_child(parent, fields) if parent else Category.objects.add_root(fields)


def write_type(device: DeviceType) -> None:
    product_type = ProductType.objects.create(key=device.key, name=device.name)
    for position, field in enumerate(device.fields):
        row = SpecField.objects.create(product_type=product_type, position=position, **_field_columns(field))
        SpecChoice.objects.bulk_create(
            SpecChoice(field=row, value=slugify(label), label=label, swatch=COLOURS.get(label, ""), position=place)
            for place, label in enumerate(field.choices)
        )


def _field_columns(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "unit": field.unit,
        "scope": field.scope,
        "multiple": field.multiple,
        "better": field.better,
        "is_facet": field.facet,
        "on_card": field.card,
    }


def _spec_columns() -> dict[Value, list[tuple[Any, ...]]]:
    """The columns of SPECS behind the variant, for each value that a device may have."""
    fields = {(key, name): pk for pk, key, name in SpecField.objects.values_list("pk", "product_type__key", "key")}
    choices = {(field, value): pk for pk, field, value in SpecChoice.objects.values_list("pk", "field", "value")}

    def columns(field: int, row: Columns) -> tuple[Any, ...]:
        return (field, row.number, row.number_high, choices.get((field, row.choice)), row.flag, row.text)

    return {
        value: [columns(fields[device.key, field.key], row) for row in value.rows]
        for device in TYPES
        for field in device.fields
        for value in field.values
    }


def write_products(count: int, progress: Callable[[int], object]) -> None:
    keys = Keys()
    rows = catalog.rows(count)
    while batch := list(islice(rows, BATCH)):
        variants = [(row, variant) for row in batch for variant in row.variants]
        PRODUCTS.write(_product(row, keys) for row in batch)
        VARIANTS.write(_variant(row, variant, keys) for row, variant in variants)
        PRICES.write(line for row, variant in variants for line in _prices(row, variant, keys))
        LEVELS.write((variant.pk, variant.pk, keys.place, variant.stock) for _row, variant in variants)
        MOVEMENTS.write(line for row, variant in variants for line in _movements(row, variant, keys))
        SPECS.write(_specs(batch, keys))
        progress(len(batch))


def _product(row: ProductRow, keys: Keys) -> tuple[Any, ...]:
    since = keys.ago(row.days_ago, row)
    device = row.leaf.device
    return (
        row.pk,
        since,
        since,
        row.name,
        row.slug,
        keys.brands[row.brand],
        keys.leaves[row.leaf],
        keys.types[device.key],
        row.mpn,
        row.summary,
        row.description,
        "\n".join(device.box),
        row.warranty_months,
        row.pk <= FEATURED,
        row.is_published,
        since,
    )


def _variant(row: ProductRow, variant: VariantRow, keys: Keys) -> tuple[Any, ...]:
    since = keys.ago(row.days_ago, row)
    place = variant.pk - row.variants[0].pk
    reduced = keys.ago(variant.reduced_days_ago, row) if variant.was_price else None
    facts = (variant.sku, variant.gtin, variant.label, variant.condition, variant.price, variant.was_price, reduced)
    return (variant.pk, since, since, row.pk, *facts, variant.weight_g, place)


def _prices(row: ProductRow, variant: VariantRow, keys: Keys) -> Iterator[tuple[Any, ...]]:
    """The first price, and the reduction where there was one."""
    first = variant.was_price or variant.price
    yield (variant.pk, keys.ago(row.days_ago, row), "loaded", None, first)
    if variant.was_price:
        reduced = keys.ago(variant.reduced_days_ago, row)
        yield (variant.pk, reduced, "reduced", first, variant.price)


def _movements(row: ProductRow, variant: VariantRow, keys: Keys) -> Iterator[tuple[Any, ...]]:
    """Goods came in; what is sold out was counted out again."""
    since = keys.ago(row.days_ago, row)
    received = variant.stock or SOLD
    yield (variant.pk, since, StockMovement.Kind.RECEIPT.value, received, received, 0, "First delivery")
    if not variant.stock:
        yield (variant.pk, since, StockMovement.Kind.ADJUSTMENT.value, -SOLD, 0, 0, "Sold in the branch")


def _specs(batch: Sequence[ProductRow], keys: Keys) -> Iterator[tuple[Any, ...]]:
    for row in batch:
        yield from ((row.pk, None, *columns) for columns in _columns(row.specs, keys))
        for variant in row.variants:
            yield from ((row.pk, variant.pk, *columns) for columns in _columns(variant.options, keys))


def _columns(values: Iterable[Value], keys: Keys) -> Iterator[tuple[Any, ...]]:
    return (columns for value in values for columns in keys.specs[value])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("products", type=int, help="how many, at least 1")
    parser.add_argument("--rows-only", action="store_true", help="leave the indexes of search and facets as they are")
    options = parser.parse_args()
    if options.products < 1:
        parser.error("At least one product is needed.")
    prepare()
    started = time.monotonic()
    columns = (TextColumn("Loading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("", total=options.products)
        try:
            load(options.products, progress=lambda done: bar.advance(task, done))
        except ForeignProducts as refusal:
            parser.error(str(refusal))
    print(f"{options.products} products in {time.monotonic() - started:.0f} s")
    if not options.rows_only:
        started = time.monotonic()
        rebuild_indexes()
        print(f"Indexes in {time.monotonic() - started:.0f} s")
    tables.tidy()


def prepare() -> None:
    """Tables, cache table and what a cart needs to name its costs."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    load_delivery()


def rebuild_indexes() -> None:
    """Everything that repeats the rows elsewhere, made anew."""
    publishing.rebuild()


if __name__ == "__main__":
    main()

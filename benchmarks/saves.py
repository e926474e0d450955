"""What saving one change costs in its transaction: python -m benchmarks.saves --json saves-50k.json

The changes are kept, so measure pages before. Each goes to another product, as the back office would make it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.db import transaction

from benchmarks import measuring, report
from benchmarks.measuring import Run
from catalog import inventory, prices, specs
from catalog.models import Product, SpecValue, Variant
from catalog.publishing import product_changed

REPEAT = 100
STEP = 7919  # prime: the products lie all over the tables

Change = Callable[[], object]


def change_text(product: Product) -> Change:
    def act() -> None:
        product.summary = f"{product.summary[:290]} *"
        product.save()
        product_changed([product.pk])

    return act


def change_spec(product: Product) -> Change:
    """A yes becomes a no."""
    value = SpecValue.objects.filter(product=product, flag__isnull=False).select_related("field").first()

    def act() -> None:
        if value:
            specs.set_values(product, {value.field.key: not value.flag})
        product_changed([product.pk])

    return act


def change_price(product: Product) -> Change:
    variant = _variant(product)

    def act() -> None:
        prices.set_price(variant, variant.price + Decimal(1), cause="benchmark")
        product_changed([product.pk])

    return act


def change_stock(product: Product) -> Change:
    variant = _variant(product)
    return lambda: inventory.adjust(variant, 1, note="benchmark")


def _variant(product: Product) -> Variant:
    return product.variants.order_by("position")[0]


CHANGES: dict[str, Callable[[Product], Change]] = {
    "text": change_text,
    "spec": change_spec,
    "price": change_price,
    "stock": change_stock,
}


def measure(repeat: int = REPEAT) -> dict[str, report.Figures]:
    products = some_products()
    return {
        name: measuring.figures([_saved(change(product)) for product in islice(products, repeat)])
        for name, change in CHANGES.items()
    }


def some_products() -> Iterator[Product]:
    count = Product.objects.count()
    for place in range(10 * count):
        yield Product.objects.get(pk=place * STEP % count + 1)


def _saved(change: Change) -> Run:
    def act() -> None:
        with transaction.atomic():
            change()

    run, _nothing = measuring.timed(act)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--repeat", type=int, default=REPEAT)
    options = parser.parse_args()
    measuring.quiet()
    found = report.report(measure(options.repeat))
    report.say(found)
    report.save(found, options.json)


if __name__ == "__main__":
    main()

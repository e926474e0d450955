"""The products as a supplier's file for `import_products`: python -m benchmarks.catalog_csv 20000 > products.csv"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from django.conf import settings

from benchmarks import catalog
from benchmarks.catalog import ProductRow

HEADER = "sku,name,brand,category_path,price,currency,description,spec,gtin,variant_group,mpn,stock,weight_g"


def write(count: int, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    for row in catalog.rows(count):
        writer.writerows(lines(row))


def lines(row: ProductRow) -> Iterator[tuple[Any, ...]]:
    """One for each variant; the product's own values stand on each of them."""
    shared = {value.key: value.raw for value in row.specs}
    for variant in row.variants:
        spec = json.dumps({**{option.key: option.raw for option in variant.options}, **shared}, ensure_ascii=False)
        yield (
            variant.sku,
            row.name,
            row.brand,
            " > ".join(row.leaf.path),
            variant.price,
            settings.SHOP_CURRENCY,
            row.description,
            spec,
            variant.gtin,
            row.slug,
            row.mpn,
            variant.stock,
            variant.weight_g,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("products", type=int, help="how many")
    write(parser.parse_args().products, sys.stdout)


if __name__ == "__main__":
    main()

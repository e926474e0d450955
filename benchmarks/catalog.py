"""Products such as a shop has, any number of them. Product n depends on n alone, so n products begin every larger set.

Plain rows, without a database: `benchmarks.load` writes them into the shop's tables, `benchmarks.catalog_csv` into a
file for import.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import NamedTuple

from django.utils.text import slugify
from stdnum import ean

from benchmarks.devices import LEAVES, TYPES, Leaf
from benchmarks.fields import Value
from benchmarks.makers import LARGE, PER_TYPE, SMALL, SMALL_SHARE
from benchmarks.prose import description, summary
from catalog.models import Variant

Chance = Callable[[], float]
Condition = Variant.Condition

SEED = 20_260_101
SKU_PREFIX = "BM-"
# Variants of twenty products in a row: 2.5 on average. Fixed, so that the first variant of product n is known from n.
COUNTS = (1, 2, 3, 1, 2, 4, 2, 1, 6, 2, 3, 2, 1, 5, 2, 3, 1, 4, 2, 3)
BEFORE = (0, *accumulate(COUNTS))
SHARES = tuple(accumulate(leaf.share for leaf in LEAVES))
SUFFIXES = ("", "", "", " Pro", " Lite", " Max", " Plus", " SE", " Ultra")
CONDITIONS = (Condition.REFURBISHED, Condition.REFURBISHED, Condition.OPEN_BOX, Condition.USED)
CONDITION_LABELS = {condition: str(condition.label) for condition in Condition}
PRODUCT_SOLD_OUT, VARIANT_SOLD_OUT, REDUCED, LAST_NOT_NEW, UNPUBLISHED = 0.10, 0.055, 0.12, 0.12, 0.01
REDUCED_LONGEST = 60  # days; what was reduced earlier is not called so any more
WARRANTIES = (24, 24, 24, 12, 36)
OLDEST = 900  # days


class VariantRow(NamedTuple):
    """`was_price` is None, or what it cost before it was reduced `reduced_days_ago`. Prices are text, "499.00"."""

    pk: int
    sku: str
    gtin: str
    label: str
    condition: str
    price: str
    was_price: str | None
    reduced_days_ago: int
    weight_g: int
    stock: int
    options: list[Value]


class ProductRow(NamedTuple):
    pk: int
    name: str
    slug: str
    brand: str
    leaf: Leaf
    mpn: str
    summary: str
    description: str
    warranty_months: int
    is_published: bool
    days_ago: int
    specs: list[Value]
    variants: list[VariantRow]


class _Common(NamedTuple):
    """What the variants of a product share."""

    number: int
    base: float
    days_ago: int
    weight_g: int
    is_sold_out: bool


def rows(count: int, start: int = 1) -> Iterator[ProductRow]:
    return (product(number) for number in range(start, start + count))


def product(number: int) -> ProductRow:
    """Product `number`, from 1."""
    rnd = Random(SEED + number).random
    leaf = LEAVES[bisect(SHARES, rnd() * SHARES[-1])]
    brand = _brand(leaf, rnd)
    series = leaf.device.series[int(rnd() * len(leaf.device.series))]
    model = f"{series} {int(rnd() * 990) + 10}{SUFFIXES[int(rnd() * len(SUFFIXES))]}"
    days_ago = int(rnd() ** 1.5 * OLDEST)
    specs = [value for field in leaf.device.of_products() if (value := field.pick(rnd))]
    return ProductRow(
        pk=number,
        name=f"{brand} {model} {leaf.noun}",
        slug=slugify(f"{brand} {model} {number}"),
        brand=brand,
        leaf=leaf,
        mpn=f"{brand[:3].upper()}-{series[:2].upper()}{number:05d}",
        summary=summary(leaf.noun, specs, rnd),
        description=description(brand, leaf.noun, rnd),
        warranty_months=WARRANTIES[int(rnd() * len(WARRANTIES))],
        is_published=rnd() >= UNPUBLISHED,
        days_ago=days_ago,
        specs=specs,
        variants=_variants(number, leaf, days_ago, rnd),
    )


def first_variant(number: int) -> int:
    """The key of a product's first variant; those of all products follow each other without a gap."""
    rounds, place = divmod(number - 1, len(COUNTS))
    return rounds * BEFORE[-1] + BEFORE[place] + 1


def _brand(leaf: Leaf, rnd: Chance) -> str:
    """Each type of device has its own large brands, a few of which sell most."""
    if rnd() < SMALL_SHARE:
        return SMALL[int(rnd() * len(SMALL))]
    return LARGE[(TYPES.index(leaf.device) * 5 + int(rnd() ** 1.7 * PER_TYPE)) % len(LARGE)]


def _variants(number: int, leaf: Leaf, days_ago: int, rnd: Chance) -> list[VariantRow]:
    count = COUNTS[(number - 1) % len(COUNTS)]
    common = _Common(
        number=number,
        base=leaf.cheapest + (leaf.dearest - leaf.cheapest) * rnd() ** 2,
        days_ago=days_ago,
        weight_g=100 + int(rnd() * 4000),
        is_sold_out=rnd() < PRODUCT_SOLD_OUT,
    )
    conditions = [Condition.NEW] * count
    if rnd() < LAST_NOT_NEW:
        conditions[-1] = CONDITIONS[int(rnd() * len(CONDITIONS))]
    chosen = zip(_options(leaf, count, rnd), conditions, strict=True)
    return [_variant(common, place, options, condition, rnd) for place, (options, condition) in enumerate(chosen)]


def _options(leaf: Leaf, count: int, rnd: Chance) -> list[list[Value]]:
    """What the buyer chooses by, different for each variant: some colours, in one or two sizes."""
    colours, *sizes = (field.values for field in leaf.device.of_variants())
    columns = count if not sizes or count % 2 else max(count // 2, 2)
    first = int(rnd() * len(colours))
    steps = [int(rnd() * (len(values) - 1)) for values in sizes]
    return [
        [
            colours[(first + place % columns) % len(colours)],
            *(values[step + place // columns] for values, step in zip(sizes, steps, strict=True)),
        ]
        for place in range(count)
    ]


def _variant(common: _Common, place: int, options: list[Value], condition: Condition, rnd: Chance) -> VariantRow:
    pk = first_variant(common.number) + place
    price = int(common.base * (1 + 0.06 * place) * (1 if condition == Condition.NEW else 0.75)) + 1
    is_sold_out = common.is_sold_out or rnd() < VARIANT_SOLD_OUT
    return VariantRow(
        pk=pk,
        sku=f"{SKU_PREFIX}{common.number:07d}-{place + 1}",
        gtin=gtin(pk),
        label=label(options, condition),
        condition=condition.value,
        price=f"{price - 1}.{'00' if price % 5 == 0 else '99'}",
        was_price=f"{price + 1 + price // 8}.00" if rnd() < REDUCED and common.days_ago else None,
        reduced_days_ago=int(rnd() * min(common.days_ago, REDUCED_LONGEST)),
        weight_g=common.weight_g,
        stock=0 if is_sold_out else 1 + int(rnd() ** 2 * 120),
        options=options,
    )


def label(options: Sequence[Value], condition: Condition) -> str:
    """As `catalog.specs` writes it."""
    words = [option.label for option in options]
    return ", ".join(words if condition == Condition.NEW else [*words, CONDITION_LABELS[condition]])


def gtin(variant: int) -> str:
    """Of the range that is free for a shop's own numbers."""
    digits = f"26{variant:010d}"
    return digits + ean.calc_check_digit(digits)

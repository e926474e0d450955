"""What the index says of a product, read from the product's own rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.models import Product, Rating, SpecField, SpecValue, StockLevel, Variant

ALL, CATEGORY, BRAND, TYPE, STOCK, CONDITION = "all", "category", "brand", "type", "stock", "condition"
PRICE, PUBLISHED = "price", "published"  # columns: a number instead of values
RATING, RANK = "rating", "rank"  # the whole stars reached, as values; and a column to order by
HERE, YES, NO = "", "yes", "no"  # values
WHOLE = 0  # the slot of the product as such; its variants on sale have the slots from 1 on, in the order of their keys

INDEXED = (SpecField.Kind.NUMBER, SpecField.Kind.SIZE, SpecField.Kind.CHOICE, SpecField.Kind.BOOLEAN)
BATCH = 2000

Mark = tuple[str, str, int]  # facet, value, slot


@dataclass
class Facts:
    """One visible product: its marks, and its numbers by slot."""

    product_id: int
    marks: list[Mark] = field(default_factory=list)
    numbers: list[tuple[str, int, int]] = field(default_factory=list)  # column, slot, number


def figure(number: Decimal) -> str:
    """A number in values and addresses: 256, 6.1."""
    return f"{number.normalize():f}"


def spec_facet(field_id: int) -> str:
    return f"spec {field_id}"


def span_value(number: Decimal, number_high: Decimal | None) -> str:
    """A number, or a range of numbers, as a value: "256000", "20~20000"; `span` reads it."""
    return figure(number) if number_high is None else f"{figure(number)}~{figure(number_high)}"


def span(value: str) -> tuple[Decimal, Decimal]:
    low, _tilde, high = value.partition("~")
    return Decimal(low), Decimal(high or low)


def size_value(sides: Iterable[Decimal]) -> str:
    """A size as a value: "2556x1179", "160x80x10"; `sides` reads it."""
    return "x".join(figure(side) for side in sides)


def sides(value: str) -> list[Decimal]:
    return [Decimal(side) for side in value.split("x")]


def read(product_ids: Sequence[int]) -> Iterator[Facts]:
    """Of those that are visible now; two queries for every 2,000 products."""
    for start in range(0, len(product_ids), BATCH):
        yield from _read_some(product_ids[start : start + BATCH])


def _read_some(product_ids: Sequence[int]) -> Iterator[Facts]:
    rows = {pk: list(group) for pk, group in groupby(_variants(product_ids), key=itemgetter(0))}
    slots = {row[7]: slot for group in rows.values() for slot, row in enumerate(group, start=1)}
    values = _values(product_ids, slots)
    for pk, variants in rows.items():
        yield _facts(variants, values[pk])


def _variants(product_ids: Iterable[int]) -> QuerySet[Variant, tuple[Any, ...]]:
    """Those on sale of visible products, in the order of their keys within each product."""
    stocked = StockLevel.objects.filter(variant=OuterRef("pk"), on_hand__gt=F("reserved"))
    visible = Product.objects.visible().filter(pk__in=product_ids)
    sold = Variant.objects.on_sale().filter(product__in=visible).annotate(in_stock=Exists(stocked))
    product = ("category_id", "brand_id", "product_type_id", "published_from", "rating_sum", "review_count")
    columns = ("product_id", *(f"product__{name}" for name in product), "pk", "price", "condition", "in_stock")
    return sold.order_by("product_id", "pk").values_list(*columns)


def _facts(variants: Sequence[tuple[Any, ...]], marks: list[Mark]) -> Facts:
    pk, category_id, brand_id, type_id, published, rating_sum, review_count, *_variant = variants[0]
    facts = Facts(pk, marks, [(PUBLISHED, WHOLE, int(published.timestamp()))])
    whole = ((ALL, HERE), (CATEGORY, str(category_id)), (BRAND, str(brand_id)), (TYPE, str(type_id)))
    facts.marks += [(facet, value, WHOLE) for facet, value in whole]
    if review_count:
        rating = Rating(rating_sum, review_count)
        facts.marks.append((RATING, str(rating.floor), WHOLE))
        facts.numbers.append((RANK, WHOLE, rating.rank))
    for slot, (*_product, _pk, price, condition, in_stock) in enumerate(variants, start=1):
        facts.marks += [(ALL, HERE, slot), (CONDITION, condition, slot)]
        facts.marks += [(STOCK, YES, slot)] if in_stock else []
        facts.numbers.append((PRICE, slot, int(price * 100)))
    return facts


def _values(product_ids: Iterable[int], slots: dict[int, int]) -> dict[int, list[Mark]]:
    rows = SpecValue.objects.filter(product__in=product_ids, field__kind__in=INDEXED)
    found: dict[int, list[Mark]] = defaultdict(list)
    columns = ("product_id", "variant_id", "field_id", "choice_id", "flag", "number", "number_high", "second", "third")
    for product_id, variant_id, field_id, *row in rows.values_list(*columns):
        slot = WHOLE if variant_id is None else slots.get(variant_id)
        if slot is not None:
            found[product_id].append((spec_facet(field_id), _value(*row), slot))
    return found


def _value(choice_id: int | None, flag: bool | None, number: Decimal | None, *more: Decimal | None) -> str:
    """`more` are the upper end of a range, and the further sides of a size."""
    if choice_id is not None:
        return str(choice_id)
    if number is None:
        return YES if flag else NO
    number_high, *others = more
    further = [side for side in others if side is not None]
    return size_value([number, *further]) if further else span_value(number, number_high)

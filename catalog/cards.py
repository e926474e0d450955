"""Products as cards: what `components/product_card.html` shows, in a constant number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from catalog.images import Srcset, srcset
from catalog.inventory import SOLD_OUT, Availability
from catalog.models import Image, Product, Rating, SpecValue, Variant
from catalog.specs import card_specs
from devicehub.lib.money import Money

LONG = ("description", "box_contents", "brand__description")
PICTURE = ("file", "width", "height", "widths", "alt")


@dataclass(frozen=True)
class Card:
    """`price` and `sku` are those of the cheapest variant shown; `price_from` says that others are dearer."""

    url: str
    sku: str
    name: str
    brand: str
    summary: str
    image_url: str
    image_srcset: str
    image_width: int
    image_height: int
    image_alt: str
    specs: list[str]
    rating: Rating | None
    price: Money
    price_from: bool
    was: Money | None
    availability: Availability
    condition_label: str
    variant_count: int


def listed(products: QuerySet[Product], *, choices: Iterable[str] = ()) -> QuerySet[Product]:
    """With brand and main picture in the same query, without the long texts that no list shows."""
    return pictured(products, choices=choices).select_related("brand").defer(*LONG)


def pictured(products: QuerySet[Product], *, choices: Iterable[str] = ()) -> QuerySet[Product]:
    """With their main picture in the same query; one of the `choices`, such as "blue", goes first."""
    pictures = Image.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    if wanted := list(choices):
        first = Case(When(choice__value__in=wanted, then=Value(0)), default=Value(1), output_field=IntegerField())
        pictures = pictures.order_by(first, "position", "pk")
    return products.annotate(main_picture=_first(pictures))


def with_picture(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """With a picture of its own colour, else one of all, else another's, in the same query."""
    own = SpecValue.objects.filter(variant=OuterRef("of_variant"), choice=OuterRef("choice"))
    fitness = Case(When(choice=None, then=Value(1)), When(Exists(own), then=Value(0)), default=Value(2))
    pictures = Image.objects.alias(of_variant=F("product__variants")).filter(of_variant=OuterRef("pk"))
    pictures = pictures.order_by(fitness, "position", "pk")
    return variants.annotate(main_picture=_first(pictures))


def _first(pictures: QuerySet[Image]) -> Subquery:
    row: dict[str, Any] = {column: F(column) for column in PICTURE}
    return Subquery(pictures.annotate(row=JSONObject(**row)).values("row")[:1])


def picture(thing: Product | Variant) -> Srcset | None:
    """The main picture of a product that came through `pictured`, or of a variant through `with_picture`."""
    row = thing.main_picture  # type: ignore[union-attr]
    if row is None:
        return None
    widths = json.loads(row["widths"]) if isinstance(row["widths"], str) else row["widths"]
    return srcset(Image(**{**row, "widths": widths}))


def with_stock(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """With what `availability` needs, in the same query."""
    left = Sum(F("stock_levels__on_hand") - F("stock_levels__reserved"), output_field=IntegerField())
    return variants.annotate(
        left=Coalesce(left, 0),
        low_at=Sum("stock_levels__low_at"),
        promise_limit=Sum("stock_levels__promise_limit"),
        promise=Max("stock_levels__promise"),
        expected_at=Max("stock_levels__expected_at"),
    )


def availability(variant: Variant) -> Availability:
    """Of a variant that came through `with_stock`."""
    row: Any = variant
    if row.low_at is None:
        return SOLD_OUT
    return Availability(row.left, row.low_at, row.promise_limit, row.promise, row.expected_at)


def cards(products: Iterable[Product], *, slots: Mapping[int, Collection[int]] | None = None) -> list[Card]:
    """Cards of products that came through `listed`. Two queries.

    With `slots`, of those variants only: by product, the places among its variants on sale in the order of their
    keys, from 1 on.
    """
    found = list(products)
    ids = [product.pk for product in found]
    by_product = variants_by_product(ids)
    if slots is not None:
        by_product = {pk: in_slots(variants, slots[pk]) for pk, variants in by_product.items()}
    specs = card_specs(ids)
    return [
        card(product, by_product[product.pk], specs[product.pk], narrowed=slots is not None)
        for product in found
        if by_product.get(product.pk)
    ]


def in_slots(variants: Iterable[Variant], slots: Collection[int]) -> list[Variant]:
    places = {variant.pk: slot for slot, variant in enumerate(sorted(variants, key=attrgetter("pk")), start=1)}
    return [variant for variant in variants if places[variant.pk] in slots]


def variants_by_product(product_ids: Iterable[int]) -> dict[int, list[Variant]]:
    """Those on sale in their order, through `with_stock`. One query."""
    sold = Variant.objects.on_sale().filter(product__in=list(product_ids))
    found: dict[int, list[Variant]] = defaultdict(list)
    for variant in with_stock(sold).order_by("product_id", "position", "pk"):
        found[variant.product_id].append(variant)
    return found


def card(product: Product, variants: Sequence[Variant], specs: list[str], *, narrowed: bool = False) -> Card:
    """`variants` came through `with_stock`. A narrowed card leads to the variant whose price it names."""
    shown = main_variant(variants)
    address = product.get_absolute_url()
    image = picture(product)
    return Card(
        url=f"{address}?variant={shown.sku}" if narrowed else address,
        sku=shown.sku,
        name=product.name,
        brand=product.brand.name,
        summary=product.summary,
        image_url=image.src if image else "",
        image_srcset=image.srcset if image else "",
        image_width=image.width if image else 0,
        image_height=image.height if image else 0,
        image_alt=image.alt if image else "",
        specs=specs,
        rating=product.rating,
        price=shown.money,
        price_from=any(variant.price > shown.price for variant in variants),
        was=shown.was_money,
        availability=best(availability(variant) for variant in variants),
        condition_label=_condition(variants),
        variant_count=len(variants),
    )


def best(known: Iterable[Availability]) -> Availability:
    """The one that says whether a product can be had: in stock before promised before sold out."""
    return max(known, key=lambda found: (found.available > 0, found.buyable > 0, found.available))


def main_variant(variants: Sequence[Variant]) -> Variant:
    """The one that a list names a price of: the cheapest."""
    return min(variants, key=lambda variant: (variant.price, variant.position, variant.pk))


def _condition(variants: Sequence[Variant]) -> str:
    """Only worth a word where not even one is new."""
    if any(variant.condition == Variant.Condition.NEW for variant in variants):
        return ""
    return str(variants[0].get_condition_display())

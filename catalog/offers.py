"""What is said of a variant on sale, wherever it is offered: the product page, the data in it for machines, the feed.

They take price, stock, condition, numbers and specs from here and nowhere else, so that they cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings

from catalog.cards import availability, variants_by_product
from catalog.images import shown_for
from catalog.inventory import Availability
from catalog.models import Image, Product, Promise, SpecValue, Variant
from catalog.specs import SpecGroup, SpecRow, sheet, values_by_product
from devicehub.lib.money import Money
from devicehub.lib.urls import absolute_url

COLOURS = ("colour", "color")
SIZES = ("size",)


@dataclass
class Offer:
    """`values` are the product's and the variant's own, in the order of the data sheet; `alone` if there is no other.

    The variant came through `cards.with_stock`.
    """

    product: Product
    variant: Variant
    images: list[Image]
    values: list[SpecValue]
    alone: bool

    @property
    def name(self) -> str:
        return f"{self.product.name}, {self.variant.label}" if self.variant.label else self.product.name

    @property
    def url(self) -> str:
        return absolute_url(f"{self.product.get_absolute_url()}?variant={self.variant.sku}")

    @property
    def group(self) -> str:
        """Names the product for machines; its address may change, this does not."""
        return str(self.product.pk)

    @property
    def price(self) -> Money:
        return self.variant.money

    @property
    def was(self) -> Money | None:
        return self.variant.was_money

    @property
    def with_tax(self) -> bool:
        return settings.PRICES_INCLUDE_TAX

    @property
    def availability(self) -> Availability:
        return availability(self.variant)

    @property
    def available_from(self) -> date | None:
        """The day from which a pre-order or back-order is expected."""
        known = self.availability
        return known.expected_at if known.state in Promise.values else None

    @property
    def condition(self) -> Variant.Condition:
        return Variant.Condition(self.variant.condition)

    @property
    def gtin(self) -> str:
        return self.variant.gtin

    @property
    def mpn(self) -> str:
        return self.product.mpn

    @cached_property
    def sheet(self) -> list[SpecGroup]:
        return sheet(self.values)

    @cached_property
    def own(self) -> list[SpecRow]:
        """What the buyer chose it by."""
        return [row for group in sheet(value for value in self.values if value.variant_id) for row in group.rows]

    @property
    def colour(self) -> str:
        return self._text_of(COLOURS)

    @property
    def size(self) -> str:
        return self._text_of(SIZES)

    def _text_of(self, keys: Sequence[str]) -> str:
        return next((row.text for group in self.sheet for row in group.rows if row.key in keys), "")

    @cached_property
    def pictures(self) -> list[str]:
        """Addresses; without those of other colours as long as there are any others."""
        choices = {value.choice_id for value in self.values if value.variant_id and value.choice_id}
        shown = shown_for(choices, self.images)
        fitting = [image for image in shown if image.choice_id is None or image.choice_id in choices]
        return [absolute(image.file.url) for image in fitting or shown]


def of_products(products: Sequence[Product]) -> list[Offer]:
    """One for each variant on sale of products that have their brand at hand. Three queries for any number."""
    ids = [product.pk for product in products]
    variants, values, images = variants_by_product(ids), values_by_product(ids), _images(ids)
    return [
        offer
        for product in products
        for offer in of_product(product, variants[product.pk], images[product.pk], values[product.pk])
    ]


def of_product(
    product: Product, variants: Sequence[Variant], images: Sequence[Image], values: Sequence[SpecValue]
) -> list[Offer]:
    """One for each of the variants, which came through `with_stock`; `images` and `values` are all of the product."""
    return [
        Offer(
            product=product,
            variant=variant,
            images=list(images),
            values=[value for value in values if value.variant_id in (None, variant.pk)],
            alone=len(variants) == 1,
        )
        for variant in variants
    ]


def _images(product_ids: Sequence[int]) -> Mapping[int, list[Image]]:
    found: dict[int, list[Image]] = defaultdict(list)
    for image in Image.objects.filter(product__in=product_ids).order_by("product_id", "position", "pk"):
        found[image.product_id].append(image)
    return found


def absolute(url: str) -> str:
    """Media may lie on a host of their own."""
    return absolute_url(url) if url.startswith("/") else url

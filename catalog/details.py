"""All that a product page shows, in a number of queries that does not depend on how many variants there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef

from catalog.cards import availability, variants_by_product
from catalog.images import Srcset, shown_for, srcset
from catalog.inventory import Availability
from catalog.models import Image, Product, SpecValue, Variant
from catalog.offers import Offer, of_product
from catalog.price_history import PriceHistory, price_history
from catalog.specs import Option, SpecGroup, SpecRow, options, values_by_product

HIGHLIGHTS = 4


@dataclass
class Detail:
    """A visible product with one of its variants chosen; an unknown `sku` chooses the usual one."""

    product: Product
    sku: str = ""

    @cached_property
    def variants(self) -> list[Variant]:
        found = variants_by_product([self.product.pk])[self.product.pk]
        for variant in found:
            variant.product = self.product
        return found

    @cached_property
    def variant(self) -> Variant:
        """The one asked for, else the first in stock, else the first that can be had, else the first."""
        known = self.availabilities
        asked = [variant for variant in self.variants if variant.sku == self.sku]
        available = [variant for variant in self.variants if known[variant.pk].available > 0]
        promised = [variant for variant in self.variants if known[variant.pk].buyable]
        return (asked or available or promised or self.variants)[0]

    @cached_property
    def availabilities(self) -> dict[int, Availability]:
        return {variant.pk: availability(variant) for variant in self.variants}

    @cached_property
    def options(self) -> list[Option]:
        """Only where there is something to choose or a value to tell."""
        return options(
            self.product, self.variants, current=self.variant, available=self.availabilities, values=self.values
        )

    @property
    def has_choice(self) -> bool:
        return any(len(option.choices) > 1 for option in self.options)

    @cached_property
    def images(self) -> list[Image]:
        """The chosen variant's own first."""
        of_variant = SpecValue.objects.filter(variant=self.variant, choice=OuterRef("choice"))
        found = list(self.product.images.annotate(is_own=Exists(of_variant)))
        return shown_for((image.choice_id for image in found if image.is_own and image.choice_id), found)

    @cached_property
    def gallery(self) -> list[Srcset]:
        return [srcset(image) for image in self.images]

    @cached_property
    def values(self) -> list[SpecValue]:
        return values_by_product([self.product.pk])[self.product.pk]

    @cached_property
    def offers(self) -> list[Offer]:
        return of_product(self.product, self.variants, self.images, self.values)

    @cached_property
    def offer(self) -> Offer:
        """That of the chosen variant: what the page says of price, stock, condition, number and specs."""
        return next(offer for offer in self.offers if offer.variant == self.variant)

    @cached_property
    def price_history(self) -> PriceHistory | None:
        return price_history(self.offer)

    @property
    def spec_groups(self) -> list[SpecGroup]:
        return self.offer.sheet

    @property
    def highlights(self) -> list[SpecRow]:
        """The facts that cards show, written large."""
        rows = [row for group in self.spec_groups for row in group.rows if row.on_card]
        return rows[:HIGHLIGHTS]

    @property
    def box_contents(self) -> list[str]:
        return [line.strip() for line in self.product.box_contents.splitlines() if line.strip()]

"""What surrounds a device on its page: what fits it, what it fits, and devices close to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from catalog import accessories
from catalog.accessories import Fit, Fits
from catalog.cards import Card, card, listed, variants_by_product
from catalog.fitting import Rule
from catalog.models import Product, Variant
from catalog.related import Related, related

FITS_SHOWN = 8


@dataclass(frozen=True)
class Neighbour:
    """A card with what is to be said about it."""

    card: Card
    reasons: tuple[str, ...]


@dataclass
class Around:
    """Of a product with one of its variants chosen; a fixed number of queries, fewer where no rule names its type."""

    product: Product
    variant: Variant

    @cached_property
    def rules(self) -> list[Rule]:
        return accessories.rules_about(self.product)

    @cached_property
    def accessories(self) -> Fits:
        return accessories.for_device(self.product, self.variant, self.rules)

    @cached_property
    def devices(self) -> Fits:
        return accessories.for_accessory(self.product, self.rules)

    @property
    def is_accessory(self) -> bool:
        return any(rule.accessory_type.pk == self.product.product_type_id for rule in self.rules)

    @cached_property
    def related(self) -> list[Neighbour]:
        return self._neighbours[0]

    @cached_property
    def what_fits(self) -> list[Neighbour]:
        return self._neighbours[1]

    @cached_property
    def _neighbours(self) -> tuple[list[Neighbour], list[Neighbour]]:
        """Both lists, so that their cards are read together."""
        close, fits = related(self.product), self.accessories.found[:FITS_SHOWN]
        shelf = Shelf([*(one.product_id for one in close), *(fit.product_id for fit in fits)])
        return [one for one in map(shelf.close, close) if one], [one for one in map(shelf.fitting, fits) if one]


class Shelf:
    """Products with what their cards need, without specs: they are shown small. Two queries."""

    def __init__(self, product_ids: Iterable[int]) -> None:
        ids = set(product_ids)
        self.products = {product.pk: product for product in listed(Product.objects.filter(pk__in=ids))}
        self.variants = variants_by_product(ids)

    def close(self, one: Related) -> Neighbour | None:
        return self._neighbour(one.product_id, tuple(one.reasons))

    def fitting(self, fit: Fit) -> Neighbour | None:
        """Of an accessory whose versions differ, the one that fits."""
        return self._neighbour(fit.product_id, fit.answer.reasons, fit.variant_id)

    def _neighbour(self, pk: int, reasons: tuple[str, ...], variant_id: int | None = None) -> Neighbour | None:
        """None for what was taken off sale a moment ago."""
        variants = [variant for variant in self.variants[pk] if variant_id in (None, variant.pk)]
        if pk not in self.products or not variants:
            return None
        return Neighbour(card(self.products[pk], variants, [], narrowed=variant_id is not None), reasons)

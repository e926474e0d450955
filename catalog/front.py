"""The home page: one device large, the categories, what is new and what is cheaper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.files.storage import default_storage
from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, QuerySet, Subquery

from catalog.cards import Card, card, listed, variants_by_product
from catalog.models import Category, Image, Product, Variant
from catalog.navigation import Node, Tree
from catalog.selections import devices_by_category
from catalog.specs import card_specs

ARRIVALS = 8
DROPS = 4
LATEST_DROPS = 200  # looked at for the deepest
LOOKED_AT = 50  # of the newest devices of a category, for a picture
TILES_MAX = 12


@dataclass(frozen=True)
class Tile:
    name: str
    url: str
    image_url: str
    count: int


@dataclass
class Front:
    tree: Tree

    @cached_property
    def products(self) -> list[Product]:
        """All that the page shows, newest first. The three choices are made one by one, each along its own index."""
        visible = Product.objects.visible()
        newest = visible.order_by("-published_from", "-pk").values_list("pk", flat=True)
        shown = {*newest[: ARRIVALS + 1], *newest.filter(is_featured=True)[:1], *_deepest_cuts(visible)}
        found = listed(Product.objects.filter(pk__in=shown)).annotate(cut=_deepest_cut())
        return list(found.order_by("-published_from", "-pk"))

    @cached_property
    def variants(self) -> dict[int, list[Variant]]:
        return variants_by_product(product.pk for product in self.products)

    @cached_property
    def specs(self) -> dict[int, list[str]]:
        return card_specs(product.pk for product in self.products)

    def _card(self, product: Product, variants: Sequence[Variant], *, narrowed: bool = False) -> Card:
        return card(product, variants, self.specs[product.pk], narrowed=narrowed)

    @cached_property
    def featured(self) -> Product | None:
        """The newest of the featured devices, else the newest of all."""
        return next(iter([product for product in self.products if product.is_featured] or self.products), None)

    @property
    def hero(self) -> Card | None:
        return self._card(self.featured, self.variants[self.featured.pk]) if self.featured else None

    @property
    def arrivals(self) -> list[Card]:
        """Without the one that is shown large above them."""
        others = [product for product in self.products if product != self.featured]
        return [self._card(product, self.variants[product.pk]) for product in others[:ARRIVALS]]

    @property
    def drops(self) -> list[Card]:
        """Each shows its reduced variants only, since the price named must be one that fell."""
        cuts = {product: product.cut for product in self.products if product.is_available}  # type: ignore[attr-defined]
        deepest = sorted((product for product in cuts if cuts[product]), key=lambda product: -cuts[product])[:DROPS]
        reduced = [(product, [v for v in self.variants[product.pk] if _is_reduced(v)]) for product in deepest]
        return [self._card(product, variants, narrowed=True) for product, variants in reduced]

    @cached_property
    def tiles(self) -> list[Tile]:
        """The places where devices are, or the top of the tree where these are too many. Three queries."""
        leaves = self.tree.leaves()
        nodes = leaves if len(leaves) <= TILES_MAX else self.tree.roots
        categories = list(_with_pictures(Category.objects.filter(path__in=self.tree.by_path)))
        counts = devices_by_category()
        tiles = (_tile(node, [c for c in categories if c.path.startswith(node.path)], counts) for node in nodes)
        return [tile for tile in tiles if tile.count]


def _is_reduced(variant: Variant) -> bool:
    """New ones only: that a refurbished device is cheaper is no drop."""
    return variant.was_price is not None and variant.condition == Variant.Condition.NEW


def _deepest_cut() -> Subquery:
    """By how many per cent the most reduced variant of a product is cheaper than it was; as `_is_reduced` has it."""
    per_cent = ExpressionWrapper((F("was_price") - F("price")) * 100 / F("was_price"), FloatField())
    reduced = _reduced().filter(product=OuterRef("pk"))
    return Subquery(reduced.annotate(cut=per_cent).order_by("-cut").values("cut")[:1])


def _deepest_cuts(visible: QuerySet[Product]) -> QuerySet[Product, int]:
    """Among the latest reductions: in a large shop there are a hundred thousand."""
    available = visible.filter(is_available=True, pk=OuterRef("product"))
    latest = _reduced().filter(Exists(available)).order_by("-reduced_at", "-pk")[:LATEST_DROPS]
    reduced = visible.filter(pk__in=latest.values("product")).annotate(cut=_deepest_cut())
    return reduced.order_by("-cut", "-pk").values_list("pk", flat=True)[:DROPS]


def _reduced() -> QuerySet[Variant]:
    """What `_is_reduced` says, on sale. `reduced_at` has an index of these few."""
    return Variant.objects.on_sale().filter(reduced_at__isnull=False, condition=Variant.Condition.NEW)


def _with_pictures(categories: QuerySet[Category]) -> QuerySet[Category]:
    """With a picture of one of the newest devices directly in each."""
    inside = Product.objects.visible().filter(category=OuterRef(OuterRef("pk")))
    newest = inside.order_by("-published_from", "-pk").values("pk")[:LOOKED_AT]
    pictures = Image.objects.filter(product__in=newest).order_by("-product__published_from", "-product", "position")
    return categories.annotate(picture=Subquery(pictures.values("file")[:1]))


def _tile(node: Node, categories: Sequence[Category], counts: Mapping[int, int]) -> Tile:
    pictures = [node.image, *(category.picture for category in categories if category.picture)]
    name = next(filter(None, pictures), "")
    return Tile(
        name=node.name,
        url=node.get_absolute_url(),
        image_url=default_storage.url(name) if name else "",
        count=sum(counts[category.pk] for category in categories),
    )

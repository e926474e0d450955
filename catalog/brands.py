"""The brands of the shop from A to Z, by the beginning of their names, and where in the shop one brand is found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, QuerySet

from catalog.models import Brand, Product
from catalog.navigation import Node, Tree

OTHER = "0–9"


@dataclass(frozen=True)
class Letter:
    letter: str
    brands: list[Brand]

    @property
    def anchor(self) -> str:
        return "other" if self.letter == OTHER else self.letter.casefold()


@dataclass(frozen=True)
class Place:
    """A category in which the brand has devices."""

    name: str
    url: str
    count: int


@lru_cache(maxsize=2)
def known(version: str) -> dict[int, Brand]:
    """Names and addresses of all brands by id, in the order of their names, under a version of `catalog.reference`."""
    return {brand.pk: brand for brand in Brand.objects.only("name", "slug")}


def beginning(text: str, version: str, most: int) -> list[Brand]:
    """Those in the shop whose name begins like this. A query only where there may be some."""
    begun = text.casefold()
    ids = [pk for pk, brand in known(version).items() if brand.name.casefold().startswith(begun)]
    return list(sold().filter(pk__in=ids).only("name", "slug")[:most]) if ids else []


def sold() -> QuerySet[Brand]:
    """Brands that have a device in the shop."""
    return Brand.objects.filter(Exists(Product.objects.visible().filter(brand=OuterRef("pk")))).order_by("name", "pk")


def letters() -> list[Letter]:
    """One query. Élan stands under E, 3D Works under 0–9."""
    ordered = sorted(sold(), key=lambda brand: (_letter(brand.name), _plain(brand.name)))
    return [Letter(letter, list(group)) for letter, group in groupby(ordered, key=lambda brand: _letter(brand.name))]


def places(brand: Brand, tree: Tree) -> list[Place]:
    """In the order of the menu. One query."""
    counted = Product.objects.visible().filter(brand=brand).order_by().values_list("category__path")
    counts = dict(counted.annotate(Count("pk")))
    nodes = [(node, counts[node.path]) for node in _in_order(tree.roots) if node.path in counts]
    return [Place(node.name, f"{node.get_absolute_url()}?brand={brand.slug}", count) for node, count in nodes]


def _in_order(nodes: list[Node]) -> list[Node]:
    return [found for node in nodes for found in (node, *_in_order(node.children))]


def _plain(name: str) -> str:
    """Without accents and case, as an index is read."""
    apart = unicodedata.normalize("NFKD", name.strip())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def _letter(name: str) -> str:
    first = _plain(name)[:1].upper()
    return first if first.isalpha() else OTHER

"""A listing: all devices, a category, a brand or the result of a search, filtered, ordered and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog import search
from catalog.cards import Card, cards, listed
from catalog.facets import CategoryLink, Chip, Facet, address, chips, facets, offered
from catalog.filters import CHEAPEST, DEAREST, NAME, NEWEST, Criteria, Pairs, SpecFilter, read, search_words
from catalog.models import Brand, Product
from catalog.navigation import Node, Tree
from catalog.selections import CATEGORY, TOTAL, Selection, Tally, spec_filters, tallies

PAGE_SIZE = 24
CLOSE = 4
PLACED = 500  # results in the order of the search; those behind come as any list does


class CountedPaginator(Paginator):
    """Pages of a list whose length is known already."""

    count = 0  # type: ignore[assignment]

    def __init__(self, products: QuerySet[Product], count: int) -> None:
        super().__init__(products, PAGE_SIZE)
        self.count = count  # type: ignore[misc]


@dataclass
class Listing:
    """What a page of products shows; each part is worked out when it is asked for.

    `home` is the category of a category page, `brand` the brand of a brand page: these are no filters, so they
    cannot be removed.
    """

    data: QueryDict
    path: str
    tree: Tree
    home: Node | None = None
    brand: Brand | None = None

    @cached_property
    def text(self) -> str:
        return search_words(self.data)

    @cached_property
    def match(self) -> search.Found | None:
        return search.search(self.text) if self.text else None

    @cached_property
    def base(self) -> QuerySet[Product]:
        """Before any filter."""
        found = Product.objects.visible()
        if self.home:
            found = found.filter(category__path__startswith=self.home.path)
        if self.brand:
            found = found.filter(brand=self.brand)
        return found.filter(pk__in=self.match.ids) if self.match else found

    @cached_property
    def specs(self) -> dict[str, SpecFilter]:
        return spec_filters(self.base)

    @cached_property
    def brand_names(self) -> dict[str, str]:
        """Of the brands asked for; costs a query only where some are."""
        asked = self.data.getlist("brand")[:PAGE_SIZE]
        if self.brand or not asked:
            return {}
        return dict(Brand.objects.filter(slug__in=asked).values_list("slug", "name"))

    @cached_property
    def criteria(self) -> Criteria:
        categories = () if self.home else self.tree.by_slug
        return read(self.data, self.specs, brands=self.brand_names, categories=categories)

    @cached_property
    def category(self) -> Node | None:
        """The category chosen as a filter."""
        return self.tree.by_slug.get(self.criteria.category)

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.base, self.criteria, self.specs, self.category.path if self.category else "")

    @cached_property
    def offered(self) -> dict[str, SpecFilter]:
        return offered(self.criteria, self.specs)

    @cached_property
    def tallies(self) -> list[Tally]:
        return tallies(self.selection, self.offered.values())

    @cached_property
    def total(self) -> int:
        return sum(tally.products for tally in self.tallies if tally.facet == TOTAL)

    def page(self, number: str) -> Page:
        """Raises InvalidPage for a page that is none."""
        return CountedPaginator(self._ordered(), self.total).page(number)

    def cards(self, page: Page) -> list[Card]:
        return cards(page.object_list, variants=self.selection.narrowed_variants()) if self.total else []

    def _ordered(self) -> QuerySet[Product]:
        colours = [value for values in self.criteria.chosen.values() for value in values]
        return listed(self.selection.products(), choices=colours).order_by(*self._order())

    def _order(self) -> list[Any]:
        sort = self.criteria.sort
        if sort in (CHEAPEST, DEAREST):
            return [self._price().asc() if sort == CHEAPEST else self._price().desc(), "pk"]
        if sort == NAME:
            return ["name", "pk"]
        newest = ["-published_from", "-pk"]
        return newest if sort == NEWEST or not self.match else [_position(self.match.ids), *newest]

    def _price(self) -> Any:
        """The price the card names: that of the cheapest variant that meets the filters."""
        if not self.selection.wanted():
            return F("price_from")
        cheapest = self.selection.variants_of(OuterRef("pk")).order_by("price").values("price")
        return Subquery(cheapest[:1])

    # What the page says about it ------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        found = facets(self.criteria, self.offered, self.tallies, self.brand_names)
        return [facet for facet in found if not (self.brand and "brand" in facet.inputs)]

    @cached_property
    def chips(self) -> list[Chip]:
        return chips(self.path, self.criteria, self.specs, brands=self.brand_names, category=self.category)

    @property
    def kept(self) -> Pairs:
        """What the filter form has no field for but must not lose."""
        fields = {name for facet in self.facets for name in facet.inputs}
        return [pair for pair in self.criteria.pairs() if pair[0] not in fields]

    @property
    def kept_by_sorting(self) -> Pairs:
        return [pair for pair in self.criteria.pairs() if pair[0] != "sort"]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, words, whether it is in use); an empty value is the usual order."""
        first = ("", _("Best match")) if self.text else ("", _("Newest first"))
        others = [(NEWEST, _("Newest first"))] if self.text else []
        others += [(CHEAPEST, _("Price: low to high")), (DEAREST, _("Price: high to low")), (NAME, _("Name"))]
        used = self.criteria.sort if self.criteria.sort in dict(others) else ""
        return [(value, words, value == used) for value, words in [first, *others]]

    @cached_property
    def category_links(self) -> list[CategoryLink]:
        """One step down the tree, with the filters kept."""
        here = self.home or self.category
        links = (self._category_link(node) for node in (here.children if here else self.tree.roots))
        return [link for link in links if link.count]

    def _category_link(self, node: Node) -> CategoryLink:
        inside = (tally for tally in self.tallies if tally.facet == CATEGORY and tally.value.startswith(node.path))
        others = [pair for pair in self.criteria.pairs() if pair[0] != CATEGORY]
        if self.home:
            url = address(node.get_absolute_url(), others)
        else:
            url = address(self.path, [*others, (CATEGORY, node.slug)])
        return CategoryLink(node.name, url, sum(tally.products for tally in inside))

    @property
    def cleared(self) -> str:
        """The listing without filters; the words searched for stay."""
        return address(self.path, [pair for pair in self.criteria.pairs() if pair[0] in ("q", "sort")])

    @property
    def is_plain(self) -> bool:
        """Neither searched, filtered nor reordered: a page of its own for search engines."""
        return not self.criteria.pairs()

    # Nothing found --------------------------------------------------------------------------------------------

    @cached_property
    def did_you_mean(self) -> str:
        return self.match.corrected if self.match else ""

    @property
    def did_you_mean_url(self) -> str:
        return address(self.path, [("q", self.did_you_mean), *self.criteria.filters()])

    def close_cards(self) -> list[Card]:
        """Devices that have some of the words, filters apart."""
        if not self.text:
            return []
        ids = search.search(self.text).ids
        found = listed(Product.objects.visible().filter(pk__in=ids)).order_by(_position(ids), "pk")
        return cards(found[:CLOSE])


def _position(ids: list[int]) -> Case:
    """The order in which a search found them."""
    return Case(*(When(pk=pk, then=place) for place, pk in enumerate(ids[:PLACED])), default=PLACED)

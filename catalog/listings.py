"""A listing: all devices, a category, a brand or the result of a search, filtered, ordered and in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog import brands, moment, search
from catalog.cards import Card, cards, listed
from catalog.facet_index import Snapshot
from catalog.facet_index.facts import BRAND, CATEGORY, HERE, RATING
from catalog.facets import CategoryLink, Chip, Facet, address, chips, facets, offered, spec_orders
from catalog.filters import (
    BEST_RATED,
    CHEAPEST,
    DEAREST,
    NEWEST,
    Criteria,
    Pairs,
    SpecFilter,
    read,
    search_words,
    spec_filters,
)
from catalog.models import Brand, Product
from catalog.moment import Moment
from catalog.navigation import Node, Tree
from catalog.selections import Scene, Scope, Selection
from catalog.understanding import Understanding, understand, vocabulary

PAGE_SIZE = 24
CLOSE = 4
MANY_TIMES = 3


class PagedSelection:
    """The ids of what is listed, of which a paginator asks for one slice."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection

    def __len__(self) -> int:
        return self.selection.counts.total

    def __getitem__(self, places: slice) -> list[int]:
        return self.selection.page(places.start, places.stop)


class Indexes:
    """Both indexes as one request sees them. Listings of the same words share what was read."""

    @cached_property
    def moment(self) -> Moment:
        return moment.read()

    @cached_property
    def terms(self) -> search.Index:
        return search.opened(self.moment)

    @cached_property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.moment)


@dataclass
class Listing:
    """What a page of products shows; each part is worked out when it is asked for.

    `home` is the category of a category page, `brand` the brand of a brand page: these are no filters, so they
    cannot be removed. Where a query was understood, `data` is the address as it is meant and `plain` the listing of
    the words as they were written.
    """

    data: QueryDict
    path: str
    tree: Tree
    home: Node | None = None
    brand: Brand | None = None
    understanding: Understanding | None = None
    plain: Listing | None = None
    indexes: Indexes = field(default_factory=Indexes)

    @property
    def said(self) -> QueryDict | None:
        """The address as it was written, if that is not how it is meant."""
        return self.plain.data if self.plain else None

    @property
    def question(self) -> str:
        """The query as it was written."""
        return self.text if self.said is None else search_words(self.said)

    @cached_property
    def text(self) -> str:
        return search_words(self.data)

    @cached_property
    def scene(self) -> Scene:
        """Before any filter."""
        return Scene(
            Scope(
                category_ids=self.tree.ids_under(self.home.path) if self.home else None,
                brand_id=self.brand.pk if self.brand else None,
                found_ids=self.found.ids if self.text else None,
                best_ids=self._best_ids,
            ),
            self.indexes.snapshot,
        )

    @property
    def _best_ids(self) -> list[int]:
        """Where all was understood, what answers the words best still comes first."""
        is_ordered = self.text or self.data.get("sort")
        return self.plain.found.ids if self.plain and not is_ordered else []

    @cached_property
    def found(self) -> search.Found:
        """What is in quotes is searched for as it was typed."""
        if self.plain and self.text == self.plain.text:
            return self.plain.found
        return search.search(self.text, correct='"' not in self.text, index=self.indexes.terms)

    @property
    def corrected(self) -> str:
        return self.found.corrected if self.text else ""

    @cached_property
    def specs(self) -> Mapping[str, SpecFilter]:
        return spec_filters(self.scene.type_ids, self.tree.version)

    @cached_property
    def brands(self) -> dict[str, Brand]:
        """Those that are here and those asked for, by slug in the order of their names."""
        if self.brand:
            return {self.brand.slug: self.brand}
        asked, here = set(self.data.getlist("brand")), set(self.scene.ids_of(BRAND))
        known = brands.known(self.tree.version)
        return {brand.slug: brand for pk, brand in known.items() if pk in here or brand.slug in asked}

    @cached_property
    def criteria(self) -> Criteria:
        return self._read(self.data)

    @cached_property
    def said_criteria(self) -> Criteria:
        """What the address itself asks for."""
        return self.criteria if self.said is None else self._read(self.said)

    def _read(self, data: QueryDict) -> Criteria:
        brands = () if self.brand else self.brands
        return read(data, self.specs, brands=brands, categories=() if self.home else self.tree.by_slug)

    @cached_property
    def category(self) -> Node | None:
        """The category chosen as a filter."""
        return self.tree.by_slug.get(self.criteria.category)

    @cached_property
    def offered(self) -> dict[str, SpecFilter]:
        return offered(self.criteria, self.specs)

    @cached_property
    def selection(self) -> Selection:
        return Selection(
            self.scene,
            self.criteria,
            self.specs,
            shown=self.offered.values(),
            category_ids=self.tree.ids_under(self.category.path) if self.category else (),
            brand_ids=[self.brands[slug].pk for slug in self.criteria.brands],
        )

    @property
    def total(self) -> int:
        return self.selection.counts.total

    def page(self, number: str) -> Page:
        """Raises InvalidPage for a page that is none."""
        return Paginator(PagedSelection(self.selection), PAGE_SIZE).page(number)  # type: ignore[arg-type]

    def cards(self, page: Page) -> list[Card]:
        ids = list(page.object_list)
        if not ids:
            return []
        slots = self.selection.slots(ids) if self.selection.is_narrowed else None
        place = {pk: number for number, pk in enumerate(ids)}
        found = listed(Product.objects.filter(pk__in=ids), choices=self._chosen_values())
        return cards(sorted(found, key=lambda product: place[product.pk]), slots=slots)

    def _chosen_values(self) -> list[str]:
        """A picture of the colour that is asked for goes first."""
        return [value for values in self.criteria.chosen.values() for value in values]

    # What the page says about it ------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        found = facets(self.criteria, self.offered, self.selection.counts, self.brands)
        return [facet for facet in found if not (self.brand and BRAND in facet.inputs)]

    @cached_property
    def chips(self) -> list[Chip]:
        criteria = self.said_criteria
        category = self.tree.by_slug.get(criteria.category)
        return chips(self.path, criteria, self.specs, brands=self.brands, category=category)

    @cached_property
    def understood_chips(self) -> list[Chip]:
        """Of the phrases that are in force; each leads to the query without its words."""
        others = [pair for pair in self.said_criteria.pairs() if pair[0] != "q"]
        phrases, used = self.understanding.phrases if self.understanding else [], set(self.criteria.pairs())
        return [
            Chip(phrase.label, address(self.path, [("q", phrase.without), *others] if phrase.without else others))
            for phrase in phrases
            if used.intersection((*phrase.pairs, ("sort", phrase.sort)))
        ]

    @property
    def kept(self) -> Pairs:
        """What the filter form has no field for but must not lose."""
        fields = {name for facet in self.facets for name in facet.inputs}
        return [pair for pair in self.criteria.pairs() if pair[0] not in fields]

    @property
    def kept_by_sorting(self) -> Pairs:
        return [pair for pair in self.said_criteria.pairs() if pair[0] != "sort"]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, words, whether it is in use); an empty value is the usual order."""
        newest = _("Newest first")
        first, *others = [("", _("Best match")), (NEWEST, newest)] if self.question else [("", newest)]
        others += [(CHEAPEST, _("Price: low to high")), (DEAREST, _("Price: high to low"))]
        others += [(BEST_RATED, _("Best rated"))] if self._is_rated else []
        others += [(sort, words) for sort, words in spec_orders(self.criteria, self.specs, self.offered)]
        used = self.criteria.sort if self.criteria.sort in dict(others) else ""
        return [(value, words, value == used) for value, words in [first, *others]]

    @property
    def _is_rated(self) -> bool:
        counts = self.selection.counts.values[RATING]
        return self.criteria.sort == BEST_RATED or any(number for stars, number in counts.items() if stars != HERE)

    @cached_property
    def category_links(self) -> list[CategoryLink]:
        """One step down the tree, with the filters kept."""
        here = self.home or self.category
        links = (self._category_link(node) for node in (here.children if here else self.tree.roots))
        return [link for link in links if link.count]

    def _category_link(self, node: Node) -> CategoryLink:
        counts = self.selection.counts.values[CATEGORY]
        others = [pair for pair in self.criteria.pairs() if pair[0] != CATEGORY]
        if self.home:
            url = address(node.get_absolute_url(), others)
        else:
            url = address(self.path, [*others, (CATEGORY, node.slug)])
        return CategoryLink(node.name, url, sum(counts[str(pk)] for pk in self.tree.ids_under(node.path)))

    @property
    def cleared(self) -> str:
        """The listing without filters; the words searched for stay."""
        return address(self.path, [pair for pair in self.said_criteria.pairs() if pair[0] in ("q", "sort")])

    @property
    def is_plain(self) -> bool:
        """Neither searched, filtered nor reordered: a page of its own for search engines."""
        return not self.criteria.pairs()

    # What was searched for instead, or nothing found -----------------------------------------------------------

    @property
    def as_typed_url(self) -> str:
        """The search for just what was typed, where a correction was searched for."""
        return address(self.path, [("q", f'"{self.question}"'), *self.said_criteria.filters()])

    def close_cards(self) -> list[Card]:
        """What the words find when the filters leave nothing of it."""
        return cards(self.found.best(listed(Product.objects.visible()), CLOSE)) if self.text else []


def meant(asked: Listing) -> Listing:
    """The listing that a query means; as it was asked where nothing is understood, or too little is all of that."""
    words = vocabulary(asked.text, asked.tree.version) if asked.text else None
    if words is None:
        return asked
    place = asked.home.slug if asked.home else asked.data.get("category", "")
    found = understand(asked.text, replace(words, brands={}) if asked.brand else words, place=place)
    if not found:
        return asked
    listing = replace(asked, data=found.under(asked.data), understanding=found, plain=asked)
    certain = found.certain(asked.text)
    fallback = replace(asked, data=certain.under(asked.data), understanding=certain, plain=asked) if certain else asked
    if not _loses(listing, fallback):
        return listing
    return fallback if fallback.total else asked


def _loses(listing: Listing, fallback: Listing) -> bool:
    """Whether nothing is left, or not even a page while many times as many products have every word of the query:
    their specs or categories are not filled in, or the words mean something else."""
    total = listing.total
    if total >= PAGE_SIZE or (total and _keeps_the_best(listing, fallback)):
        return False
    complete = fallback.found.ids[: fallback.found.complete]
    return not total or fallback.selection.count_among(complete) > max(MANY_TIMES * total, CLOSE)


def _keeps_the_best(listing: Listing, fallback: Listing) -> bool:
    """Whether a category that was understood holds what answers the words best: then it is filled in, and what else
    has the words only goes with it, as chargers go with phones."""
    if listing.criteria.chosen or listing.criteria.ranges:
        return False  # the best may be those whose specs are filled in
    best = fallback.selection.page(0, min(listing.total, CLOSE))
    return listing.selection.count_among(best) == len(best)

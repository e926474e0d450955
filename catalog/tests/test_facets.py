"""Every count is the length of the list behind its link, whatever the catalog and whatever is chosen."""

from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import navigation, publishing, search, units
from catalog.filters import SPEC
from catalog.listings import Listing
from catalog.models import Category, Product, SpecField, Variant
from catalog.tests.factories import make_brand, make_category, make_field, make_product, make_product_type, make_review

COLOURS, SIZES = ("Blue", "Black", "Red"), (64, 128, 256)
CASES = ((160, 80, 10), (80, 160, 10), (200, 160), (25.4, 80))  # in mm

variants = st.fixed_dictionaries(
    {
        "price": st.sampled_from(["99", "199.99", "200", "500"]),
        "stock": st.integers(0, 2),
        "condition": st.sampled_from(Variant.Condition.values[:2]),
        "is_active": st.sampled_from([True, True, True, False]),
    },
    optional={"colour": st.sampled_from(COLOURS), "storage": st.sampled_from(SIZES), "case": st.sampled_from(CASES)},
)
products = st.fixed_dictionaries(
    {
        "brand": st.integers(0, 1),
        "category": st.integers(0, 2),
        "type": st.integers(0, 1),
        "variants": st.lists(variants, min_size=1, max_size=3),
        "is_published": st.sampled_from([True, True, True, False]),
        "stars": st.lists(st.integers(1, 5), max_size=3),
    },
    # Of the same key as what variants of the other type differ in: filters must not care whose value it is.
    optional={
        "nfc": st.booleans(),
        "colour": st.sampled_from(COLOURS),
        "hearing": st.sampled_from([(20, 90), 50]),
        "case": st.sampled_from(CASES),
    },
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "brand": st.lists(st.sampled_from(["brand-0", "brand-1"]), min_size=1, max_size=2, unique=True),
        "category": st.sampled_from(["mobile", "phones", "tablets"]),
        "min_price": st.sampled_from(["100", "200"]),
        "max_price": st.sampled_from(["199.99", "300"]),
        "rating": st.sampled_from(["4", "3", "2"]),
        "in_stock": st.just("1"),
        "condition": st.sampled_from(Variant.Condition.values[:2]),
        "spec-colour": st.lists(st.sampled_from(["blue", "black"]), min_size=1, max_size=2, unique=True),
        "spec-storage": st.sampled_from(["64", "128"]),
        "spec-nfc": st.sampled_from(["yes", "no"]),
        "spec-hearing-min": st.sampled_from(["30", "95"]),
        "spec-case": st.lists(st.sampled_from(["160 × 80 × 10 mm", "20x16cm", "1 in x 80 mm"]), min_size=1, max_size=2),
        "q": st.sampled_from(["gadget", "gadget 1"]),
    },
)


def furnish():
    mobile = make_category("Mobile")
    places = [make_category("Phones", parent=mobile), make_category("Tablets", parent=mobile), make_category("Audio")]
    brands = [make_brand("Brand 0"), make_brand("Brand 1")]
    types = [make_product_type("phone"), make_product_type("speaker")]
    for product_type, unit in zip(types, ("mm", "cm"), strict=True):
        make_field(product_type, "case", kind=SpecField.Kind.SIZE, unit=unit)
    return places, brands, types


def build(rows, furniture, first=0):
    places, brands, types = furniture
    for number, row in enumerate(rows, start=first):
        shared = specs_of(row, ("nfc", "colour", "hearing", "case"), row["type"])
        made = []
        for values in row["variants"]:
            options = specs_of(values, {"colour", "storage", "case"} - shared.keys(), row["type"])
            made.append(
                {**{k: v for k, v in values.items() if k not in ("colour", "storage", "case")}, "options": options}
            )
        product = make_product(
            f"Gadget {number}",
            slug=f"gadget-{number}",
            brand=brands[row["brand"]],
            category=places[row["category"]],
            product_type=types[row["type"]],
            specs=shared,
            variants=made,
            is_published=row["is_published"],
        )
        for stars in row["stars"]:
            make_review(product, stars)
        make_review(product, 1, state="pending")


def specs_of(row, keys, type_number):
    """Sizes are written in the unit of the type's field."""
    found = {key: row[key] for key in sorted(keys) if key in row}
    if "case" in found:
        found["case"] = [side / (10 if type_number else 1) for side in found["case"]]
    return found


def listing(query, tree):
    return Listing(QueryDict(urlencode(query, doseq=True)), "/products/", tree)


def listed(query, tree):
    page = listing(query, tree)
    ids = page.selection.page(0, page.total)
    assert len(set(ids)) == page.total
    return set(Product.objects.filter(pk__in=ids).values_list("slug", flat=True))


def expected(query):
    """The rule once more, in plain Python, one product at a time."""
    found = set()
    for product in Product.objects.visible().select_related("category", "brand"):
        if "category" in query and not in_place(product, query["category"]):
            continue
        if "brand" in query and product.brand.slug not in query["brand"]:
            continue
        if "rating" in query and not is_rated(product, int(query["rating"])):
            continue
        if "q" in query and product.pk not in search.search(query["q"]).ids:
            continue
        if any(meets(variant, query) for variant in product.variants.filter(is_active=True)):
            found.add(product.slug)
    return found


def is_rated(product, least):
    """By the figure that the page prints: an average of 3.95 is 4.0."""
    stars = [review.stars for review in product.reviews.filter(state="published")]
    return bool(stars) and 20 * sum(stars) >= (20 * least - 1) * len(stars)


def in_place(product, slug):
    return slug in {place.slug for place in Category.objects.ancestors_and_self(product.category.path)}


def meets(variant, query):
    values = {}
    for row in variant.product.spec_values.select_related("field", "choice"):
        if row.variant_id in (None, variant.pk):
            values.setdefault(row.field.key, []).append(row)

    def has(name, test):
        return name not in query or any(test(row) for row in values.get(name.split("-")[1], []))

    return (
        Decimal(query.get("min_price", 0)) <= variant.price <= Decimal(query.get("max_price", 10**6))
        and ("in_stock" not in query or sum(level.available for level in variant.stock_levels.all()) > 0)
        and ("condition" not in query or variant.condition == query["condition"])
        and has("spec-colour", lambda row: row.choice.value in query["spec-colour"])
        and has("spec-storage", lambda row: row.number == int(query["spec-storage"]))
        and has("spec-nfc", lambda row: row.flag == (query["spec-nfc"] == "yes"))
        and has("spec-case", lambda row: sides(row) in [units.read_size(size, "mm") for size in query["spec-case"]])
        and has("spec-hearing-min", lambda row: (row.number_high or row.number) >= int(query["spec-hearing-min"]))
    )


def sides(row):
    return tuple(side for side in (row.number, row.second, row.third) if side is not None)


def understood(query, page):
    """Without specs and values that nothing in the listing has a field for: the page leaves them out and says so.

    Prices the wrong way round are taken as they are meant.
    """
    criteria = page.criteria
    kept = {name: value for name, value in query.items() if not name.startswith(SPEC)}
    if {"min_price", "max_price"} <= query.keys():
        kept |= {"min_price": criteria.price.low, "max_price": criteria.price.high}
    kept |= {f"{SPEC}{key}": values for key, values in criteria.chosen.items() if key == "colour"}
    kept |= {f"{SPEC}{key}": values[0] for key, values in criteria.chosen.items() if key not in ("colour", "case")}
    if "case" in criteria.chosen:
        unit = page.specs["case"].unit
        kept["spec-case"] = [size if size.endswith("m") else f"{size} {unit}" for size in query["spec-case"]]
    return kept | {f"{SPEC}{key}-min": ends.low for key, ends in criteria.ranges.items()}


class FacetTruth(TestCase):
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        rows=st.lists(products, min_size=1, max_size=5),
        query=queries,
        merged=st.integers(0, 5),
        again=st.integers(0, 5),
    )
    def test_counts_what_its_link_lists(self, rows, query, merged, again):
        """Whether products are in the index or changed since: the first `merged` are in it, `again` changed since."""
        furniture = furnish()
        build(rows[:merged], furniture)
        publishing.merge()
        publishing.product_changed(Product.objects.order_by("pk").values_list("pk", flat=True)[:again])
        build(rows[merged:], furniture, first=merged)
        tree = navigation.current()
        page = listing(query, tree)
        asked = understood(query, page)
        assert listed(query, tree) == expected(asked)
        assert page.total == len(expected(asked))
        assert len(page.cards(page.page("1"))) == page.total
        self.check_choices(page, query, tree)
        self.check_links(page, tree)

    def check_choices(self, page, query, tree):
        for facet in page.facets:
            for choice in facet.choices:
                only = {**query, choice.name: choice.value}
                assert len(listed(only, tree)) == choice.count, (facet.label, choice)
                if choice.name == "spec-case":
                    only["spec-case"] = [choice.value]
                    assert len(expected(understood(only, listing(only, tree)))) == choice.count, choice

    def check_links(self, page, tree):
        for link in page.category_links:
            query = QueryDict(link.url.partition("?")[2])
            assert Listing(query, "/products/", tree).total == link.count, link

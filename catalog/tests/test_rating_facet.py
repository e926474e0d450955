"""Listings by what buyers say: the facet, its chip, and the order."""

import re

import pytest

from catalog import publishing
from catalog.models import Product
from catalog.tests.factories import make_brand, make_category, make_product, make_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """By name: the stars of their reviews."""
    phones, brand = make_category("Phones"), make_brand("Orvane")
    stars = {
        "Few": [5],
        "Best": [5, 5],
        "Good": [4, 4, 4],
        "Nearly": [4] * 19 + [3],
        "Fair": [3],
        "Poor": [2],
        "Bad": [1],
    }
    for name, given in {**stars, "New": []}.items():
        product = make_product(f"Device {name}", category=phones, brand=brand, price=100 + len(name))
        for number in given:
            make_review(product, number)


def names(page):
    return [card.name.removeprefix("Device ") for card in page.context["cards"]]


def facet(page):
    """The rating's choices: value, count, whether chosen."""
    found = [one for one in page.context["listing"].facets if one.label == "Rating"]
    return [(choice.value, choice.count, choice.is_chosen) for one in found for choice in one.choices]


@pytest.mark.parametrize("path", ["/products/", "/categories/phones/", "/brands/orvane/", "/products/?q=device"])
@pytest.mark.parametrize("is_merged", [False, True])
def test_offers_so_many_stars_and_up_with_the_length_of_each_list(client, shelf, path, is_merged):
    """An average of 3.95 is shown as 4.0, and so is among those with 4 and up."""
    if is_merged:
        publishing.merge()
    page = client.get(path)
    assert facet(page) == [("4", 4, False), ("3", 5, False), ("2", 6, False)]
    assert len(re.findall('type="radio" id="f-rating-[234]" name="rating"', page.text)) == 3
    glue = "&" if "?" in path else "?"
    for least, count, _chosen in facet(page):
        narrowed = client.get(f"{path}{glue}rating={least}")
        assert len(names(narrowed)) == count
        assert facet(narrowed) == [("", 8, False), *((value, n, value == least) for value, n, _c in facet(page))]
    assert set(names(client.get(f"{path}{glue}rating=4"))) == {"Best", "Few", "Good", "Nearly"}


def test_understands_what_is_best_rated(client, shelf):
    listing = client.get("/products/?q=best+rated+phones")
    assert names(listing)[:3] == names(client.get("/products/?sort=-rating"))[:3] == ["Best", "Few", "Good"]
    assert [chip.label for chip in listing.context["listing"].understood_chips] == ["Best rated first", "Phones"]


def test_removes_it_by_its_chip_and_keeps_the_rest(client, shelf):
    page = client.get("/products/?rating=4&sort=price&min_price=100")
    (chip,) = [chip for chip in page.context["listing"].chips if chip.label == "4 stars and up"]
    assert chip.url == "/products/?min_price=100&sort=price"
    assert "4 stars and up" in page.text


def test_counts_other_choices_with_it(client, shelf):
    page = client.get("/products/?rating=3")
    brand = next(one for one in page.context["listing"].facets if one.label == "Availability")
    assert [(choice.label, choice.count) for choice in brand.choices] == [("In stock", 5)]
    assert page.context["listing"].category_links[0].count == 5


@pytest.mark.parametrize("value", ["5", "1", "4.5", "x", "-1", "44"])
def test_leaves_out_what_is_no_choice_and_says_so(client, shelf, value):
    page = client.get("/products/", {"rating": value})
    assert len(names(page)) == 8
    assert f"Rating: “{value}” was left out" in page.text


@pytest.mark.parametrize("is_merged", [False, True])
def test_orders_the_best_rated_first(client, shelf, is_merged):
    """Of two alike the one that more have reviewed; whom nobody has reviewed last."""
    if is_merged:
        publishing.merge()
    page = client.get("/products/?sort=-rating")
    assert names(page) == ["Best", "Few", "Good", "Nearly", "Fair", "Poor", "Bad", "New"]
    assert names(client.get("/products/?q=device&sort=-rating")) == names(page)
    assert ("-rating", "Best rated", True) in page.context["listing"].sorts
    assert ("-rating", "Best rated", False) in client.get("/products/").context["listing"].sorts


def test_offers_neither_facet_nor_order_where_nothing_is_reviewed(client):
    make_review(make_product("Device Waiting", category=make_category("Phones")), state="pending")
    page = client.get("/products/")
    assert facet(page) == []
    assert "-rating" not in [value for value, _words, _used in page.context["listing"].sorts]
    assert "Rating" not in page.text
    asked = client.get("/products/?rating=4&sort=-rating")
    assert (asked.status_code, names(asked)) == (200, [])


def test_follows_a_review_in_the_request_that_publishes_it(client, admin_client, shelf):
    publishing.merge()
    review = make_review(Product.objects.get(name="Device New"), 5, state="pending")
    publishing.merge()
    assert "New" not in names(client.get("/products/?rating=4"))
    for action, is_there in (("publish", True), ("reject", False)):
        admin_client.post("/admin/catalog/review/", {"action": action, "_selected_action": [review.pk]})
        assert ("New" in names(client.get("/products/?rating=4"))) is is_there
        publishing.merge()
        assert ("New" in names(client.get("/products/?rating=4"))) is is_there

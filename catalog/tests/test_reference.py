"""What a process keeps of brands, fields and choices is shown anew as soon as somebody changes it."""

import pytest

from catalog import publishing, reference
from catalog.models import Brand, Category, SpecChoice, SpecField, SpecValue
from catalog.tests.factories import make_brand, make_category, make_field, make_product, make_product_type

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    kind = make_product_type("phone")
    field = make_field(kind, "colour", label="Colour", choices=["Blue", "Red"])
    kept = {"category": make_category("Phones"), "product_type": kind}
    make_product("Meridian", brand=make_brand("Orvane"), specs={"colour": "Blue"}, **kept)
    make_product("Zenith", brand=make_brand("Pelkor"), specs={"colour": "Red"}, **kept)
    return field


def offered(client):
    """What the filters of all devices say, by the words of each."""
    listing = client.get("/products/").context["listing"]
    return {facet.label: [choice.label for choice in facet.choices] for facet in listing.facets if facet.choices}


@pytest.mark.parametrize(
    ("model", "before", "facet", "after"),
    [
        (Brand, {"name": "Orvane"}, "Brand", ["Aurane", "Pelkor"]),
        (SpecChoice, {"label": "Blue"}, "Colour", ["Aurane", "Red"]),
        (SpecField, {"label": "Colour"}, "Aurane", ["Blue", "Red"]),
    ],
)
def test_a_new_name_counts_at_once(client, model, before, facet, after):
    assert offered(client) == {"Brand": ["Orvane", "Pelkor"], "Colour": ["Blue", "Red"], "Availability": ["In stock"]}
    row = model.objects.get(**before)
    setattr(row, next(iter(before)), "Aurane")
    row.save()
    assert offered(client)[facet] == after


def test_a_moved_category_counts_at_once(client):
    category = Category.objects.get()
    assert client.get("/categories/phones/").status_code == 200
    category.slug = "telephones"
    category.save()
    assert client.get("/categories/telephones/").status_code == 200


def test_a_choice_written_past_the_models_waits_until_somebody_says_so(client, shop):
    offered(client)
    [green] = SpecChoice.objects.bulk_create([SpecChoice(field=shop, value="green", label="Green")])
    value = SpecValue.objects.get(choice__value="red")
    value.choice = green
    value.save()
    publishing.product_changed([value.product_id])
    assert "Colour" not in offered(client)
    reference.forget()
    assert sorted(offered(client)["Colour"]) == ["Blue", "Green"]

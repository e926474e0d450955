"""The product page: variants, words, pictures, structured data, addresses."""

import re

import pytest
from django.core.cache import cache

from catalog.models import Brand, Category, OldSlug, Product, SpecField, Variant
from catalog.tests.browsing import data
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_choice,
    make_field,
    make_image,
    make_product,
    make_product_type,
    make_variant,
    set_stock,
)

pytestmark = pytest.mark.django_db

PAGE = "/products/meridian/"


@pytest.fixture
def meridian():
    phone = make_product_type("phone")
    colour = make_field(phone, "colour", choices=["Blue", "Black"], scope="variant")
    colour.choices.filter(value="blue").update(swatch="#38598b")
    make_field(phone, "storage", kind="number", unit="GB", scope="variant")
    make_field(phone, "screen", kind="number", unit="in", group="Display", on_card=True)
    return make_product(
        "Meridian",
        brand=make_brand("Orvane"),
        category=make_category("Phones", parent=make_category("Mobile")),
        product_type=phone,
        summary="Small and bright.",
        description="First part.\n\nSecond <b>part</b>.",
        box_contents="Phone\nCable, 1 m\n",
        mpn="OV-1",
        specs={"screen": 6.1},
        variants=[
            {"sku": "M-BLU-128", "price": "700", "stock": 0, "options": {"colour": "Blue", "storage": 128}},
            {"sku": "M-BLK-128", "price": "700", "stock": 2, "options": {"colour": "Black", "storage": 128}},
            {
                "sku": "M-BLK-256",
                "price": "800",
                "was_price": "900",
                "stock": 9,
                "gtin": "2799651644364",
                "options": {"colour": "Black", "storage": 256},
            },
        ],
    )


def get(client, path=PAGE, **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response


def test_chooses_the_first_variant_that_can_be_had(client, meridian):
    assert get(client).context["detail"].variant.sku == "M-BLK-128"


@pytest.mark.parametrize("sku", ["", "UNKNOWN", "'", "M-BLK-128 ", "🙂", "a" * 900])
def test_falls_back_to_it_for_an_unknown_sku(client, meridian, sku):
    assert get(client, variant=sku).context["detail"].variant.sku == "M-BLK-128"


def test_never_shows_a_variant_of_another_product_or_off_sale(client, meridian):
    make_variant(meridian, sku="M-OFF", is_active=False)
    make_product("Other", variants=[{"sku": "OTHER-1"}])
    for sku in ("M-OFF", "OTHER-1"):
        assert get(client, variant=sku).context["detail"].variant.sku == "M-BLK-128"
    assert "M-OFF" not in get(client).text


def test_shows_price_tax_stock_and_facts_of_the_variant(client, meridian):
    page = get(client, variant="M-BLK-256").text
    for words in (
        "800.00\xa0€",
        "−11 %",
        "Lowest price in the 30 days before the reduction: <s>900.00\xa0€</s>",
        "incl. VAT",
        "In stock",
        "24 months of warranty",
        "30 days to return it",
    ):
        assert words in page
    assert "Item M-BLK-256 · GTIN 2799651644364 · Part number OV-1" in page
    assert "Only 2 left" in get(client).text


def test_shows_prices_without_tax_where_the_shop_does(client, meridian, settings):
    settings.PRICES_INCLUDE_TAX = False
    page = get(client)
    assert "plus VAT" in page.text
    offers = [variant["offers"] for variant in data(page, "ProductGroup")["hasVariant"]]
    assert {part["valueAddedTaxIncluded"] for offer in offers for part in offer["priceSpecification"]} == {False}


def test_offers_each_option_as_radio_buttons_that_need_no_script(client, meridian):
    page = get(client).text
    forms = re.findall(r'<form method="get" action="/products/meridian/".*?</form>', page, re.S)
    choices = [re.findall(r'name="variant" value="([^"]+)"( checked)?', form) for form in forms]
    assert choices == [
        [("M-BLU-128", ""), ("M-BLK-128", " checked")],
        [("M-BLK-128", " checked"), ("M-BLK-256", "")],
    ]
    assert all('<button class="btn btn-outline-secondary btn-sm no-js-only' in form for form in forms)
    assert 'fill="#38598b"' in forms[0]


def test_sends_the_variant_and_a_quantity_to_the_cart(client, meridian):
    page = get(client).text
    form = re.search(r'<form class="buy-box__form" method="post" action="/cart/add/">.*?</form>', page, re.S)[0]
    assert 'name="csrfmiddlewaretoken"' in form
    assert re.search(r'type="hidden" name="variant" value="M-BLK-128"', form)
    quantity = re.search(r'<input type="number" name="quantity"[^>]*>', form)[0]
    assert all(part in quantity for part in ('value="1"', 'min="1"', 'max="99"'))


def test_offers_no_purchase_of_what_is_sold_out(client, meridian):
    page = get(client, variant="M-BLU-128").text
    assert "Sold out" in page
    assert "This version is sold out. Another colour or size may be in stock." in page
    assert "/cart/add/" not in page


def test_shows_specs_in_groups_highlights_words_and_box(client, meridian):
    page = get(client, variant="M-BLK-256").text
    specs = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page)
    assert specs == [("Colour", "Black"), ("Storage", "256 GB"), ("Screen", "6.1 in")]
    assert re.findall(r'highlight__value">(.*?)<', page) == ["6.1 in"]
    assert "<p>First part.</p>" in page
    assert "<p>Second &lt;b&gt;part&lt;/b&gt;.</p>" in page
    assert re.findall(r"</svg>(Phone|Cable, 1 m)</li>", page) == ["Phone", "Cable, 1 m"]


def test_shows_the_pictures_of_the_chosen_colour_first(client, meridian):
    colours = SpecField.objects.get(key="colour")
    make_image(meridian, alt="blue", choice=make_choice(colours, "Blue"), position=0)
    make_image(meridian, alt="black", choice=make_choice(colours, "Black"), position=1)
    make_image(meridian, alt="all", position=2)
    assert [p.alt for p in get(client, variant="M-BLK-256").context["detail"].gallery] == ["black", "all", "blue"]
    assert [p.alt for p in get(client, variant="M-BLU-128").context["detail"].gallery] == ["blue", "all", "black"]
    page = get(client).text
    assert re.findall(r'href="#(picture-\d)"', page) == re.findall(r'id="(picture-\d)"', page) != []


def test_leads_back_up_the_category_tree(client, meridian):
    page = get(client)
    assert page.context["crumbs"] == [
        *(("Home", "/"), ("Mobile", "/categories/mobile/"), ("Phones", "/categories/phones/"), ("Meridian", None)),
    ]
    items = data(page, "BreadcrumbList")["itemListElement"]
    assert [(item["position"], item["name"], item["item"]) for item in items] == [
        (1, "Home", "http://127.0.0.1:8000/"),
        (2, "Mobile", "http://127.0.0.1:8000/categories/mobile/"),
        (3, "Phones", "http://127.0.0.1:8000/categories/phones/"),
        (4, "Meridian", "http://127.0.0.1:8000/products/meridian/"),
    ]


def test_cannot_be_broken_out_of_by_a_name(client):
    name = "</script><script>alert(1)</script>&"
    page = get(client, make_product(name, slug="evil").get_absolute_url())
    assert "<script>alert" not in page.text
    assert data(page, "Product")["name"] == name


def test_follows_stock_and_price_at_once(client, meridian):
    variant = Variant.objects.get(sku="M-BLK-128")
    set_stock(variant, 0)
    variant.price = 650
    variant.save()
    page = get(client, variant="M-BLK-128")
    assert "Sold out" in page.text
    told = {one["sku"]: one["offers"] for one in data(page, "ProductGroup")["hasVariant"]}["M-BLK-128"]
    assert (told["price"], told["availability"]) == ("650.00", "https://schema.org/OutOfStock")


def test_is_never_stored_since_its_form_holds_a_token(client, meridian):
    assert get(client)["Cache-Control"] == "private, no-store"


def test_answers_404_for_an_unknown_address(client, meridian):
    for path in ("/products/nothing/", "/categories/nothing/", "/brands/nothing/", "/info/nothing/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("member", [False, True])
def test_costs_the_same_for_3_and_for_30_variants(client, alice, meridian, django_assert_max_num_queries, member):
    if member:
        client.force_login(alice)

    def cost():
        client.get(PAGE)
        with django_assert_max_num_queries(13) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    for _row in range(3):
        make_product(category=meridian.category, picture=True)
    few = cost()
    for number in range(27):
        make_variant(meridian, price=900 + number, options={"colour": "Black", "storage": number})
        make_image(meridian)
    assert cost() == few


# Addresses that were ------------------------------------------------------------------------------------------


def test_leads_from_old_addresses_to_the_new(client, meridian):
    for row, slug in ((meridian, "zenith"), (meridian.brand, "orv"), (Category.objects.get(slug="phones"), "handys")):
        row.slug = slug
        row.save()
    cache.clear()
    for old, new in (
        ("/products/meridian/", "/products/zenith/"),
        ("/products/meridian/?variant=M-BLK-256", "/products/zenith/?variant=M-BLK-256"),
        ("/brands/orvane/?sort=price", "/brands/orv/?sort=price"),
        ("/categories/phones/?brand=orv&page=1", "/categories/handys/?brand=orv&page=1"),
    ):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
        assert client.get(new).status_code == 200


def test_leads_through_several_renamings_in_one_step(client, meridian):
    for slug in ("second", "third"):
        meridian.slug = slug
        meridian.save()
    assert client.get("/products/meridian/")["Location"] == "/products/third/"
    assert client.get("/products/second/")["Location"] == "/products/third/"


def test_gives_an_old_address_to_the_thing_that_takes_it(client, meridian):
    meridian.slug = "zenith"
    meridian.save()
    make_product("Meridian")
    assert get(client).context["product"].pk != meridian.pk
    assert not OldSlug.objects.filter(slug="meridian").exists()


def test_goes_back_to_an_address_it_had(client, meridian):
    for slug in ("zenith", "meridian"):
        meridian.slug = slug
        meridian.save()
    assert get(client).context["product"] == meridian
    assert client.get("/products/zenith/")["Location"] == PAGE


def test_does_not_tell_of_a_hidden_product_by_its_old_address(client, meridian):
    meridian.slug, meridian.is_published = "secret-launch", False
    meridian.save()
    response = client.get(PAGE)
    assert response.status_code == 404
    assert "secret-launch" not in response.text


def test_forgets_the_addresses_of_what_is_deleted(client):
    product, brand = make_product("Meridian", stock=0), make_brand("Orvane")
    for row, slug in ((product, "new-one"), (brand, "other")):
        row.slug = slug
        row.save()
        row.delete()
    assert not OldSlug.objects.exists()
    assert client.get(PAGE).status_code == 404


def test_finds_products_by_the_new_name_of_brand_and_category(client, meridian):
    Brand.objects.get().save()
    brand, category = Brand.objects.get(), Category.objects.get(slug="mobile")
    brand.name, category.name = "Lumora", "Pocket"
    brand.save()
    category.save()
    assert Product.objects.count() == 1
    for words in ("lumora", "pocket"):
        assert client.get("/products/", {"q": words}).context["listing"].total == 1
    assert client.get("/products/", {"q": "orvane"}).context["listing"].total == 0

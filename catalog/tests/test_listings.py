"""Listings: filters, order, pages, what they say and what they cost."""

import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from catalog import publishing, search
from catalog.facets import FacetChoice
from catalog.models import Category, Product, SpecField, Variant
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_field,
    make_image,
    make_product,
    make_product_type,
    set_stock,
)
from devicehub.lib.money import shop_money

pytestmark = pytest.mark.django_db


def names(response):
    return [card.name for card in response.context["cards"]]


def get(client, path="/products/", **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response


def counts(response, label):
    facet = next(facet for facet in response.context["listing"].facets if facet.label == label)
    return {choice.label: choice.count for choice in facet.choices}


def labels(response):
    return [facet.label for facet in response.context["listing"].facets]


@pytest.fixture
def shelf():
    """Three phones and a tablet. The Meridian is blue with 128 GB and black with 256 GB, not blue with 256 GB."""
    mobile = make_category("Mobile")
    phones, tablets = make_category("Phones", parent=mobile), make_category("Tablets", parent=mobile)
    phone, tablet = make_product_type("phone"), make_product_type("tablet")
    make_field(phone, "size", kind="size", unit="mm")
    orvane, pelkor = make_brand("Orvane"), make_brand("Pelkor")
    make_product(
        "Meridian",
        brand=orvane,
        category=phones,
        product_type=phone,
        specs={"screen": 6.1, "nfc": True},
        variants=[
            {"sku": "MER-1", "price": "700", "options": {"colour": "Blue", "storage": 128}},
            {"sku": "MER-2", "price": "800", "was_price": "900", "options": {"colour": "Black", "storage": 256}},
        ],
    )
    make_product(
        "Zenith",
        brand=orvane,
        category=phones,
        product_type=phone,
        specs={"screen": 6.7, "nfc": False},
        variants=[{"sku": "ZEN-1", "price": "1000", "stock": 0, "options": {"colour": "Blue", "storage": 256}}],
    )
    make_product(
        "Potato",
        brand=pelkor,
        category=phones,
        product_type=phone,
        specs={"screen": 5.5},
        variants=[
            {"sku": "POT-1", "price": "99", "condition": "used", "options": {"colour": "Black", "storage": 64}},
        ],
    )
    make_product("Slate", brand=pelkor, category=tablets, product_type=tablet, price="300")


def test_lists_visible_devices_newest_first(client, shelf):
    assert names(get(client)) == ["Slate", "Potato", "Zenith", "Meridian"]


def test_lists_a_category_with_its_subtree(client, shelf):
    assert names(get(client, "/categories/mobile/")) == ["Slate", "Potato", "Zenith", "Meridian"]
    assert names(get(client, "/categories/tablets/")) == ["Slate"]


def test_lists_a_brand(client, shelf):
    response = get(client, "/brands/pelkor/")
    assert names(response) == ["Slate", "Potato"]
    assert "Brand" not in labels(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"brand": "orvane"}, ["Zenith", "Meridian"]),
        ({"brand": ["orvane", "pelkor"]}, ["Slate", "Potato", "Zenith", "Meridian"]),
        ({"category": "phones"}, ["Potato", "Zenith", "Meridian"]),
        ({"min_price": "700", "max_price": "800"}, ["Meridian"]),
        ({"max_price": "99,00"}, ["Potato"]),
        ({"min_price": "800", "max_price": "100"}, ["Slate", "Meridian"]),
        ({"in_stock": "1"}, ["Slate", "Potato", "Meridian"]),
        ({"condition": "used"}, ["Potato"]),
        ({"condition": ["used", "new"]}, ["Slate", "Potato", "Zenith", "Meridian"]),
        ({"spec-colour": "blue"}, ["Zenith", "Meridian"]),
        ({"spec-colour": ["blue", "black"]}, ["Potato", "Zenith", "Meridian"]),
        ({"spec-colour": "blue", "spec-storage": "256"}, ["Zenith"]),
        ({"spec-colour": "blue", "spec-storage": "256", "in_stock": "1"}, []),
        ({"spec-colour": "blue", "in_stock": "1"}, ["Meridian"]),
        ({"spec-storage": "256", "max_price": "900"}, ["Meridian"]),
        ({"spec-screen-min": "6", "spec-screen-max": "6.5"}, ["Meridian"]),
        ({"spec-nfc": "yes"}, ["Meridian"]),
        ({"spec-nfc": "no"}, ["Zenith"]),
        ({"spec-unheard-of": "x"}, ["Slate", "Potato", "Zenith", "Meridian"]),
        ({"q": "meridian"}, ["Meridian"]),
        ({"q": "MER-2"}, ["Meridian"]),
        ({"q": "phones", "brand": "orvane"}, ["Zenith", "Meridian"]),
    ],
)
def test_filters_so_that_one_variant_meets_all(client, shelf, query, found):
    response = get(client, **query)
    assert sorted(names(response)) == sorted(found)
    assert response.context["listing"].total == len(found)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("price", ["Potato", "Slate", "Meridian", "Zenith"]),
        ("-price", ["Zenith", "Meridian", "Slate", "Potato"]),
        ("-spec-screen", ["Zenith", "Meridian", "Potato", "Slate"]),
        ("spec-storage", ["Potato", "Meridian", "Zenith", "Slate"]),
        ("newest", ["Slate", "Potato", "Zenith", "Meridian"]),
        ("relevance", ["Slate", "Potato", "Zenith", "Meridian"]),
    ],
)
def test_sorts(client, shelf, sort, found):
    assert names(get(client, sort=sort)) == found


def test_names_the_price_of_the_variant_that_was_filtered_for(client, shelf):
    card = get(client, **{"spec-storage": "256", "sort": "price"}).context["cards"][0]
    assert (card.name, card.price, card.was) == ("Meridian", shop_money(800), shop_money(900))
    assert card.url == "/products/meridian/?variant=MER-2"
    card = get(client, sort="price", brand="orvane").context["cards"][0]
    assert (card.price, card.was, card.price_from, card.url) == (shop_money(700), None, True, "/products/meridian/")


def test_shows_the_picture_of_the_colour_that_was_filtered_for(client, shelf):
    meridian = Product.objects.get(name="Meridian")
    blue = SpecField.objects.get(key="colour").choices.get(value="blue")
    make_image(meridian, alt="front", position=0)
    make_image(meridian, alt="blue", choice=blue, position=1)
    assert get(client, q="meridian").context["cards"][0].image_alt == "front"
    assert get(client, **{"q": "meridian", "spec-colour": "blue"}).context["cards"][0].image_alt == "blue"


def test_counts_each_facet_without_its_own_filter(client, shelf):
    response = get(client, "/categories/phones/", **{"brand": "orvane", "spec-colour": "blue"})
    assert counts(response, "Brand") == {"Orvane": 2}
    assert counts(response, "Colour") == {"Blue": 2, "Black": 1}
    assert counts(response, "Storage") == {"128": 1, "256": 1}
    assert counts(response, "Availability") == {"In stock": 1}
    assert counts(response, "Features") == {"Nfc": 1}


def test_offers_the_specs_that_most_types_share(client, shelf):
    assert labels(get(client, "/categories/phones/")) == [
        *("Availability", "Brand", "Price", "Screen", "Colour", "Storage", "Features", "Condition"),
    ]
    make_field(Product.objects.get(name="Slate").product_type, "cover", choices=["Soft"])
    assert labels(get(client, "/categories/mobile/")) == ["Availability", "Brand", "Price", "Condition"]


def test_leads_down_the_category_tree_with_the_filters_kept(client, shelf):
    links = get(client, "/categories/mobile/", brand="pelkor").context["listing"].category_links
    assert [(link.label, link.url, link.count) for link in links] == [
        ("Phones", "/categories/phones/?brand=pelkor", 1),
        ("Tablets", "/categories/tablets/?brand=pelkor", 1),
    ]
    links = get(client, brand="pelkor").context["listing"].category_links
    assert [(link.label, link.url, link.count) for link in links] == [
        ("Mobile", "/products/?brand=pelkor&category=mobile", 2)
    ]


def test_offers_many_numbers_as_a_range(client):
    kind = make_product_type("phone")
    for size in range(14):
        make_product(product_type=kind, specs={"height": 140 + size})
    facet = next(f for f in get(client).context["listing"].facets if f.label == "Height")
    assert (facet.kind, facet.names, facet.ends) == ("range", ("spec-height-min", "spec-height-max"), ("140", "153"))
    response = get(client, **{"spec-height-min": "150"})
    assert response.context["listing"].total == 4


def test_meets_a_range_that_overlaps_the_value(client):
    make_product("Canto", product_type=make_product_type("headphones"), specs={"hearing": (20, 20000)})
    for ends, found in (((10, 19), 0), ((10, 20), 1), ((30, 40), 1), ((20000, ""), 1), ((20001, ""), 0), (("", 19), 0)):
        query = {"spec-hearing-min": ends[0], "spec-hearing-max": ends[1]}
        assert get(client, **query).context["listing"].total == found, ends


@pytest.fixture
def monitors():
    """Two resolutions of the same area; the Atlas is sold in two cases."""
    kind, category = make_product_type("monitor"), make_category("Monitors")
    make_field(kind, "resolution", kind="size", unit="px", better="higher")
    make_field(kind, "case", kind="size", unit="cm", scope="variant")
    rows = {"Upright": (1080, 1920), "Wide": (1920, 1080), "Pin": (640.5, 480), "Huge": (3840, 2160)}
    for name, resolution in rows.items():
        make_product(name, product_type=kind, category=category, specs={"resolution": resolution})
    cases = [{"price": 400, "options": {"case": (60, 40, 5.5)}}, {"price": 500, "options": {"case": (70, 45)}}]
    make_product("Atlas", product_type=kind, category=category, specs={"resolution": (3840, 2160)}, variants=cases)


def test_offers_sizes_from_small_to_large(client, monitors):
    response = get(client, "/categories/monitors/")
    assert counts(response, "Resolution") == {
        "640.5 × 480 px": 1,
        "1080 × 1920 px (Full HD)": 1,
        "1920 × 1080 px (Full HD)": 1,
        "3840 × 2160 px (4K UHD)": 2,
    }
    assert list(counts(response, "Resolution")) == [
        *("640.5 × 480 px", "1080 × 1920 px (Full HD)", "1920 × 1080 px (Full HD)", "3840 × 2160 px (4K UHD)"),
    ]
    assert list(counts(response, "Case")) == ["70 × 45 cm", "60 × 40 × 5.5 cm"]
    assert 'name="spec-resolution" value="1920x1080"' in response.text
    narrowed = get(client, "/categories/monitors/", **{"spec-resolution": "3840x2160"})
    assert counts(narrowed, "Resolution") == counts(response, "Resolution")  # without its own filter
    assert counts(narrowed, "Case") == counts(response, "Case")


@pytest.mark.parametrize(
    ("query", "found", "chips"),
    [
        ({"spec-resolution": "1920x1080"}, ["Wide"], ["Resolution: 1920 × 1080 px (Full HD)"]),
        ({"spec-resolution": " 1920 X 1080 px"}, ["Wide"], ["Resolution: 1920 × 1080 px (Full HD)"]),
        ({"spec-resolution": ["4K", "3840 × 2160"]}, ["Atlas", "Huge"], ["Resolution: 3840 × 2160 px (4K UHD)"]),
        (
            {"spec-resolution": ["640,5*480", "1080x1920"]},
            ["Pin", "Upright"],
            ["Resolution: 640.5 × 480 px", "Resolution: 1080 × 1920 px (Full HD)"],
        ),
        ({"spec-case": "600x400x55mm"}, ["Atlas"], ["Case: 60 × 40 × 5.5 cm"]),
        ({"spec-case": "60x40x5.5", "min_price": "450"}, [], ["from 450.00\xa0€", "Case: 60 × 40 × 5.5 cm"]),
        ({"spec-case": "70x45", "min_price": "450"}, ["Atlas"], ["from 450.00\xa0€", "Case: 70 × 45 cm"]),
        ({"spec-resolution": "800x600"}, [], ["Resolution: 800 × 600 px"]),
    ],
)
def test_filters_by_sizes_however_they_are_written(client, monitors, query, found, chips):
    response = get(client, "/categories/monitors/", **query)
    assert sorted(names(response)) == found
    assert response.context["listing"].total == len(found)
    assert [chip.label for chip in response.context["listing"].chips] == chips


def test_names_sizes_in_addresses_in_one_way(client, monitors):
    response = get(client, "/categories/monitors/", **{"spec-resolution": ["4k", "640,5 × 480 px"], "in_stock": "1"})
    assert response.context["listing"].criteria.pairs() == [
        *(("in_stock", "1"), ("spec-resolution", "3840x2160"), ("spec-resolution", "640.5x480")),
    ]
    without = "/categories/monitors/?spec-resolution=3840x2160&amp;spec-resolution=640.5x480"
    assert f'href="{without}"' in response.text


def test_orders_by_area_or_volume(client, monitors):
    path = "/categories/monitors/"
    assert names(get(client, path, sort="spec-resolution")) == ["Pin", "Upright", "Wide", "Huge", "Atlas"]
    assert names(get(client, path, sort="-spec-resolution")) == ["Huge", "Atlas", "Upright", "Wide", "Pin"]
    sorts = get(client, path, sort="spec-case").context["listing"].sorts
    assert [(value, words) for value, words, _used in sorts if "spec" in value] == [
        ("-spec-resolution", "Resolution: large to small"),
        ("spec-case", "Case: small to large"),
    ]


def test_understands_a_size_in_a_query(client, monitors):
    """Though other monitors have every word of it that is known otherwise."""
    publishing.merge()
    response = get(client, q="1920x1080 monitor")
    assert names(response) == ["Wide"]
    assert [chip.label for chip in response.context["listing"].understood_chips] == [
        *("Resolution: 1920 × 1080 px (Full HD)", "Monitors"),
    ]
    assert search.search("1920x1080").complete == 1


def test_offers_no_more_sizes_than_one_can_read(client, monkeypatch):
    monkeypatch.setattr("catalog.facets.SIZES_MAX", 2)
    kind = make_product_type("monitor")
    make_field(kind, "case", kind="size", unit="cm")
    for case in ((30, 20), (50, 40), (40, 30), (50, 40), (60, 50), (60, 50), (10, 10)):
        make_product(product_type=kind, specs={"case": case})
    assert counts(get(client), "Case") == {"50 × 40 cm": 2, "60 × 50 cm": 2}
    assert counts(get(client, **{"spec-case": "10x10"}), "Case") == {
        "10 × 10 cm": 1,
        "50 × 40 cm": 2,
        "60 × 50 cm": 2,
    }


def test_says_each_active_filter_with_a_way_to_remove_it(client, shelf):
    query = {
        "q": "orvane",
        "category": "phones",
        "brand": "orvane",
        "min_price": "100",
        "max_price": "1500.5",
        "condition": "new",
        "in_stock": "1",
        "spec-colour": "blue",
        "spec-storage": "128",
        "spec-nfc": "yes",
        "spec-screen-min": "6",
    }
    response = get(client, **query)
    chips = response.context["listing"].chips
    assert [chip.label for chip in chips] == [
        *("Phones", "Orvane", "100.00\xa0€ – 1,500.50\xa0€", "In stock", "New"),
        *("Screen: from 6", "Nfc", "Colour: Blue", "Storage: 128"),
    ]
    for chip in chips:
        assert names(client.get(chip.url)) == ["Meridian"], chip
        assert len(client.get(chip.url).context["listing"].chips) == len(chips) - 1
    assert response.context["listing"].cleared == "/products/?q=orvane"
    assert 'href="/products/?q=orvane"' in response.text


def test_keeps_in_its_forms_what_they_have_no_field_for(client, shelf):
    response = get(client, "/categories/phones/", q="meridian", sort="price", brand="orvane")
    assert response.context["listing"].kept == [("q", "meridian"), ("sort", "price")]
    assert response.context["listing"].kept_by_sorting == [("q", "meridian"), ("brand", "orvane")]


@pytest.mark.parametrize(
    "query",
    [
        {"min_price": "cheap"},
        {"max_price": "1e200000"},
        {"min_price": "-5"},
        {"min_price": "NaN"},
        {"max_price": "Infinity"},
        {"min_price": "9" * 40},
        {"spec-storage": "1e999999"},
        {"spec-storage": "much"},
        {"spec-screen-min": "0x10"},
        {"spec-colour": "ultraviolet"},
        {"spec-size": "wide"},
        {"spec-size": "5"},
        {"spec-size": "5x0"},
        {"spec-size": "1x2x3x4"},
        {"spec-size": "9" * 30 + "x1"},
        {"spec-nfc": "maybe"},
        {"brand": "nobody"},
        {"brand": "'; DROP TABLE catalog_brand; --"},
        {"category": "nowhere"},
        {"condition": "shiny"},
        {"sort": "password"},
    ],
)
def test_leaves_out_what_makes_no_sense_and_says_so(client, shelf, query):
    response = get(client, **query)
    assert len(names(response)) == 4
    assert len(response.context["listing"].criteria.problems) == 1
    assert "was left out" in response.text


@pytest.mark.parametrize("q", ['"', "''", "a" * 3000, "🙂", "%00", "NEAR(", "((((", "\\", "<script>alert(1)</script>"])
def test_answers_any_search(client, shelf, q):
    response = get(client, q=q)
    assert names(response) == []
    assert "<script>alert" not in response.text


def test_takes_many_values_of_one_filter_without_trouble(client, shelf):
    assert client.get("/products/?" + "&".join(f"brand=b{n}" for n in range(300))).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "3", "abc", "1.5", "9" * 30, "²"])
def test_answers_404_for_a_page_that_is_none(client, shelf, page):
    assert client.get("/products/", {"page": page}).status_code == 404


def test_shows_24_to_a_page(client):
    kind, brand, category = make_product_type(), make_brand(), make_category()
    for number in range(25):
        make_product(f"Device no {number:02}", product_type=kind, brand=brand, category=category)
    first, second = get(client, sort="price"), get(client, sort="price", page="2")
    assert (len(names(first)), names(second)) == (24, ["Device no 24"])
    assert client.get("/products/?page=3").status_code == 404
    assert '<link rel="canonical" href="http://127.0.0.1:8000/products/?page=2">' in second.text


def test_shows_an_empty_shop(client):
    response = get(client)
    assert response.context["listing"].total == 0
    assert "Nothing here yet" in response.text


def test_shows_what_a_mistyped_word_may_have_meant(client, shelf):
    publishing.merge()
    response = get(client, q="meridain")
    assert "Showing results for “meridian”" in response.text
    assert "/products/meridian/" in response.text


def test_offers_a_way_on_when_nothing_is_found(client, shelf):
    response = get(client, q="xylophone")
    assert "Nothing found for “xylophone”" in response.text
    response = get(client, q="meridian", max_price="5")
    assert "Close to what you searched for" in response.text
    assert "/products/meridian/" in response.text
    response = get(client, brand="orvane", max_price="5")
    assert "No device has all of this" in response.text


def test_tells_search_engines_to_pass_over_filtered_lists(client, shelf):
    plain, filtered = get(client, "/categories/phones/"), get(client, "/categories/phones/", brand="orvane")
    assert 'name="robots"' not in plain.text
    assert '<meta name="robots" content="noindex, follow">' in filtered.text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/categories/phones/">' in filtered.text


def hide_by(how, product):
    now = timezone.now()
    changes = {
        "unpublished": {"is_published": False},
        "later": {"published_from": now + timezone.timedelta(hours=1)},
        "over": {"published_from": now - timezone.timedelta(2), "published_until": now - timezone.timedelta(1)},
    }
    if how == "no variant":
        variant = product.variants.get()
        variant.is_active = False
        variant.save()
    else:
        Product.objects.filter(pk=product.pk).update(**changes[how])


@pytest.mark.parametrize("how", ["unpublished", "later", "over", "no variant"])
def test_hides_what_is_not_for_sale_everywhere(client, how):
    category, brand = make_category("Phones"), make_brand("Orvane")
    product = make_product("Meridian", brand=brand, category=category, is_featured=True, picture=True)
    seen = ["/products/", "/products/?q=meridian", "/categories/phones/", "/brands/orvane/", "/", "/sitemap.xml"]
    seen += ["/search/suggest/?q=meri"]
    assert all("/products/meridian/" in client.get(path).text for path in seen)
    assert client.get("/products/meridian/").status_code == 200
    hide_by(how, product)
    assert not any("/products/meridian/" in client.get(path).text for path in seen)
    assert client.get("/products/meridian/").status_code == 404


def test_hides_a_hidden_category_and_what_is_below(client, shelf):
    mobile = Category.objects.get(slug="mobile")
    mobile.is_visible = False
    mobile.save()
    assert client.get("/categories/mobile/").status_code == 404
    assert client.get("/categories/phones/").status_code == 404
    assert "/categories/" not in client.get("/sitemap.xml").text
    assert "/categories/" not in client.get("/products/").text


def test_forgets_a_variant_that_is_off_sale(client, shelf):
    variant = Variant.objects.get(sku="MER-1")
    variant.is_active = False
    variant.save()
    assert names(get(client, **{"spec-colour": "blue"})) == ["Zenith"]
    card = get(client, q="meridian").context["cards"][0]
    assert (card.price.amount, card.price_from, card.variant_count) == (Decimal(800), False, 1)


def test_says_how_many_are_left(client, shelf):
    set_stock(Variant.objects.get(sku="MER-1"), 2)
    set_stock(Variant.objects.get(sku="MER-2"), 0)
    words = {card.name: card.availability.words for card in get(client).context["cards"]}
    assert words == {"Meridian": "Only 2 left", "Zenith": "Sold out", "Potato": "In stock", "Slate": "In stock"}


def test_is_read_without_cookie_session_or_token(client, shelf):
    response = get(client)
    assert not response.cookies
    assert response["Cache-Control"] == "no-cache"
    assert "csrf" not in response.text


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/products/", 8),
        ("/categories/phones/?brand=orvane&spec-colour=blue", 8),
        ("/products/?q=device&in_stock=1", 12),
    ],
)
def test_costs_the_same_for_4_and_for_24(client, alice, django_assert_max_num_queries, path, limit, member):
    if member:
        client.force_login(alice)
    phones, phone = make_category("Phones"), make_product_type("phone")
    brand = make_brand("Orvane")

    def grow(number):
        for _row in range(number):
            options = [{"options": {"colour": colour, "storage": 128}} for colour in ("Blue", "Red", "Black")]
            make_product(
                brand=brand, category=phones, product_type=phone, variants=options, picture=True, specs={"nfc": True}
            )

    def cost():
        client.get(path)
        with django_assert_max_num_queries(limit + 2 + (3 if member else 0)) as queries:
            assert client.get(path).context["cards"]
        return len(queries)

    grow(4)  # a search that finds less asks about slips of the finger, too
    publishing.merge()
    few = cost()
    grow(20)
    assert cost() == few + (3 if "q=" in path else 2)  # what changed is read from its own rows
    publishing.merge()
    assert cost() == few
    assert len(names(client.get(path))) == 24


def test_has_one_heading_and_a_title(client, shelf):
    page = get(client, "/categories/phones/").text
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Phones"]
    assert "<title>Phones · DeviceHub</title>" in page


def test_works_for_head_requests():
    assert Client().head("/products/").status_code == 200


def test_writes_large_counts_with_separators():
    html = render_to_string("catalog/_facet_choices.html", {"choices": [FacetChoice("brand", "x", "X", 11652, False)]})
    assert '<span class="facet__count">11,652</span>' in html

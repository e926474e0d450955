"""The home page, the menu, suggestions, info pages and what machines read of the shop."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import front
from catalog.models import Category
from catalog.tests.factories import make_brand, make_category, make_product, make_product_type, make_variant

pytestmark = pytest.mark.django_db


def get(client, path="/", **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response


def names(cards):
    return [card.name for card in cards]


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_shows_the_newest_featured_device_large(client):
    make_product("Old", is_featured=True, published_from=ago(days=9))
    make_product("Star", is_featured=True, published_from=ago(days=5), summary="Shines.", price="499")
    make_product("Newer", published_from=ago(days=1))
    page = get(client)
    assert page.context["front"].hero.name == "Star"
    assert "<h1>Star</h1>" in page.text
    assert "Shines." in page.text
    assert names(page.context["front"].arrivals) == ["Newer", "Old"]


def test_shows_the_eight_newest(client):
    kind, brand, category = make_product_type(), make_brand(), make_category()
    for day in range(12):
        make_product(f"D{day}", product_type=kind, brand=brand, category=category, published_from=ago(days=day))
    front = get(client).context["front"]
    assert (front.hero.name, names(front.arrivals)) == ("D0", [f"D{day}" for day in range(1, 9)])


def test_shows_real_price_drops_the_deepest_first(client):
    make_product("Fifth", variants=[{"price": "80", "was_price": "100"}])
    half = make_product("Half", variants=[{"price": "40", "sku": "H-1"}])
    make_variant(half, price="50", was_price="100", sku="H-2")
    make_product("Same")
    make_product("Gone", stock=0, variants=[{"price": "10", "was_price": "100"}])
    make_product("Used", variants=[{"price": "10", "was_price": "100", "condition": "used"}])
    drops = get(client).context["front"].drops
    assert [(card.name, card.price.amount, card.was.amount) for card in drops] == [
        ("Half", 50, 100),
        ("Fifth", 80, 100),
    ]
    assert drops[0].url == "/products/half/?variant=H-2"


def test_shows_a_tile_for_each_place_with_devices(client):
    mobile = make_category("Mobile")
    phones = make_category("Phones", parent=mobile)
    make_category("Empty", parent=mobile)
    make_category("Audio", image="categories/audio.webp")
    make_product(category=phones, picture=True)
    make_product(category=phones)
    make_product(category=Category.objects.get(slug="audio"))
    tiles = {tile.name: tile for tile in get(client).context["front"].tiles}
    assert {name: tile.count for name, tile in tiles.items()} == {"Phones": 2, "Audio": 1}
    assert tiles["Phones"].image_url.startswith("/media/products/picture-")
    assert tiles["Audio"].image_url == "/media/categories/audio.webp"


def test_shows_the_top_of_a_large_tree(client):
    for root in range(3):
        above = make_category(f"Root {root}")
        for leaf in range(5):
            make_product(category=make_category(f"Leaf {root}{leaf}", parent=above))
    tiles = get(client).context["front"].tiles
    assert [(tile.name, tile.count) for tile in tiles] == [("Root 0", 5), ("Root 1", 5), ("Root 2", 5)]


def test_looks_for_the_deepest_cut_among_the_latest(client, monkeypatch):
    for name, price, days in (("Deep", 5, 2), ("Late", 8, 1)):
        product = make_product(name, variants=[{"price": price, "was_price": 10}])
        product.variants.update(reduced_at=timezone.now() - timedelta(days=days))
    for _newer in range(9):
        make_product()
    assert names(client.get("/").context["front"].drops) == ["Deep", "Late"]
    monkeypatch.setattr(front, "LATEST_DROPS", 1)
    assert names(client.get("/").context["front"].drops) == ["Late"]


def test_opens_with_empty_shelves(client):
    assert "The shelves are still empty" in get(client).text


def test_takes_its_promises_from_the_settings(client, settings):
    settings.SHOP_RETURN_DAYS = 17
    assert "17 days to change your mind" in get(client).text


@pytest.mark.parametrize("member", [False, True])
def test_costs_the_same_for_3_and_for_30(client, alice, django_assert_max_num_queries, member):
    if member:
        client.force_login(alice)

    def grow(number):
        category = make_category()
        for _row in range(number):
            make_product(category=category, picture=True, variants=[{"price": 9, "was_price": 10}, {"price": 11}])

    def cost():
        client.get("/")
        with django_assert_max_num_queries(15) as queries:
            assert client.get("/").context["front"].drops
        return len(queries)

    grow(3)
    few = cost()
    grow(27)
    assert cost() == few


# Menu ---------------------------------------------------------------------------------------------------------


def menu(client):
    panel = re.search(r'<nav class="menu__panel.*?</nav>', get(client, "/info/terms/").text, re.S)[0]
    return re.findall(r'href="(/categories/[^"]+)"', panel)


def test_lists_the_top_categories_in_the_menu_and_follows_their_changes(client):
    audio = make_category("Audio")
    make_category("Headphones", parent=audio)
    assert menu(client) == ["/categories/audio/"]
    make_category("Phones")
    assert menu(client) == ["/categories/audio/", "/categories/phones/"]
    audio = Category.objects.get(slug="audio")
    audio.slug = "sound"
    audio.save()
    assert menu(client) == ["/categories/sound/", "/categories/phones/"]
    Category.objects.get(slug="phones").delete()
    assert menu(client) == ["/categories/sound/"]


def test_reads_the_menu_with_one_query(client, django_assert_num_queries):
    make_category("Audio")
    menu(client)
    with django_assert_num_queries(1):
        menu(client)


# Suggestions --------------------------------------------------------------------------------------------------


def test_suggests_categories_brands_and_products(client):
    brand = make_brand("Orvane")
    make_product("Orvane Meridian", brand=brand, category=make_category("Organs"), price="749")
    text = get(client, "/search/suggest/", q="or").text
    assert re.findall(r'<a[^>]* href="([^"]+)"', text) == [
        *("/categories/organs/", "/brands/orvane/", "/products/orvane-meridian/", "/products/?q=or"),
    ]
    assert "749.00\xa0€" in text
    assert "<html" not in text


def test_suggests_at_most_six_products(client):
    for number in range(8):
        make_product(f"Orvane {number}")
    assert get(client, "/search/suggest/", q="orvane").text.count("/products/orvane-") == 6


@pytest.mark.parametrize("q", ["", "o", '"', "'); --", "<b>x</b>", "🙂🙂", "a" * 3000, "or\\"])
def test_suggests_safely(client, q):
    make_product("Orvane")
    text = get(client, "/search/suggest/", q=q).text
    assert "<b>x" not in text
    assert ("suggestion" in text) == (len(q) >= 2)


def test_suggests_no_brand_without_a_device(client):
    make_brand("Orvane")
    assert "/brands/" not in get(client, "/search/suggest/", q="orv").text


# Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["delivery", "returns", "privacy", "terms", "imprint"])
def test_says_what_a_shop_must_say(client, slug, settings):
    settings.SHOP_RETURN_DAYS, settings.SHOP_EMAIL = 17, "ask@shop.example"
    page = get(client, f"/info/{slug}/").text
    assert "demo shop" in page
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/info/{slug}/">' in page
    assert {"returns": "17 days", "terms": "17 days", "delivery": "tracking number"}.get(
        slug, "ask@shop.example"
    ) in page


# Machines -----------------------------------------------------------------------------------------------------


def test_maps_what_is_visible_and_nothing_else(client):
    phones = make_category("Phones", parent=make_category("Mobile"))
    make_category("Empty")
    make_brand("Nobody")
    make_product("Meridian", brand=make_brand("Orvane"), category=phones)
    make_product("Hidden", is_published=False)
    found = re.findall(r"<loc>http://127.0.0.1:8000(.*?)</loc>", get(client, "/sitemap.xml").text)
    assert found == [
        *(
            "/",
            "/products/",
            "/brands/",
            "/info/delivery/",
            "/info/returns/",
            "/info/privacy/",
            "/info/terms/",
            "/info/imprint/",
        ),
        *("/categories/mobile/", "/categories/phones/", "/brands/orvane/", "/products/meridian/"),
    ]


def test_splits_a_large_map(client, monkeypatch):
    monkeypatch.setattr("catalog.sitemaps.ProductSitemap.limit", 1)
    make_product("One")
    make_product("Two")
    found = re.findall(r"<loc>(.*?)</loc>", get(client, "/sitemap.xml").text)
    assert "http://127.0.0.1:8000/sitemap-products.xml?p=2" in found
    assert "/products/two/" in get(client, "/sitemap-products.xml", p="2").text
    assert client.get("/sitemap-secrets.xml").status_code == 404


def test_tells_robots_what_to_leave_alone(client):
    lines = get(client, "/robots.txt").text.splitlines()
    assert lines[:2] == ["User-agent: *", "Disallow: /accounts/"]
    assert lines[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"
    assert "Disallow: /cart/" in lines
    assert not any("/products" in line for line in lines)


def test_ignores_the_host_it_was_asked_by(client):
    make_product("Meridian")
    text = client.get("/sitemap.xml", headers={"host": "localhost:9999"}).text
    assert "localhost" not in text

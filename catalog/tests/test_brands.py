"""Brands: the list from A to Z, and the page of one."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from catalog.models import Brand
from catalog.tests.factories import make_brand, make_category, make_product

pytestmark = pytest.mark.django_db


def stock(brand, **fields):
    return make_product(brand=brand, **fields)


def test_lists_brands_that_are_sold_by_their_first_letter(client):
    for name in ("Élan", "Emberlin", "orvane", "3D Works"):
        stock(make_brand(name, slug=name.encode("ascii", "ignore").decode().replace(" ", "-").lower()))
    make_brand("Unsold")
    stock(make_brand("Hidden"), is_published=False)
    letters = client.get("/brands/").context["letters"]
    assert [(one.letter, [brand.name for brand in one.brands]) for one in letters] == [
        ("0–9", ["3D Works"]),
        ("E", ["Élan", "Emberlin"]),
        ("O", ["orvane"]),
    ]


def test_says_so_where_there_is_none(client):
    assert "No device is on sale yet." in client.get("/brands/").text


def test_is_reached_from_everywhere_and_on_the_map(client):
    assert 'href="/brands/"' in client.get("/").text
    assert "/brands/</loc>" in client.get("/sitemap.xml").text


def test_shows_where_the_brand_has_devices(client):
    mobile = make_category("Mobile")
    phones, tablets, hidden = (
        make_category("Phones", parent=mobile),
        make_category("Tablets", parent=mobile),
        make_category("Secret", is_visible=False),
    )
    orvane = make_brand("Orvane", description="Screws instead of glue.", website="https://orvane.example/")
    for category in (tablets, phones, phones, hidden):
        stock(orvane, category=category)
    stock(make_brand("Other"), category=phones)
    response = client.get("/brands/orvane/")
    places = [(place.name, place.url, place.count) for place in response.context["places"]]
    assert places == [
        ("Phones", "/categories/phones/?brand=orvane", 2),
        ("Tablets", "/categories/tablets/?brand=orvane", 1),
    ]
    for place in response.context["places"]:
        assert client.get(place.url).context["listing"].total == place.count
    assert "Screws instead of glue." in response.text
    assert '<a href="https://orvane.example/" rel="noopener nofollow">' in response.text


def test_has_its_crumb(client):
    stock(make_brand("Orvane"))
    assert client.get("/brands/orvane/").context["crumbs"] == [("Home", "/"), ("Brands", "/brands/"), ("Orvane", None)]


def form(brand, **fields):
    return {"name": brand.name, "slug": brand.slug, "description": "", "website": "", **fields}


def upload(kind="PNG", name="logo.png"):
    raw = BytesIO()
    Picture.new("RGBA", (300, 80), "#38598b80").save(raw, kind)
    return SimpleUploadedFile(name, raw.getvalue(), "image/png")


def test_takes_a_logo_and_stores_it_anew(client, carol):
    brand = make_brand("Orvane")
    stock(brand)
    client.force_login(carol)
    page = f"/admin/catalog/brand/{brand.pk}/change/"
    assert client.post(page, form(brand, logo=upload(), website="orvane.example")).status_code == 302
    brand.refresh_from_db()
    assert (brand.logo_width, brand.logo_height, brand.website) == (300, 80, "https://orvane.example")
    assert brand.logo.name.startswith("brands/")
    assert Picture.open(brand.logo.open()).format == "WEBP"
    for path in ("/brands/", "/brands/orvane/"):
        assert f'src="{brand.logo.url}" width="300" height="80"' in client.get(path).text


@pytest.mark.parametrize(
    "fields",
    [
        {"logo": SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")},
        {"logo": upload("GIF", "logo.gif")},
        {"website": "javascript:alert(1)"},
    ],
    ids=["svg", "gif", "javascript"],
)
def test_refuses_what_is_no_picture_or_no_address(client, carol, fields):
    brand = make_brand("Orvane")
    client.force_login(carol)
    response = client.post(f"/admin/catalog/brand/{brand.pk}/change/", form(brand, **fields))
    assert response.status_code == 200
    assert "errorlist" in response.text
    brand = Brand.objects.get()
    assert (brand.logo.name, brand.website) == ("", "")

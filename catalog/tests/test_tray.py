"""The comparison's tray: picked by a form, kept in a cookie, shown on the pages where one looks around."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Variant
from catalog.tests.factories import make_category, make_product, make_variant
from catalog.tray import Tray, tray_of

pytestmark = pytest.mark.django_db

TRAY = "/compare/tray/"
HERE = "http://testserver"


@pytest.fixture
def phones():
    category = make_category("Phones")
    return [make_product(f"Phone {n}", category=category, variants=[{"sku": f"P{n}"}]) for n in range(6)]


def pick(client, **data):
    response = client.post(TRAY, data)
    assert response.status_code == 303
    return response


def picked(client):
    """What the tray on a page says, as SKUs."""
    page = client.get("/products/").text
    return re.findall(r'class="tray__item"[^>]*name="remove" value="([^"]+)"', page)


def cookie(client):
    return client.cookies["compare"].value if "compare" in client.cookies else ""


def test_adds_removes_and_clears(client, phones):
    pick(client, add="P1")
    pick(client, add="P0")
    assert picked(client) == ["P1", "P0"]
    pick(client, remove="P1")
    assert picked(client) == ["P0"]
    pick(client, clear="1")
    assert (picked(client), cookie(client)) == ([], "")


@pytest.mark.parametrize("path", ["/", "/products/", "/products/?q=phone", "/categories/phones/", "/products/phone-1/"])
def test_follows_the_shopper_to_the_pages_where_one_looks_around(client, phones, path):
    pick(client, add="P0")
    pick(client, add="P1")
    page = client.get(path).text
    assert '<a class="btn btn-primary" href="/compare/?v=P0&amp;v=P1">Compare (2)</a>' in page
    assert f'<input type="hidden" name="next" value="{path}">' in page


def test_stays_away_from_cart_and_checkout(client, phones):
    pick(client, add="P0")
    assert "compare-form" not in client.get("/cart/").text


def test_marks_the_boxes_of_what_is_picked(client, phones):
    pick(client, add="P0")
    boxes = re.findall(
        r'<button class="compare-box"[^>]*name="(\w+)" value="(P[01])" aria-pressed="(\w+)"',
        client.get("/products/").text,
    )
    assert sorted(boxes) == [("add", "P1", "false"), ("remove", "P0", "true")]
    assert 'name="remove" value="P0" aria-pressed="true"' in client.get("/products/phone-0/").text


def test_picks_the_version_that_the_product_page_shows(client, phones):
    make_variant(phones[0], sku="P0-BIG")
    page = client.get("/products/phone-0/?variant=P0-BIG").text
    assert re.findall(r'class="compare-box"[^>]*value="([^"]+)"', page)[0] == "P0-BIG"


def test_leads_back_to_the_device_that_was_picked(client, phones):
    assert pick(client, add="P0", next="/products/?q=phone")["Location"] == "/products/?q=phone#v-P0"
    assert 'id="v-P0"' in client.get("/products/?q=phone").text
    assert pick(client, remove="P0", next="/products/")["Location"] == "/products/"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_leads_nowhere_else(client, phones, away):
    assert pick(client, remove="P0", next=away)["Location"] == "/compare/"


def test_takes_four_at_most_and_says_so(client, phones):
    for n in range(4):
        pick(client, add=f"P{n}")
    pick(client, add="P4")
    assert "4 devices at most can be compared. Remove one first." in client.get("/products/").text
    assert picked(client) == ["P0", "P1", "P2", "P3"]
    pick(client, add="P0")  # there already
    assert "at most" not in client.get("/products/").text


def test_takes_nothing_that_is_not_sold_and_says_so(client, phones):
    make_product("Hidden", is_published=False, variants=[{"sku": "HIDDEN"}])
    for sku in ("HIDDEN", "NOBODY", "a" * 900, "🙂"):
        pick(client, add=sku)
        assert cookie(client) == ""
        assert "This device is no longer sold." in client.get("/products/").text


def test_forgets_what_is_no_longer_sold_and_has_room_again(client, phones):
    for n in range(4):
        pick(client, add=f"P{n}")
    Variant.objects.filter(sku="P1").update(is_active=False)
    assert picked(client) == ["P0", "P2", "P3"]
    pick(client, add="P4")
    assert picked(client) == ["P0", "P2", "P3", "P4"]


def test_answers_a_script_with_the_tray_alone(client, phones):
    response = client.post(TRAY, {"add": "P0", "next": TRAY}, follow=True)
    assert response.redirect_chain == [("/compare/tray/#v-P0", 303)]
    assert "Compare (1)" in response.text
    assert "<html" not in response.text


# A comparison that is changed becomes one's own ---------------------------------------------------------------


def test_takes_over_a_table_that_is_changed(client, phones):
    pick(client, add="P5")
    response = client.post("/compare/", {"v": ["P1", "P0", "NOBODY", "P1"], "only": "differences"})
    assert (response.status_code, response["Location"]) == (303, "/compare/?v=P1&v=P0&only=differences")
    assert picked(client) == ["P1", "P0"]
    assert client.post("/compare/")["Location"] == "/compare/"
    assert picked(client) == []


def test_keeps_its_own_when_a_shared_table_is_only_looked_at(client, phones):
    pick(client, add="P5")
    client.get("/compare/?v=P1&v=P0")
    assert picked(client) == ["P5"]


# What it costs and what it lets in ----------------------------------------------------------------------------


def test_costs_a_guest_neither_session_nor_row_nor_query(client, phones):
    client.get("/products/")
    with CaptureQueriesContext(connection) as before:
        assert client.get("/products/").cookies == {}
    for n in range(4):
        pick(client, add=f"P{n}")
    with CaptureQueriesContext(connection) as after:
        client.get("/products/")
    assert set(client.cookies) == {"compare"}
    assert Session.objects.count() == 0
    assert len(after) == len(before) + 1


def test_keeps_the_cookie_to_this_site_and_from_scripts(client, phones):
    kept = pick(client, add="P0").cookies["compare"]
    assert (kept["samesite"], kept["httponly"], kept["path"], kept["max-age"]) == ("Lax", True, "/", 30 * 24 * 3600)


def test_lets_no_shared_cache_keep_a_page_with_a_tray(client, phones):
    assert client.get("/products/")["Cache-Control"] == "no-cache"
    pick(client, add="P0")
    assert set(client.get(TRAY)["Cache-Control"].split(", ")) == {"private", "no-store"}
    for path in ("/", "/products/"):
        page = client.get(path)
        assert page["Cache-Control"] == "private, no-cache"
        assert "Cookie" in page["Vary"]


@pytest.mark.parametrize("path", [TRAY, "/compare/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
    ],
)
def test_refuses_what_another_site_sends(phones, path, headers):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(path, {"add": "P0", "v": "P0"}, headers=headers)
    assert (response.status_code, cookie(browser)) == (403, "")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}, {}])
def test_takes_its_own_form_without_a_token(phones, headers):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(TRAY, {"add": "P0"}, headers=headers).status_code == 303
    assert cookie(browser) == "P0"


@pytest.mark.parametrize("text", ["%00", "P0%00", "||||", "%", "%ff", "P9" * 600, "'; --", "P0|" * 200, "{{ 7 }}"])
def test_believes_no_cookie(client, phones, text):
    client.cookies["compare"] = text
    assert client.get("/products/").status_code == 200
    assert set(picked(client)) <= {"P0"}
    pick(client, add="P1")
    assert set(picked(client)) <= {"P0", "P1"}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=64), unique=True))
def test_reads_what_it_wrote_whatever_the_skus(skus):
    tray = Tray(skus[:4])
    assert Tray.read(tray.written()) == tray
    assert len(tray.written()) < 4000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=100))
def test_reads_any_cookie(phones, text):
    tray = Tray.read(text)
    assert len(tray.skus) <= 4
    assert tray.entries == []


def test_reads_no_sku_that_a_database_would_refuse():
    assert Tray.read("P0%00|%00|P1||" + "P" * 65).skus == ["P1"]


def test_keeps_only_what_is_sold(phones):
    assert tray_of(["P0", "NOBODY", "P0", "P3"]).skus == ["P0", "P3"]

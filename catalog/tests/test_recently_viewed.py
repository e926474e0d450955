"""Recently viewed: the browser keeps the list, the shop draws the cards and trusts nothing it is sent."""

import re

import pytest

from catalog.recent import SHOWN, clean_ids
from catalog.tests.factories import make_product, make_product_type

pytestmark = pytest.mark.django_db

PATH = "/recently-viewed/"


def names(client, *ids):
    response = client.get(PATH, {"p": ids})
    assert response.status_code == 200
    return [card.name for card in response.context["cards"]]


def test_draws_the_cards_in_the_order_asked_for(client):
    first, second = make_product("First"), make_product("Second")
    assert names(client, second.pk, first.pk, second.pk) == ["Second", "First"]
    assert "<html" not in client.get(PATH, {"p": first.pk}).text


def test_leaves_out_what_the_shop_does_not_show(client):
    hidden = make_product("Hidden", is_published=False)
    assert names(client, hidden.pk, 999999) == []
    assert client.get(PATH).text.strip() == ""


@pytest.mark.parametrize("odd", ["", "x", "-1", "1.5", "1e3", "٣", "²", "9" * 19, "9" * 4000, "1 or 1=1", "<b>"])
def test_takes_nonsense_for_nothing(client, odd):
    device = make_product("Device")
    assert names(client, odd, device.pk) == ["Device"]


def test_draws_no_more_than_it_shows():
    assert clean_ids(str(number) for number in range(1, 500)) == list(range(1, SHOWN + 1))


def test_costs_a_guest_nothing(client, django_assert_num_queries):
    """No cookie, no session, and the same answer to everybody, so that any cache may keep it."""
    phone = make_product_type("phone")
    ids = [make_product(product_type=phone).pk for _ in range(5)]
    with django_assert_num_queries(3):
        response = client.get(PATH, {"p": ids})
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "private" not in response["Cache-Control"]


def test_the_product_page_writes_no_list_of_its_own(client):
    device = make_product("Device")
    response = client.get(device.get_absolute_url())
    assert set(response.cookies) <= {"csrftoken"}
    section = re.search(r"<section[^>]*data-recent=.*?</section>", response.text, re.S)[0]
    assert f'data-recent="{PATH}" data-recent-id="{device.pk}" hidden' in section
    assert "data-recent-clear" in section


@pytest.mark.parametrize("path", ["/", "/cart/"])
def test_stands_on_the_home_page_and_in_the_empty_cart(client, path):
    page = client.get(path).text
    assert f'data-recent="{PATH}" data-recent-id="" hidden' in page
    assert "js/recent" in page
    assert "js/recent" in client.get(make_product().get_absolute_url()).text


def test_is_told_on_the_privacy_page(client):
    assert "Recently viewed" in client.get("/info/privacy/").text
    assert f"Disallow: {PATH}" in client.get("/robots.txt").text

"""A listing in a browser: choosing, sorting and paging swap it in place, and the address always says what is shown."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from devicehub.tests.test_journey import WCAG

pytestmark = [pytest.mark.browser, pytest.mark.server]

BRANDS = """
from devicehub.tests.small_shop import open_shop
from catalog.models import Category, ProductType
from catalog.tests.factories import make_brand, make_product
open_shop()
shared = {"category": Category.objects.get(slug="phones"), "product_type": ProductType.objects.get(key="phone")}
brands = [make_brand(f"Brand {number:02}") for number in range(15)]
for number in range(30):
    make_product(f"Pebble {number}", brand=brands[number % 15], price=f"{100 + number}.00", **shared)
"""


@pytest.fixture
def shop(start_server: Any) -> Any:
    server = start_server()
    server.python(BRANDS)
    return server


def count(page: Page) -> Any:
    return page.locator(".listing-bar__count")


def mark(page: Page) -> None:
    """The page as it was loaded; a reload loses the mark."""
    page.evaluate("document.documentElement.dataset.marked = 'yes'")


def is_marked(page: Page) -> bool:
    return page.evaluate("document.documentElement.dataset.marked === 'yes'")


def test_swaps_the_listing_and_keeps_address_title_focus_and_tray(shop: Any, page: Page) -> None:
    page.goto(f"{shop.base_url}/categories/phones/")
    expect(count(page)).to_have_text("34 devices")
    mark(page)
    page.get_by_role("button", name="Compare Pebble 29").click()
    expect(page.locator(".tray__item")).to_have_count(1)

    page.get_by_label(re.compile("^Orvane")).focus()
    page.keyboard.press("Space")
    expect(count(page)).to_have_text("4 devices")
    expect(page).to_have_url(re.compile(r"/categories/phones/\?brand=orvane$"))
    expect(page.get_by_label(re.compile("^Orvane"))).to_be_focused()
    page.get_by_role("button", name="Compare Nova 5").click()
    expect(page.locator(".tray__item")).to_have_count(2)

    page.focus("#sort")
    page.select_option("#sort", "price")
    expect(page).to_have_url(re.compile(r"brand=orvane&sort=price$"))
    expect(page.locator("#sort")).to_be_focused()
    expect(page.get_by_role("button", name="Compare Nova 5")).to_have_attribute("aria-pressed", "true")
    page.locator(".listing-chips").get_by_role("link", name=re.compile("Orvane")).click()
    expect(count(page)).to_have_text("34 devices")
    expect(page).to_have_url(re.compile(r"/categories/phones/\?sort=price$"))
    page.get_by_role("link", name="2", exact=True).click()
    expect(page).to_have_title(re.compile("page 2"))
    assert is_marked(page)

    page.go_back()
    expect(page).to_have_url(re.compile(r"/categories/phones/\?sort=price$"))
    expect(page).not_to_have_title(re.compile("page 2"))
    expect(page.locator(".tray__item")).to_have_count(2)
    page.go_back()
    expect(page.get_by_label(re.compile("^Orvane"))).to_be_checked()
    expect(count(page)).to_have_text("4 devices")


def test_chooses_in_a_drawer_on_a_phone(shop: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.base_url}/categories/phones/")
    mark(page)
    page.get_by_role("button", name="Filters").click()
    drawer = page.locator("#filters")
    drawer.get_by_text("Show all 16").click()
    drawer.get_by_label(re.compile("^Brand 14")).check()
    expect(count(page)).to_have_text("34 devices")
    drawer.get_by_role("button", name="Show devices").click()
    expect(drawer).to_be_hidden()
    expect(count(page)).to_have_text("2 devices")
    assert is_marked(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_barrier_among_many_devices(shop: Any, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[str]] = {}
    page.goto(f"{shop.base_url}/categories/phones/?brand=orvane")
    for name in ("Nova 5", "Slate"):
        page.get_by_role("button", name=f"Compare {name}").click()
        expect(page.get_by_role("button", name=f"Compare {name}")).to_have_attribute("aria-pressed", "true")
    comparison = page.locator(".tray a").get_attribute("href")
    for path in ("/categories/phones/?brand=orvane", "/brands/", "/brands/orvane/", comparison):
        page.goto(f"{shop.base_url}{path}")
        for broken in Axe().run(page, options=WCAG).response["violations"]:
            found.setdefault(page.url, []).append(f"{broken['id']}: {broken['nodes'][0]['html'][:120]}")
    assert found == {}


def test_ticks_what_is_listed_after_going_back_without_javascript(shop: Any, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{shop.base_url}/categories/phones/")
        for name, number in (("Orvane", 4), ("Brand 00", 6)):
            page.get_by_label(re.compile(f"^{name}")).check()
            page.get_by_role("button", name="Show devices").click()
            expect(count(page)).to_have_text(f"{number} devices")
        for number, ticked in ((4, 1), (34, 0)):
            page.go_back()
            expect(count(page)).to_have_text(f"{number} devices")
            expect(page.locator("#filters input:checked")).to_have_count(ticked)

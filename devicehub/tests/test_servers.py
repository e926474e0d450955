"""The shop in real processes."""

from typing import Any

from playwright.sync_api import Page

from devicehub.tests.visitor import Visitor


def test_serves_on_both_engines(server: Any) -> None:
    assert Visitor(server.base_url).get("/readyz").text == "ready\n"
    assert Visitor(server.base_url).get("/accounts/login/").form("/accounts/login/").method == "post"


def test_shows_its_pages_in_a_browser_without_breaking_the_content_policy(start_server: Any, page: Page) -> None:
    shop = start_server()
    page.goto(f"{shop.base_url}/demo/mail/")
    assert page.locator("h1").first.inner_text() == "Mail of the demo shop"
    page.goto(f"{shop.base_url}/admin/")
    assert page.url.startswith(f"{shop.base_url}/accounts/login/")

"""Whole journeys in a browser, as guest, member and staff. A broken content policy or script fails them (fixtures)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.demo import PASSWORD
from devicehub.tests.fixtures import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.server]

ADDRESS = {"full_name": "Gerda Gast", "line1": "Lindenweg 4", "postcode": "04109", "city": "Leipzig"}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def shop(start_server: Any) -> Any:
    server = start_server(worker=True)
    server.python("from devicehub.tests.small_shop import open_shop; open_shop()")
    return server


@pytest.fixture
def staff(browser: Browser, shop: Any) -> Iterator[Page]:
    """The back office, open in a browser of its own."""
    for page in watched_page(browser):
        page.goto(f"{shop.base_url}/admin/")
        log_in(page, "staff@example.com")
        expect(page.get_by_role("heading", name="What must be done")).to_be_visible()
        yield page


def log_in(page: Page, email: str) -> None:
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(words)).first.click()


def add_to_cart(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "Add to cart")
    expect(page).to_have_url(re.compile("/cart/$"))


def fill_address(page: Page) -> None:
    for name, value in ADDRESS.items():
        page.fill(f"[name=delivery-{name}]", value)


def letter(page: Page, shop: Any, subject: str) -> None:
    """Open the newest mail with this subject, as soon as the worker has sent it."""
    page.goto(f"{shop.base_url}/demo/mail/")
    link = page.get_by_role("link", name=re.compile(subject)).first
    for _try in range(60):
        if link.count():
            break
        page.wait_for_timeout(300)
        page.reload()
    link.click()


def order_number(page: Page) -> str:
    found = re.search(r"/orders/([0-9A-Z-]+)/", page.url)
    assert found, page.url
    return found[1]


def open_order(staff: Page, shop: Any, number: str) -> None:
    staff.goto(f"{shop.base_url}/admin/orders/order/?q={number}")
    staff.get_by_role("link", name=number, exact=True).click()


def act(staff: Page, name: str) -> None:
    staff.locator(".order-acts").get_by_role("link", name=name, exact=True).click()
    staff.locator("input.default").click()


def available(shop: Any, sku: str) -> int:
    source = f"from catalog.models import StockLevel as S; print(S.objects.get(variant__sku='{sku}').available)"
    return int(shop.python(source))


def test_a_guest_buys_and_follows_the_parcel(shop: Any, page: Page, staff: Page) -> None:
    page.goto(shop.base_url)
    page.fill("#site-search", "nova")
    page.press("#site-search", "Enter")
    page.get_by_role("link", name="Nova 5").click()
    page.locator("label", has_text=re.compile(r"^\s*256\s*$")).click()
    expect(page).to_have_url(re.compile("variant=NOVA-3"))
    press(page, "Add to cart")
    page.get_by_role("link", name="Go to checkout").click()
    press(page, "Continue to delivery")
    expect(page.locator(".error-summary")).to_be_visible()
    page.fill("[name=email]", "gerda@example.com")
    fill_address(page)
    press(page, "Continue to delivery")
    press(page, "Continue to payment")
    page.locator("[name=payment_provider][value=sandbox]").check()
    press(page, "Continue to review")
    press(page, "Pay 799.00")
    press(page, "Approve")
    expect(page.get_by_text("Payment received")).to_be_visible()
    number = order_number(page)

    open_order(staff, shop, number)
    act(staff, "Pack")
    staff.fill("[name=tracking_number]", "00340434161094")
    staff.locator("input.default").click()
    expect(staff.get_by_text("The parcel is on its way.")).to_be_visible()

    letter(page, shop, "on its way")
    page.goto(page.locator(f'a[href*="/orders/{number}/"]').first.get_attribute("href") or "")
    expect(page.get_by_text("00340434161094")).to_be_visible()
    assert available(shop, "NOVA-3") == 1
    assert shop.manage("reconcile") == "1 orders checked: 0 differences\n"


def test_a_member_signs_up_buys_by_transfer_and_cancels_another(shop: Any, page: Page, staff: Page) -> None:
    page.goto(f"{shop.base_url}/accounts/signup/")
    page.fill("[name=email]", "mira@example.org")
    page.fill("[name=password1]", "a long and quiet afternoon")
    press(page, "Create account")
    code_page = page.url
    letter(page, shop, "code")
    code = re.search(r"^([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})$", page.locator(".card-body").inner_text(), re.MULTILINE)
    assert code
    page.goto(code_page)
    page.fill("[name=code]", code[1])
    page.locator("main button.btn-primary").first.click()
    expect(page.get_by_role("banner").get_by_text("mira@example.org")).to_be_attached()

    paid = buy_by_transfer(shop, page, "slate")
    open_order(staff, shop, paid)
    act(staff, "Payment received")
    page.goto(f"{shop.base_url}/orders/{paid}/")
    expect(page.get_by_text("Payment received")).to_be_visible()

    before = available(shop, "NOVA-1")
    canceled = buy_by_transfer(shop, page, "nova-5")
    assert available(shop, "NOVA-1") == before - 1
    page.get_by_text("Cancel this order").first.click()
    page.locator(f'form[action*="/orders/{canceled}/cancel/"] button').click()
    expect(page.get_by_text("Canceled").first).to_be_visible()
    assert available(shop, "NOVA-1") == before
    page.goto(f"{shop.base_url}/orders/")
    assert page.locator("main").get_by_text(paid).count()
    assert shop.manage("reconcile") == "2 orders checked: 0 differences\n"


def buy_by_transfer(shop: Any, page: Page, slug: str) -> str:
    add_to_cart(page, f"{shop.base_url}/products/{slug}/")
    page.get_by_role("link", name="Go to checkout").click()
    if page.locator("[name=delivery-line1]").is_visible():
        fill_address(page)
        page.locator("[name=delivery-keep]").check()  # the second purchase finds it in the address book
    press(page, "Continue to delivery")
    press(page, "Continue to payment")
    page.locator("[name=payment_provider][value=bank_transfer]").check()
    press(page, "Continue to review")
    press(page, "Place order")
    expect(page.get_by_text("IBAN").first).to_be_visible()
    return order_number(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_barrier_on_the_way_to_an_order(shop: Any, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[str]] = {}

    def look() -> None:
        report = Axe().run(page, options=WCAG).response["violations"]
        if report:
            found[page.url] = [f"{broken['id']}: {broken['nodes'][0]['html'][:120]}" for broken in report]

    for path in (
        "/",
        "/products/",
        "/products/?q=nova",
        "/cart/",
        "/accounts/login/",
        "/accounts/signup/",
        "/nowhere/",
    ):
        page.goto(shop.base_url + path)
        look()
    page.goto(f"{shop.base_url}/products/nova-5/")
    look()
    press(page, "Add to cart")
    look()
    page.goto(f"{shop.base_url}/checkout/")
    press(page, "Continue to delivery")
    look()
    page.fill("[name=email]", "gerda@example.com")
    fill_address(page)
    for words in ("Continue to delivery", "Continue to payment", "Continue to review"):
        press(page, words)
        look()
    press(page, "Pay|Place order")
    look()
    press(page, "Approve")
    expect(page.get_by_text("Payment received")).to_be_visible()
    look()
    assert found == {}

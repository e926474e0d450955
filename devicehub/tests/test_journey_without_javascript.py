"""A purchase from the first page to the parcel, with nothing but links, forms and mail: no script runs here."""

import re
import time
from typing import Any

import pytest

from accounts.demo import PASSWORD
from devicehub.tests.visitor import Page, Visitor

ADDRESS = {
    "email": "gerda@example.com",
    "delivery-country": "DE",
    "delivery-full_name": "Gerda Gast",
    "delivery-line1": "Lindenweg 4",
    "delivery-postcode": "04109",
    "delivery-city": "Leipzig",
}


@pytest.fixture
def shop(start_server: Any) -> Any:
    server = start_server(worker=True)
    server.python("from devicehub.tests.small_shop import open_shop; open_shop()")
    return server


def link(page: Page, words: str, under: str = "") -> str:
    """Where the first link with these words leads."""
    found = re.search(rf'<a\b[^>]*href="({under}[^"]+)"[^>]*>(?:(?!</a>).)*?{words}', page.text, re.DOTALL)
    assert found, f"no link “{words}” on {page.url} ({page.status})"
    return found[1].replace("&amp;", "&")


def mail(visitor: Visitor, subject: str) -> Page:
    """The newest mail with this subject, as soon as the worker has sent it."""
    deadline = time.monotonic() + 30
    while not re.search(f"/demo/mail/.*{subject}", (page := visitor.get("/demo/mail/")).text):
        assert time.monotonic() < deadline, f"no mail “{subject}”"
        time.sleep(0.2)
    return visitor.get(link(page, subject, "/demo/mail/"))


def text(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).replace("\xa0", " ").split())


def test_buys_a_phone_and_follows_it_to_the_door(shop: Any) -> None:
    buyer = Visitor(shop.base_url)
    order = buy(buyer)
    assert "Paid" in text(order)
    assert order.path in mail(buyer, "We have your order").text
    staff_ships(Visitor(shop.base_url), order.path.split("/")[2])
    letter = mail(buyer, "on its way")
    tracked = Visitor(shop.base_url).get(link(letter, r"/orders/"))  # opened on another device
    assert tracked.path == order.path
    assert "00340434161094" in text(tracked)
    assert shop.manage("reconcile") == "1 orders checked: 0 differences\n"
    assert '"level": "ERROR"' not in shop.log


def buy(buyer: Visitor) -> Page:
    home = buyer.get("/")
    found = buyer.submit(home, "/products/", q="nova")
    product = buyer.get(link(found, "Nova 5"))
    assert "699.00 €" in text(product)
    larger = next(form for form in product.forms if form.method == "get" and ("variant", "NOVA-1") in form.values)
    assert larger.action == "/products/nova-5/"
    product = buyer.get("/products/nova-5/?variant=NOVA-3")
    assert "799.00 €" in text(product)
    assert "Only 2 left" in text(product)
    cart = buyer.submit(product, "/cart/add/")
    assert (cart.path, "Nova 5" in cart.text) == ("/cart/", True)
    return pay(buyer, check_out(buyer, buyer.get(link(cart, "Go to checkout"))))


def check_out(buyer: Visitor, address: Page) -> Page:
    assert address.path == "/checkout/address/"
    again = buyer.submit(address, "/checkout/address/", **ADDRESS | {"delivery-postcode": "12"})
    assert again.status == 422
    assert "as the country writes it" in text(again)
    delivery = buyer.submit(again, "/checkout/address/", **ADDRESS)
    assert delivery.path == "/checkout/delivery/"
    payment = buyer.submit(delivery, "/checkout/delivery/")
    assert payment.path == "/checkout/payment/"
    review = buyer.submit(payment, "/checkout/payment/", payment_provider="sandbox")
    assert review.path == "/checkout/review/"
    assert "Gerda Gast" in text(review)
    return buyer.submit(review, "/checkout/place/", button="Pay", note="Please ring twice")


def pay(buyer: Visitor, sandbox: Page) -> Page:
    assert sandbox.path.startswith("/pay/sandbox/")
    assert "799.00 €" in text(sandbox)
    order = buyer.submit(sandbox, sandbox.path, button="Approve")
    assert re.fullmatch(r"/orders/[0-9A-Z-]+/", order.path)
    return order


def staff_ships(staff: Visitor, number: str) -> None:
    assert staff.log_in("staff@example.com", PASSWORD).status == 200
    found = staff.get(f"/admin/orders/order/?q={number}")
    order = staff.get(link(found, number))
    packing = staff.get(link(order, "Pack(?=</a>)"))
    packed = staff.submit(packing, "/pack/")
    assert "The parcel is packed." in packed.text
    assert packed.path.endswith("/ship/")  # what comes next is asked at once
    shipped = staff.submit(packed, "/ship/", tracking_number="00340434161094")
    assert "The parcel is on its way." in shipped.text

"""A mail server that hangs, refuses or is gone changes nothing for whoever buys, and the mail goes out later."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from devicehub.tests.post_office import PostOffice
from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import PLACE, reviewing

PATIENCE = 3  # seconds that a purchase may take, whatever the mail server does
STILL_DUE = "E.objects.filter(kind='placed', mail_status='due').count()"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    office = PostOffice()
    yield office
    office.close()


def buy(buyer: Visitor, review: Page) -> Page:
    begin = time.monotonic()
    order = buyer.submit(review, PLACE)
    assert time.monotonic() - begin < PATIENCE
    return order


def sign_up(newcomer: Visitor, email: str) -> Page:
    begin = time.monotonic()
    page = newcomer.submit(
        newcomer.get("/accounts/signup/"), "/signup/", email=email, password1="a long and quiet afternoon"
    )
    assert time.monotonic() - begin < PATIENCE
    return page


def test_sells_and_signs_up_without_a_mail_server_and_writes_later(start_server: Any, office: PostOffice) -> None:
    shop = start_server(worker=True, EMAIL_URL=f"smtp://127.0.0.1:{office.port}")
    buyers = reviewing(shop, "queue_up(3, stock=[9])")
    for (buyer, review), mode in zip(buyers, ("hangs", "refuses", "gone"), strict=True):
        if mode != "gone":
            office.open(mode)
        order = buy(buyer, review)
        assert (order.status, order.path.startswith("/orders/")) == (200, True), mode
        code = sign_up(Visitor(shop.base_url), f"{mode}@example.com")
        assert (code.status, code.path) == (200, "/accounts/confirm-email/"), mode
        office.close()
    # The worker tried each of them; one attempt still under way would set its letter's time anew afterwards.
    wait_until(lambda: shop.log.count("Mail of event") >= 3, shop)
    assert ask(shop, STILL_DUE) == "3"
    assert office.letters == []
    office.open("works")
    ask(shop, "E.objects.update(mail_due_at='2026-01-01T00:00Z')")
    shop.manage("send_pending_emails")
    wait_until(lambda: sum("We have your order" in letter for letter in office.letters) == 3, shop)
    assert ask(shop, STILL_DUE) == "0"
    assert shop.manage("reconcile") == "3 orders checked: 0 differences\n"


def ask(shop: Any, question: str) -> str:
    return shop.python(f"from orders.models import OrderEvent as E\nprint({question})")


def wait_until(is_true: Any, shop: Any) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, shop.log[-3000:]
        time.sleep(0.2)

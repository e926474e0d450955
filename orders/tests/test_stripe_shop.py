"""Paying by card in real processes: a shop with its worker, and a stand-in for Stripe that sends signed events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import PLACE, called, reviewing
from orders.tests.standin import StandinProcess

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module")
def company() -> Iterator[StandinProcess]:
    process = StandinProcess()
    yield process
    process.stop()


@pytest.fixture(params=ENGINES)
def shop(request: pytest.FixtureRequest, start_server: Any, company: StandinProcess) -> Any:
    server = start_server(request.param, worker=True, **company.env)
    company.settings(events=f"{server.base_url}/pay/stripe/events/", deliver="twice", hang=0)
    return server


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def press(page_url: str, answer: str, deliver: str = "") -> str:
    """A button on the payment page; where it leads."""
    body = urlencode({"answer": answer, "deliver": deliver}).encode()
    try:
        with build_opener(_Stay).open(Request(page_url, data=body), timeout=20) as page:
            return page.read().decode()
    except HTTPError as answered:
        return answered.headers["Location"]


def buyer(shop: Any) -> tuple[Visitor, Page]:
    return reviewing(shop, "queue_up(1, stock=[5], provider='stripe')")[0]


def until(visitor: Visitor, url: str, words: str) -> Page:
    """The page at last, once it shows the words."""
    deadline = time.monotonic() + 60
    while words not in (page := visitor.get(url)).text and time.monotonic() < deadline:
        time.sleep(0.3)
    assert words in page.text
    return page


def refund(shop: Any, *amounts: str) -> None:
    shop.python(
        "from orders.models import Payment; from devicehub.lib.money import Money\n"
        "from orders.tests.factories import give_goodwill\n"
        f"for amount in {amounts}:\n"
        "    give_goodwill(Payment.objects.get(), Money(amount, 'EUR'), key=amount, reason='', actor=None)"
    )


def test_leads_from_the_button_to_the_page_and_back_and_gives_back(shop: Any, company: StandinProcess) -> None:
    visitor, page = buyer(shop)
    assert f"form-action 'self' {company.url};" in page.headers["Content-Security-Policy"] + ";"
    payment_page = visitor.submit(page, PLACE, follow=False).headers["Location"]
    assert payment_page.startswith(f"{company.url}/c/pay/cs_test_")
    assert "Your card was declined" in press(payment_page, "decline")
    order_page = until(visitor, press(payment_page, "pay"), "your payment has arrived")
    assert "/orders/" in order_page.url
    assert "This payment page has closed" in _closed(payment_page)
    events = [event["id"] for event in company.events()][-3:]
    with ThreadPoolExecutor(8) as pool:  # all of it again, backwards and at once
        answers = pool.map(lambda ids: company.control("deliver", ids=ids), [events[::-1], events] * 4)
    assert {status for answer in answers for statuses in answer for status in statuses} == {200}
    refund(shop, "4.90", "50.00")
    until(visitor, order_page.url, "Refund of 4.90")
    until(visitor, order_page.url, "Refund of 50.00")
    assert sorted(one["data"]["object"]["amount"] for one in company.events("refund.updated")[-2:]) == [490, 5000]
    assert called(shop, "states()") == [["confirmed", "partly-refunded", "paid"]]
    assert called(shop, "books()") == [1, [5, 1], 0, []]


def _closed(payment_page: str) -> str:
    with pytest.raises(HTTPError) as closed:
        build_opener().open(payment_page, timeout=20)
    assert closed.value.code == 410
    return closed.value.read().decode()


def test_keeps_the_order_while_the_payment_page_hangs_and_asks_when_no_event_comes(
    shop: Any, company: StandinProcess
) -> None:
    visitor, page = buyer(shop)
    company.settings(hang=30)
    begin = time.monotonic()
    answer = visitor.submit(page, PLACE, follow=False)
    assert time.monotonic() - begin < 15
    assert answer.status == 303
    company.settings(hang=0)
    order_page = visitor.get(answer.headers["Location"])
    assert "The payment page does not answer" in order_page.text
    assert "Your devices are held for you until" in order_page.text
    again = visitor.submit(page, PLACE, follow=False).headers["Location"]
    assert again.split("?")[0] == answer.headers["Location"].split("?")[0]
    payment_page = visitor.submit(order_page, "/pay/", follow=False).headers["Location"]
    until(visitor, press(payment_page, "pay", "never"), "your payment has arrived")
    assert called(shop, "states()") == [["confirmed", "paid", "paid"]]
    assert called(shop, "books()") == [1, [5, 1], 0, []]

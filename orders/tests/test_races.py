"""Many buyers at the same moment: real server processes, real sessions, real forms, on both databases.

Each race is also run on a shop whose lock is taken away, where it must be lost: so the test sees what it is to see.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest

from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import PLACE, all_at_once, called, reviewing, tab

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ORDER = re.compile(r"/orders/[0-9A-Z-]+/")
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "orders.tests.unlocked"}
REFUSALS = "Somebody was quicker|Not everything in your cart can be had"

Race = list[tuple[Visitor, list[Page]]]  # a buyer and the answers to his presses


def race(server: Any, call: str, *, presses: int = 1) -> Race:
    """All buyers press the button at once, each in as many tabs."""
    buyers = reviewing(server, call)
    answers = press(buyers, PLACE, times=presses)
    of_buyers = [answers[start : start + presses] for start in range(0, len(answers), presses)]
    return [(visitor, pages) for (visitor, _page), pages in zip(buyers, of_buyers, strict=True)]


def press(buyers: list[tuple[Visitor, Page]], action: str, *, times: int) -> list[Page]:
    tabs = [(visitor if number == 0 else tab(visitor), page) for visitor, page in buyers for number in range(times)]
    return all_at_once([lambda one=one, page=page: one.submit(page, action, follow=False) for one, page in tabs])


def statuses(run: Race) -> list[int]:
    return [page.status for _visitor, pages in run for page in pages]


def places(pages: Iterable[Page]) -> set[str]:
    return {page.headers["Location"] for page in pages}


def orders(run: Race) -> set[str]:
    """Addresses of order pages that presses led to."""
    led_to = places(page for _visitor, pages in run for page in pages if page.status == 303)
    return {url for url in led_to if ORDER.fullmatch(urlsplit(url).path)}


# As it is -----------------------------------------------------------------------------------------------------


def test_sells_five_units_to_exactly_five_of_fifty_buyers(server: Any) -> None:
    run = race(server, "queue_up(50, stock=[5])")
    assert set(statuses(run)) == {303}
    assert len(orders(run)) == 5
    refused = [visitor for visitor, pages in run if places(pages) == {"/cart/"}]
    assert len(refused) == 45
    for visitor in refused:
        cart = visitor.get("/cart/")
        assert cart.status == 200
        assert re.search(REFUSALS, cart.text)
        assert "/cart/lines/" in cart.text
    assert called(server, "books()") == [5, [5, 5], 45, []]
    assert "5 orders checked: 0 differences" in server.manage("reconcile")


@pytest.mark.parametrize("engine", ENGINES)
def test_promises_no_more_than_the_limit_to_twenty_buyers(start_server: Any, engine: str) -> None:
    """One unit is there and four may be promised. Who was told that it is there, and lost it, presses again."""
    server = start_server(engine)
    buyers = reviewing(server, "queue_up(20, stock=[1], promised=4)")
    answers = press(buyers, PLACE, times=1)
    assert {page.status for page in answers} == {303}
    placed = {url for url in places(answers) if ORDER.fullmatch(urlsplit(url).path)}
    for visitor, _page in buyers:
        if len(placed) < 5 and PLACE in (review := visitor.get("/checkout/review/")).text:
            placed.add(visitor.submit(review, PLACE, follow=False).headers["Location"])
    assert len(placed) == 5
    assert called(server, "books()") == [5, [1, 5], 15, []]


@pytest.mark.parametrize("engine", ENGINES)
def test_makes_one_order_of_five_presses_and_cancels_it_once(start_server: Any, engine: str) -> None:
    server = start_server(engine)
    run = race(server, "queue_up(20, stock=[20], members=True)", presses=5)
    assert set(statuses(run)) == {303}
    assert [len(places(pages)) for _visitor, pages in run] == [1] * 20
    assert len(orders(run)) == 20
    pages = [(visitor, visitor.get(places(answers).pop())) for visitor, answers in run]
    assert {page.status for _visitor, page in pages} == {200}
    assert called(server, "books()") == [20, [20, 20], 0, []]
    assert {answer.status for answer in press(pages, "/cancel/", times=5)} == {303}
    assert called(server, "books()") == [20, [20, 0], 0, []]


@pytest.mark.postgres
def test_never_stands_still_when_two_devices_are_bought_in_either_order(start_server: Any) -> None:
    server = start_server("postgres")
    run = race(server, "queue_up(40, stock=[40, 40], crossed=True)")
    assert set(statuses(run)) == {303}
    assert len(orders(run)) == 40
    assert called(server, "books()") == [40, [40, 40], [40, 40], 0, []]
    assert "deadlock" not in server.log


def test_takes_each_payment_once_while_buyers_cancel(server: Any) -> None:
    race(server, "queue_up(10, stock=[10], provider='sandbox')")
    acts: list[Callable[[], Page]] = []
    for number, (path, notice, headers) in enumerate(called(server, "notices()")):
        buyer = Visitor(server.base_url, timeout=60)
        page = buyer.get(path)
        told = [lambda notice=notice, headers=headers: tell(server, notice, headers)] * 4
        told.insert(number % 5, lambda buyer=buyer, page=page: buyer.submit(page, "/cancel/", follow=False))
        acts += told
    assert {answer.status for answer in all_at_once(acts)} == {200, 303}
    states = settled(server)
    assert len(states) == 10
    assert {tuple(state) for state in states} <= {
        ("confirmed", "paid", "paid"),
        ("canceled", "refunded", "paid"),  # canceled after the money had come
        ("canceled", "refunded", "payment_late"),  # the money came after the cancel
    }
    confirmed = sum(state[0] == "confirmed" for state in states)
    assert called(server, "books()") == [10, [10, confirmed], 0, []]


@pytest.mark.parametrize(
    "voucher", ["max_uses=1", "max_uses=None, email='one@example.com', once_per_customer=True"], ids=["one-use", "once"]
)
def test_takes_a_code_of_one_use_once_from_twenty_buyers(server: Any, voucher: str) -> None:
    run = race(server, f"hold_voucher(20, {voucher})")
    assert set(statuses(run)) == {303}
    assert len(orders(run)) == 1
    refused = [visitor for visitor, pages in run if places(pages) == {"/checkout/review/"}]
    assert len(refused) == 19
    for visitor in refused:
        assert re.search("was used up|been used up|have used", visitor.get("/checkout/review/").text)
    assert called(server, "used()") == [1, 1, 1, 1, []]


def settled(server: Any) -> list[list[Any]]:
    """How the orders stand once the worker has given back the money of those that were canceled."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        states = called(server, "states()")
        if not any(state[:2] == ["canceled", "paid"] for state in states):
            break
        time.sleep(0.5)
    return states


def tell(server: Any, notice: str, headers: dict[str, str]) -> Page:
    """What the payment company sends, again and again."""
    headers = {"Content-Type": "application/json", **headers}
    return Visitor(server.base_url, timeout=60).request("POST", "/pay/sandbox/events/", body=notice, headers=headers)


# With a lock taken away ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_would_oversell_without_the_claim_on_stock(start_server: Any, engine: str) -> None:
    server = start_server(engine, UNLOCKED="stock", **UNLOCKED)
    run = race(server, "queue_up(20, stock=[5])")
    assert len(orders(run)) > 5
    placed, level, _waiting, differences = called(server, "books()")
    assert placed > 5
    assert level[1] <= level[0] == 5  # the constraint holds, but ...
    assert differences  # ... more units are promised than the level says


@pytest.mark.parametrize("engine", ENGINES)
def test_would_take_a_code_of_one_use_often_without_the_claim_on_uses(start_server: Any, engine: str) -> None:
    server = start_server(engine, UNLOCKED="uses", **UNLOCKED)
    run = race(server, "hold_voucher(12)")
    assert len(orders(run)) > 1
    _placed, counted, _promotion, uses, differences = called(server, "used()")
    assert counted == 1  # the constraint holds, but ...
    assert uses > 1  # ... more orders have it than it counts
    assert differences


@pytest.mark.parametrize("engine", ENGINES)
def test_would_promise_too_much_without_the_claim_on_stock(start_server: Any, engine: str) -> None:
    server = start_server(engine, UNLOCKED="stock", **UNLOCKED)
    run = race(server, "queue_up(20, stock=[0], promised=5)")
    assert len(orders(run)) > 5
    placed, level, _waiting, differences = called(server, "books()")
    assert placed > 5
    assert level[1] <= 5
    assert differences


@pytest.mark.parametrize("engine", ENGINES)
def test_would_fail_at_the_second_press_without_the_claim_on_the_cart(start_server: Any, engine: str) -> None:
    for _try in range(5):  # on SQLite, whose writers queue, the second press may come late enough by luck
        server = start_server(engine, UNLOCKED="cart", **UNLOCKED)
        run = race(server, "queue_up(4, stock=[20], members=True)", presses=5)
        if 500 in statuses(run):
            break
    assert 500 in statuses(run)
    assert "IntegrityError" in server.log  # the database keeps the order single, but at the buyer's cost
    assert len(orders(run)) == 4


@pytest.mark.postgres
def test_would_stand_still_if_stock_were_taken_in_any_order(start_server: Any) -> None:
    server = start_server("postgres", UNLOCKED="order of rows", **UNLOCKED)
    run = race(server, "queue_up(12, stock=[40, 40], crossed=True)")
    assert 503 in statuses(run)
    assert "deadlock detected" in server.log

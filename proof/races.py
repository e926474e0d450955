"""Promises 1, 2 and 12: many buyers press at the same moment. Without its lock each race must be lost."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from devicehub.tests.servers import ShopServer
from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import PLACE, all_at_once, called, reviewing, tab
from proof.finding import Outcome, experiment
from proof.ground import Ground

PATIENCE = {"postgres": 2.0, "sqlite": 5.0}  # seconds, for 95 of 100 answers
UNLOCKED = {"DJANGO_SETTINGS_MODULE": "orders.tests.unlocked"}


@dataclass(frozen=True)
class Answer:
    buyer: int
    page: Page
    seconds: float

    @property
    def order(self) -> str:
        """Where the order stands or is paid, if the press led to one."""
        return led_to(self.page)


def led_to(page: Page) -> str:
    place = urlsplit(page.headers.get("Location") or "").path
    return place if page.status == 303 and place.startswith(("/orders/", "/pay/")) else ""


def press(buyers: Sequence[tuple[Visitor, Page]], *, times: int = 1) -> list[Answer]:
    """All buyers press the button at once, each in as many tabs."""

    def act(number: int, visitor: Visitor, page: Page) -> Answer:
        begin = time.monotonic()
        answer = visitor.submit(page, PLACE, follow=False)
        return Answer(number, answer, time.monotonic() - begin)

    tabs = [
        (number, visitor if time == 0 else tab(visitor), page)
        for number, (visitor, page) in enumerate(buyers)
        for time in range(times)
    ]
    return all_at_once([lambda one=one: act(*one) for one in tabs])


def race(shop: ShopServer, call: str, *, times: int = 1) -> list[Answer]:
    return press(reviewing(shop, call), times=times)


def p95(answers: Sequence[Answer]) -> float:
    return statistics.quantiles([answer.seconds for answer in answers], n=20)[-1]


def repeated(ground: Ground, engine: str, run: Callable[[ShopServer], tuple[bool, str]], **env: str) -> Outcome:
    """As many runs as measured, each in a shop of its own; the words of the last or of the first that broke."""
    for _number in range(ground.measure.runs):
        with ground.shop(engine, **env) as shop:
            holds, words = run(shop)
        if not holds:
            return Outcome(words, False)
    return Outcome(f"{ground.measure.runs} runs, the last: {words}", True)


def orders_of(answers: Sequence[Answer]) -> set[str]:
    return {answer.order for answer in answers if answer.order}


def count_5xx(answers: Sequence[Answer]) -> int:
    return sum(answer.page.status >= 500 for answer in answers)


@experiment("1", "50 buyers at once for 5 units", target="5 placed, 45 polite refusals, 0 × 5xx; p95 2 s PG, 5 s SL")
def last_units(ground: Ground, engine: str) -> Outcome:
    def run(shop: ShopServer) -> tuple[bool, str]:
        answers = race(shop, "queue_up(50, stock=[5])")
        placed, level, waiting, differences = called(shop, "books()")
        words = f"{placed} placed, {waiting} kept their cart, {count_5xx(answers)} × 5xx, p95 {p95(answers):.1f} s"
        holds = (placed, level, waiting, differences, count_5xx(answers)) == (5, [5, 5], 45, [], 0)
        return holds and ground.in_time(p95(answers), PATIENCE[engine]), words

    return repeated(ground, engine, run)


@experiment("1", "40 baskets of two devices in opposite order", target="40 placed, no deadlock, 0 × 5xx")
def crossed_baskets(ground: Ground, engine: str) -> Outcome:
    def run(shop: ShopServer) -> tuple[bool, str]:
        answers = race(shop, "queue_up(40, stock=[40, 40], crossed=True)")
        books: list[Any] = called(shop, "books()")
        words = f"{books[0]} placed, {count_5xx(answers)} × 5xx, deadlocks: {shop.log.count('deadlock detected')}"
        return books == [40, [40, 40], [40, 40], 0, []] and not count_5xx(answers), words

    return repeated(ground, engine, run)


@experiment("2", "50 buyers press five times at once", target="50 orders, one page for each buyer, 0 × 5xx")
def five_presses(ground: Ground, engine: str) -> Outcome:
    def run(shop: ShopServer) -> tuple[bool, str]:
        answers = race(shop, "queue_up(50, stock=[50], members=True)", times=5)
        pages_of = [{one.order for one in answers if one.buyer == buyer} for buyer in range(50)]
        same = sum(len(pages) == 1 and "" not in pages for pages in pages_of)
        books = called(shop, "books()")
        words = f"{books[0]} orders, {same} buyers led to one page, {count_5xx(answers)} × 5xx"
        return (books, same, count_5xx(answers)) == ([50, [50, 50], 0, []], 50, 0), words

    return repeated(ground, engine, run)


@experiment("1", "5 units held by unpaid orders; they expire while 20 others press", target="5 sold again, 0 twice")
def hold_expires(ground: Ground, engine: str) -> Outcome:
    def run(shop: ShopServer) -> tuple[bool, str]:
        buyers = reviewing(shop, "queue_up(25, stock=[5], provider='sandbox')")
        held = orders_of(press(buyers[:5]))
        shop.python("from orders.models import Order\nOrder.objects.update(expires_at='2026-01-01T00:00Z')")
        over = threading.Event()
        pressing = [lambda one=one: press_on(*one, over) for one in buyers[5:]]
        answers = all_at_once([lambda: expire(shop, over), lambda: expire(shop, over), *pressing])[2:]
        sold = [page for page in answers if led_to(page)]
        _placed, level, _waiting, differences = called(shop, "books()")
        words = (
            f"{len(held)} expired, {len(sold)} sold again, {level[1]} of 5 units held, {len(differences)} differences"
        )
        return (len(held), len(sold), level, differences) == (5, 5, [5, 5], []), words

    return repeated(ground, engine, run)


def expire(shop: ShopServer, over: threading.Event) -> None:
    shop.manage("expire_unpaid_orders")
    time.sleep(2)  # for the others to press once more
    over.set()


@experiment("1", "20 buyers at once with a voucher of one use", target="1 use, 19 polite refusals, 0 × 5xx")
def one_use_voucher(ground: Ground, engine: str) -> Outcome:
    def run(shop: ShopServer) -> tuple[bool, str]:
        answers = race(shop, "hold_voucher(20, max_uses=1)")
        placed, code, promotion, living, differences = called(shop, "used()")
        words = f"{placed} placed, code used {code} times, {count_5xx(answers)} × 5xx, {len(differences)} differences"
        return (placed, code, promotion, living, differences, count_5xx(answers)) == (1, 1, 1, 1, [], 0), words

    return repeated(ground, engine, run)


def press_on(visitor: Visitor, page: Page, over: threading.Event) -> Page:
    """Again and again until it is an order, or over."""
    while True:
        is_last = over.is_set()
        answer = visitor.submit(page, PLACE, follow=False)
        if led_to(answer) or is_last:
            return answer
        time.sleep(0.3)


def unlocked(ground: Ground, engine: str, lock: str, is_lost: Callable[[ShopServer], tuple[bool, str]]) -> Outcome:
    """The shop without one of its locks must lose the race at least once in five tries: luck may save it."""
    for _try in range(5):
        with ground.shop(engine, UNLOCKED=lock, **UNLOCKED) as shop:
            lost, words = is_lost(shop)
        if lost:
            return Outcome(words, True)
    return Outcome(f"the race was never lost; {words}", False)


@experiment("1", "20 buyers for 5 units without the claim on stock", target="must oversell, and reconcile must see it")
def without_the_claim_on_stock(ground: Ground, engine: str) -> Outcome:
    def is_lost(shop: ShopServer) -> tuple[bool, str]:
        race(shop, "queue_up(20, stock=[5])")
        placed, _level, _waiting, differences = called(shop, "books()")
        return placed > 5 and bool(differences), f"{placed} orders for 5 units, {len(differences)} differences"

    return unlocked(ground, engine, "stock", is_lost)


@experiment("2", "five presses without the claim on the cart", target="must fail for the buyer (5xx)")
def without_the_claim_on_the_cart(ground: Ground, engine: str) -> Outcome:
    def is_lost(shop: ShopServer) -> tuple[bool, str]:
        answers = race(shop, "queue_up(4, stock=[20], members=True)", times=5)
        return count_5xx(answers) > 0, f"{count_5xx(answers)} × 5xx in 20 presses"

    return unlocked(ground, engine, "cart", is_lost)


@experiment("1", "12 buyers with one voucher without the claim on its uses", target="must be used too often")
def without_the_claim_on_uses(ground: Ground, engine: str) -> Outcome:
    def is_lost(shop: ShopServer) -> tuple[bool, str]:
        race(shop, "hold_voucher(12)")
        _placed, _code, _promotion, living, differences = called(shop, "used()")
        return living > 1 and bool(differences), f"{living} uses of one, {len(differences)} differences"

    return unlocked(ground, engine, "uses", is_lost)


@experiment(
    "1", "opposite baskets, stock taken in any order", target="must stand still (deadlock)", engines=("postgres",)
)
def without_the_order_of_rows(ground: Ground, engine: str) -> Outcome:
    def is_lost(shop: ShopServer) -> tuple[bool, str]:
        race(shop, "queue_up(12, stock=[40, 40], crossed=True)")
        deadlocks = shop.log.count("deadlock detected")
        return deadlocks > 0, f"{deadlocks} deadlocks"

    return unlocked(ground, engine, "order of rows", is_lost)

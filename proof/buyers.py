"""Buyers who do not give up: they fill carts and order while the shop breaks, and remember what it acknowledged."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devicehub.tests.servers import ShopServer
from devicehub.tests.visitor import Page, Visitor

DEVICE = "/products/nova/"
ADDRESS = {
    "email": "gerda@example.com",
    "delivery-country": "DE",
    "delivery-full_name": "Gerda Gast",
    "delivery-line1": "Lindenweg 4",
    "delivery-postcode": "04109",
    "delivery-city": "Leipzig",
}
OPEN_SHOP = """
from catalog.tests.factories import make_product
from orders.demo import load_delivery
from orders.tests.factories import make_rate
load_delivery(); make_rate()
make_product("Nova", price="100.00", stock=1_000_000)
"""
LOST = (OSError, http.client.HTTPException)
PAUSE = 0.05
PATIENCE = 60  # seconds; whoever has no answer by then has none


class Unanswered(Exception):
    """The shop did not come back."""


class Vanished(Exception):
    """A cart that the shop had shown was empty later."""


@dataclass
class Intent:
    """One wish to buy. `key` is known from the review page on, `order` once the shop has acknowledged it."""

    visitor: Visitor
    key: str = ""
    order: str = ""


@dataclass
class Crowd:
    """What happened to all buyers. `cut` counts answers that broke off or never came."""

    intents: list[Intent] = field(default_factory=list)
    unanswered: int = 0
    vanished: int = 0
    cut: int = 0
    busy: int = 0  # polite refusals: 503
    errors: int = 0  # any other 5xx
    problems: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Intent]:
        return [intent for intent in self.intents if intent.order]

    def persist(self, act: Callable[[], Page]) -> Page:
        """As people do: when no answer comes, or the shop says that it is busy, again a moment later."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                page = act()
            except LOST:
                self.cut += 1
            else:
                if page.status < 500:
                    return page
                self.busy += page.status == 503
                self.errors += page.status != 503
            time.sleep(PAUSE)
        raise Unanswered

    def buy(self, base_url: str) -> None:
        intent = Intent(Visitor(base_url, timeout=15))
        self.intents.append(intent)
        review = self._fill_in(intent)
        intent.key = dict(review.form("/place/").values)["key"]
        answer = self.persist(lambda: intent.visitor.submit(review, "/place/", follow=False))
        place = answer.headers.get("Location") or ""
        if "/orders/" not in place:
            raise AssertionError(f"Placing led to {answer.status} {place}")
        intent.order = place

    def _fill_in(self, intent: Intent) -> Page:
        visitor = intent.visitor
        device = self.persist(lambda: visitor.get(DEVICE))
        self._expect(self.persist(lambda: visitor.submit(device, "/cart/add/")), "/cart/")
        address = self._expect(self.persist(lambda: visitor.get("/checkout/address/")), "/checkout/address/")
        delivery = self._next(visitor, address, "/checkout/delivery/", **ADDRESS)
        payment = self._next(visitor, delivery, "/checkout/payment/")
        return self._next(visitor, payment, "/checkout/review/", payment_provider="bank_transfer")

    def _next(self, visitor: Visitor, page: Page, leads_to: str, **answers: str) -> Page:
        step = page.path
        return self._expect(self.persist(lambda: visitor.submit(page, step, **answers)), leads_to)

    def _expect(self, page: Page, path: str) -> Page:
        if page.path == "/cart/" and path != "/cart/":
            raise Vanished
        if page.path != path or page.status != 200:
            raise AssertionError(f"{path} was expected, {page.path} came with {page.status}")
        return page


def buy_until(crowd: Crowd, base_url: str, over: threading.Event) -> None:
    while not over.is_set():
        try:
            crowd.buy(base_url)
        except Unanswered:
            crowd.unanswered += 1
        except Vanished:
            crowd.vanished += 1
        except Exception as error:
            crowd.problems.append(f"{type(error).__name__}: {error}")


@contextmanager
def buying(shop: ShopServer, buyers: int = 6) -> Iterator[Crowd]:
    """A crowd that buys as long as the block lasts; whoever has begun finishes."""
    crowd, over = Crowd(), threading.Event()
    threads = [threading.Thread(target=buy_until, args=(crowd, shop.base_url, over)) for _ in range(buyers)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        over.set()
        for thread in threads:
            thread.join()


@dataclass
class Silence:
    """From the first question without a good answer to the next good answer."""

    since: float
    why: str
    seconds: float = 0


@contextmanager
def watching(shop: ShopServer) -> Iterator[list[Silence]]:
    """Look at a device's page ten times a second; yields the silences."""
    silences: list[Silence] = []
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(shop.base_url, silences, over))
    watch.start()
    try:
        yield silences
    finally:
        over.set()
        watch.join()


def _watch(base_url: str, silences: list[Silence], over: threading.Event) -> None:
    current: Silence | None = None
    while not over.is_set():
        asked_at = time.monotonic()
        why = _what_is_wrong(base_url)
        if current is None and why:
            current = Silence(asked_at, why)
            silences.append(current)
        if current:
            current.seconds = time.monotonic() - current.since
            current = current if why else None
        time.sleep(0.1)


def _what_is_wrong(base_url: str) -> str:
    try:
        status = Visitor(base_url, timeout=10).get(DEVICE).status
    except LOST as error:
        return type(error).__name__
    return "" if status == 200 else str(status)

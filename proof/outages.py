"""Promises 15 and 16: a mail server, a payment company, Redis, the database or the disk fails while people buy."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from devicehub.tests.post_office import PostOffice
from devicehub.tests.servers import ShopServer, free_port
from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import PLACE, called, reviewing
from orders.tests.standin import StandinProcess
from proof import books
from proof.buyers import OPEN_SHOP, Crowd, buying
from proof.finding import Outcome, experiment
from proof.ground import Ground, NotHere
from proof.races import led_to

PATHS = ("/", "/products/", "/cart/", "/orders/find/", "/accounts/login/", "/admin/")


def timed(act: Callable[[], Page]) -> tuple[Page, float]:
    begin = time.monotonic()
    page = act()
    return page, time.monotonic() - begin


def visits(shop: ShopServer) -> list[tuple[Page, float]]:
    return [timed(lambda path=path: Visitor(shop.base_url, timeout=60).get(path)) for path in PATHS]


def slowest(found: list[tuple[Page, float]]) -> float:
    return max(seconds for _page, seconds in found)


@experiment("15", "mail server hanging, refusing, gone", target="purchase 3 s or less, 0 lost, each mail sent later")
def no_mail_server(ground: Ground, engine: str) -> Outcome:
    office = PostOffice()
    with ground.shop(engine, worker=True, EMAIL_URL=f"smtp://127.0.0.1:{office.port}") as shop:
        found = []
        for (buyer, review), mode in zip(
            reviewing(shop, "queue_up(3, stock=[9])"), ("hangs", "refuses", "gone"), strict=True
        ):
            if mode != "gone":
                office.open(mode)
            found.append(timed(lambda buyer=buyer, review=review: buyer.submit(review, PLACE)))
            office.close()
        office.open("works")
        sent = letters_arrive(shop, office)
        placed, _level, _waiting, differences = called(shop, "books()")
    office.close()
    words = f"{placed} orders, slowest {slowest(found):.1f} s, {sent} of 3 mails later, {len(differences)} differences"
    return Outcome(words, (placed, sent, differences) == (3, 3, []) and ground.in_time(slowest(found), 3))


def letters_arrive(shop: ShopServer, office: PostOffice) -> int:
    """Let the clock of the outbox run on until the three letters have come."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        shop.python("from orders.models import OrderEvent as E\nE.objects.update(mail_due_at='2026-01-01T00:00Z')")
        shop.manage("send_pending_emails")
        if (sent := sum("We have your order" in letter for letter in office.letters)) >= 3:
            return sent
        time.sleep(0.5)
    return sum("We have your order" in letter for letter in office.letters)


@experiment("15", "payment company hanging", target="answer 15 s or less, order pending, a retry makes no second one")
def payment_hanging(ground: Ground, engine: str) -> Outcome:
    company = StandinProcess()
    try:
        with ground.shop(engine, worker=True, **company.env) as shop:
            visitor, review = reviewing(shop, "queue_up(1, stock=[5], provider='stripe')")[0]
            company.settings(hang=30)
            answer, seconds = timed(lambda: visitor.submit(review, PLACE, follow=False))
            company.settings(hang=0)
            again = visitor.submit(review, PLACE, follow=False)
            same = led_to(again) == led_to(answer) != ""
            states = called(shop, "states()")
            placed, _level, _waiting, differences = called(shop, "books()")
    finally:
        company.stop()
    words = f"answer after {seconds:.1f} s, {placed} order, {states[0][0]}, the retry led to it: {same}"
    is_one = (placed, states[0][0], differences, same) == (1, "pending", [], True)
    return Outcome(words, is_one and ground.in_time(seconds, 15))


@contextmanager
def own_redis() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    program = shutil.which("redis-server")
    if program is None:
        raise NotHere("needs redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield process, f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def without_redis(ground: Ground, engine: str, loss: signal.Signals) -> Outcome:
    with own_redis() as (redis, url), ground.shop(engine, REDIS_URL=url) as shop:
        shop.python(OPEN_SHOP)
        Visitor(shop.base_url).get("/")
        redis.send_signal(loss)
        found = visits(shop)
        with buying(shop, buyers=1) as crowd:
            time.sleep(2)
        audit = books.audit(shop, crowd)
    errors = sum(page.status >= 500 for page, _seconds in found)
    words = f"slowest page {slowest(found):.1f} s, {errors} × 5xx; {audit}"
    return Outcome(words, not errors and ground.in_time(slowest(found), 3) and audit.is_clean)


@experiment("15", "Redis gone", target="pages 3 s or less, 0 × 5xx, buying goes on", engines=("sqlite",))
def redis_gone(ground: Ground, engine: str) -> Outcome:
    return without_redis(ground, engine, signal.SIGKILL)


@experiment("15", "Redis hanging", target="pages 3 s or less, 0 × 5xx, buying goes on", engines=("sqlite",))
def redis_hanging(ground: Ground, engine: str) -> Outcome:
    return without_redis(ground, engine, signal.SIGSTOP)


def without_database(
    ground: Ground, lose: Callable[[], None], give_back: Callable[[], None], *, within: float
) -> Outcome:
    with ground.shop("postgres") as shop:
        shop.python(OPEN_SHOP)
        visits(shop)
        lose()
        try:
            found = visits(shop)
        finally:
            give_back()
        back = seconds_until_well(shop)
        with buying(shop, buyers=1) as crowd:
            time.sleep(1)
        audit = books.audit(shop, crowd)
    statuses = sorted({page.status for page, _seconds in found})
    words = f"answers {statuses}, slowest {slowest(found):.1f} s, well {back:.1f} s after; {audit}"
    in_time = ground.in_time(slowest(found), within) and ground.in_time(back, 10)
    return Outcome(words, statuses == [503] and in_time and audit.is_clean)


def seconds_until_well(shop: ShopServer) -> float:
    begin = time.monotonic()
    while time.monotonic() - begin < 30:
        if Visitor(shop.base_url).get("/readyz").status == 200:
            break
        time.sleep(0.1)
    return time.monotonic() - begin


@experiment("15", "database refusing", target="503 within 5 s, well within 10 s after", engines=("postgres",))
def database_refusing(ground: Ground, engine: str) -> Outcome:
    return without_database(ground, ground.cluster.stop_at_once, ground.cluster.start, within=5)


@experiment("15", "database hanging", target="503 within 10 s, well within 10 s after", engines=("postgres",))
def database_hanging(ground: Ground, engine: str) -> Outcome:
    return without_database(ground, ground.cluster.freeze, ground.cluster.thaw, within=10)


@contextmanager
def small_disk(folder: Path, megabytes: int = 64) -> Iterator[Path]:
    """A file system of its own in memory, which only root may mount."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
        raise NotHere("needs root, to mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@experiment("16", "disk full on a 64 MB file system", target="polite 503, 0 lost or doubled, well within 10 s of room")
def disk_full(ground: Ground, engine: str) -> Outcome:
    with (
        small_disk(ground.folder / f"disk-{engine}") as disk,
        on_disk(ground, engine, disk) as url,
        ground.shop(engine, url) as shop,
    ):
        shop.python(OPEN_SHOP)
        with buying(shop, buyers=3) as crowd:
            time.sleep(2)
            fill(disk / "filler")
            time.sleep(4)
            back = seconds_until_sold(crowd, (disk / "filler").unlink)
        audit = books.audit(shop, crowd)
    words = f"{crowd.busy} × 503, {crowd.errors} other 5xx, selling {back:.1f} s after there was room; {audit}"
    return Outcome(words, audit.is_clean and not crowd.errors and ground.in_time(back, 10))


def seconds_until_sold(crowd: Crowd, make_room: Callable[[], None]) -> float:
    """From the moment there is room again to the next order."""
    begin, before = time.monotonic(), len(crowd.acknowledged)
    make_room()
    while len(crowd.acknowledged) == before and time.monotonic() - begin < 30:
        time.sleep(0.1)
    return time.monotonic() - begin


@contextmanager
def on_disk(ground: Ground, engine: str, disk: Path) -> Iterator[str]:
    """The URL of a database whose rows lie on the small disk."""
    url = ground.database(engine)
    if engine == "sqlite":
        file = Path(url.removeprefix("sqlite:///"))
        yield f"sqlite:///{shutil.move(file, disk / file.name)}"
    else:
        with ground.cluster.tablespace(url, disk):
            yield url


def fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb") as file:
        try:
            while True:
                file.write(bytes(65536))
                file.flush()
        except OSError:
            return

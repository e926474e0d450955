"""Promises 3 and 4: processes and the database are killed under load, and the shop is reloaded."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

from devicehub.tests.servers import ShopServer
from proof import books
from proof.buyers import OPEN_SHOP, Crowd, Silence, buying, watching
from proof.finding import Outcome, experiment
from proof.ground import Ground

BACK_WITHIN = 5.0  # seconds


def master_of(shop: ShopServer) -> subprocess.Popen[bytes]:
    return shop.processes[0]


def web_workers(shop: ShopServer) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(master_of(shop).pid)], capture_output=True, text=True)
    return [int(pid) for pid in done.stdout.split()]


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it fell a moment ago and its successor is not there yet


def under_load(
    ground: Ground, engine: str, strike: Callable[[ShopServer], None], *, every: float
) -> tuple[Crowd, list[Silence], int, books.Audit]:
    """Strike again and again while six buyers order; returns what all saw, how often it struck, and the books."""
    with ground.shop(engine, worker=True) as shop:
        shop.python(OPEN_SHOP)
        strikes, end = 0, time.monotonic() + ground.measure.seconds
        with watching(shop) as silences, buying(shop) as crowd:
            while time.monotonic() < end:
                time.sleep(every)
                strike(shop)
                strikes += 1
            time.sleep(1)
        return crowd, silences, strikes, books.audit(shop, crowd)


def crash(ground: Ground, engine: str, strike: Callable[[ShopServer], None], *, every: float) -> Outcome:
    crowd, silences, strikes, audit = under_load(ground, engine, strike, every=every)
    longest = max((silence.seconds for silence in silences), default=0.0)
    words = f"{strikes} times; {audit}; longest silence {longest:.1f} s; {crowd.cut} answers cut, {crowd.busy} × 503"
    return Outcome(words, audit.is_clean and ground.in_time(longest, BACK_WITHIN) and not crowd.errors)


@experiment("3", "kill -9 of a web worker under load", target="0 lost, doubled, vanished; back within 5 s")
def worker_killed(ground: Ground, engine: str) -> Outcome:
    return crash(ground, engine, lambda shop: kill(web_workers(shop)[:1]), every=2)


@experiment("3", "kill -9 of all web workers under load", target="0 lost, doubled, vanished; back within 5 s")
def all_workers_killed(ground: Ground, engine: str) -> Outcome:
    return crash(ground, engine, lambda shop: kill(web_workers(shop)), every=4)


@experiment("3", "kill -9 of the whole shop, started again", target="0 lost, doubled, vanished; back within 5 s")
def shop_killed(ground: Ground, engine: str) -> Outcome:
    def strike(shop: ShopServer) -> None:
        kill([master_of(shop).pid, *web_workers(shop)])
        master_of(shop).wait()
        del shop.processes[0]
        shop.start_web()
        shop.processes.insert(0, shop.processes.pop())

    return crash(ground, engine, strike, every=5)


@experiment(
    "3",
    "immediate stop of the database under load, started again",
    target="0 lost, doubled, vanished; back within 5 s",
    engines=("postgres",),
)
def database_stopped(ground: Ground, engine: str) -> Outcome:
    def strike(shop: ShopServer) -> None:
        ground.cluster.stop_at_once()
        ground.cluster.start()

    return crash(ground, engine, strike, every=5)


@experiment("4", "graceful reload every 3 s under load", target="0 answers cut, 0 × 5xx")
def reloaded(ground: Ground, engine: str) -> Outcome:
    def strike(shop: ShopServer) -> None:
        """The next one waits until the workers of the last have gone: a deploy is not begun before the last ended."""
        before = set(web_workers(shop))
        master_of(shop).send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while before & set(web_workers(shop)) and time.monotonic() < deadline:
            time.sleep(0.1)

    crowd, silences, strikes, audit = under_load(ground, engine, strike, every=3)
    words = f"{strikes} reloads; {audit}; {crowd.cut} answers cut, {crowd.busy + crowd.errors} × 5xx"
    words += "".join(f"; a visitor met {silence.why}" for silence in silences)
    return Outcome(words, audit.is_clean and not (crowd.cut or crowd.busy or crowd.errors or silences))

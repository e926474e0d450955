"""`python -m devicehub.serve`: all processes live and die together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from devicehub.tests.servers import environment, free_port
from devicehub.tests.visitor import Visitor

pytestmark = pytest.mark.server


def wait_for(true: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := true():
                return found
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it never happened")


class Shop:
    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.visitor = Visitor(f"http://127.0.0.1:{env['PORT']}")
        self.log = log
        command = [sys.executable, "-m", "devicehub.serve", "web", "worker"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=env, cwd=settings.BASE_DIR, stdout=output, stderr=output, process_group=0
            )
        wait_for(lambda: self.visitor.get("/healthz").status == 200)
        wait_for(lambda: len(self.children()) == 2)

    def children(self) -> dict[str, int]:
        """Process ids of web and worker."""
        listing = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        rows = [line.split(None, 2) for line in listing.splitlines()[1:]]
        ours = [(int(pid), words) for pid, parent, words in rows if int(parent) == self.process.pid]
        return {"worker" if "run_worker" in words else "web": pid for pid, words in ours if "defunct" not in words}


@pytest.fixture
def shop(copy_of: Any, tmp_path: Path) -> Iterator[Shop]:
    url = copy_of("sqlite", tmp_path.name)
    running = Shop(environment(url, tmp_path, free_port()), tmp_path / "serve.log")
    yield running
    if running.process.poll() is None:
        running.process.kill()  # the kernel ends its children, see test_ends_with_its_parent
        running.process.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_all_at_one_signal(shop: Shop, number: signal.Signals) -> None:
    children = shop.children()
    shop.process.send_signal(number)
    assert shop.process.wait(20) == 0
    assert not any(alive(pid) for pid in children.values())
    with pytest.raises(ConnectionRefusedError):
        shop.visitor.get("/healthz")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_ends_with_its_parent(shop: Shop) -> None:
    children = shop.children()
    shop.process.kill()
    shop.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in children.values()))


def test_starts_a_dead_worker_again(shop: Shop) -> None:
    dead = shop.children()["worker"]
    os.kill(dead, signal.SIGKILL)
    assert wait_for(lambda: shop.children().get("worker", dead) != dead)
    assert shop.visitor.get("/healthz").status == 200


def test_reloads_without_dropping_a_visitor(shop: Shop) -> None:
    web = shop.children()["web"]
    shop.process.send_signal(signal.SIGHUP)
    answers = [shop.visitor.get("/healthz").status for _ in range(200) if not time.sleep(0.01)]
    assert set(answers) == {200}
    assert shop.children()["web"] == web


def test_gives_up_when_its_port_is_taken(shop: Shop, tmp_path: Path) -> None:
    taken = shop.visitor.base_url.rsplit(":", 1)[1]
    env = environment(f"sqlite:///{tmp_path}/other.sqlite3", tmp_path, int(taken))
    done = subprocess.run(
        [sys.executable, "-m", "devicehub.serve", "web"],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode != 0
    assert b"in use" in done.stderr

"""What visitors meet when a part of the shop is gone."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devicehub.tests import needs
from devicehub.tests.servers import free_port, start_shop
from devicehub.tests.visitor import Page, Visitor

PATHS = ["/", "/products/", "/cart/", "/orders/find/", "/accounts/login/", "/admin/"]


def timed(visitor: Visitor, path: str) -> tuple[Page, float]:
    begin = time.monotonic()
    page = visitor.get(path)
    return page, time.monotonic() - begin


@pytest.mark.server
def test_says_within_five_seconds_that_the_database_is_down(tmp_path: Path) -> None:
    shop = start_shop(f"postgres://shop@127.0.0.1:{free_port()}/shop", tmp_path)
    try:
        assert Visitor(shop.base_url).get("/healthz").status == 200
        for path in ["/readyz", *PATHS]:
            visitor = Visitor(shop.base_url)
            visitor.cookies["sessionid"] = "a" * 32
            page, seconds = timed(visitor, path)
            assert page.status == 503, path
            assert seconds < 5, path
            assert "Traceback" not in page.text
            assert "psycopg" not in page.text
    finally:
        shop.stop()


@pytest.mark.server
@pytest.mark.postgres
def test_says_so_when_the_database_hangs(copy_of: Any, tmp_path: Path) -> None:
    """A server that takes connections and never says a word."""
    needs.need_postgres()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        shop = start_shop(f"postgres://shop@127.0.0.1:{silent.getsockname()[1]}/shop", tmp_path)
        try:
            page, seconds = timed(Visitor(shop.base_url), "/readyz")
            assert page.status == 503
            assert seconds < 10
        finally:
            shop.stop()


@pytest.fixture
def redis() -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of the test's own."""
    port = str(free_port())
    command = [needs.need_redis(), "--port", port, "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    process.url = f"redis://127.0.0.1:{port}/0"  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                break
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


@pytest.mark.redis
@pytest.mark.parametrize("loss", [signal.SIGKILL, signal.SIGSTOP], ids=["gone", "hanging"])
def test_goes_on_selling_without_redis(start_server: Any, redis: Any, loss: signal.Signals) -> None:
    shop = start_server("sqlite", REDIS_URL=redis.url)
    assert Visitor(shop.base_url).get("/accounts/login/").status == 200
    redis.send_signal(loss)
    for path in PATHS:
        page, seconds = timed(Visitor(shop.base_url), path)
        assert page.status < 500, path
        assert seconds < 3, path


@pytest.mark.redis
def test_goes_on_counting_failed_log_ins_without_redis(start_server: Any, redis: Any) -> None:
    shop = start_server("sqlite", REDIS_URL=redis.url)
    shop.python("from conftest import make_user; make_user('alice@example.com')")
    redis.kill()
    answers = [Visitor(shop.base_url).log_in("alice@example.com", f"wrong {i}").text for i in range(7)]
    assert "Too many failed" in answers[-1]
    assert "Too many failed" not in answers[0]

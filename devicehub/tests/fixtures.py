"""Fixtures of real servers and of the browser. conftest.py makes them known to all tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from devicehub.tests import needs, servers

LINKED = (".css", ".js", ".svg", ".webp", ".png", ".ico", ".woff2", ".json", ".webmanifest")
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def copy_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], str]]:
    """`copy_of("sqlite", name)`: the URL of a fresh migrated database; migrations run once per engine."""
    folder = tmp_path_factory.mktemp("databases")
    made: dict[str, servers.Prepared] = {}
    with ExitStack() as stack:

        def copy(engine: str, name: str) -> str:
            if engine not in made and engine == "sqlite":
                made[engine] = servers.sqlite_copies(folder)
            elif engine not in made:
                made[engine] = stack.enter_context(servers.postgres_copies(needs.need_postgres(), folder))
            return made[engine](name)

        yield copy


@pytest.fixture
def start_server(copy_of: Any, tmp_path: Path) -> Iterator[Callable[..., servers.ShopServer]]:
    """`start_server("postgres", worker=True, SHOP_NAME="…")`: a shop on a database of its own."""
    running: list[servers.ShopServer] = []

    def start(engine: str = "sqlite", **options: Any) -> servers.ShopServer:
        url = copy_of(engine, f"{tmp_path.name}-{len(running)}")
        running.append(servers.start_shop(url, tmp_path, **options))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, start_server: Any) -> servers.ShopServer:
    """A running shop with its worker, once on each engine."""
    return start_server(request.param, worker=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = needs.need_chromium()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the tests' thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of Chromium. It fails the test when a page asks another host, breaks the content policy or a script."""
    yield from watched_page(browser)


def watched_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("request", lambda sent: None if _is_local(sent.url) else complaints.append(sent.url))
    page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints, complaints


def _is_complaint(said: ConsoleMessage) -> bool:
    """Pages that a test asks for may well answer 404 or 422; what they fetch beside may not."""
    is_answer = said.text.startswith("Failed to load resource") and not said.location["url"].endswith(LINKED)
    return said.type == "error" and not is_answer


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:"))

"""The cast of the tests and their safety: nobody talks to the network, nothing waits."""

import gc
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from devicehub.tests.tasks import AtOnceBackend

pytest_plugins = ["devicehub.tests.fixtures"]

MARKED_BY = {"server": {"server", "start_server"}, "browser": {"page", "browser"}, "redis": {"redis_url"}}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PASSWORD = "correct horse battery"


def make_user(email: str, **fields: Any) -> Any:
    """A user who has proved the address, so that log-in works as it does for a real one."""
    user = get_user_model().objects.create_user(email=email, password=PASSWORD, **fields)
    user.emailaddress_set.create(email=email, primary=True, verified=True)
    return user


@pytest.fixture
def alice(db: None) -> Any:
    """Buys."""
    return make_user("alice@example.com", name="Alice Adler")


@pytest.fixture
def bob(db: None) -> Any:
    """Buys too, and must not see what is Alice's."""
    return make_user("bob@example.com", name="Bob Brandt")


@pytest.fixture
def carol(db: None) -> Any:
    """Owns the shop."""
    return make_user("carol@example.com", name="Carol Chef", is_staff=True, is_superuser=True)


@pytest.fixture
def dave(db: None) -> Any:
    """Plain staff: may enter the back office, belongs to no group."""
    return make_user("dave@example.com", name="Dave Dietz", is_staff=True)


@pytest.fixture(scope="module")
def module_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For fixtures that write rows once for a whole module: each of its tests finds them as they were written."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def waiting_tasks() -> list:
    """Tasks that asked to run later, as TaskResult; each test begins with none."""
    AtOnceBackend.waiting.clear()
    return AtOnceBackend.waiting


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave this machine in no test."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests are marked by what they use, so that `make quick-test` can leave the slow ones out."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        for mark, fixtures in MARKED_BY.items():
            if used & fixtures:
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """What is imported by now lives to the end; looking for garbage in it again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)

"""Workers that are killed (-9) in the middle of a mail: nothing is lost, nothing is stuck, nothing goes out twice."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orders.tests.smtp import MailServer

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

ORDER = "from orders.tests.factories import make_order\nmake_order(expires_in=None)"
STATE = """
import json
from django_tasks_db.models import DBTaskResult
from orders.models import OrderEvent
event = OrderEvent.objects.get(kind="placed")
print(json.dumps([event.mail_status, event.mail_attempts, DBTaskResult.objects.running().count()]))
"""
LATER = """
from datetime import timedelta
from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from orders.models import OrderEvent
OrderEvent.objects.filter(mail_status="due").update(mail_due_at=timezone.now())
DBTaskResult.objects.running().update(started_at=timezone.now() - timedelta(minutes=20))
cache.clear()
"""


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()


def until(happened: Callable[[], Any], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(happened())


def state(shop: Any) -> Any:
    return json.loads(shop.python(STATE))


@pytest.mark.parametrize("engine", ENGINES)
def test_sends_a_mail_once_though_its_worker_was_killed(
    start_server: Any, mail_server: MailServer, engine: str
) -> None:
    shop = start_server(engine, EMAIL_URL=mail_server.url)
    mail_server.holds.set()
    shop.python(ORDER)
    worker = shop.start_worker()
    assert mail_server.held.wait(30), shop.log
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert state(shop)[:2] == ["due", 1]  # its task, or the sweep that begins with the worker, was at it
    mail_server.holds.clear()
    shop.python(LATER)  # ten minutes for the mail, twenty for the task
    shop.start_worker()
    assert until(lambda: mail_server.messages), shop.log
    assert until(lambda: state(shop) == ["sent", 2, 0]), state(shop)
    assert len(mail_server.messages) == 1
    assert b"We have your order" in mail_server.messages[0]

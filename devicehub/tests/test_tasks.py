"""Background work: tried again, taken up when a worker died, repeated in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from devicehub.lib import schedule
from devicehub.lib.tasks import STALE_AFTER, STARTS_MAX, retrying, revive_lost_tasks, tidy

calls: list[str] = []
failures: list[Exception] = []


@retrying(attempts=3, first_pause=10)
def write(word: str) -> None:
    calls.append(word)
    if failures:
        raise failures[0]


@pytest.fixture(autouse=True)
def fresh_lists() -> None:
    calls.clear()
    failures.clear()


def test_runs_once_when_all_is_well(db: None, waiting_tasks: list, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write.enqueue("once")
        assert calls == []
    assert calls == ["once"]
    assert waiting_tasks == []


def test_waits_longer_before_each_new_try(
    db: None, waiting_tasks: list, django_capture_on_commit_callbacks: Any
) -> None:
    failures.append(ConnectionRefusedError())
    begin = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        write.enqueue("again")
    first = waiting_tasks.pop()
    assert first.kwargs == {"attempt": 2}
    assert timedelta(seconds=10) <= first.task.run_after - begin < timedelta(seconds=12)
    first.task.call(*first.args, **first.kwargs)
    second = waiting_tasks.pop()
    assert second.kwargs == {"attempt": 3}
    assert timedelta(seconds=40) <= second.task.run_after - begin < timedelta(seconds=42)
    with pytest.raises(ConnectionRefusedError):
        second.task.call(*second.args, **second.kwargs)
    assert waiting_tasks == []
    assert calls == ["again"] * 3


@pytest.fixture
def real_queue(db: None) -> Iterator[None]:
    """The queue in the database, as the shop has it."""
    at_once = task_backends["default"]
    task_backends["default"] = DatabaseBackend("default", {})
    yield
    task_backends["default"] = at_once


def test_forgets_a_task_whose_transaction_was_undone(real_queue: None) -> None:
    with transaction.atomic():
        write.enqueue("never")
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_works_off_the_queue_in_the_database(real_queue: None) -> None:
    failures.append(ConnectionRefusedError())
    write.enqueue("queued")
    call_command("run_worker", batch=True)
    assert calls == ["queued"]
    later = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert later.args_kwargs == {"args": ["queued"], "kwargs": {"attempt": 2}}
    assert later.run_after > timezone.now()


def make_running(started_ago: timedelta, workers: int) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        args_kwargs={"args": ["lost"], "kwargs": {}},
        task_path=f"{__name__}.write",
        worker_ids=[f"worker {i}" for i in range(workers)],
        backend_name="default",
        run_after=timezone.now() - started_ago,
        started_at=timezone.now() - started_ago,
        exception_class_path="",
        traceback="",
    )


def test_takes_up_a_task_whose_worker_died(db: None) -> None:
    lost, alive = make_running(STALE_AFTER + timedelta(seconds=1), 1), make_running(STALE_AFTER / 2, 1)
    revive_lost_tasks()
    lost.refresh_from_db()
    alive.refresh_from_db()
    assert (lost.status, lost.started_at) == (TaskResultStatus.READY, None)
    assert alive.status == TaskResultStatus.RUNNING


def test_gives_up_a_task_that_kills_its_workers(db: None) -> None:
    lost = make_running(STALE_AFTER * 2, STARTS_MAX)
    revive_lost_tasks()
    lost.refresh_from_db()
    assert lost.status == TaskResultStatus.FAILED


def test_forgets_old_results(real_queue: None) -> None:
    old, new = make_running(timedelta(0), 1), make_running(timedelta(0), 1)
    for row, days in ((old, 15), (new, 13)):
        row.status, row.finished_at = TaskResultStatus.SUCCESSFUL, timezone.now() - timedelta(days=days)
        row.save()
    tidy()
    assert list(DBTaskResult.objects.all()) == [new]


@pytest.fixture
def only_jobs(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(schedule, "JOBS", {})


def test_gives_each_turn_to_one_worker(only_jobs: None) -> None:
    runs: list[int] = []
    schedule.every(seconds=60)(lambda: runs.append(1))
    assert len(schedule.run_due()) == 1
    assert schedule.run_due() == []
    cache.clear()  # the minute is over
    assert len(schedule.run_due()) == 1
    assert runs == [1, 1]


def test_goes_on_when_one_job_fails(only_jobs: None, caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    def broken() -> None:
        raise ValueError("broken job")

    schedule.every(seconds=60)(broken)
    schedule.every(seconds=60)(lambda: runs.append(1))
    assert len(schedule.run_due()) == 2
    assert runs == [1]
    assert "broken failed; it comes round again" in caplog.text

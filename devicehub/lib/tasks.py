"""Background work that survives a mail server, a killed worker and time.

django-tasks runs each task once; here is what it leaves open: trying again later, finding tasks whose worker died,
and throwing old results away. Tasks may run twice (the worker dies after the work), so each must be harmless then.
A task is enqueued in the transaction that needs it: both are committed, or neither.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from devicehub.lib.db import claim
from devicehub.lib.schedule import every

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=15)
STARTS_MAX = 3
KEEP_DAYS = 14


def retrying(*, attempts: int = 8, first_pause: int = 30) -> Callable[[Callable[..., Any]], Task]:
    """A task that is tried again when it raises: after first_pause seconds, then each time four times as long.

    With the defaults the last try comes about five days after the first.
    """

    def decorate(function: Callable[..., Any]) -> Task:
        @wraps(function)
        def attempt_once(*args: Any, attempt: int = 1, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                if attempt >= attempts:
                    raise
                pause = timedelta(seconds=first_pause * 4 ** (attempt - 1))
                again.using(run_after=timezone.now() + pause).enqueue(*args, attempt=attempt + 1, **kwargs)
                logger.warning("%s failed (%s), again in %s", function.__qualname__, type(error).__name__, pause)

        again = task()(attempt_once)
        return again

    return decorate


@every(seconds=60)
def revive_lost_tasks() -> None:
    """Put back what a killed worker left running; give up on a task that kills its worker each time."""
    stale = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - STALE_AFTER)
    for row in stale:
        unchanged = DBTaskResult.objects.running().filter(pk=row.pk, started_at=row.started_at)
        if len(row.worker_ids) < STARTS_MAX:
            claim(unchanged, status=TaskResultStatus.READY, started_at=None)
        else:
            claim(unchanged, status=TaskResultStatus.FAILED, finished_at=timezone.now())
            logger.error("Task %s was given up: its worker died %d times", row.task_path, STARTS_MAX)


@every(seconds=24 * 3600)
def tidy() -> None:
    """Forget old results and expired sessions."""
    call_command("prune_db_task_results", min_age_days=KEEP_DAYS, queue_name="*", verbosity=0)
    call_command("clearsessions")

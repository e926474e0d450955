"""Background work under test."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task
from django_tasks.utils import get_random_id


class AtOnceBackend(ImmediateBackend):
    """Runs a task when the transaction that enqueued it commits; one that shall wait is only kept, in `waiting`."""

    supports_defer = True
    waiting: list[TaskResult] = []

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        result: TaskResult = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        if task.run_after:
            self.waiting.append(result)
        else:
            transaction.on_commit(lambda: self._execute_task(result))
        return result

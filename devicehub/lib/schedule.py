"""Work that comes round: `@every(seconds=60)` in an app's tasks module, run by the background worker.

Several workers share the turns through the cache: whoever adds the job's key first has this turn. A flushed cache
makes a turn come early, so a job must be harmless when it runs twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    name: str
    seconds: int
    run: Callable[[], object]


JOBS: dict[str, Job] = {}


def every(*, seconds: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    def register(function: Callable[[], object]) -> Callable[[], object]:
        name = f"{function.__module__}.{function.__qualname__}"
        JOBS[name] = Job(name, seconds, function)
        return function

    return register


def run_due() -> list[str]:
    """Run the jobs whose turn it is and that no other worker has taken; returns their names."""
    due = [job for job in JOBS.values() if cache.add(f"job:{job.name}", 1, timeout=job.seconds)]
    for job in due:
        try:
            job.run()
        except Exception:
            logger.exception("Job %s failed; it comes round again", job.name)
    return [job.name for job in due]

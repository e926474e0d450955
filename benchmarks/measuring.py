"""What an act costs inside this process: queries, time in the database with fetching, time in Python."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

WARM_UP = 2


@dataclass
class Query:
    sql: str
    params: Any
    seconds: float = 0.0


class TimedCursor(CursorWrapper):
    """Counts fetching too: SQLite does most of its work there."""

    def __init__(self, cursor: Any, db: Any, asked: list[Query]) -> None:
        super().__init__(cursor, db)
        self.asked = asked

    def execute(self, sql: str, params: Any = None) -> Any:
        self.asked.append(Query(sql, params))
        return self._timed(super().execute, sql, params)

    def executemany(self, sql: str, param_list: Any) -> Any:
        self.asked.append(Query(sql, None))
        return self._timed(super().executemany, sql, param_list)

    def fetchone(self) -> Any:
        return self._timed(self.cursor.fetchone)

    def fetchmany(self, *size: int) -> Any:
        return self._timed(self.cursor.fetchmany, *size)

    def fetchall(self) -> Any:
        return self._timed(self.cursor.fetchall)

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def _timed(self, act: Callable[..., Any], *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return act(*args)
        finally:
            if self.asked:
                self.asked[-1].seconds += time.perf_counter() - started


@contextmanager
def watched() -> Iterator[list[Query]]:
    """The queries asked inside, as they are asked."""
    asked: list[Query] = []
    connection.make_cursor = lambda cursor: TimedCursor(cursor, connection, asked)
    try:
        yield asked
    finally:
        del connection.make_cursor  # the class's own is back


@dataclass(frozen=True)
class Run:
    total_ms: float
    cpu_ms: float
    asked: list[Query]

    @property
    def database_ms(self) -> float:
        return 1000 * sum(query.seconds for query in self.asked)


def timed(act: Callable[[], Any]) -> tuple[Run, Any]:
    with watched() as asked:
        started, worked = time.perf_counter(), time.process_time()
        result = act()
        seconds, work = time.perf_counter() - started, time.process_time() - worked
    return Run(1000 * seconds, 1000 * work, asked), result


def repeated(act: Callable[[], Any], repeat: int, seconds: float) -> tuple[list[Run], Any]:
    """After a warm-up; once at least, and no more often than fits into `seconds`. Also what the last run returned."""
    ends = time.monotonic() + seconds
    run, result = timed(act)
    runs = [run]
    while len(runs) < WARM_UP + repeat and time.monotonic() < ends:
        run, result = timed(act)
        runs.append(run)
    return runs[WARM_UP:] or runs[-1:], result


def figures(runs: list[Run]) -> dict[str, float]:
    """Medians in milliseconds, but for p95 and the number of runs.

    `cpu_ms` is the work of this process, which others on the machine do not inflate; SQLite works in it, PostgreSQL
    in a process of its own.
    """
    totals = sorted(run.total_ms for run in runs)
    return {
        "queries": statistics.median_low(len(run.asked) for run in runs),
        "database_ms": round(statistics.median(run.database_ms for run in runs), 2),
        "python_ms": round(statistics.median(run.total_ms - run.database_ms for run in runs), 2),
        "cpu_ms": round(statistics.median(run.cpu_ms for run in runs), 2),
        "total_ms": round(statistics.median(totals), 2),
        "p95_ms": round(totals[min(len(totals) - 1, int(0.95 * len(totals)))], 2),
        "runs": len(runs),
    }


def plan(query: Query) -> str:
    """How the database answers it; PostgreSQL runs it once more to tell the times, so of what writes there is none."""
    if not query.sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
        return ""
    explain = "EXPLAIN (ANALYZE, BUFFERS)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {query.sql}", query.params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def quiet() -> None:
    """No line for every request, as the log of a server would have it."""
    logging.disable(logging.INFO)

"""Where experiments take place: shops on databases of their own, and how long and how often each is tried."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from devicehub.tests import servers
from proof.cluster import Cluster, programs


class NotHere(Exception):
    """The machine lacks what an experiment needs; the text says what."""


@dataclass(frozen=True)
class Measure:
    """`seconds` of load for each crash, `runs` of each race, `steps` of the random walk."""

    seconds: float
    runs: int
    steps: int


QUICK = Measure(seconds=12, runs=1, steps=10_000)
LONG = Measure(seconds=120, runs=10, steps=200_000)


@dataclass
class Ground:
    measure: Measure
    folder: Path
    stack: ExitStack
    patience: float = 1.0  # what limits of seconds are multiplied by, where the machine has other work
    _made: dict[str, servers.Prepared] = field(default_factory=dict)
    _count: int = 0

    def in_time(self, seconds: float, limit: float) -> bool:
        return seconds <= limit * self.patience

    @cached_property
    def cluster(self) -> Cluster:
        where = programs()
        if where is None:
            raise NotHere("needs PostgreSQL: apt install postgresql")
        try:
            cluster = Cluster(where, self.folder / "cluster")
        except (OSError, RuntimeError) as error:
            raise NotHere(f"needs to start a PostgreSQL server of its own: {error}") from error
        self.stack.callback(cluster.stop_at_once)
        return cluster

    def database(self, engine: str) -> str:
        """The URL of a migrated, empty database."""
        if engine not in self._made:
            self._made[engine] = self._prepare(engine)
        self._count += 1
        return self._made[engine](f"shop-{self._count}")

    def _prepare(self, engine: str) -> servers.Prepared:
        if engine == "sqlite":
            return servers.sqlite_copies(self.folder)
        return self.stack.enter_context(servers.postgres_copies(self.cluster.url, self.folder))

    @contextmanager
    def shop(self, engine: str, url: str = "", **options: Any) -> Iterator[servers.ShopServer]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        shop = servers.start_shop(url or self.database(engine), folder, **options)
        try:
            yield shop
        finally:
            shop.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_ground(measure: Measure, patience: float = 1.0) -> Iterator[Ground]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)  # the database's user walks through it
        yield Ground(measure, folder, stack, patience)

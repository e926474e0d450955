"""A PostgreSQL server of the proof's own, which may be stopped in the middle of a sentence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from devicehub.tests.servers import free_port

USER = "devicehub"


def programs() -> Path | None:
    """Where initdb and pg_ctl lie: Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Cluster:
    """fsync stays on: what it acknowledged is on the disk."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self.bin, self.folder, self.port = bin_folder, folder, free_port()
        folder.mkdir(mode=0o700)
        self.user = "postgres" if os.geteuid() == 0 else None  # initdb refuses to run as root
        if self.user:
            shutil.chown(folder, self.user)
        self._run("initdb", "-D", folder, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self._run("pg_ctl", "-D", self.folder, "-l", self.folder / "log", "-o", options, "-w", "start")

    def stop_at_once(self) -> None:
        """No last checkpoint, no goodbye: the next start recovers from the log."""
        self._run("pg_ctl", "-D", self.folder, "-m", "immediate", "-w", "stop")

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def wait(self, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    @contextmanager
    def tablespace(self, url: str, folder: Path) -> Iterator[None]:
        """Keep a database's files on another file system meanwhile; its log stays where it was."""
        name = urlsplit(url).path.removeprefix("/")
        if self.user:
            shutil.chown(folder, self.user)
        self._execute(f"CREATE TABLESPACE \"{name}\" LOCATION '{folder}'")
        self._execute(f'ALTER DATABASE "{name}" SET TABLESPACE "{name}"')
        try:
            yield
        finally:
            self._execute(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')
            self._execute(f'DROP TABLESPACE "{name}"')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # every name in it is made by us

    def _signal(self, number: signal.Signals) -> None:
        master = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True).stdout.split()
        for pid in [master, *map(int, children)]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue  # a session that ended in between

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            user=self.user,
            cwd=self.folder.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr[-500:]}")

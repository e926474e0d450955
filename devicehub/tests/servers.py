"""The shop in real server processes on a database of its own, for tests of races and of whole journeys."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
from django.conf import settings

START_SECONDS = 40
STOP_SECONDS = 15
Prepared = Callable[[str], str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(database_url: str, folder: Path, port: int = 0, **extra: str) -> dict[str, str]:
    """A clean environment for the shop: nothing of the developer's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "devicehub.tests.served",
        "PYTHONPATH": str(settings.BASE_DIR),
        "ENV_FILE": os.devnull,
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "SECRET_KEY": "test " * 12,
        **extra,
    }


def run_python(env: dict[str, str], *arguments: str) -> str:
    """Run Python in the shop's folder and return what it printed; raises with its words when it fails."""
    done = subprocess.run([sys.executable, *arguments], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{arguments[0]} failed with {done.returncode}:\n{done.stderr}")
    return done.stdout


class ShopServer:
    """A running shop: `base_url`, its environment, its log, and Python against its database."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = env
        self.base_url = f"http://127.0.0.1:{env['PORT']}"
        self.log_path = folder / f"server-{env['PORT']}.log"
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def python(self, source: str) -> str:
        """Run source with Django set up on this shop's database, e.g. to make rows by an app's factories."""
        return run_python(self.env, "-c", f"import django; django.setup()\n{source}").strip()

    def manage(self, *arguments: str) -> str:
        return run_python(self.env, "manage.py", *arguments)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.env,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.processes.append(process)
        return process

    def start_web(self) -> None:
        web = self.start("-m", "gunicorn", "-c", "python:devicehub.gunicorn", "devicehub.wsgi")
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if web.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The shop did not start:\n{self.log[-5000:]}")
            time.sleep(0.1)

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self.start("manage.py", "run_worker", "--interval", "0.2")

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.base_url}/healthz", timeout=2):
                return True
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def prepare_database(database_url: str, folder: Path) -> None:
    env = environment(database_url, folder)
    run_python(env, "manage.py", "migrate", "--verbosity", "0")
    run_python(env, "manage.py", "createcachetable")


def sqlite_copies(folder: Path) -> Prepared:
    """Migrates once; each call hands out a fresh copy, as a DATABASE_URL."""
    original = folder / "migrated.sqlite3"
    prepare_database(f"sqlite:///{original}", folder)

    def copy(name: str) -> str:
        path = folder / f"{name}.sqlite3"
        shutil.copy(original, path)
        return f"sqlite:///{path}"

    return copy


@contextmanager
def postgres_copies(server_url: str, folder: Path) -> Iterator[Prepared]:
    """The same on PostgreSQL, by CREATE DATABASE … TEMPLATE; all copies are dropped in the end."""
    parts = urlsplit(server_url)
    made: list[str] = []

    def create(template: str = "") -> str:
        name = f"devicehub_server_{secrets.token_hex(5)}"
        statement = f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # both names are made here
        made.append(name)
        return name

    def url(name: str) -> str:
        return urlunsplit(parts._replace(path=f"/{name}"))

    try:
        original = create()
        prepare_database(url(original), folder)
        yield lambda name: url(create(original))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            for name in made:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def start_shop(database_url: str, folder: Path, *, worker: bool = False, **env: Any) -> ShopServer:
    """A shop that answers on a free loopback port. Whoever starts it stops it."""
    server = ShopServer(environment(database_url, folder, free_port(), **env), folder)
    try:
        server.start_web()
        if worker:
            server.start_worker()
    except BaseException:
        server.stop()
        raise
    return server

"""What some tests need beside Python: they skip and say what to install, or fail where it must be there."""

import os
import shutil

import psycopg
import pytest

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://root@127.0.0.1:5432/postgres")


def _absent(what: str, remedy: str) -> None:
    if os.environ.get(f"REQUIRE_{what.upper()}") == "1":
        pytest.fail(f"{what} is required here: {remedy}")
    pytest.skip(f"needs {what}: {remedy}")


def need_postgres() -> str:
    """The URL of a server on which this user may create databases."""
    try:
        with psycopg.connect(POSTGRES_URL, connect_timeout=2):
            pass
    except psycopg.OperationalError:
        _absent("Postgres", "apt install postgresql, start it, or set TEST_POSTGRES_URL")
    return POSTGRES_URL


def need_program(what: str, names: tuple[str, ...], package: str) -> str:
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        _absent(what, f"apt install {package}")
    return str(path)


def need_chromium() -> str:
    return need_program("Chromium", ("chromium", "chromium-browser", "google-chrome"), "chromium")


def need_redis() -> str:
    return need_program("Redis", ("redis-server",), "redis-server")

"""The shop starts with the settings it is given, or says what is missing."""

import json
import os
import re
import secrets
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

PRODUCTION = {
    "SHOP_MODE": "production",
    "SECRET_KEY": secrets.token_hex(50),
    "ALLOWED_HOSTS": "shop.example,www.shop.example",
    "DATABASE_URL": "postgres://shop:p%40ss@db.example:5433/shop",
}
SELLER = {
    "SHOP_STREET": "Lindenweg 4",
    "SHOP_POSTCODE": "04109",
    "SHOP_CITY": "Leipzig",
    "SHOP_VAT_NUMBER": "DE123456788",
    "SHOP_IBAN": "DE02 1203 0000 0000 2020 51",
}


def start(folder: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Python with these variables and no others of the shop."""
    clean = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(folder)}
    arguments = [sys.executable, *code.split()] if code.startswith("manage.py") else [sys.executable, "-c", code]
    return subprocess.run(arguments, env=clean | env, cwd=settings.BASE_DIR, capture_output=True, text=True)


def load(folder: Path, *names: str, **env: str) -> Any:
    """The values of these settings under that environment."""
    code = (
        "import json; from devicehub import settings as s; "
        f"print(json.dumps({{name: getattr(s, name, None) for name in {names!r}}}, default=str))"
    )
    done = start(folder, code, **env)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def refusal(folder: Path, **env: str) -> str:
    done = start(folder, "import devicehub.settings", **env)
    assert done.returncode, "it started"
    return done.stderr.strip().splitlines()[-1]


def test_starts_as_a_demo_of_this_machine_only(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, "DEMO", "DEBUG", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_BACKEND", "PAYMENT_PROVIDERS", PORT="8123"
    )
    assert loaded == {
        "DEMO": True,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "SITE_URL": "http://127.0.0.1:8123",
        "EMAIL_BACKEND": "devicehub.lib.mailbox.EmailBackend",
        "PAYMENT_PROVIDERS": ["sandbox", "bank_transfer", "cash_on_delivery"],
    }


def test_makes_the_demos_key_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = load(tmp_path, "SECRET_KEY")
    assert load(tmp_path, "SECRET_KEY") == first
    assert len(first["SECRET_KEY"]) >= 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", ["demo", "development"])
def test_opens_no_demo_to_the_world(tmp_path: Path, mode: str) -> None:
    assert "serves this machine only" in refusal(tmp_path, SHOP_MODE=mode, ALLOWED_HOSTS="localhost,shop.example")


def test_sends_no_mail_of_a_demo_to_the_world(tmp_path: Path) -> None:
    assert "never leaves the machine" in refusal(tmp_path, EMAIL_URL="smtp://mail.example:25")
    assert load(tmp_path, "EMAIL_HOST", EMAIL_URL="smtp://127.0.0.1:2525") == {"EMAIL_HOST": "127.0.0.1"}


def test_debugs_in_development_only(tmp_path: Path) -> None:
    assert load(tmp_path, "DEBUG", SHOP_MODE="development") == {"DEBUG": True}
    assert load(tmp_path, "DEBUG", DEBUG="1", **PRODUCTION) == {"DEBUG": False}


def test_knows_three_modes(tmp_path: Path) -> None:
    assert "must be demo, development or production" in refusal(tmp_path, SHOP_MODE="prod")


@pytest.mark.parametrize("given", [(), ("SECRET_KEY",), ("ALLOWED_HOSTS", "DATABASE_URL")])
def test_names_all_that_production_misses(tmp_path: Path, given: tuple[str, ...]) -> None:
    told = refusal(tmp_path, SHOP_MODE="production", **{name: PRODUCTION[name] for name in given})
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL") if name not in given]
    assert f"needs {', '.join(missing)}:" in told


def test_takes_an_empty_value_for_missing(tmp_path: Path) -> None:
    assert "needs SECRET_KEY:" in refusal(tmp_path, **PRODUCTION | {"SECRET_KEY": ""})


def test_takes_a_key_that_begins_with_a_dollar_as_it_is(tmp_path: Path) -> None:
    key = "$PATH" + "k" * 60
    assert load(tmp_path, "SECRET_KEY", **PRODUCTION | {"SECRET_KEY": key}) == {"SECRET_KEY": key}


def test_makes_production_safe(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SITE_URL")
    assert load(tmp_path, *names, "PAYMENT_PROVIDERS", "EMAIL_BACKEND", **PRODUCTION) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SITE_URL": "https://shop.example",
        "PAYMENT_PROVIDERS": ["bank_transfer", "cash_on_delivery"],
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    }


def test_passes_djangos_deployment_checks(tmp_path: Path) -> None:
    env = PRODUCTION | SELLER | {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3"}
    done = start(tmp_path, "manage.py check --deploy --fail-level WARNING", **env)
    assert done.returncode == 0, done.stderr


def test_names_what_a_production_shop_lacks_on_its_invoices(tmp_path: Path) -> None:
    done = start(tmp_path, "manage.py check --deploy --fail-level WARNING", **PRODUCTION)
    assert done.returncode == 1
    assert "(orders.E001) SHOP_STREET, SHOP_POSTCODE, SHOP_CITY, SHOP_VAT_NUMBER: empty." in done.stderr
    assert "(orders.W001) SHOP_IBAN: empty." in done.stderr
    assert "(orders." not in start(tmp_path, "manage.py check --deploy").stderr  # the demo has a seller of its own


def test_gives_postgresql_a_pool_and_time_limits(tmp_path: Path) -> None:
    database = load(tmp_path, "DATABASES", **PRODUCTION)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db.example", 5433, "p@ss")
    assert database["OPTIONS"]["connect_timeout"] == 3
    assert "statement_timeout=8000" in database["OPTIONS"]["options"]
    assert "lock_timeout=5000" in database["OPTIONS"]["options"]
    assert database["OPTIONS"]["pool"]["timeout"] <= 4
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is False
    pgbouncer = load(tmp_path, "DATABASES", DISABLE_SERVER_SIDE_CURSORS="1", **PRODUCTION)
    assert pgbouncer["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_lets_writers_on_sqlite_queue(tmp_path: Path) -> None:
    source = (
        "from django.db import connection, transaction; import django; django.setup(); "
        "c = connection.cursor(); "
        "print([c.execute(f'PRAGMA {name}').fetchone()[0] for name in "
        "('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout')], connection.transaction_mode)"
    )
    done = start(tmp_path, source, DJANGO_SETTINGS_MODULE="devicehub.settings")
    assert done.stdout.strip() == "['wal', 1, 1, 20000] IMMEDIATE", done.stderr
    assert (tmp_path / "devicehub.sqlite3").exists()


def test_never_caches_in_the_memory_of_a_process(tmp_path: Path) -> None:
    caches = load(tmp_path, "CACHES")["CACHES"]
    assert caches["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    with_redis = load(tmp_path, "CACHES", REDIS_URL="redis://127.0.0.1:6379/1")["CACHES"]
    assert with_redis["default"]["BACKEND"] == "devicehub.lib.cache.RedisOrDatabase"
    assert with_redis["without_redis"] == caches["default"]


def test_reads_its_variables_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.env"
    file.write_text("SHOP_NAME=Gerätehaus\nPRICES_INCLUDE_TAX=off\n")
    loaded = load(tmp_path, "SHOP_NAME", "PRICES_INCLUDE_TAX", ENV_FILE=str(file))
    assert loaded == {"SHOP_NAME": "Gerätehaus", "PRICES_INCLUDE_TAX": False}


def test_describes_every_variable_in_the_example() -> None:
    source = (settings.BASE_DIR / "devicehub" / "settings.py").read_text()
    example = (settings.BASE_DIR / ".env.example").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    assert {name for name in names if f"{name}=" not in example} == set()

"""Figures with what is needed to read them later: machine, date, database, size. A table for people, JSON for us."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from rich.console import Console
from rich.table import Table

from catalog.models import Product

Figures = dict[str, Any]


def report(rows: dict[str, Figures]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "database": _database(),
        "products": Product.objects.count(),
        "rows": rows,
    }


def say(found: dict[str, Any]) -> None:
    title = f"{found['products']:,} products · {found['database']} · {found['machine']} · {found['date']}"
    show(title, found["rows"])


def show(title: str, rows: dict[str, Figures]) -> None:
    """Any rows that have the same columns."""
    columns = list(next(iter(rows.values())))
    table = Table(title=title)
    table.add_column("")
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    for name, row in rows.items():
        table.add_row(name, *(_text(row[column]) for column in columns))
    width = None if os.isatty(1) else 160
    Console(width=width).print(table)


def save(found: dict[str, Any], path: Path | None) -> None:
    if path:
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _text(figure: Any) -> str:
    return f"{figure:,.2f}" if isinstance(figure, float) else f"{figure:,}" if isinstance(figure, int) else str(figure)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('server_version')")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"

"""Writing very many rows: COPY on PostgreSQL, executemany on SQLite, and indexes made when all rows are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

Row = tuple[Any, ...]

# What belongs to no constraint, and the foreign keys, each of which PostgreSQL would look up row by row.
POSTGRES_INDEXES = """
    SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
"""
SQLITE_INDEXES = """
    SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
    WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})
"""


class Table:
    """A model's table and the columns that rows come in; a column that is not among them gets the model's default."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.model, self.columns = model, columns.split()

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def defaults(self) -> dict[str, Any]:
        others = (field for field in self.model._meta.concrete_fields if field.column not in self.columns)
        return {
            field.column: field.get_db_prep_save(field.get_default(), connection)
            for field in others
            if not field.primary_key and not field.generated
        }

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        fill = tuple(self.defaults.values())
        _write(self.name, [*self.columns, *self.defaults], (row + fill for row in rows))


def _write(table: str, columns: list[str], rows: Iterable[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


@contextmanager
def without_indexes(tables: Sequence[Table]) -> Iterator[None]:
    """Inside a transaction only: who fails half-way must find the indexes again."""
    names = [table.name for table in tables]
    _settle()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_INDEXES, {"tables": names})
        else:
            cursor.execute(SQLITE_INDEXES.format(marks=", ".join(["%s"] * len(names))), names)
        found = cursor.fetchall()
        for drop, _create in found:
            cursor.execute(drop)
        yield
        for _drop, create in found:
            cursor.execute(create)


def empty(models_: Sequence[type[models.Model]]) -> None:
    """With everything that refers to them; keys begin at 1 again."""
    _settle()
    tables = [model._meta.db_table for model in models_]
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
    )


def _settle() -> None:
    """PostgreSQL neither alters nor truncates a table whose rows wait for a check at the commit: check them now."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def continue_keys(tables: Sequence[Table]) -> None:
    """Rows came with their keys: the database goes on behind them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)


def give_time() -> None:
    """The shop's own time limits are for pages; making an index of a large table takes longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
                "SET maintenance_work_mem = '256MB'"
            )


def analyze(tables: Sequence[Table]) -> None:
    """Let the planner know what is there."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ANALYZE "{table.name}"')


def tidy() -> None:
    """What the database would do by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")

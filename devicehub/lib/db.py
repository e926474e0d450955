"""What models and queries of all apps share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class TimeStamped(models.Model):
    """Rows that know when they were made and last saved."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


def claim(queryset: models.QuerySet[Any], **changes: Any) -> bool:
    """Change the one row that still meets the queryset's condition; False when somebody else was first.

    One UPDATE that repeats its condition, so that of several processes exactly one wins:
    `claim(Cart.objects.filter(pk=pk, status=OPEN), status=ORDERED)`.
    """
    if issubclass(queryset.model, TimeStamped):
        changes.setdefault("updated_at", timezone.now())  # UPDATE passes auto_now by
    return queryset.update(**changes) == 1


def in_batches(queryset: models.QuerySet[Row], size: int = 500) -> Iterator[list[Row]]:
    """All rows in key order, so many at a time: one short query each, whatever the table holds."""
    rows = list(queryset.order_by("pk")[:size])
    while rows:
        yield rows
        rows = list(queryset.filter(pk__gt=rows[-1].pk).order_by("pk")[:size])


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is as it was at one moment; nothing may be written, and writers need not wait.

    Inside a transaction that is under way already it is that one's view.
    """
    if connection.in_atomic_block:
        yield
        return
    with _that_only_reads(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _that_only_reads() -> Iterator[None]:
    """SQLite's transactions here begin with the writer's lock; one that only reads must not hold it."""
    if connection.vendor != "sqlite":
        yield
        return
    sqlite: Any = connection
    sqlite.ensure_connection()  # which sets the mode
    mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        sqlite.transaction_mode = mode

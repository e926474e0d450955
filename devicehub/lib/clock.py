"""The shop at another time: what its verbs do inside happens then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Only for a command that has the process to itself: every thread sees this time.

    The clock is turned under `timezone.now`, not in its place, since the models' defaults hold that function.
    """

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # callers know no Then
            return moment.astimezone(tz)

    with patch.object(timezone, "datetime", Then):
        yield

"""Lists as CSV for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.http import StreamingHttpResponse

ACTIVE = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A "file" that hands back what is written, so that rows are sent as they are made."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: object) -> str:
    """A spreadsheet runs text that begins like a formula; a quote in front keeps it text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(ACTIVE) or text.lstrip().startswith(ACTIVE) else text


def csv_response(name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"  # without it Excel takes UTF-8 for something else
        for row in chain([heads], rows):
            yield writer.writerow([safe_cell(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

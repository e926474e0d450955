"""Lists as CSV for a spreadsheet; what it would run is guarded (`catalog.cells`)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.http import StreamingHttpResponse

from catalog.cells import guarded


class _Echo:
    """A "file" that hands back what is written, so that rows are sent as they are made."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, heads: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"  # without it Excel takes UTF-8 for something else
        for row in chain([heads], rows):
            yield writer.writerow([guarded(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

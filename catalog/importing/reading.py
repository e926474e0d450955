"""The first pass over a file: every line cleaned and laid aside, and what the lines say together.

Clean rows wait in a temporary file, so that memory stays small; a row is found again by its place there.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings

from catalog.importing.cleaning import Cleaner, CleanRow, Note, Unusable
from catalog.importing.columns import Layout, layout
from catalog.importing.files import BadLine, RawRow, Source, source
from catalog.importing.inferring import NOT_SPECS, Evidence, field_key, tidy
from devicehub.lib.money import shop_money

Home = tuple[str, ...]  # a product type's key by itself, or the folded path of a category
Progress = Callable[[], object]


class Spool:
    """Rows laid aside. Only this process writes and reads them, so pickling is safe."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115  it lives as long as the spool

    def put(self, row: CleanRow) -> int:
        place = self._file.seek(0, 2)
        pickle.dump(row, self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def get(self, places: Iterable[int]) -> list[CleanRow]:
        rows = []
        for place in places:
            self._file.seek(place)
            rows.append(pickle.load(self._file))
        return rows


@dataclass
class Unknown:
    """Something in the file that was not taken: how often, and the first time it was seen."""

    lines: int = 0
    line: int = 0
    value: str = ""

    def see(self, line: int, value: object) -> None:
        self.lines += 1
        if self.lines == 1:
            self.line, self.value = line, str(value)[:60]


@dataclass
class Reading:
    """What the first pass found. `groups` are the places of the lines of one product each, in the file's order."""

    source: Source
    layout: Layout
    spool: Spool = field(default_factory=Spool)
    groups: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    paths: dict[Home, tuple[str, ...]] = field(default_factory=dict)  # as first written
    evidence: dict[Home, dict[str, Evidence]] = field(default_factory=lambda: defaultdict(dict))
    skipped: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    currencies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    was_prices: int = 0
    rows: int = 0

    def spec_columns(self) -> set[str]:
        """Names of columns nobody spoke of whose every cell is an amount with its unit."""
        found: dict[str, bool] = {}
        for of_home in self.evidence.values():
            for seen in of_home.values():
                if seen.guessed:
                    found[seen.name] = found.get(seen.name, True) and seen.is_amounts
        return {name for name, is_spec in found.items() if is_spec}


def home_of(row: CleanRow) -> Home:
    return (row.product_type,) if row.product_type else ("", *folded(row.categories))


def folded(names: Iterable[str]) -> tuple[str, ...]:
    """Names of categories as they are compared: without regard to case."""
    return tuple(name.casefold() for name in names)


def read(
    path: Path,
    *,
    rules: Mapping[str, Any] | None = None,
    rates: Mapping[str, Decimal] | None = None,
    progress: Progress = bool,
) -> Reading:
    """Raises ImportRefused for a file that cannot be read as a whole."""
    rules = rules or {}
    found = source(path, encoding=rules.get("encoding", ""), separator=rules.get("delimiter", ""))
    reading = Reading(found, layout(found.headers, rules))
    cleaner = Cleaner(reading.layout, reading.remarks.append)
    seen: dict[str, int] = {}
    for line, raw in found.rows():
        progress()
        try:
            if isinstance(raw, BadLine):
                raise Unusable(raw.why)
            row = _cleaned(cleaner, line, raw, seen)
        except Unusable as reason:
            sku = cleaner.sku(raw.row if isinstance(raw, BadLine) else raw)
            del reading.remarks[_first_of(reading.remarks, line) :]
            reading.skipped.append(Note(line, sku, str(reason)))
        else:
            seen[row.sku] = line
            _convert(row, rates or {})
            _lay_aside(reading, row, raw)
    return reading


def _cleaned(cleaner: Cleaner, line: int, raw: RawRow, seen: Mapping[str, int]) -> CleanRow:
    sku = cleaner.sku(raw)
    if sku in seen:
        raise Unusable(f"the SKU stands on line {seen[sku]} already")
    return cleaner.clean(line, raw)


def _first_of(remarks: list[Note], line: int) -> int:
    """Where the remarks on this line, the last one read, begin: a line that is skipped is not mended as well."""
    at = len(remarks)
    while at and remarks[at - 1].line == line:
        at -= 1
    return at


def _convert(row: CleanRow, rates: Mapping[str, Decimal]) -> None:
    """Prices of a currency that has a rate become the shop's; others stay as they are."""
    if row.currency in rates:
        row.price = shop_money(row.price * rates[row.currency]).amount
        row.currency = settings.SHOP_CURRENCY


def _lay_aside(reading: Reading, row: CleanRow, raw: Mapping[str, Any]) -> None:
    home = home_of(row)
    reading.rows += 1
    reading.paths.setdefault(("", *folded(row.categories)), row.categories)
    if row.currency not in ("", settings.SHOP_CURRENCY):
        reading.currencies[row.currency] += 1
    reading.was_prices += any(
        value for header, value in raw.items() if (to := reading.layout.target(header)) and to.column == "was_price"
    )
    key = (row.group, row.categories[-1]) if row.group else ("", "", row.sku)
    reading.groups.setdefault(key, []).append(reading.spool.put(row))
    for name, value in row.specs.items():
        _see(reading.evidence[home], row, name, value, guessed=False)
    for name, value in row.guesses.items():
        _see(reading.evidence[home], row, name, value, guessed=True)


def _see(of_home: dict[str, Evidence], row: CleanRow, name: str, raw: Any, *, guessed: bool) -> None:
    value = tidy(name, raw)
    if value is None or name in NOT_SPECS:
        return
    key = field_key(name)
    seen = of_home.get(key)
    if seen is None:
        seen = of_home[key] = Evidence(name)
    seen.guessed &= guessed
    seen.header_unit = seen.header_unit or row.units.get(name, "")
    seen.see(value, row.group)

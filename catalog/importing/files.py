"""Opening a product file: what it is packed in, how its letters are coded, what parts its cells.

CSV with any usual separator, a JSON list, or a JSON object a line (.jsonl); each may be packed (.gz). Lines come one
at a time, so the size of the file does not matter.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from catalog.exceptions import CatalogError

SEPARATORS = (",", ";", "\t", "|")
CHUNK = 1 << 20
CELL_MAX = 4_000_000  # letters in one cell; Python's own limit is 131,072
PEEKED = 50
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

RawRow = dict[str, Any]


class ImportRefused(CatalogError):
    """The file as a whole cannot be read."""


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be parted into the cells of the header; `row` holds what can be told of it."""

    why: str
    row: RawRow = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A file that can be read. `headers` are the names of its columns, for JSON those of the first objects."""

    path: Path
    encoding: str
    separator: str  # empty for JSON
    headers: list[str]

    @property
    def words(self) -> str:
        parted = f", parted by {WORDS.get(self.separator, repr(self.separator))}" if self.separator else ", JSON"
        return f"Read as {NAMES.get(self.encoding, self.encoding)}{parted}."

    def rows(self) -> Iterator[tuple[int, RawRow | BadLine]]:
        """Each line with its number in the file; of a JSON list, the number of the object."""
        try:
            with _opened(self.path) as binary, io.TextIOWrapper(binary, self.encoding, newline="") as text:
                yield from _csv_rows(text, self.separator) if self.separator else _json_rows(text, self.path)
        except UnicodeDecodeError as error:
            raise ImportRefused(f"{self.path} is not {NAMES.get(self.encoding, self.encoding)}: {error}") from error


def source(path: Path, *, encoding: str = "", separator: str = "") -> Source:
    """Looks into the file. Raises ImportRefused when it cannot be read."""
    if len(separator) > 1:
        raise ImportRefused("The delimiter is one character.")
    try:
        coding = _known_encoding(encoding) if encoding else _encoding(path)
        with _opened(path) as binary, io.TextIOWrapper(binary, coding, newline="") as text:
            if _suffix(path) in (".json", ".jsonl", ".ndjson"):
                return Source(path, coding, "", _json_headers(text, path))
            head = "".join(islice(text, PEEKED))
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror or error}") from error
    except (UnicodeError, EOFError) as error:
        raise ImportRefused(f"{path} cannot be read: {error}") from error
    parted = separator or _separator(head)
    return Source(path, coding, parted, _headers(head, parted))


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


# Letters ------------------------------------------------------------------------------------------------------


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ImportRefused(f"There is no encoding called {name!r}.") from None


def _encoding(path: Path) -> str:
    """A mark at the start decides, then UTF-8 if all of it is, then Windows-1252 if that has letters for all bytes."""
    with _opened(path) as file:
        start = file.read(4096)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) >= start[0::2].count(0) else "utf-16-be"
    bad, good, at = _strangers(path)
    if not bad:
        return "utf-8"
    if good > bad or not _is_windows(path):
        raise ImportRefused(
            f"{path} is not UTF-8 (byte {at}), nor plainly anything else. Repair it or name its encoding (--encoding)."
        )
    return "cp1252"


def _strangers(path: Path) -> tuple[int, int, int]:
    """How many letters beyond ASCII are broken UTF-8, how many are whole, and the first broken byte."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    bad = good = seen = 0
    first = -1
    with _opened(path) as file:
        while chunk := file.read(CHUNK):
            broken = (text := decoder.decode(chunk)).count("\ufffd")
            if broken and first < 0:
                first = seen + len(text[: text.index("\ufffd")].encode())
            bad += broken
            good += sum(not letter.isascii() for letter in text) - broken if not text.isascii() else 0
            seen += len(chunk)
    return bad + decoder.decode(b"", True).count("\ufffd"), good, first


def _is_windows(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("cp1252")("strict")
    try:
        with _opened(path) as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


# CSV ----------------------------------------------------------------------------------------------------------


def _separator(head: str) -> str:
    """What parts the header and the lines below it into the same number of cells, the more the better."""

    def fit(separator: str) -> tuple[float, int]:
        rows = [row for row in _peek(head, separator) if row]
        width = len(rows[0]) if rows else 0
        even = sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0
        return (round(even, 1) if width > 1 else 0, width)

    return max(SEPARATORS, key=fit)


def _peek(head: str, separator: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator):
            rows.append(row)
    except csv.Error:
        pass  # the head may end in the middle of a cell
    return rows


def _headers(head: str, separator: str) -> list[str]:
    rows = _peek(head, separator)
    names = _named(rows[0]) if rows else []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ImportRefused(f"The header has a name more than once: {', '.join(twice)}.")
    return names


def _named(cells: list[str]) -> list[str]:
    return [cell.strip().lstrip("\ufeff") or f"column {number}" for number, cell in enumerate(cells, start=1)]


def _csv_rows(text: IO[str], separator: str) -> Iterator[tuple[int, RawRow | BadLine]]:
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(text, delimiter=separator, strict=True)
    headers = _named(next(reader, []))
    while True:
        started = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise ImportRefused(f"A quote that is opened on line {started} is never closed.") from error
            yield reader.line_num, BadLine(f"the line cannot be read ({error})")
            continue
        if any(cells):
            yield reader.line_num, _keyed(headers, cells)


def _keyed(headers: list[str], cells: list[str]) -> RawRow | BadLine:
    if len(cells) == len(headers):
        return dict(zip(headers, cells, strict=True))
    return BadLine("the line has not as many cells as the header", dict(zip(headers, cells, strict=False)))


# JSON ---------------------------------------------------------------------------------------------------------


def parse_json(text: str) -> Any:
    """Numbers stay exact; what is no number by JSON's own rules, such as NaN, is no JSON."""

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no number")

    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refuse)
    except RecursionError:
        raise ValueError("too deep") from None


def _json_headers(text: IO[str], path: Path) -> list[str]:
    rows = islice(_json_rows(text, path), PEEKED)
    return list(dict.fromkeys(chain.from_iterable(row for _line, row in rows if isinstance(row, dict))))


def _json_rows(text: IO[str], path: Path) -> Iterator[tuple[int, RawRow | BadLine]]:
    if _suffix(path) == ".json":
        yield from _listed_objects(text)
        return
    for line, written in enumerate(text, start=1):
        if written.strip():
            yield line, _object(written)


def _object(written: str) -> RawRow | BadLine:
    try:
        row = parse_json(written)
    except ValueError:
        return BadLine("the line is no JSON")
    return row if isinstance(row, dict) else BadLine("the line is no JSON object")


def _listed_objects(text: IO[str]) -> Iterator[tuple[int, RawRow | BadLine]]:
    """The objects of the outermost list, or of the list below "products"; one is taken apart at a time."""
    whole = text.read()
    begin = re.match(r'\s*(?:\{\s*"products"\s*:\s*)?\[\s*', whole)
    if begin is None:
        raise ImportRefused("The JSON is no list of products.")
    decoder = json.JSONDecoder(parse_float=Decimal)
    at, number = begin.end(), 0
    while at < len(whole) and whole[at] != "]":
        number += 1
        try:
            row, at = decoder.raw_decode(whole, at)
        except (ValueError, RecursionError) as error:
            raise ImportRefused(f"The JSON breaks off in product {number}.") from error
        yield number, row if isinstance(row, dict) else BadLine("this is no JSON object")
        at = re.compile(r"[\s,]*").match(whole, at).end()  # type: ignore[union-attr]
    if at >= len(whole):
        raise ImportRefused(f"The JSON breaks off after product {number}.")

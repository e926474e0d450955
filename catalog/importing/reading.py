"""From a CSV file to clean rows. What cannot be used is said with its line number, never dropped in silence."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import nh3
from django.utils.html import strip_tags
from stdnum import ean
from stdnum.exceptions import ValidationError

from catalog.exceptions import CatalogError

REQUIRED = ("sku", "name", "brand", "category_path", "price")
OPTIONAL = ("currency", "description", "spec", "gtin", "variant_group", "mpn", "was_price", "stock", "weight_g")
IGNORED = ("source", "image_url")
CATEGORY_SEPARATOR = ">"
MAX_PRICE = Decimal("9999999999.99")


class ImportRefused(CatalogError):
    """The file as a whole cannot be read."""


@dataclass(frozen=True)
class Note:
    """Something to say about a line of the file."""

    line: int
    sku: str
    text: str


@dataclass
class CleanRow:
    """A line whose every value fits its column."""

    line: int
    sku: str
    name: str
    brand: str
    categories: tuple[str, ...]
    price: Decimal
    currency: str = ""
    description: str = ""
    mpn: str = ""
    gtin: str = ""
    group: str = ""
    stock: int | None = None
    weight_g: int | None = None
    specs: dict[str, Any] = field(default_factory=dict)


class Unusable(Exception):
    """A line that must be skipped; the text says why."""


def read_rows(path: Path) -> tuple[list[CleanRow], list[Note], list[Note]]:
    """The clean rows of a file, the lines skipped and why, and remarks on lines that were mended."""
    rows: list[CleanRow] = []
    skipped: list[Note] = []
    remarks: list[Note] = []
    seen: dict[str, int] = {}
    for line, raw in _raw_rows(path):
        sku = (raw.get("sku") or "").strip()
        try:
            if sku in seen:
                raise Unusable(f"the SKU stands on line {seen[sku]} already")
            rows.append(_clean(line, raw, remarks))
        except Unusable as reason:
            skipped.append(Note(line, sku, str(reason)))
        else:
            seen[sku] = line
    return rows, skipped, remarks


def _raw_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(reader.fieldnames or [])
            for raw in reader:
                yield reader.line_num, raw
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path} is not UTF-8 (byte {error.start})") from error
    except csv.Error as error:
        raise ImportRefused(f"{path}: {error}") from error


def _check_header(columns: list[str] | Any) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in REQUIRED + OPTIONAL + IGNORED]
    if missing:
        raise ImportRefused(f"The header lacks {', '.join(missing)}.")
    if unknown:
        raise ImportRefused(f"The header has columns that are not known: {', '.join(unknown)}.")


def _clean(line: int, raw: dict[str, str], remarks: list[Note]) -> CleanRow:
    if None in raw or None in raw.values():  # csv's way of saying too many or too few cells
        raise Unusable("the line has not as many cells as the header")
    text = {name: _without_control(value) for name, value in raw.items()}
    row = CleanRow(
        line=line,
        sku=_required(text, "sku", 64),
        name=_required(text, "name", 200),
        brand=_required(text, "brand", 120),
        categories=_categories(text["category_path"]),
        price=_price(text["price"]),
        currency=text.get("currency", "").upper(),
        description=_plain(text.get("description", "")),
        mpn=text.get("mpn", "")[:80],
        group=text.get("variant_group", ""),
        stock=_whole(text, "stock"),
        weight_g=_whole(text, "weight_g"),
        specs=_specs(text.get("spec", "")),
    )
    if row.stock is None and isinstance(row.specs.get("stock"), int):
        row.stock = _opening(row.specs.pop("stock"))
    row.gtin = _gtin(text.get("gtin", ""), row, remarks)
    if text.get("was_price"):
        remarks.append(Note(line, row.sku, "was_price is computed from the history of prices: left out"))
    return row


def _without_control(value: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", value).strip()


def _required(text: dict[str, str], name: str, longest: int) -> str:
    value = text[name]
    if not value:
        raise Unusable(f"no {name}")
    if len(value) > longest:
        raise Unusable(f"{name} has {len(value)} characters, {longest} fit")
    return value


def _categories(path: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in path.split(CATEGORY_SEPARATOR) if name.strip())
    if not names:
        raise Unusable("no category_path")
    if any(len(name) > 120 for name in names):
        raise Unusable("a category's name has more than 120 characters")
    return names


def _price(value: str) -> Decimal:
    if not value:
        raise Unusable("no price")
    try:
        price = Decimal(value)
    except InvalidOperation:
        raise Unusable(f"{value!r} is no price") from None
    if not price.is_finite() or not 0 < price <= MAX_PRICE:
        raise Unusable(f"{value!r} is no price above zero")
    if price != price.quantize(Decimal("0.01")):
        raise Unusable(f"{value!r} has fractions of a cent")
    return price.quantize(Decimal("0.01"))


def _whole(text: dict[str, str], name: str) -> int | None:
    value = text.get(name, "")
    if not value:
        return None
    if not re.fullmatch(r"\d{1,7}", value):
        raise Unusable(f"{name} {value!r} is no whole number")
    return int(value)


def _opening(stock: int) -> int:
    """Some files keep the stock figure among the specs."""
    return min(max(stock, 0), 9_999_999)


def _gtin(value: str, row: CleanRow, remarks: list[Note]) -> str:
    if not value:
        return ""
    try:
        return ean.validate(value)
    except ValidationError:
        remarks.append(Note(row.line, row.sku, f"GTIN {value[:20]} fails its check digit: left out"))
        return ""


def _plain(value: str) -> str:
    """Text without markup: suppliers' descriptions come as HTML."""
    return strip_tags(nh3.clean(value, tags={"p", "br"})).strip() if "<" in value else value


def _specs(value: str) -> dict[str, Any]:
    if not value:
        return {}
    try:
        specs = json.loads(value)
    except ValueError:
        raise Unusable("spec is no JSON") from None
    if not isinstance(specs, dict):
        raise Unusable("spec is no JSON object")
    return specs

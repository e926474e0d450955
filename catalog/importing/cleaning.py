"""From the cells of a line to a clean row. What does not fit is mended with a remark, or the line is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import ean
from stdnum.exceptions import ValidationError

from catalog import units
from catalog.cells import unguarded
from catalog.exceptions import SpecError
from catalog.importing.columns import IGNORED, Layout
from catalog.importing.files import RawRow, parse_json
from catalog.importing.texts import cut, plain, tidied
from catalog.models import Brand, Category, Product, Variant

CATEGORY_SEPARATOR = ">"
CATEGORY_NAME_MAX = Category._meta.get_field("name").max_length or 0
DEPTH_MAX = (Category._meta.get_field("path").max_length or 0) // Category.steplen
BRAND_MAX = Brand._meta.get_field("name").max_length or 0
NAME_MAX = Product._meta.get_field("name").max_length or 0
SUMMARY_MAX = Product._meta.get_field("summary").max_length or 0
MPN_MAX = Product._meta.get_field("mpn").max_length or 0
SKU_MAX = Variant._meta.get_field("sku").max_length or 0
SOURCE_MAX = 1000
NO_BRAND = "Unbranded"
MAX_PRICE = Decimal("9999999999.99")
STOCK_MAX = 9_999_999
CENT = Decimal("0.01")
SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}
AROUND = re.compile(r"^(?P<before>[^\d+\-−.,]*)(?P<figure>[+\-−]?[\d.,][\d.,'’\s\u00a0\u202f]*)(?P<after>[^\d]*)$")
PARTED = re.compile(r"[\s,;|/]+")
ADDRESSES = re.compile(r"[\s|]+|[,;](?=\s*https?://)")
YES, NO = ("yes", "true", "1", "y", "ja"), ("no", "false", "0", "n", "nein")


class Unusable(Exception):
    """A line that must be skipped; the text says why."""


@dataclass(frozen=True)
class Note:
    """Something to say about a line of the file."""

    line: int
    sku: str
    text: str


@dataclass
class CleanRow:
    """A line whose every value fits its column. What the file does not say is empty or None."""

    line: int
    sku: str
    name: str
    brand: str
    categories: tuple[str, ...]
    price: Decimal
    currency: str = ""
    description: str = ""
    summary: str = ""
    box_contents: str = ""
    product_type: str = ""
    mpn: str = ""
    gtin: str = ""
    group: str = ""
    condition: str = ""
    tax_class: str = ""
    stock: int | None = None
    weight_g: int | None = None
    warranty_months: int | None = None
    is_published: bool | None = None
    is_active: bool | None = None
    pictures: tuple[str, ...] = ()
    specs: dict[str, Any] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)  # cells of columns that may turn out to be specs
    units: dict[str, str] = field(default_factory=dict)  # of specs, from the header or the mapping


class Cleaner:
    """Reads the lines of one file by its layout. `remark` hears what was mended, with line and SKU."""

    def __init__(self, layout: Layout, remark: Callable[[Note], object]) -> None:
        self.layout, self._tell = layout, remark
        self._line, self._sku = 0, ""

    def sku(self, raw: RawRow) -> str:
        return self._cells(raw)[0].get("sku", "")[:SKU_MAX]

    def clean(self, line: int, raw: RawRow) -> CleanRow:
        text, specs, guesses, spec_units = self._cells(raw)
        self._line, self._sku = line, text.get("sku", "")[:SKU_MAX]
        price, currency = self._price(text)
        row = CleanRow(
            line=line,
            sku=self._sku_of(text),
            name=plain(text.get("name", "")),
            brand=self._brand(text),
            categories=self._categories(text.get("category_path", "")),
            price=price,
            currency=currency,
            description=plain(text.get("description", "")),
            summary=self._fitting("summary", plain(text.get("summary", "")), SUMMARY_MAX),
            box_contents=plain(text.get("box_contents", "")),
            product_type=text.get("product_type", ""),
            mpn=self._mpn(text.get("mpn", "")),
            group=text.get("variant_group", ""),
            condition=self._one_of("condition", text, Variant.Condition.values),
            tax_class=self._one_of("tax_class", text, Variant.TaxClass.values),
            stock=self._whole(text, "stock"),
            weight_g=self._weight(text),
            warranty_months=self._whole(text, "warranty_months"),
            is_published=self._flag(text, "published"),
            is_active=self._flag(text, "on_sale"),
            gtin=self._gtin(text.get("gtin", "")),
            pictures=self._pictures(text.get("image_url", "")),
            specs=specs | self._specs(raw),
            guesses=guesses,
            units=spec_units,
        )
        self._mend_name(row)
        self._stock_among_specs(row)
        return row

    def remark(self, text: str) -> None:
        self._tell(Note(self._line, self._sku, text))

    # Cells --------------------------------------------------------------------------------------------------------

    def _cells(self, raw: RawRow) -> tuple[dict[str, str], dict[str, Any], dict[str, str], dict[str, str]]:
        """Our columns, specs, guesses at specs, and the units of specs."""
        text: dict[str, str] = {}
        specs: dict[str, Any] = {}
        guesses: dict[str, str] = {}
        spec_units: dict[str, str] = {}
        for header, value in raw.items():
            target = self.layout.target(header)
            if target is None or target.column in (*IGNORED, "spec"):
                continue
            if target.column:
                text[target.column] = cell(value)
            elif target.guessed and not isinstance(value, dict):
                guesses[header] = cell(value)
            elif not target.guessed:
                specs[target.spec] = self._parts(f"spec:{target.spec}", value)
            if target.unit and target.spec:
                spec_units[target.spec] = target.unit
        for column, value in self.layout.constants.items():
            text[column] = text.get(column) or value
        return text, {name: value for name, value in specs.items() if value not in ("", None)}, guesses, spec_units

    def _parts(self, column: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = cell(value)
        mark = self.layout.separators.get(column)
        parts = [part.strip() for part in text.split(mark)] if mark else []
        return [part for part in parts if part] if len(parts) > 1 else text

    def _unit(self, column: str) -> str:
        return next((t.unit for t in self.layout.targets.values() if t and t.column == column and t.unit), "")

    # One column each ----------------------------------------------------------------------------------------------

    def _sku_of(self, text: Mapping[str, str]) -> str:
        sku = required(text, "sku")
        if len(sku) > SKU_MAX:
            raise Unusable(f"sku has {len(sku)} characters, {SKU_MAX} fit")
        return sku

    def _brand(self, text: Mapping[str, str]) -> str:
        brand = plain(text.get("brand", ""))
        if not brand:
            self.remark(f"no brand: “{NO_BRAND}” stands there")
        return self._fitting("brand", brand or NO_BRAND, BRAND_MAX)

    def _fitting(self, column: str, value: str, longest: int) -> str:
        if len(value) > longest:
            self.remark(f"{column} has {len(value)} characters, {longest} fit: cut")
        return cut(value, longest)

    def _mend_name(self, row: CleanRow) -> None:
        """A name that is too long is cut; the whole of it begins the description."""
        row.name = " ".join(row.name.split())
        if not row.name:
            raise Unusable("no name")
        if len(row.name) > NAME_MAX:
            self.remark(f"name has {len(row.name)} characters, {NAME_MAX} fit: cut, all of it begins the description")
            row.description = f"{row.name}\n\n{row.description}".strip()
            row.name = cut(row.name, NAME_MAX)

    def _categories(self, path: str) -> tuple[str, ...]:
        mark = self.layout.separators.get("category_path", CATEGORY_SEPARATOR)
        names = tuple(" ".join(plain(name).split()) for name in plain(path).split(mark) if name.strip())
        if not names:
            raise Unusable("no category_path")
        if len(names) > DEPTH_MAX:
            raise Unusable(f"category_path has {len(names)} levels, {DEPTH_MAX} are possible")
        return tuple(self._fitting("a category's name", name, CATEGORY_NAME_MAX) for name in names)

    def _price(self, text: Mapping[str, str]) -> tuple[Decimal, str]:
        price, sign = price_of(required(text, "price"))
        currency = text.get("currency", "").upper() or sign or self._unit("price")
        return price, currency

    def _mpn(self, value: str) -> str:
        if len(value) > MPN_MAX:
            self.remark(f"mpn has {len(value)} characters, {MPN_MAX} fit: left out")
            return ""
        return value

    def _one_of(self, column: str, text: Mapping[str, str], accepted: Iterable[str]) -> str:
        value = text.get(column, "").casefold().replace(" ", "-").replace("_", "-")
        if value and value not in accepted:
            self.remark(f"{column} {value[:40]!r} is none of {', '.join(accepted)}: left out")
            return ""
        return value

    def _flag(self, text: Mapping[str, str], column: str) -> bool | None:
        word = text.get(column, "").casefold()
        if word and word not in YES + NO:
            self.remark(f"{column} {word[:40]!r} is neither yes nor no: left out")
        return word in YES if word in YES + NO else None

    def _whole(self, text: Mapping[str, str], column: str) -> int | None:
        """A count. One below zero is taken as none, as suppliers book back orders."""
        value = text.get(column, "")
        if not value:
            return None
        found = re.fullmatch(r"([+\-−]?)(\d{1,7})(?:[.,]0+)?", value)
        if not found:
            raise Unusable(f"{column} {value[:40]!r} is no whole number")
        if found[1] in ("-", "−") and int(found[2]):
            self.remark(f"{column} {value} is below zero: taken as 0")
            return 0
        return int(found[2])

    def _weight(self, text: Mapping[str, str]) -> int | None:
        """Grams. A bare figure counts only where the column says its unit."""
        value = text.get("weight_g", "")
        unit = self._unit("weight_g") or ("g" if "weight_g" in self.layout.targets else "")
        if not value:
            return None
        if not unit and re.fullmatch(r"[\d.,\s]+", value):
            self.remark(f"weight {value[:40]!r} has no unit: left out")
            return None
        try:
            amount = units.parse(value, unit or "g")
        except SpecError:
            raise Unusable(f"weight_g {value[:40]!r} is no whole number") from None
        return int(min(units.stored(amount, unit or "g"), Decimal(2_000_000_000)).to_integral_value())

    def _gtin(self, value: str) -> str:
        """The first number that checks. What does not check, and what is one too many, is said."""
        wrong: list[str] = []
        right: list[str] = []
        for part in filter(None, gtin_parts(value, self.layout.separators.get("gtin", ""))):
            number = checked_gtin(part)
            (right if number else wrong).append(number or part)
        for part in wrong:
            self.remark(f"GTIN {part[:20]} fails its check digit: left out")
        right = list(dict.fromkeys(right))
        if len(right) > 1:
            self.remark(f"several GTINs: {right[0]} is taken, left out {', '.join(right[1:])[:120]}")
        return right[0] if right else ""

    def _pictures(self, value: str) -> tuple[str, ...]:
        mark = self.layout.separators.get("image_url")
        parts = value.split(mark) if mark else ADDRESSES.split(value) if "://" in value else re.split(r"[|;,]", value)
        found = [part.strip() for part in parts if part.strip()]
        for part in found:
            if len(part) > SOURCE_MAX:
                self.remark(f"image_url has {len(part)} characters, {SOURCE_MAX} fit: left out")
        return tuple(dict.fromkeys(part for part in found if len(part) <= SOURCE_MAX))

    def _specs(self, raw: RawRow) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for header, value in raw.items():
            target = self.layout.target(header)
            if target and target.column == "spec":
                found |= flat(value if not isinstance(value, str) else parsed_specs(cell(value)))
        return found

    def _stock_among_specs(self, row: CleanRow) -> None:
        """Some files keep the stock figure among the specs."""
        if row.stock is None and isinstance(row.specs.get("stock"), int):
            row.stock = min(max(row.specs.pop("stock"), 0), STOCK_MAX)


def cell(value: Any) -> str:
    """What stands in a cell as text; lists of a JSON file as one cell with several values."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " | ".join(cell(part) for part in value)
    if isinstance(value, Decimal):
        return str(value)
    return unguarded(tidied(str(value)))


def required(text: Mapping[str, str], name: str) -> str:
    value = text.get(name, "")
    if not value:
        raise Unusable(f"no {name}")
    return value


def price_of(value: str) -> tuple[Decimal, str]:
    """ "1.299,00 €" → 1299.00 and EUR. Raises Unusable for no price, none above zero, and parts of a cent."""
    try:
        price, sign = Decimal(value), ""
    except InvalidOperation:
        price, sign = _written_price(value)
    if not price.is_finite() or not 0 < price <= MAX_PRICE:
        raise Unusable(f"{value[:40]!r} is no price above zero")
    if price != price.quantize(CENT):
        raise Unusable(f"{value[:40]!r} has fractions of a cent")
    return price.quantize(CENT), sign


def _written_price(value: str) -> tuple[Decimal, str]:
    found = AROUND.match(value)
    words = [found[name].strip(" .-–") for name in ("before", "after")] if found else []
    signs = [SIGNS.get(word, word.upper()) for word in words if word]
    if found is None or len(signs) > 1 or any(not re.fullmatch("[A-Z]{3}", sign) for sign in signs):
        raise Unusable(f"{value[:40]!r} is no price")
    try:
        amount = units.parse(found["figure"].strip().lstrip("+-−"))
    except SpecError:
        raise Unusable(f"{value[:40]!r} is no price") from None
    return -amount if found["figure"].startswith(("-", "−")) else amount, signs[0] if signs else ""


def gtin_parts(value: str, mark: str) -> list[str]:
    """The numbers of a cell; spreadsheets write ="0123" to keep a zero in front."""
    bare = value.replace('="', "").replace('"', "")
    if not mark and ean.is_valid(ean.compact(bare)):
        return [bare]
    return [part.strip() for part in (bare.split(mark) if mark else PARTED.split(bare))]


def checked_gtin(part: str) -> str:
    """The number if its last digit checks, with the zeros that a spreadsheet took from its front; else empty."""
    digits = ean.compact(part)
    tries = [digits, *(digits.zfill(length) for length in (12, 13) if digits.isdigit() and 9 < len(digits) < length)]
    for number in tries:
        try:
            return ean.validate(number)
        except ValidationError:
            continue
    return ""


def parsed_specs(text: str) -> Any:
    if not text:
        return {}
    try:
        specs = parse_json(text)
    except ValueError:
        raise Unusable("spec is no JSON") from None
    if not isinstance(specs, dict | list):
        raise Unusable("spec is no JSON object")
    return specs


def flat(specs: Any) -> dict[str, Any]:
    """Name → value. Takes {"RAM": …}, [{"name": "RAM", "value": …}] and groups of either, one below the other."""
    if isinstance(specs, list):
        named = [one for one in specs if isinstance(one, dict) and "name" in one and "value" in one]
        if len(named) != len(specs):
            raise Unusable("spec is no JSON object")
        specs = {str(one["name"]): _with_unit(one) for one in named}
    if not isinstance(specs, dict):
        return {}
    found: dict[str, Any] = {}
    for name, value in specs.items():
        if isinstance(value, dict):
            found |= {f"{tidied(str(name))} {inner}": one for inner, one in flat(value).items()}
        else:
            found[tidied(str(name))] = _tidy(value)
    return found


def _with_unit(one: Mapping[str, Any]) -> Any:
    return f"{one['value']} {one['unit']}" if one.get("unit") else one["value"]


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return tidied(value)
    if isinstance(value, list):
        return [_tidy(part) for part in value if part not in (None, "")]
    return value

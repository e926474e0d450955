"""Which spec fields a kind of device asks for, judged by all the values that a file has for them.

Values are seen one at a time and only what decides is kept, so the size of the file does not matter.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.text import slugify

from catalog import units
from catalog.exceptions import SpecError
from catalog.importing.columns import unit_symbol
from catalog.models import SpecChoice, SpecField
from catalog.units.reading import TEXT_MAX

Kind = SpecField.Kind

# Units that files of the trade leave to the reader; a key that is not here has none.
UNITS = {
    "screen_size": "in",
    "capacity": "GB",
    "refresh_rate": "Hz",
    "response_time": "ms",
    "frequency_response": "Hz",
    "max_dpi": "dpi",
    "fov": "°",
    "wattage": "W",
    "capacity_w": "W",
    "capacity_va": "VA",
    "sample_rate": "kHz",
    "snr": "dB",
    "cache": "MB",
    "max_memory": "GB",
    "dimension_width": "cm",
    "dimension_height": "cm",
    "dimension_depth": "cm",
}
RESOLUTIONS = {"resolution"}
HERTZ_TO_KILOHERTZ = {"frequency_response"}
# Facts about the offer, not about the device, or computed from others.
NOT_SPECS = {
    "discount_percentage",
    "minimum_order_quantity",
    "price_per_gb",
    "rating",
    "return_policy",
    "shipping",
    "tags",
    "warranty",
    "weight",
}
NOTHING = ("", "-", "–", "—", "n/a", "null")
MOST_CHOICES = 60
LONGEST_CHOICE = 60
KEY_MAX = SpecField._meta.get_field("key").max_length or 0
LABEL_MAX = SpecField._meta.get_field("label").max_length or 0
VALUE_MAX = SpecChoice._meta.get_field("value").max_length or 0
BARE = re.compile(r"[+\-−]?(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?")
TRAILING = re.compile(r"\d\s*(?P<unit>\D+)$")
# Read as a unit these mislead: 5G is a network, 4K a picture, USB C a plug.
TOO_SHORT = ("G", "T", "K", "C", "F", "M", "L", "a", "d", "D")
FLAGS = ("yes", "no", "true", "false")


@lru_cache(maxsize=8192)
def field_key(name: str) -> str:
    """The key of a field of this name; a name in another script gets one by its letters."""
    return slugify(name.replace("_", "-"))[:KEY_MAX] or f"x{zlib.crc32(name.encode()):08x}"


@lru_cache(maxsize=65536)
def choice_value(label: str) -> str:
    """The address word of a choice; "C++" and "C" are two."""
    words = label.replace("+", " plus ").replace("#", " sharp ") if "+" in label or "#" in label else label
    return (slugify(words) or slugify(words, allow_unicode=True))[:VALUE_MAX].strip("-")


def tidy(name: str, value: Any) -> Any:
    """A value as the spec engine takes it: pairs that are resolutions or frequency ranges get their meaning."""
    if value is None or value == [] or (isinstance(value, str) and value.casefold() in NOTHING):
        return None
    if name in RESOLUTIONS and isinstance(value, list):
        return " × ".join(str(part) for part in value)
    if name in HERTZ_TO_KILOHERTZ and _is_pair_of_numbers(value):
        low, high = (Decimal(str(part)) for part in value)
        return (low, high * 1000)
    return value


def _is_pair_of_numbers(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(is_number(part) for part in value)


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


@lru_cache(maxsize=65536)
def written_unit(text: str) -> str | None:
    """The unit of an amount such as "1 TB" or '6.1"', empty for a bare figure, None for what is no amount."""
    if BARE.fullmatch(text):
        return ""
    if len(text) > TEXT_MAX or not any(letter.isdigit() for letter in text):
        return None
    found = TRAILING.search(text)
    written = found["unit"].strip() if found else ""
    symbol = unit_symbol(written) if written and written not in TOO_SHORT else ""
    if not symbol:
        return None
    try:
        units.parse_range(text, symbol)
    except SpecError:
        return None
    return symbol


@dataclass
class Evidence:
    """What is known of one field's values so far."""

    name: str
    header_unit: str = ""
    guessed: bool = True  # all of it stands in columns that nobody said are specs
    varies: bool = False  # within a group of variants
    has_list: bool = False
    count: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    symbols: Counter[str] = field(default_factory=Counter)  # of amounts in text
    words: set[str] = field(default_factory=set)
    has_long_word: bool = False
    by_group: dict[str, str] = field(default_factory=dict)

    def see(self, value: Any, group: str) -> None:
        self.count += 1
        self.kinds[self._kind_of(value)] += 1
        self.has_list |= isinstance(value, list)
        if len(self.words) <= MOST_CHOICES:
            for word in words_of(value):
                self.words.add(word[: LONGEST_CHOICE + 1])
                self.has_long_word |= len(word) > LONGEST_CHOICE or not choice_value(word)
        if group and not self.varies:
            said = str(value)
            self.varies = self.by_group.setdefault(group, said) != said

    def _kind_of(self, value: Any) -> str:
        if isinstance(value, bool):
            return "flag"
        if is_number(value) or isinstance(value, tuple):
            return "number"
        if not isinstance(value, str):
            return "other"
        if value.casefold() in FLAGS:
            return "flag"
        symbol = written_unit(value)
        if symbol:
            self.symbols[symbol] += 1
        return "other" if symbol is None else "amount" if symbol else "number"

    def add(self, other: Evidence) -> None:
        """Evidence of the same field from another category of the same type."""
        self.header_unit = self.header_unit or other.header_unit
        self.guessed &= other.guessed
        self.varies |= other.varies
        self.has_list |= other.has_list
        self.count += other.count
        self.kinds += other.kinds
        self.symbols += other.symbols
        self.words |= other.words
        self.has_long_word |= other.has_long_word

    @property
    def is_amounts(self) -> bool:
        """Whether every value is an amount with its unit: a fact about a device, whatever the column is called."""
        return self.count == self.kinds["amount"] and self._unit_family() is not None

    def field(self) -> SpecField:
        kind = self._kind()
        return SpecField(
            key=field_key(self.name),
            label=self.name.replace("_", " ").replace("-", " ").capitalize()[:LABEL_MAX],
            kind=kind,
            unit=self._unit() if kind == Kind.NUMBER else "",
            multiple=kind == Kind.CHOICE and self.has_list,
            scope=SpecField.Scope.VARIANT if self.varies else SpecField.Scope.PRODUCT,
            is_facet=kind != Kind.TEXT,
        )

    def _kind(self) -> str:
        """The narrowest kind that holds every value. A unit in the header says that it is a number."""
        if self.kinds["flag"] == self.count:
            return Kind.BOOLEAN
        if self.header_unit or self._is_number():
            return Kind.NUMBER
        if len(self.words) <= MOST_CHOICES and not self.has_long_word:
            return Kind.CHOICE
        return Kind.TEXT

    def _is_number(self) -> bool:
        figures, amounts = self.kinds["number"], self.kinds["amount"]
        if figures + amounts < self.count or self._unit_family() is None:
            return False
        return not amounts or not figures or self._default_fits()

    def _unit_family(self) -> str | None:
        """The family that all written units belong to; empty when none is written, None when they disagree."""
        families = {units.BY_SYMBOL[symbol].family for symbol in self.symbols}
        return None if len(families) > 1 else next(iter(families), "")

    def _default_fits(self) -> bool:
        default = UNITS.get(self.name, "")
        return bool(default) and units.BY_SYMBOL[default].family == self._unit_family()

    def _unit(self) -> str:
        """The header's, else the trade's, else the one most written; the one first in the table wins a draw."""
        if self.header_unit or not self.symbols:
            return self.header_unit or UNITS.get(self.name, "")
        if self._default_fits():
            return UNITS[self.name]
        most = max(self.symbols.values())
        return next(unit.symbol for unit in units.TABLE if self.symbols[unit.symbol] == most)


def words_of(value: Any) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]

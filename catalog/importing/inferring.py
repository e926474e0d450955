"""Which spec fields a category's rows ask for, judged by all their values together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from catalog.importing.reading import CleanRow
from catalog.models import SpecField

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
MOST_CHOICES = 60
LONGEST_CHOICE = 60


@dataclass(frozen=True)
class FieldPlan:
    key: str
    label: str
    kind: str
    unit: str = ""
    multiple: bool = False
    varies: bool = False  # within a group of variants


def field_key(name: str) -> str:
    return slugify(name.replace("_", "-"))[:60]


def tidy(name: str, value: Any) -> Any:
    """A value as the spec engine takes it: pairs that are resolutions or frequency ranges get their meaning."""
    if value is None or value == "" or value == []:
        return None
    if name in RESOLUTIONS and isinstance(value, list):
        return " × ".join(str(part) for part in value)
    if name in HERTZ_TO_KILOHERTZ and isinstance(value, list) and len(value) == 2:
        low, high = (Decimal(str(part)) for part in value)
        return (low, high * 1000)
    if isinstance(value, float):
        return Decimal(str(value))
    return value


def plan_fields(rows: Iterable[CleanRow]) -> dict[str, FieldPlan]:
    """The spec fields of one product type, by key."""
    values: dict[str, list[Any]] = defaultdict(list)
    by_group: dict[tuple[str, str], set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for row in rows:
        for name, raw in row.specs.items():
            value = tidy(name, raw)
            if name in NOT_SPECS or value is None or not field_key(name):
                continue
            key = field_key(name)
            names[key] = name
            values[key].append(value)
            if row.group:
                by_group[key, row.group].add(str(value))
    varying = {key for (key, _group), seen in by_group.items() if len(seen) > 1}
    return {key: _plan_field(key, names[key], found, varies=key in varying) for key, found in values.items()}


def _plan_field(key: str, name: str, values: list[Any], *, varies: bool) -> FieldPlan:
    kind, multiple = _kind(values)
    label = name.replace("_", " ").replace("-", " ").capitalize()[:80]
    unit = UNITS.get(name, "") if kind == Kind.NUMBER else ""
    return FieldPlan(key, label, kind, unit, multiple, varies)


def _kind(values: list[Any]) -> tuple[str, bool]:
    """The narrowest kind that holds every value, and whether there are several at a time."""
    if all(isinstance(value, bool) for value in values):
        return Kind.BOOLEAN, False
    if all(_is_number(value) for value in values):
        return Kind.NUMBER, False
    words = {word for value in values for word in _words(value)}
    if len(words) <= MOST_CHOICES and all(len(word) <= LONGEST_CHOICE and slugify(word) for word in words):
        return Kind.CHOICE, any(isinstance(value, list) for value in values)
    return Kind.TEXT, False


def _is_number(value: Any) -> bool:
    if isinstance(value, tuple):
        return True
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _words(value: Any) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]

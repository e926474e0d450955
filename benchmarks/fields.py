"""Spec fields with everything that a device may say in them, worked out once: a product only picks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from django.utils.text import slugify

from catalog import specs, units
from catalog.models import SpecField

Kind = SpecField.Kind
Scope = SpecField.Scope

SETS = 24  # different sets of a field with several choices
FILLED = 0.97  # data sheets have gaps

COLOURS = {
    "Black": "#1c1c1e",
    "Graphite": "#53565a",
    "Silver": "#d5d7da",
    "White": "#f5f5f2",
    "Blue": "#2f5d8c",
    "Green": "#3f6b52",
    "Sand": "#d8c7a6",
    "Red": "#b3322c",
    "Violet": "#7b6ca8",
    "Copper": "#b0714b",
}


@dataclass(frozen=True)
class Columns:
    """A SpecValue without its product; `choice` is the slug. Numbers are text in the family's base unit."""

    number: str | None = None
    number_high: str | None = None
    choice: str = ""
    flag: bool | None = None
    text: str = ""


@dataclass(frozen=True, eq=False)
class Value:
    """`raw` is what a supplier's file says, `label` what a variant is called by; several choices make several rows."""

    key: str
    raw: Any
    label: str
    rows: tuple[Columns, ...]


@dataclass(frozen=True, eq=False)
class Field:
    key: str
    label: str
    kind: str
    values: Sequence[Value]
    unit: str = ""
    scope: str = Scope.PRODUCT
    multiple: bool = False
    facet: bool = True
    card: bool = False
    better: str = SpecField.Better.NONE
    choices: Sequence[str] = field(default=())

    def pick(self, rnd: Callable[[], float]) -> Value | None:
        """What comes first in the list is common, what comes last is rare; sometimes nothing is known."""
        if rnd() > FILLED:
            return None
        return self.values[int(rnd() ** 1.5 * len(self.values))]


def number(key: str, label: str, unit: str, amounts: Iterable[float], **more: Any) -> Field:
    return Field(key, label, Kind.NUMBER, [_number(key, unit, (amount,)) for amount in amounts], unit=unit, **more)


def span(key: str, label: str, unit: str, ends: Iterable[tuple[float, float]], **more: Any) -> Field:
    return Field(key, label, Kind.NUMBER, [_number(key, unit, pair) for pair in ends], unit=unit, **more)


def choice(key: str, label: str, labels: str, **more: Any) -> Field:
    words = labels.split(", ")
    return Field(key, label, Kind.CHOICE, [_choices(key, [word]) for word in words], choices=words, **more)


def several(key: str, label: str, labels: str, **more: Any) -> Field:
    words = labels.split(", ")
    random = Random(key)
    sets = [sorted(random.sample(words, random.randint(1, min(4, len(words)))), key=words.index) for _ in range(SETS)]
    return Field(key, label, Kind.CHOICE, [_choices(key, some) for some in sets], multiple=True, choices=words, **more)


def flag(key: str, label: str, share: float = 0.5, **more: Any) -> Field:
    """`share` of the devices have it."""
    yes, no = (Value(key, raw, label, (Columns(flag=raw),)) for raw in (True, False))
    often = round(10 * share ** (2 / 3))  # undoes the slope of `pick`
    return Field(key, label, Kind.BOOLEAN, [yes] * often + [no] * (10 - often), **more)


def text(key: str, label: str, texts: Iterable[str], **more: Any) -> Field:
    values = [Value(key, words, words, (Columns(text=words),)) for words in texts]
    return Field(key, label, Kind.TEXT, values, facet=False, **more)


def colour() -> Field:
    return choice("colour", "Colour", ", ".join(COLOURS), scope=Scope.VARIANT)


def _number(key: str, unit: str, ends: tuple[float, ...]) -> Value:
    stored = [units.stored(Decimal(str(end)), unit) for end in ends]
    low, high = stored[0], stored[1] if len(stored) > 1 else None
    columns = Columns(number=f"{low:f}", number_high=None if high is None else f"{high:f}")
    raw = ends[0] if len(ends) == 1 else list(ends)
    return Value(key, raw, specs.number_text(low, high, unit), (columns,))


def _choices(key: str, labels: list[str]) -> Value:
    rows = tuple(Columns(choice=slugify(label)) for label in labels)
    return Value(key, labels[0] if len(labels) == 1 else labels, ", ".join(labels), rows)

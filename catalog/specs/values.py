"""One value of one field: reading what was typed into its kind, and telling it in words.

Values are read here and nowhere else, so text such as "1 TB" may come from a form, a file or a test alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from catalog import units
from catalog.exceptions import SpecError
from catalog.models import SpecChoice, SpecField, SpecValue

Kind = SpecField.Kind

TEXT_MAX = SpecValue._meta.get_field("text").max_length or 0
COLUMNS = ("number", "number_high", "second", "third", "choice_id", "flag", "text")
YES = ("yes", "y", "true", "1", "on")
NO = ("no", "n", "false", "0", "off")

# Reading what was typed ---------------------------------------------------------------------------------------


def read_value(field: SpecField, raw: object) -> list[SpecValue]:
    """Unsaved rows for what was typed or read: none for nothing, one each for a multiple choice."""
    if raw is None or raw == "" or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return []
    try:
        return [SpecValue(field=field, **columns) for columns in READ[Kind(field.kind)](field, raw)]
    except SpecError as error:
        raise SpecError(f"{field.label}: {error}") from None


def accepted(kind: str, unit: str = "") -> str:
    """What may be written in such a field, with examples; for help texts."""
    if kind == Kind.SIZE:
        return units.accepted(unit, sides=True)
    if kind == Kind.CHOICE:
        return _("one of the choices, by its label")
    if kind == Kind.BOOLEAN:
        return _("yes or no")
    if kind == Kind.TEXT:
        return _("any text of %(max)d characters at most") % {"max": TEXT_MAX}
    example = units.BY_SYMBOL[unit].example if unit in units.BY_SYMBOL else _("8, 2.5, 100 – 240")
    words = units.accepted(unit)
    return _("%(accepted)s. For example: %(example)s") % {"accepted": words, "example": example} if example else words


def _number(field: SpecField, raw: object) -> list[dict[str, Any]]:
    if isinstance(raw, list | tuple):
        if len(raw) != 2:
            raise SpecError(_("A range has a lower and an upper end."))
        low, high = (units.read(_written(end), field.unit) for end in raw)
        if low > high:
            raise SpecError(_("The range does not run upwards."))
        return [{"number": low, "number_high": high if high > low else None}]
    low, upper = units.read_range(_written(raw), field.unit)
    return [{"number": low, "number_high": upper}]


def _size(field: SpecField, raw: object) -> list[dict[str, Any]]:
    sides = raw if isinstance(raw, list | tuple) else [raw]
    text = " × ".join(side if isinstance(side, str) else f"{_written(side)} {field.unit}" for side in sides)
    return [dict(zip(("number", "second", "third"), units.read_size(text, field.unit), strict=False))]


def _written(raw: object) -> str:
    """A number that is in the field's unit already, as one would type it; a float is taken as it prints."""
    if isinstance(raw, str):
        return raw
    try:
        return f"{Decimal(str(raw)):f}"
    except InvalidOperation:
        return str(raw)


def _choices(field: SpecField, raw: object) -> list[dict[str, Any]]:
    wanted = raw if isinstance(raw, list | tuple | set) else [raw]
    if len(wanted) > 1 and not field.multiple:
        raise SpecError(_("Only one choice is possible."))
    choices = list(field.choices.all())
    by_word = {choice.label.casefold(): choice for choice in choices} | {
        choice.value.casefold(): choice for choice in choices
    }
    found: dict[int, SpecChoice] = {}
    for one in wanted:
        choice = by_word.get(str(getattr(one, "value", one)).strip().casefold())
        if choice is None:
            words = _("“%(value)s” is not one of the choices. Accepted: %(accepted)s.")
            raise SpecError(words % {"value": one, "accepted": ", ".join(choice.label for choice in choices)})
        found[choice.pk] = choice
    return [{"choice": choice} for choice in found.values()]


def _flag(field: SpecField, raw: object) -> list[dict[str, Any]]:
    word = str(raw).strip().casefold()
    if word not in YES + NO:
        raise SpecError(_("“%(value)s” is neither yes nor no.") % {"value": raw})
    return [{"flag": word in YES}]


def _text(field: SpecField, raw: object) -> list[dict[str, Any]]:
    text = str(raw).strip()
    if len(text) > TEXT_MAX:
        raise SpecError(_("%(max)d characters at most.") % {"max": TEXT_MAX})
    return [{"text": text}]


READ = {Kind.NUMBER: _number, Kind.SIZE: _size, Kind.CHOICE: _choices, Kind.BOOLEAN: _flag, Kind.TEXT: _text}

# Telling it ---------------------------------------------------------------------------------------------------


def value_text(rows: Sequence[SpecValue]) -> str:
    """The values of one field as a reader expects them."""
    return ", ".join(one_text(row) for row in rows)


def exact_text(rows: Sequence[SpecValue]) -> str:
    """The values of one field so that reading the text gives the same again: for forms and files."""
    return ", ".join(_exact_text(row) for row in rows)


def one_text(row: SpecValue) -> str:
    if row.number is None:
        return _word(row)
    if row.second is not None:
        return units.format_size([units.shown(side, row.field.unit) for side in _sides(row)], row.field.unit)
    return number_text(row.number, row.number_high, row.field.unit)


def number_text(number: Decimal, number_high: Decimal | None, unit: str) -> str:
    """A stored number, or range of numbers, as a data sheet prints it in the field's unit."""
    upper = None if number_high is None else units.shown(number_high, unit)
    return units.format_range(units.shown(number, unit), upper, unit)


def facts_of(rows: Iterable[SpecValue]) -> frozenset[tuple[Any, ...]]:
    """What the values of one field say, whoever has them; equal where they say the same."""
    return frozenset(tuple(getattr(row, column) for column in COLUMNS) for row in rows)


def extent(sides: Iterable[Decimal]) -> Decimal:
    """Area or volume."""
    return prod(sides, start=Decimal(1))


def magnitude(row: SpecValue) -> Decimal | None:
    """What tells which of two values is more: of a range the upper end, of a size its area or volume, yes above no."""
    if row.second is not None:
        return extent(_sides(row))
    if row.number is not None:
        return row.upper
    return None if row.flag is None else Decimal(row.flag)


def _exact_text(row: SpecValue) -> str:
    if row.number is None:
        return _word(row)
    if row.second is not None:
        return units.exact_size(_sides(row), row.field.unit)
    return units.exact_range(row.number, row.number_high, row.field.unit)


def _sides(row: SpecValue) -> list[Decimal]:
    return [side for side in (row.number, row.second, row.third) if side is not None]


def _word(row: SpecValue) -> str:
    if row.choice is not None:
        return row.choice.label
    if row.flag is not None:
        return _("Yes") if row.flag else _("No")
    return row.text

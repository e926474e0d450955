"""Spec values in a form that can be compared: what the file wants beside what the catalog holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from catalog import units
from catalog.importing.inferring import NOT_SPECS, FieldPlan, field_key, tidy
from catalog.models import SpecField, SpecValue

Kind = SpecField.Kind


class DoesNotFit(Exception):
    """A value that the field, as it stands in the catalog, cannot hold."""


def wanted_values(specs: Mapping[str, Any], fields: Mapping[str, FieldPlan]) -> tuple[dict[str, Any], list[str]]:
    """A row's specs by field key, in the normal form, and what had to be left out."""
    wanted: dict[str, Any] = {}
    left_out: list[str] = []
    for name, raw in specs.items():
        value, key = tidy(name, raw), field_key(name)
        if name in NOT_SPECS or value is None or key not in fields:
            continue
        try:
            wanted[key] = normal(value, fields[key].kind, multiple=fields[key].multiple)
        except DoesNotFit:
            left_out.append(f"{name} {str(raw)[:40]!r} does not fit its field ({fields[key].kind}): left out")
    return wanted, left_out


def normal(value: Any, kind: str, *, multiple: bool) -> Any:
    """Numbers as Decimal or (low, high), choices as a sorted tuple of labels, yes or no, or text."""
    if kind == Kind.BOOLEAN and isinstance(value, bool):
        return value
    if kind == Kind.NUMBER and not isinstance(value, bool):
        return _number(value)
    if kind == Kind.CHOICE:
        labels = value if isinstance(value, list) else [value]
        if len(labels) == 1 or multiple:
            return tuple(sorted(str(label) for label in labels))
    if kind == Kind.TEXT:
        return ", ".join(str(part) for part in value)[:500] if isinstance(value, list) else str(value)[:500]
    raise DoesNotFit


def _number(value: Any) -> Any:
    if isinstance(value, tuple):
        low, high = value
        if high < low:
            raise DoesNotFit
        return _number(low) if low == high else (_number(low), _number(high))
    if isinstance(value, int | Decimal):
        return Decimal(value).normalize()
    raise DoesNotFit


def stored_values(values: Iterable[SpecValue]) -> dict[str, Any]:
    """Rows of one owner, with `field` and `choice` at hand, by field key in the same form."""
    stored: dict[str, Any] = {}
    for value in values:
        key = value.field.key
        if value.choice is not None:
            stored[key] = tuple(sorted((*stored.get(key, ()), value.choice.label)))
        else:
            stored[key] = _stored(value)
    return stored


def _stored(value: SpecValue) -> Any:
    if value.number is not None:
        number = units.shown(value.number, value.field.unit)
        return number if value.number_high is None else (number, units.shown(value.number_high, value.field.unit))
    return value.text if value.flag is None else value.flag


def same_choices(left: Any, right: Any) -> bool:
    """Whether two normal forms mean the same; choices are the same when their slugs are."""
    if isinstance(left, tuple) and isinstance(right, tuple) and all(isinstance(part, str) for part in left + right):
        return {slugify(part) for part in left} == {slugify(part) for part in right}
    return left == right

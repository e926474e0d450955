"""Spec values in a form that can be compared: what the file wants beside what the catalog holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog import specs, units
from catalog.importing.cleaning import CleanRow
from catalog.importing.inferring import NOT_SPECS, tidy
from catalog.importing.known import VALUE_COLUMNS, Columns, DoesNotFit, Known, TypeOf
from catalog.importing.texts import cut
from catalog.models import SpecField, SpecValue
from catalog.specs.values import TEXT_MAX


@dataclass
class Wanted:
    """A line's values by field key, and what could not be taken as it stands."""

    values: dict[str, list[Columns]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    unknown: dict[str, Any] = field(default_factory=dict)
    overlong: list[str] = field(default_factory=list)  # whole texts, for the description


def wanted_values(row: CleanRow, kind: TypeOf, known: Known) -> Wanted:
    wanted = Wanted()
    for name, raw in (*row.specs.items(), *row.guesses.items()):
        value = tidy(name, raw)
        if value is None:
            continue
        one = kind.get(name)
        if one is None:
            wanted.unknown[name] = raw
            continue
        value = _with_header_unit(value, row.units.get(name, ""), one)
        value = _fitting(value, one, wanted)
        try:
            wanted.values[one.key] = known.read(one, value)
        except DoesNotFit:
            wanted.remarks.append(f"{name} {str(raw)[:40]!r} does not fit its field ({one.kind}): left out")
    return wanted


def is_no_spec(name: str) -> bool:
    return name in NOT_SPECS


def _with_header_unit(value: Any, unit: str, one: SpecField) -> Any:
    """A bare figure is in the unit of its header, which may be another than the field's."""
    if not unit or one.kind != SpecField.Kind.NUMBER or unit == one.unit:
        return value
    text = str(value)
    return f"{text} {unit}" if text.replace(" ", "")[-1:].isdigit() else value


def _fitting(value: Any, one: SpecField, wanted: Wanted) -> Any:
    if one.kind != SpecField.Kind.TEXT or not isinstance(value, str | list):
        return value
    text = ", ".join(str(part) for part in value) if isinstance(value, list) else value
    if len(text) > TEXT_MAX:
        wanted.remarks.append(f"{one.label} has {len(text)} characters, {TEXT_MAX} fit: cut, all of it is described")
        wanted.overlong.append(f"{one.label}: {text}")
    return cut(text, TEXT_MAX)


def by_key(rows: Iterable[SpecValue], kind: TypeOf) -> dict[str, list[SpecValue]]:
    """Rows of one owner by field key; they get the fields at hand, so that none is asked for again."""
    fields = {one.pk: one for one in kind.distinct}
    found: dict[str, list[SpecValue]] = defaultdict(list)
    for row in rows:
        if row.field_id in fields:
            row.field = fields[row.field_id]
        found[row.field.key].append(row)
    return found


def is_same(stored: Iterable[SpecValue], wanted: Iterable[Columns], one: SpecField) -> bool:
    return {_facts(_columns(row), one) for row in stored} == {_facts(columns, one) for columns in wanted}


def _columns(row: SpecValue) -> Columns:
    return {name: getattr(row, name) for name in VALUE_COLUMNS if name != "choice_id"} | {"choice": row.choice}


def _facts(columns: Mapping[str, Any], one: SpecField) -> tuple[Any, ...]:
    """Numbers as they are shown: what only differs in the dust of converting is the same."""
    choice = columns.get("choice")
    facts = [columns.get(name) for name in VALUE_COLUMNS if name != "choice_id"]
    shown = [units.shown(fact, one.unit) if isinstance(fact, Decimal) else fact or None for fact in facts]
    return (choice and choice.value, *(fact if fact is not None else "" for fact in shown), columns.get("flag"))


def rows_of(one: SpecField, wanted: Iterable[Columns]) -> list[SpecValue]:
    return [SpecValue(field=one, **columns) for columns in wanted]


def said(rows: Iterable[SpecValue]) -> str:
    return specs.value_text(list(rows)) or "None"

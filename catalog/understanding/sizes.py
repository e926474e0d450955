"""Sizes as filters: "1920x1080" is a resolution, "60 × 40 cm" the one facet that is measured so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog import units
from catalog.exceptions import SpecError
from catalog.facet_index.facts import sides
from catalog.filters import size_named
from catalog.understanding.figures import is_unit
from catalog.understanding.language import JOINERS
from catalog.understanding.lexicon import Field, Scope
from catalog.understanding.named import SPEC_VALUE, is_of_another
from catalog.understanding.query import Found, Query

SIDE = r"[0-9]+(?:[.,][0-9]+)?"
SIZE = re.compile(rf"{SIDE}(?:\s*[x×*]\s*{SIDE}){{1,2}}(?P<unit>[^\W\d_]*)", re.IGNORECASE)
PICTURE_MIN = 100  # "2x4" is no resolution


def find_sizes(query: Query, scope: Scope) -> None:
    for at in range(len(query.tokens) if scope.sizes else 0):
        last, unit = _end(query, at)
        if query.is_free(at, last) and not query.is_negated(at) and not is_of_another(query, at):
            _find_size(query, scope.sizes, at, last, has_unit=bool(unit))


def _end(query: Query, at: int) -> tuple[int, str]:
    """Where the size that begins with this token ends, 0 for none, and the unit it is written with."""
    written = SIZE.match(query.text, query.tokens[at].start)
    ends = {token.end: number for number, token in enumerate(query.tokens, start=1)}
    if written is None or written.end() not in ends:
        return 0, ""
    last = ends[written.end()]
    unit = query.tokens[last].word if query.is_free(last, last + 1) else ""
    return (last + 1, unit) if is_unit(unit) else (last, written["unit"])


def _find_size(query: Query, fields: Iterable[Field], at: int, last: int, *, has_unit: bool) -> None:
    text = query.text[query.tokens[at].start : query.tokens[last - 1].end]
    found = [(field, size) for field in fields if (size := _size(text, field, has_unit=has_unit))]
    if len(found) == 1 and found[0][0].name not in query.names():
        field, size = found[0]
        label = f"{field.label}: {units.format_size(sides(size), field.unit)}"
        query.claim(Found(at, last, SPEC_VALUE, label, ((field.name, size),)), JOINERS)


def _size(text: str, field: Field, *, has_unit: bool) -> str:
    """As an address names it; empty where it is none of this field. Without a unit it may only be a picture's."""
    try:
        size = size_named(text, field.unit)
    except SpecError:
        return ""
    return size if has_unit or (field.unit == "px" and min(sides(size)) >= PICTURE_MIN) else ""

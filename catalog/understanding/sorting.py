"""Superlatives as the order of a listing: "cheapest", "lightest", "longest battery", "best rated"."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalog.filters import BEST_RATED, CHEAPEST, DEAREST, NEWEST, SPEC
from catalog.understanding.language import (
    BEST_OF,
    BY_DIRECTION,
    JOINERS,
    LEAST,
    MOST,
    SORTS,
    SUPERLATIVES,
    stems,
)
from catalog.understanding.lexicon import Better, Field, Scope
from catalog.understanding.query import Found, Query

SORT = "sort"
NOUN_MAX = 3


def find_order(query: Query, scope: Scope | None) -> None:
    """The first superlative; a second cannot be met as well. Without a scope, only orders that all devices have."""
    for at in range(len(query.tokens)):
        found = _common(query, at) or (scope and (_named(query, at, scope) or _implied(query, at, scope)))
        if found and not query.is_negated(at):
            query.claim(found, JOINERS)
            return


def _common(query: Query, at: int) -> Found | None:
    length = query.says(at, SORTS)
    if not length:
        return None
    sort = SORTS[query.words(at, at + length)]
    return Found(at, at + length, SORT, _labels()[sort], sort=sort)


def _named(query: Query, at: int, scope: Scope) -> Found | None:
    """ "largest screen", "most storage", "best battery life": the field is named behind it."""
    word = query.tokens[at].word
    if not query.is_free(at, at + 1) or word not in MOST | LEAST | BY_DIRECTION:
        return None
    for length in range(NOUN_MAX, 0, -1):
        last = at + 1 + length
        noun = set(query.stems(at + 1, last))
        if not query.is_free(at, last) or (word == "best" and not noun & BEST_OF):
            continue
        if field := _likeliest(one for one in scope.numbers if noun <= one.hints):
            highest = word in MOST or (word in BY_DIRECTION and field.better != Better.LOWER)
            return _by(field, at, last, highest=highest)
    return None


def _implied(query: Query, at: int, scope: Scope) -> Found | None:
    """ "lightest", "fastest": it names the field by itself."""
    length = query.says(at, SUPERLATIVES)
    if not length:
        return None
    names, highest = SUPERLATIVES[query.words(at, at + length)]
    for name in names:
        if field := _likeliest(one for one in scope.numbers if set(stems(name)) <= one.hints):
            return _by(field, at, at + length, highest=highest)
    return None


def _likeliest(fields: Iterable[Field]) -> Field | None:
    """A facet before a mere line of the data sheet, then in the order of the sheet."""
    return min(fields, key=lambda field: not field.is_facet, default=None)


def _by(field: Field, first: int, last: int, *, highest: bool) -> Found:
    words = _("%(label)s: high to low") if highest else _("%(label)s: low to high")
    return Found(first, last, SORT, words % {"label": field.label}, sort=f"{'-' if highest else ''}{SPEC}{field.key}")


def _labels() -> dict[str, str]:
    return {
        CHEAPEST: _("Price: low to high"),
        DEAREST: _("Price: high to low"),
        NEWEST: _("Newest first"),
        BEST_RATED: _("Best rated first"),
    }

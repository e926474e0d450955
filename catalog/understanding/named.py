"""What is understood by its name: stock, condition, brand, and the values of a spec."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.filters import NO
from catalog.models import Variant
from catalog.understanding.language import (
    AFTER_USED,
    CONDITIONS,
    ENDS_OF_NOUN,
    IN_STOCK,
    JOINERS,
    PURPOSES,
)
from catalog.understanding.lexicon import NAME_MAX, Kind, Meaning, Scope, Vocabulary
from catalog.understanding.query import Found, Query

BRAND, CONDITION, SPEC_VALUE, STOCK = "brand", "condition", "spec", "stock"


def find_offers(query: Query) -> None:
    """Whether it must be there, and in what condition."""
    for at in range(len(query.tokens)):
        if query.is_negated(at):
            continue
        if length := query.says(at, IN_STOCK):
            query.claim(
                Found(at, at + length, STOCK, _("In stock"), (("in_stock", "1"),)), {*JOINERS, "that", "are", "is"}
            )
        elif length := query.says(at, CONDITIONS):
            _find_condition(query, at, at + length)


def _find_condition(query: Query, first: int, last: int) -> None:
    after = query.words(last, last + 1)
    if query.words(first, last) == ("used",) and after and after[0] in AFTER_USED:
        return
    value = CONDITIONS[query.words(first, last)]
    label = str(Variant.Condition(value).label)
    query.claim(Found(first, last, CONDITION, label, (("condition", value),)), JOINERS)


def find_names(query: Query, vocabulary: Vocabulary, scope: Scope) -> None:
    """The longest names first; what may mean two things, or belongs to another device, stays text."""
    at = 0
    while at < len(query.tokens):
        at += next((length for length in range(NAME_MAX, 0, -1) if _find_name(query, vocabulary, scope, at, length)), 1)


def _find_name(query: Query, vocabulary: Vocabulary, scope: Scope, at: int, length: int) -> bool:
    """Whether these words are a name, be it understood or ambiguous."""
    if not query.is_free(at, at + length):
        return False
    stems = query.stems(at, at + length)
    brand, meanings = vocabulary.brands.get(stems), scope.terms.get(stems, [])
    is_clear = bool(brand) + len(meanings) == 1 and not is_of_another(query, at)
    if query.is_negated(at):
        _find_lack(query, at, at + length, meanings if is_clear else [])
    elif is_clear and brand:
        query.claim(Found(at, at + length, BRAND, brand[1], (("brand", brand[0]),)), JOINERS | {"from", "by"})
    elif is_clear:
        query.claim(_chosen(at, at + length, meanings[0]), JOINERS)
    return bool(brand or meanings)


def _find_lack(query: Query, first: int, last: int, meanings: list[Meaning]) -> None:
    """ "without touch screen"; any other negation is left alone."""
    fields = [meaning.field for meaning in meanings if meaning.field.kind == Kind.BOOLEAN]
    if fields and query.words(first - 1, first) == ("without",):
        label = f"{fields[0].label}: {_('No')}"
        query.claim(Found(first - 1, last, SPEC_VALUE, label, ((fields[0].name, NO),)), JOINERS)


def _chosen(first: int, last: int, meaning: Meaning) -> Found:
    field = meaning.field
    pairs = tuple((field.name, value) for value, _label in meaning.values)
    if field.kind == Kind.BOOLEAN:
        return Found(first, last, SPEC_VALUE, field.label, pairs)
    return Found(
        first, last, SPEC_VALUE, f"{field.label}: {', '.join(label for _value, label in meaning.values)}", pairs
    )


def is_of_another(query: Query, at: int) -> bool:
    """ "case for Orvane", "dock for a 14 inch laptop": what stands behind the "for" describes that other device."""
    for before in range(at - 1, -1, -1):
        if before in query.owner:
            continue
        word = query.tokens[before].word
        if word in PURPOSES:
            return True
        if word in ENDS_OF_NOUN:
            return False
    return False

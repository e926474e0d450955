"""About what kind of device a query is: the category that is the head of its noun phrase, or none."""

from __future__ import annotations

from catalog.understanding.amounts import PRICE, find_amounts
from catalog.understanding.figures import is_unit
from catalog.understanding.language import ENDS_OF_NOUN, FILLERS, HINTS, PREPOSITIONS
from catalog.understanding.lexicon import NAME_MAX, Place, Vocabulary
from catalog.understanding.named import CONDITION, STOCK, find_names, find_offers
from catalog.understanding.query import Found, Query
from catalog.understanding.sizes import find_sizes
from catalog.understanding.sorting import find_order

CATEGORY = "category"
PLACES_MAX = 3  # a query that names more kinds of devices looks for none of them
# True of any article, whatever it is. All else counts only where it is clear what kind of device is meant.
OF_ANY_ARTICLE = (PRICE, STOCK, CONDITION)


def read_as_any(asked: Query, vocabulary: Vocabulary) -> Query | None:
    """About a category that the query names; None where it is about none of them for certain."""
    named = _named_places(asked, vocabulary)
    ends = {last for _first, last, _place in named}
    readings = (_read_as(asked.only(()), vocabulary, ends, *one) for one in named[:PLACES_MAX])
    return next((reading for reading in readings if reading), None)


def read_without(query: Query, vocabulary: Vocabulary, here: Place | None) -> Query:
    """About no category of its own: as long as words are left, only what is true of any article is sure."""
    _find(query, vocabulary, here, is_anywhere=here is None)
    if here or not query.rest():
        return query
    sure = query.only((STOCK, CONDITION))
    find_amounts(sure, vocabulary.scope(None))
    return sure.only(OF_ANY_ARTICLE)


def _named_places(query: Query, vocabulary: Vocabulary) -> list[tuple[int, int, Place]]:
    """Words that name a category, the last first, since a noun phrase ends with what it is about."""
    found, at = [], 0
    while at < len(query.tokens):
        length = next((n for n in range(NAME_MAX, 0, -1) if _place(query, vocabulary, at, at + n)), 0)
        if length:
            found.append((at, at + length, vocabulary.places[query.stems(at, at + length)]))
        at += length or 1
    others = [named for named in found if not _may_be_unit_word(query, named[0])]
    return list(reversed(others or found))


def _place(query: Query, vocabulary: Vocabulary, first: int, last: int) -> Place | None:
    return vocabulary.places.get(query.stems(first, last)) if query.is_free(first, last) else None


def _may_be_unit_word(query: Query, at: int) -> bool:
    """The "storage" of "phone with 256gb storage" """
    return any(query.tokens[at].stem in group for group in HINTS)


def _read_as(query: Query, vocabulary: Vocabulary, ends: set[int], first: int, last: int, place: Place) -> Query | None:
    """The query about devices of this category; None where it is rather about something else.

    `ends` are where names of categories end: a "laptop monitor" may be either, or neither.
    """
    pairs = ((CATEGORY, place.slug),)
    query.claim(Found(first, last, CATEGORY, place.name, pairs, keeps_words=place.is_part))
    _find(query, vocabulary, place)
    is_all = all(at in query.owner or query.tokens[at].word in FILLERS for at in range(len(query.tokens)))
    is_compound = first in ends and first - 1 not in query.owner
    is_clear = (is_all or len(query.found) > 1) and not is_compound and _is_head(query, first, last)
    return query if is_clear else None


def _is_head(query: Query, first: int, last: int) -> bool:
    """Nothing before makes it the object ("case for a phone"), no noun behind it takes its place ("phone case")."""
    before = [query.tokens[at].word for at in range(first) if at not in query.owner and not query.is_glued(at)]
    return not PREPOSITIONS.intersection(before) and not _is_followed_by_noun(query, last)


def _is_followed_by_noun(query: Query, last: int) -> bool:
    """Figures are none, nor what they measure ("16gb ram"), understood or not."""
    is_amount = False
    for at in range(last, len(query.tokens)):
        token = query.tokens[at]
        if token.word in ENDS_OF_NOUN:
            return False
        is_amount = token.is_figure or (is_amount and (is_unit(token.word) or _may_be_unit_word(query, at)))
        if at not in query.owner and token.word not in FILLERS and not is_amount:
            return True
    return False


def _find(query: Query, vocabulary: Vocabulary, place: Place | None, *, is_anywhere: bool = False) -> None:
    """Names before amounts: "5g" and "1 inch" may be values of a choice."""
    scope = vocabulary.scope(place)
    find_offers(query)
    find_order(query, None if is_anywhere else scope)
    find_names(query, vocabulary, scope)
    find_sizes(query, scope)
    find_amounts(query, scope)

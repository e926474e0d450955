"""What a query means: "phone under 500 with 256 gb" is a category, a price and a storage, and no text.

Rules over the shop's own words and spec fields; no model, no query, no request. Whatever is in doubt stays text, since
a wrong filter hides what a text search would have found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from catalog.understanding import query as queries
from catalog.understanding.kinds import read_as_any, read_without
from catalog.understanding.lexicon import Vocabulary, vocabulary
from catalog.understanding.query import Found, Query

__all__ = ["Phrase", "Understanding", "Vocabulary", "understand", "vocabulary"]

CERTAIN = {"min_price", "max_price", "in_stock", "condition"}


@dataclass(frozen=True)
class Phrase:
    """Some words of the query, the filter or order they mean, and the query `without` them."""

    words: str
    label: str
    without: str
    pairs: tuple[tuple[str, str], ...] = ()
    sort: str = ""


@dataclass(frozen=True)
class Understanding:
    """`pairs` as an address says them; `rest` is left for the text search."""

    rest: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    sort: str = ""
    phrases: list[Phrase] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.phrases)

    def certain(self, text: str) -> Understanding:
        """Only what every product can be asked for: price, stock and condition. The text stays as it was written."""
        phrases = [phrase for phrase in self.phrases if {name for name, _value in phrase.pairs} & CERTAIN]
        pairs = [pair for phrase in phrases for pair in phrase.pairs]
        return Understanding(text, pairs, "", phrases)

    def under(self, data: QueryDict) -> QueryDict:
        """The address as it is meant: the rest for the text, and what was understood where the address says nothing
        itself. Of a price, both ends are one filter."""
        meant, asked = data.copy(), {_filter_of(name) for name in data}
        meant["q"] = self.rest
        for name, value in self.pairs:
            if _filter_of(name) not in asked:
                meant.appendlist(name, value)
        if self.sort and not data.get("sort"):
            meant["sort"] = self.sort
        return meant


def understand(text: str, vocabulary: Vocabulary, *, place: str = "") -> Understanding:
    """Never fails. `place` is the address of the category that the shopper has chosen already."""
    asked = queries.read(text)
    here = vocabulary.by_slug.get(place)
    best = None if here else read_as_any(asked, vocabulary)
    return _understanding(text, best or read_without(asked, vocabulary, here))


def _filter_of(name: str) -> str:
    return "price" if name in ("min_price", "max_price") else name.removesuffix("-min").removesuffix("-max")


def _understanding(text: str, query: Query) -> Understanding:
    if not query.found:
        return Understanding(rest=text)
    phrases = [
        Phrase(_words(query, found), found.label, query.without(found), found.pairs, found.sort)
        for found in sorted(query.found, key=lambda found: found.first)
    ]
    pairs = list(dict.fromkeys(pair for phrase in phrases for pair in phrase.pairs))
    return Understanding(query.rest(), pairs, next((phrase.sort for phrase in phrases if phrase.sort), ""), phrases)


def _words(query: Query, found: Found) -> str:
    start, end = query.span(found)
    return query.text[start:end].strip(" ,;")

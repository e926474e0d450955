"""Products for words that are only begun."""

from __future__ import annotations

from catalog.search import reading
from catalog.search.asking import question
from catalog.search.ranking import rank
from catalog.search.words import words

ENDINGS_MAX = 12  # words that the last one may become
BEGUN = 0.9


def suggest(prefix: str, most: int = 20) -> list[int]:
    """Ids of the products that fit best, the last word taken as the beginning of one."""
    asked = question(prefix)
    if not asked.concepts:
        return []
    index = reading.index()
    last = asked.concepts[-1]
    if words(prefix)[-1:] == [last.word] and not prefix[-1:].isspace():
        for term in index.beginning(last.word, ENDINGS_MAX):
            last.also(term, BEGUN)
    return rank(asked, index).best_first()[:most]

"""Products for words, or a part number, that are only begun."""

from __future__ import annotations

from catalog.models import SearchCode
from catalog.search.asking import CODE_LEAST, question
from catalog.search.ranking import rank
from catalog.search.reading import opened
from catalog.search.words import LAST_LETTER, code, words

ENDINGS_MAX = 12  # words that the last one may become
BEGUN = 0.9


def suggest(prefix: str, most: int = 20) -> list[int]:
    """Ids of the products that fit best, the last word taken as the beginning of one. Never fails."""
    index = opened()
    asked = question(prefix, index.synonyms)
    if not asked.concepts:
        return []
    last = asked.concepts[-1]
    if words(prefix)[-1:] == [last.word] and not prefix[-1:].isspace():
        for term in index.beginning(last.word, ENDINGS_MAX):
            last.also(term, BEGUN)
    return list(dict.fromkeys([*_by_code(prefix, most), *rank(asked, index).best_first()]))[:most]


def _by_code(prefix: str, most: int) -> list[int]:
    begun = code(prefix)
    if len(begun) < CODE_LEAST or not any(letter.isdigit() for letter in begun):
        return []
    rows = SearchCode.objects.filter(code__gte=begun, code__lt=begun + LAST_LETTER).order_by("code")
    return list(rows.values_list("product_id", flat=True)[:most])

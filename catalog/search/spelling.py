"""What a mistyped word may have meant: words of names that are one or two slips away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db.models import Q

from catalog.models import WordList

ONE_SLIP, TWO_SLIPS = 3, 6  # letters a word must have to be taken for another
CUT_SHORT = 3  # letters: such a word is only taken for one that lost a letter
MOST = 12  # candidates for a word
SWAPPED, NEIGHBOUR, DOUBLED, OTHER = 0.8, 0.8, 0.7, 1.0
FIRST_LETTER = 0.4  # people seldom get it wrong
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def learn(words: Iterable[str]) -> None:
    by_length: dict[int, set[str]] = defaultdict(set)
    for word in words:
        by_length[len(word)].add(word)
    for row in WordList.objects.filter(length__in=by_length):
        by_length[row.length] |= set(row.words.split())
    WordList.objects.bulk_create(
        (WordList(length=length, words=" ".join(sorted(known))) for length, known in by_length.items()),
        update_conflicts=True,
        unique_fields=["length"],
        update_fields=["words"],
    )


@dataclass(frozen=True)
class Near:
    """A known word and what it takes to mistype it: 1 is a wrong letter."""

    word: str
    slips: float


def slips_allowed(word: str) -> int:
    return (len(word) >= ONE_SLIP) + (len(word) >= TWO_SLIPS)


def near(words: Iterable[str]) -> dict[str, list[Near]]:
    """For each word the known ones near it, the nearest first; one query."""
    allowed = {word: slips_allowed(word) for word in words}
    lengths = {len(word) + by for word, slips in allowed.items() if slips for by in range(-slips, slips + 1)}
    known = dict(WordList.objects.filter(Q(length__in=lengths)).values_list("length", "words")) if lengths else {}
    lists = {length: _list(length, text) for length, text in known.items()}
    return {word: _near(word, slips, lists) for word, slips in allowed.items()}


@dataclass(frozen=True)
class _List:
    words: np.ndarray
    letters: np.ndarray  # of each word, as bits


@lru_cache(maxsize=64)
def _list(length: int, text: str) -> _List:
    """Cut apart once in a process, until the words of this length are others."""
    words = np.array(text.split(), dtype=f"U{length}")
    return _List(words, _letter_bits(words))


def _near(word: str, slips: int, lists: dict[int, _List]) -> list[Near]:
    close = (
        other
        for by in range(1 if len(word) == CUT_SHORT else -slips, slips + 1)
        if len(word) + by in lists
        for other in _sharing_letters(word, lists[len(word) + by], slips)
        if other != word and _figures(other) == _figures(word)
    )
    found = [Near(other, cost) for other in close if (cost := distance(word, other)) <= slips]
    return sorted(found, key=lambda near: (near.slips, near.word))[:MOST]


def _figures(word: str) -> str:
    """A wrong figure is another model, not a slip."""
    return "".join(letter for letter in word if letter.isdigit())


def _sharing_letters(word: str, known: _List, slips: int) -> list[str]:
    """A slip changes at most two of the letters that a word has; this leaves out most words in no time."""
    asked = _letter_bits(np.array([word]))[0]
    return known.words[np.bitwise_count(known.letters ^ asked) <= 2 * slips].tolist()


def _letter_bits(words: np.ndarray) -> np.ndarray:
    codes = words.view(np.uint32).reshape(len(words), -1)
    return np.bitwise_or.reduce(np.uint64(1) << (codes & 63).astype(np.uint64), axis=1)


def distance(typed: str, meant: str) -> float:
    """Damerau-Levenshtein with cheaper slips of the fingers."""
    rows = [[column * OTHER for column in range(len(meant) + 1)]]
    for i, letter in enumerate(typed, start=1):
        row = [i * OTHER]
        for j, other in enumerate(meant, start=1):
            cost = min(
                rows[-1][j] + _extra(typed, i - 1),
                row[-1] + _extra(meant, j - 1),
                rows[-1][j - 1] + _swap(letter, other),
            )
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other and letter != other:
                cost = min(cost, rows[-2][j - 2] + SWAPPED)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1] + (FIRST_LETTER if typed[0] != meant[0] and rows[-1][-1] > 1 else 0)


def _extra(word: str, at: int) -> float:
    return DOUBLED if at and word[at] == word[at - 1] else OTHER


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return NEIGHBOUR if other in NEIGHBOURS.get(one, "") else OTHER


def _neighbours() -> dict[str, str]:
    places = {letter: (x + y / 2, y) for y, row in enumerate(KEYBOARD) for x, letter in enumerate(row)}
    return {
        letter: "".join(
            other for other, (u, v) in places.items() if other != letter and abs(u - x) <= 1 and abs(v - y) <= 1
        )
        for letter, (x, y) in places.items()
    }


NEIGHBOURS = _neighbours()

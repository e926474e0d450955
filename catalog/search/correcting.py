"""A better question for one that finds too little: slips of the fingers, words glued together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from catalog.search import spelling
from catalog.search.asking import Concept, Question
from catalog.search.ranking import Hits
from catalog.search.reading import Index
from catalog.search.stems import singular, stem

LITTLE = 3  # products with all the words: at or below this the words are doubted
SLIP = 3.0  # what a wrong letter costs, against the logarithm of the products that have the words together
CUT = 1.5  # the same for a missing blank
SHORT_CUT = 3.0  # where a part has but two letters: nearly all of them are words of some title
COMMON = 0.3  # worth of being common at all
PART_LEAST = 2  # letters of a word that was glued to another
PARTS_MAX = 24  # letters of a word that is looked at for glued ones
OFTEN = 50  # a word that names do have is a slip only of one that is so many times as frequent
ASIDE = 0.6  # worth of such a one beside the word as it was typed


@dataclass(frozen=True)
class Guess:
    """What the words at `place` of the question may have meant."""

    place: slice
    words: tuple[str, ...]
    cost: float


def corrected(asked: Question, hits: Hits, index: Index) -> Question | None:
    """None when nothing better is known. Two more queries, however many words."""
    unknown = [at for at, concept in enumerate(asked.concepts) if not _size(concept, index)]
    if hits.by_code or (not unknown and hits.complete > LITTLE):
        return None
    guesses = _guesses(asked.words, unknown or range(len(asked.words)), index)
    return _replaced(asked, guesses, hits, index) if unknown else _widened(asked, guesses, index)


def _size(concept: Concept, index: Index) -> int:
    return max((index.size(term) for term in concept.reads), default=0)


def _guesses(words: list[str], doubtful: Iterable[int], index: Index) -> dict[int, list[Guess]]:
    """For each doubtful word what it may be: a known word, two glued together, or half of one with its neighbour."""
    written = {at: list(_written(words, at)) for at in doubtful}
    near = spelling.near(text for some in written.values() for text, _place, _cost in some)
    found = {
        at: [
            *(Guess(place, (one.word,), cost + SLIP * one.slips) for text, place, cost in some for one in near[text]),
            *_cuts(words[at], slice(at, at + 1)),
        ]
        for at, some in written.items()
    }
    index.read(stem(word) for some in found.values() for guess in some for word in guess.words)
    return found


def _written(words: list[str], at: int) -> Iterator[tuple[str, slice, float]]:
    yield words[at], slice(at, at + 1), 0.0
    if (one := singular(words[at])) != words[at]:
        yield one, slice(at, at + 1), 0.0
    for start in (at - 1, at):
        if start >= 0 and start + 2 <= len(words):
            yield "".join(words[start : start + 2]), slice(start, start + 2), CUT


def _cuts(word: str, place: slice) -> Iterator[Guess]:
    if len(word) <= PARTS_MAX and not word.isdigit():
        for at in range(PART_LEAST, len(word) - PART_LEAST + 1):
            is_short = min(at, len(word) - at) == PART_LEAST
            yield Guess(place, (word[:at], word[at:]), SHORT_CUT if is_short else CUT)


def _replaced(asked: Question, guesses: dict[int, list[Guess]], hits: Hits, index: Index) -> Question | None:
    """With what each unknown word most likely meant, judged by the company of the known ones."""
    words = list(asked.words)
    start = len(words)
    for at in sorted(guesses, reverse=True):
        best = _likeliest([guess for guess in guesses[at] if guess.place.stop <= start], hits, index)
        if best:
            words[best.place] = best.words
            start = best.place.start
    return asked.reworded(words) if words != asked.words else None


def _likeliest(guesses: list[Guess], hits: Hits, index: Index) -> Guess | None:
    known = [guess for guess in guesses if all(index.size(stem(word)) for word in guess.words)]
    return max(known, key=lambda guess: _likelihood(guess, hits, index), default=None)


def _likelihood(guess: Guess, hits: Hits, index: Index) -> float:
    size = min(index.size(stem(word)) for word in guess.words)
    return math.log1p(_together(guess, hits, index)) + COMMON * math.log1p(size) - guess.cost


def _together(guess: Guess, hits: Hits, index: Index) -> float:
    """Products that have the guess, those with more of the known words counting for more."""
    most = max((int(count.max(initial=0)) for count in hits.counts.values()), default=0)
    if not most:
        return sum(len(lows) for _block, lows in _lows(guess, index))
    counted = ((hits.counts[block], lows) for block, lows in _lows(guess, index) if block in hits.counts)
    return sum(float(((count[lows[lows < len(count)]] / most) ** 3).sum()) for count, lows in counted)


def _lows(guess: Guess, index: Index) -> Iterator[tuple[int, np.ndarray]]:
    first, *others = (index.blocks(stem(word)) for word in guess.words)
    for block, postings in first.items():
        low = postings.low
        for other in others:
            low = np.intersect1d(low, other[block].low, assume_unique=True) if block in other else low[:0]
        yield block, low


def _widened(asked: Question, guesses: dict[int, list[Guess]], index: Index) -> Question | None:
    """A word that hardly occurs, beside a frequent one that is a slip away, stands for both."""
    widened = asked.reworded(asked.words)
    changed = False
    for at, concept in enumerate(widened.concepts):
        alone = (guess for guess in guesses.get(at, ()) if guess.place == slice(at, at + 1) and guess.cost <= SLIP)
        terms = [stem(guess.words[0]) for guess in alone if len(guess.words) == 1]
        for term in [term for term in terms if index.size(term) >= OFTEN * _size(concept, index)]:
            concept.also(term, ASIDE)
            changed = True
    return widened if changed else None

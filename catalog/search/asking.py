"""From what a shopper typed to concepts: each word with all the terms that would satisfy it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.search.accessories import ACCESSORIES
from catalog.search.stems import stem
from catalog.search.words import MAX_WORDS, WORD, Place, code, measured, places, plain, query_words

TEXT_MAX = 400  # letters read
JOINED_MAX = 4  # words that may be one: "wh 1000 xm4", "mac book"
CODE_WORDS_MAX = 6
CODE_LEAST = 4  # letters of a part number

SYNONYM = 0.85
FIGURE = 0.6  # "27" where "27in" was asked for
WITHOUT = "without"
# What a shopper says of any article, and no seller of his: "best cheap tablet under 200 dollars".
PRAISE = "affordable best budget buy cheap cheapest deal deals good great inexpensive popular sale"
FLUFF = frozenset(PRAISE.split())
PRICE = re.compile(r"(?:under|below|less than|up to)\s+[$€£]?\s?\d+(?![\w.])(?:\s*(?:dollars?|bucks|usd|euros?))?")
QUOTED = re.compile(r'^\s*"([^"]*)"\s*$')
# Behind these stands what comes with the thing.
ALONG = re.compile(r"\s(?:with|w/|including|includes|plus|and)\s")

Terms = tuple[str, ...]
Groups = dict[Terms, list[Terms]]  # what else to look for, by what may be typed


@dataclass
class Concept:
    """A word of the question. A product has it if it has one of the terms, or all the terms of a phrase."""

    word: str
    terms: dict[str, float]  # with their worth
    phrases: dict[Terms, float] = field(default_factory=dict)

    def also(self, term: str, worth: float) -> None:
        self.terms[term] = max(worth, self.terms.get(term, 0.0))

    @property
    def reads(self) -> Iterator[str]:
        yield from self.terms
        for phrase in self.phrases:
            yield from phrase


@dataclass
class Question:
    concepts: list[Concept]
    unwanted: list[str] = field(default_factory=list)  # terms
    codes: list[str] = field(default_factory=list)  # whole part numbers that it may hold
    groups: Groups = field(default_factory=dict)
    wants_accessory: bool = False

    def reworded(self, words: Iterable[str]) -> Question:
        """Other words, the same synonyms: they are not read twice."""
        other = _question(" ".join(words), self.groups)
        other.wants_accessory |= self.wants_accessory
        return other

    @property
    def words(self) -> list[str]:
        return [concept.word for concept in self.concepts]

    def reads(self) -> Iterator[str]:
        for concept in self.concepts:
            yield from concept.reads
        yield from self.unwanted


def question(text: str, synonyms: tuple[str, ...]) -> Question:
    """`synonyms` as staff typed them. Quotes around it all are no sign of inches."""
    return _question(QUOTED.sub(r"\1", text), _groups(synonyms))


def _question(text: str, groups: Groups) -> Question:
    asked, unwanted = _wanted(list(places(PRICE.sub(" ", measured(text[:TEXT_MAX])))))
    if not asked:
        asked = [Place(word) for word in query_words(text)]
    asked = list({place.word: place for place in asked}.values())[:MAX_WORDS]
    words = [place.word for place in asked]
    concepts = [_concept(place) for place in asked]
    for window, joined in _windows(words, JOINED_MAX):
        for concept in concepts[window]:
            concept.also(stem(joined), 1.0)
    _add_synonyms(concepts, groups)
    return Question(concepts, unwanted, _codes(text[:TEXT_MAX]), groups, _wants_accessory(text))


def _wanted(asked: list[Place]) -> tuple[list[Place], list[str]]:
    """ "Headphones without microphone" asks for headphones and against microphones."""
    unwanted = {after for at, after in enumerate(asked) if at > 1 and asked[at - 1].word == WITHOUT}
    wanted = [place for place in asked if place.word != WITHOUT and place not in unwanted]
    telling = [place for place in wanted if place.word not in FLUFF]
    return telling or wanted, [stem(place.word) for place in unwanted]


def _wants_accessory(text: str) -> bool:
    """ "Laptop with charger" asks for a laptop."""
    main = ALONG.split(plain(text[:TEXT_MAX]))[0]
    return not ACCESSORIES.isdisjoint(stem(place.word) for place in places(main))


def _concept(place: Place) -> Concept:
    concept = Concept(place.word, {stem(place.word): 1.0})
    for other in place.others:
        concept.also(stem(other), FIGURE if other.replace(".", "").isdigit() else 1.0)
    return concept


def _windows(words: Sequence[str], longest: int) -> Iterator[tuple[slice, str]]:
    """Neighbouring words written as one."""
    for size in range(2, longest + 1):
        for start in range(len(words) - size + 1):
            yield slice(start, start + size), "".join(words[start : start + size])


def _codes(text: str) -> list[str]:
    """Of all words as they are typed: "AS-12" and "12 in" are no English in a part number."""
    words = WORD.findall(plain(text))[:MAX_WORDS]
    wholes = [*words, *(joined for _window, joined in _windows(words, CODE_WORDS_MAX))]
    found = (code(whole) for whole in wholes if any(letter.isdigit() for letter in whole))
    return [whole for whole in dict.fromkeys(found) if len(whole) >= CODE_LEAST]


# Synonyms -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _groups(rows: tuple[str, ...]) -> Groups:
    """Worked out anew only when staff changed something."""
    groups: Groups = {}
    for row in rows:
        forms = [tuple(stem(place.word) for place in places(part)) for part in row.split(",")]
        for form in forms:
            groups.setdefault(form, []).extend(other for other in forms if other and other != form)
    return groups


def _add_synonyms(concepts: list[Concept], groups: Groups) -> None:
    terms = [stem(concept.word) for concept in concepts]
    for size in range(1, JOINED_MAX + 1):
        for start in range(len(terms) - size + 1):
            for other in groups.get(tuple(terms[start : start + size]), ()):
                _add_synonym(concepts[start : start + size], other)


def _add_synonym(concepts: Iterable[Concept], other: Terms) -> None:
    for concept in concepts:
        if len(other) == 1:
            concept.also(other[0], SYNONYM)
        else:
            concept.phrases[other] = SYNONYM

"""How much a term says about a product: fields weighted and saturated as in BM25F, at indexing time.

Lengths are held against what is usual in the trade, not against the collection's average, so that a product's
impacts depend on nothing but the product.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.search.accessories import is_accessory
from catalog.search.documents import Document
from catalog.search.postings import NOWHERE
from catalog.search.stems import stem
from catalog.search.words import MAX_LETTERS, Place, places, words

SATURATION = 1.2  # BM25's k1

# Weight of one occurrence, and how many words are usual there.
TITLE, TITLE_WORDS, TITLE_BENT = 3.0, 12, 0.4
BRAND = 3.0
KIND, TRAIL = 2.5, 1.0
CODE = 4.0
SPECS, BODY_WORDS, BODY_BENT = 1.2, 120, 0.75
BODY, BODY_MOST = 0.8, 1.6  # however often a description repeats a word, it is worth no more than two mentions

# A title says what the thing is before its first comma or "for"; the last word before it is the thing itself.
HEAD, NAMED, REST, MADE_FOR = 2.0, 1.2, 0.85, 0.6
COLOUR_NAMES = "black white silver gold grey gray blue red green pink purple yellow orange brown"
COLOURS = frozenset(COLOUR_NAMES.split())
HEAD_ENDS = re.compile(r"\s[-–—|:]+\s|[,(\[|;]|\s(?=(?:for|with|w/|compatible|fits)\s)")
MADE_FOR_WORDS = re.compile(r"\s*(?:for|compatible|fits)\s")

ACCESSORY = "~accessory"  # the term of all products that are a thing for another thing

JOINED_IN_BODY = 6  # letters: "usb-c" and "wi-fi", not "state-of-the-art"
PLACES_MAX = 250


@dataclass(frozen=True)
class Marks:
    """A product's terms with an impact (0–255) and a place in the title for each."""

    terms: list[str]
    impacts: bytes
    places: bytes
    words: list[str]


def marks(document: Document) -> Marks:
    found = _Weights()
    found.title(document.title)
    found.texts([document.brand], BRAND)
    found.texts(document.kinds[:2], KIND)
    found.texts(document.kinds[2:], TRAIL)
    found.texts([part for part in words(" ".join(document.codes)) if not part.isdigit()], CODE)
    found.texts(document.specs, SPECS)
    found.body(document.body)
    weights = {term: weight / (SATURATION + weight) for term, weight in found.weights.items()}
    if found.is_accessory:
        weights[ACCESSORY] = 1.0
    terms = sorted(weights)
    return Marks(
        terms=terms,
        impacts=bytes(max(1, round(255 * weights[term])) for term in terms),
        places=bytes(found.places.get(term, NOWHERE) for term in terms),
        words=_named(document),
    )


class _Weights:
    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self.places: dict[str, int] = {}
        self.is_accessory = False

    def title(self, text: str) -> None:
        parts = list(_parts(text))
        length = sum(len(part) for _weight, part in parts)
        bent = 1 - TITLE_BENT + TITLE_BENT * length / TITLE_WORDS
        number = 0
        for at, (weight, part) in enumerate(parts):
            head = _head(part) if at == 0 else None
            for here, place in enumerate(part):
                is_head = here == head
                self._title_word(place, TITLE * (HEAD if is_head else weight) / bent, min(number, PLACES_MAX))
                number += 1
        self.is_accessory = bool(parts) and is_accessory({stem(place.word) for place in parts[0][1]})

    def _title_word(self, place: Place, weight: float, number: int) -> None:
        for form in place.forms:
            term = stem(form)
            self.places.setdefault(term, number)
            self.weights[term] = max(self.weights[term], weight)  # repeating a word in a title is noise

    def texts(self, texts: Iterable[str], weight: float) -> None:
        for text in texts:
            for term in _terms(text):
                self.weights[term] += weight

    def body(self, text: str) -> None:
        said = list(places(text, joined_max=JOINED_IN_BODY))
        times = Counter(stem(form) for place in said for form in place.forms)
        bent = 1 - BODY_BENT + BODY_BENT * len(said) / BODY_WORDS
        for term, number in times.items():
            self.weights[term] += min(BODY * number / bent, BODY_MOST)


@lru_cache(maxsize=20_000)
def _terms(text: str) -> tuple[str, ...]:
    """Of a short text that many products share: brand, category, a spec."""
    return tuple(stem(form) for place in places(text) for form in place.forms)


def _head(part: list[Place]) -> int:
    """Where the word is that names the thing: the last one that is neither colour nor figure."""
    names = [at for at, place in enumerate(part) if place.word.isalpha() and place.word not in COLOURS]
    return names[-1] if names else len(part) - 1


def _parts(title: str) -> Iterable[tuple[float, list[Place]]]:
    """The title in pieces with the weight of their words, the piece that names the thing first."""
    start, weight = 0, NAMED
    for end in [*HEAD_ENDS.finditer(title.lower()), None]:
        piece = title[start : end.start() if end else len(title)]
        made_for = MADE_FOR_WORDS.match(piece.lower())
        part = list(places(piece))
        if part:
            yield (MADE_FOR if made_for and weight != NAMED else weight), part
            weight = REST
        start = end.end() if end else 0


def _named(document: Document) -> list[str]:
    texts = [document.title, document.brand, *document.kinds]
    return sorted({word for text in texts for word in words(text) if 3 <= len(word) <= MAX_LETTERS // 2})

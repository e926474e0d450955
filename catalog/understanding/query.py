"""A query as words with their places, and what has been understood of it so far."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from catalog.search.words import words
from catalog.understanding.language import FILLERS, NEGATIONS, Words, stem

TOKENS_MAX = 30  # who writes more than this tells a story
LETTERS_MAX = 300
PHRASE_MAX = 4  # words of a bound or superlative
# A part in quotes, as long as the first mark is none of inches; else words as `catalog.search.words` cuts them.
PIECE = re.compile(r'(?P<quoted>(?<!\S)["“„][^"“”„]+["”](?!\w))|[0-9]+(?:[.,][0-9]+)+|[^\W_]+')
SIGNS_BEFORE, SIGNS_AFTER = set("<>≤≥~≈=€$£¥"), set("€$£¥+%\"″”'’′")


@dataclass(frozen=True)
class Token:
    """`start` and `end` are places in the text. A literal is quoted or odd, and never more than text."""

    word: str
    stem: str
    start: int
    end: int
    is_literal: bool = False

    @property
    def is_figure(self) -> bool:
        return self.word[0].isdigit()


@dataclass(frozen=True)
class Found:
    """Tokens `first` up to but without `last` mean this. `keeps_words`: they are looked for as well."""

    first: int
    last: int
    kind: str
    label: str
    pairs: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    keeps_words: bool = False


@dataclass
class Query:
    text: str
    tokens: tuple[Token, ...]
    found: list[Found] = field(default_factory=list)
    owner: dict[int, Found] = field(default_factory=dict)  # token → what it became part of

    def __post_init__(self) -> None:
        self._words = tuple(token.word for token in self.tokens)
        self._closed = {at for at, token in enumerate(self.tokens) if token.is_literal} | self.owner.keys()

    def only(self, kinds: Collection[str]) -> Query:
        """The same words with nothing but these kinds of things understood."""
        return Query(
            self.text,
            self.tokens,
            [found for found in self.found if found.kind in kinds],
            {at: found for at, found in self.owner.items() if found.kind in kinds},
        )

    def is_free(self, first: int, last: int) -> bool:
        return 0 <= first < last <= len(self.tokens) and self._closed.isdisjoint(range(first, last))

    def words(self, first: int, last: int) -> Words:
        return self._words[first:last]

    def stems(self, first: int, last: int) -> Words:
        """May be more words than tokens: "anc" is noise cancelling."""
        return tuple(part for token in self.tokens[first:last] for part in token.stem.split())

    def says(self, at: int, phrases: Collection[Words], *, backwards: bool = False) -> int:
        """How many free words from (or up to) `at` are the longest of these phrases."""
        for length in range(min(PHRASE_MAX, at if backwards else len(self.tokens) - at), 0, -1):
            first, last = (at - length, at) if backwards else (at, at + length)
            if self._words[first:last] in phrases and self.is_free(first, last):
                return length
        return 0

    def gap(self, at: int) -> str:
        """What stands between the token before `at` and that at `at`."""
        before = self.tokens[at - 1].end if at > 0 else 0
        return self.text[before : self.tokens[at].start if at < len(self.tokens) else len(self.text)]

    def is_glued(self, at: int) -> bool:
        """The "in" of "plug-in" is no word of its own."""
        return at > 0 and self.gap(at).strip() == self.gap(at) != ""

    def is_negated(self, at: int) -> bool:
        """ "not refurbished", "without nfc", "-used"."""
        word = self.tokens[at - 1].word if at and at - 1 not in self.owner else ""
        gap = self.gap(at)
        return word in NEGATIONS or (gap.endswith(("-", "−")) and (len(gap) > 1 or at == 0))

    def claim(self, found: Found, joiners: Collection[str] = ()) -> None:
        """Takes a joining word before it along: without the filter, "phone with" would be left."""
        first = found.first
        while self.is_free(first - 1, first) and self.tokens[first - 1].word in joiners:
            first -= 1
        found = replace(found, first=first)
        self.found.append(found)
        self.owner |= dict.fromkeys(range(first, found.last), found)
        self._closed.update(range(first, found.last))

    def names(self) -> set[str]:
        """Of the address parameters understood already."""
        return {name for found in self.found for name, _value in found.pairs}

    def span(self, found: Found) -> tuple[int, int]:
        """Its part of the text, with the signs that belong to it."""
        first, last = self.tokens[found.first], self.tokens[found.last - 1]
        before, after = self.gap(found.first).lstrip("".join(SIGNS_AFTER)), self.gap(found.last)
        start = first.start - len(_attached(before[::-1], SIGNS_BEFORE if first.is_figure else set()))
        return start, last.end + len(_attached(after, SIGNS_AFTER if last.is_figure else set()))

    def without(self, found: Found) -> str:
        start, end = self.span(found)
        return " ".join(f"{self.text[:start]} {self.text[end:]}".split())

    def rest(self) -> str:
        """What was not understood, without the words that only hold a sentence together."""
        text, left = "", [at for at in range(len(self.tokens)) if self._is_left(at)]
        if all(self.tokens[at].word in FILLERS for at in left):
            return ""
        for at in left:
            joint = self.gap(at) if at - 1 in left else " "
            text += joint + self.text[self.tokens[at].start : self.tokens[at].end]
        return " ".join(text.split())

    def _is_left(self, at: int) -> bool:
        owner = self.owner.get(at)
        if owner:
            return owner.keeps_words
        return self.tokens[at].word not in FILLERS or (self.is_glued(at) and self._is_left(at - 1))


def read(text: str) -> Query:
    """Too long a text has no tokens, and so nothing is understood of it."""
    text = unicodedata.normalize("NFC", text)
    tokens = tuple(_tokens(text)) if len(text) <= LETTERS_MAX else ()
    return Query(text, tokens if len(tokens) <= TOKENS_MAX else ())


def _tokens(text: str) -> Iterator[Token]:
    for piece in PIECE.finditer(text):
        found = words(piece[0])
        if found:
            word = " ".join(found)
            literal = piece["quoted"] is not None or len(found) > 1
            yield Token(word, word if literal else stem(word), piece.start(), piece.end(), literal)


def _attached(gap: str, signs: set[str]) -> str:
    """The part of a gap that belongs to the word before it: a closing bracket, and these signs even at a distance,
    unless they touch the next word."""
    is_apart = gap[-1:].isspace() or not gap.strip()
    return gap.rstrip() if is_apart and set("".join(gap.split())) <= signs else gap.split(" ")[0]

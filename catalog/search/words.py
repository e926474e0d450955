"""From text to words, the same way for what is indexed and for what is asked, on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_WORDS = 12
MAX_LETTERS = 64

# A figure keeps its point ("6.1 inch"); everything else breaks at whatever is neither letter nor digit.
WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")

# The words that PostgreSQL's english configuration leaves out; FTS5 knows none, so they go before either sees them.
LEFT_OUT = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves what which who whom this that these those am is are was were be been
    being have has had having do does did doing a an the and but if or because as until while of at by for with about
    against between into through during before after above below to from up down in out on off over under again
    further then once here there when where why how all any both each few more most other some such no nor not only
    own same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(LEFT_OUT.split())


def plain(text: str) -> str:
    """Lower case, without accents, compatibility forms ("１TB", "ﬁ", "²") written out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """ "5,000 mAh" and "5000 mAh" are one, and so are "6,1" and "6.1"."""
    return WORD.findall(DECIMAL_COMMA.sub(".", THOUSANDS.sub("", plain(text))))


def query_words(text: str) -> list[str]:
    """The words to look for: no doubles, no stop words unless there is nothing else, not endlessly many."""
    found = list(dict.fromkeys(word[:MAX_LETTERS] for word in words(text)))
    return ([word for word in found if word not in STOP_WORDS] or found)[:MAX_WORDS]


def code(text: str) -> str:
    """A part number as its letters and digits only: "ORV-MR6/128" and "orv mr6 128" are one."""
    return "".join(letter for letter in plain(text) if letter.isalnum())[: 2 * MAX_LETTERS]


def indexed(texts: Iterable[str]) -> str:
    """Text for the index: its words in order, so that no tokenizer meets punctuation it has ideas about."""
    return " ".join(word for text in texts for word in words(text))


def indexed_codes(codes: Iterable[str]) -> str:
    """Part numbers for the index: whole without punctuation, and their parts."""
    return " ".join(form for text in codes for form in dict.fromkeys([code(text), *words(text)]) if form)

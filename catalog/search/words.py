"""From text to words, the same way for what is indexed and for what is asked, on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_WORDS = 12
MAX_LETTERS = 64
LAST_LETTER = "\U0010ffff"  # behind all others: words from "ab" up to "ab" and this begin with "ab"

# A figure keeps its point: "6.1in", "usb3.0", "802.11ac"; everything else breaks at what is neither letter nor digit.
WORD = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*")
CHUNK = re.compile(rf"{WORD.pattern}(?:[-‐‑–'’/]{WORD.pattern})*")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")

# How a unit is written, by how it is indexed. Single letters only where no product is called like that.
UNITS = {
    "in": "in inch inches zoll",
    "gb": "gb gib gig gigs gigabyte gigabytes",
    "tb": "tb tib terabyte terabytes",
    "mb": "mb mib megabyte megabytes",
    "ghz": "ghz gigahertz",
    "mhz": "mhz megahertz",
    "khz": "khz kilohertz",
    "hz": "hz hertz",
    "mah": "mah",
    "wh": "wh",
    "w": "w watt watts",
    "v": "v volt volts",
    "ft": "ft foot feet",
    "mm": "mm millimeter millimeters millimetre millimetres",
    "cm": "cm centimeter centimeters centimetre centimetres",
    "mp": "mp megapixel megapixels",
    "fps": "fps",
    "dpi": "dpi",
    "oz": "oz ounce ounces",
    "lb": "lb lbs pound pounds",
    "kg": "kg kilogram kilograms",
    "pack": "pack packs pk",
    "port": "port ports",
}
UNIT_OF = {written: unit for unit, forms in UNITS.items() for written in forms.split()}
INCH_MARK = re.compile(r"(?<=\d)\s?(?:\"|”|''|’’|′′)")
UNIT = re.compile(
    rf"(?<![^\W_])(\d+(?:\.\d+)?)\s?-?\s?({'|'.join(sorted(UNIT_OF, key=len, reverse=True))})(?![^\W_])"
    r"(?!(?<=in)[\s-]*\d)"  # "4 in 1" measures nothing
)
MEASURE = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join(UNITS)})")

LEFT_OUT = """
    a an and are as at be been but by can do does for from has have he her his i if is it its me my of or our she so
    than that the their them then these they this those to was we were what when where which who will with you your
"""
STOP_WORDS = frozenset(LEFT_OUT.split())


@dataclass(frozen=True)
class Place:
    """A word of a text and what else it may be looked for as: "27in" also as "27", "wh" also as "wh1000xm4"."""

    word: str
    others: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.word, *self.others)


def plain(text: str) -> str:
    """Lower case, without accents, compatibility forms ("１TB", "ﬁ", "²") written out."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def measured(text: str) -> str:
    """Plain text with figures and units in one form: "5,000 mAh" is "5000mah", "27″" is "27in", "6,1" is "6.1"."""
    text = DECIMAL_COMMA.sub(".", THOUSANDS.sub("", plain(text)))
    return UNIT.sub(lambda found: found[1] + UNIT_OF[found[2]], INCH_MARK.sub("in ", text))


def words(text: str) -> list[str]:
    return WORD.findall(measured(text))


def places(text: str, *, joined_max: int = MAX_LETTERS) -> Iterator[Place]:
    """The words in order, stop words left out. Parts of "WH-1000XM4" are also known as the whole."""
    return (place for chunk in CHUNK.findall(measured(text)) for place in _places(chunk, joined_max))


@lru_cache(maxsize=50_000)
def _places(chunk: str, joined_max: int) -> tuple[Place, ...]:
    parts = WORD.findall(chunk)
    if len(parts) == 1:
        return () if chunk in STOP_WORDS else (_place(chunk, ()),)
    whole = "".join(parts)
    first = _place(parts[0], (whole,) if len(whole) <= joined_max else ())
    return (first, *(_place(part, ()) for part in parts[1:]))


def _place(part: str, joined: tuple[str, ...]) -> Place:
    figure = MEASURE.fullmatch(part)
    return Place(part[:MAX_LETTERS], (*((figure[1],) if figure else ()), *joined))


def query_words(text: str) -> list[str]:
    """The words to look for: no doubles, no stop words unless there is nothing else, not endlessly many."""
    found = list(dict.fromkeys(word[:MAX_LETTERS] for word in words(text[: 40 * MAX_WORDS])))
    return ([word for word in found if word not in STOP_WORDS] or found)[:MAX_WORDS]


def code(text: str) -> str:
    """A part number as its letters and digits only; GTINs of 12, 13 and 14 figures are one without leading zeros."""
    whole = "".join(letter for letter in plain(text) if letter.isalnum())[:MAX_LETTERS]
    return whole.lstrip("0") if whole.isdigit() and len(whole) >= 8 else whole


def codes(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(whole for text in texts if (whole := code(text))))

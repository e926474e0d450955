"""Numbers of a query with their unit and their bounds: "under 500", "13-14 inch", "256gb or more", "€500"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.conf import settings

from catalog import units
from catalog.understanding.language import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    FRAGILE,
    OR_LESS,
    OR_MORE,
    PRICE_JOINERS,
    Words,
)
from catalog.understanding.query import Query

EXACTLY, MOST, LEAST, NEAR, SPAN = "exactly", "most", "least", "near", "span"

NUMBER = re.compile(r"^([0-9]+(?:\.[0-9]+)?)([^\W\d_]*)$")
INCH_SIGNS = ("″", '"', "”", "''", "′′", "’’")
CURRENCIES = {
    "EUR": ("€", ("eur", "euro", "euros")),
    "USD": ("$", ("usd", "dollar", "dollars", "bucks")),
    "GBP": ("£", ("gbp", "pound", "pounds", "quid")),
}
SIGNS = {sign for sign, _words in CURRENCIES.values()} | {"¥"}
YEARS = range(1990, 2100)


def _families() -> dict[str, set[str]]:
    """The families of units by how a unit may be written. One letter counts only where it is the unit's own sign:
    "5g" is no storage. Things that are counted are named by their field."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit in (unit for unit in units.TABLE if not units.is_count(unit.symbol)):
        for spelling in unit.spellings:
            if len(spelling) > 1 or spelling.casefold() == unit.symbol.casefold():
                found[spelling.casefold()].add(unit.family)
    return found


FAMILIES = _families()
UNIT_WORDS = 3  # "pixels per inch"
THOUSANDS_MAX = 100  # "2k" is two thousand, "2700k" a temperature


@dataclass(frozen=True)
class Figure:
    """Tokens `first` up to but without `last`. `low` and `high` are written with a point and are the same unless it
    is a span; `unit` is as written, empty for none. `is_sure`: more than a bare number."""

    first: int
    last: int
    low: str
    high: str
    bound: str
    unit: str = ""
    is_money: bool = False
    is_sure: bool = True

    @property
    def families(self) -> set[str]:
        return FAMILIES.get(self.unit.casefold(), set())


@dataclass(frozen=True)
class _Amount:
    first: int
    last: int
    number: str
    unit: str = ""
    is_money: bool = False
    is_foreign: bool = False  # money of another currency than the shop's


def figure(query: Query, at: int) -> Figure | None:
    """The figure whose (first) number is the token at `at`."""
    amount = _amount(query, at)
    if amount is None:
        return None
    other = _other_end(query, amount)
    if amount.is_foreign or (other and other.is_foreign):
        return None
    return _span(query, amount, other) if other else _single(query, replace(amount, unit=_unit_of_both(query, amount)))


def _unit_of_both(query: Query, amount: _Amount) -> str:
    """The first number of "128 or 256 gb" has the unit of the second."""
    if amount.unit or amount.is_money or not query.says(amount.last, {("or",)}):
        return amount.unit
    other = _amount(query, amount.last + 1)
    return other.unit if other else ""


def _span(query: Query, low: _Amount, high: _Amount) -> Figure | None:
    unit, is_money = high.unit or low.unit, high.is_money or low.is_money
    said = query.says(low.first, BETWEEN, backwards=True)
    if not (said or unit or is_money) or float(low.number) >= float(high.number):
        return None
    return Figure(low.first - said, high.last, low.number, high.number, SPAN, unit, is_money)


def _other_end(query: Query, low: _Amount) -> _Amount | None:
    gap = query.gap(low.last).strip()
    if gap in ("-", "–", "—"):
        return _amount(query, low.last)
    said_between = query.says(low.first, BETWEEN, backwards=True)
    joining = {("to",), ("and",)} if said_between else {("to",)}
    return _amount(query, low.last + 1) if query.says(low.last, joining) else None


def _single(query: Query, amount: _Amount) -> Figure:
    bound, first, last, said = _bound(query, amount)
    is_sure = amount.is_money or bool(amount.unit) or not _is_fragile(query, first, said, amount.number)
    return Figure(first, last, amount.number, amount.number, bound, amount.unit, amount.is_money, is_sure)


def _bound(query: Query, amount: _Amount) -> tuple[str, int, int, Words]:
    """How the amount is bounded, the tokens with the words that say so, and these words."""
    for bound, phrases in ((MOST, AT_MOST), (LEAST, AT_LEAST), (NEAR, ABOUT)):
        if length := query.says(amount.first, phrases, backwards=True):
            first = amount.first - length
            return bound, first, amount.last, query.words(first, amount.first)
    for bound, phrases in ((MOST, OR_LESS), (LEAST, OR_MORE)):
        if length := query.says(amount.last, phrases):
            last = amount.last + length
            return bound, amount.first, last, query.words(amount.last, last)
    return _signed_bound(query, amount), amount.first, amount.last, ()


def _signed_bound(query: Query, amount: _Amount) -> str:
    before, after = query.gap(amount.first).strip().rstrip("".join(SIGNS)), query.gap(amount.last)
    if before.endswith(("<", "<=", "≤")):
        return MOST
    if before.endswith((">", ">=", "≥")) or after.startswith("+"):
        return LEAST
    return NEAR if before.endswith(("~", "≈")) else EXACTLY


def _is_fragile(query: Query, first: int, said: Words, number: str) -> bool:
    """Whether the words may be part of a name or a date. They are none behind what is looked for ("phone max 500")."""
    if said == ("from",) and number.isdigit() and int(number) in YEARS:
        return True
    before = query.words(first - 1, first) if first else ()
    stands_alone = not before or first - 1 in query.owner or before[0] in PRICE_JOINERS
    return bool(FRAGILE & set(said)) and not stands_alone


# One amount ---------------------------------------------------------------------------------------------------------


def _amount(query: Query, at: int) -> _Amount | None:
    if not query.is_free(at, at + 1):
        return None
    found = NUMBER.match(query.tokens[at].word)
    if not found or len(found[1]) > 15:
        return None
    number, letters = found.groups()
    if letters:
        return _with_letters(query, at, number, letters)
    if unit := next((sign for sign in INCH_SIGNS if query.gap(at + 1).startswith(sign)), ""):
        return _Amount(at, at + 1, number, "in" if unit else "")
    if query.words(at + 1, at + 2) == ("k",) and not query.gap(at + 1) and query.is_free(at + 1, at + 2):
        return _thousands(query, at, at + 1, number)
    return _priced(query, at, number) or _measured(query, at, number) or _Amount(at, at + 1, number)


def _with_letters(query: Query, at: int, number: str, letters: str) -> _Amount | None:
    """ "256gb", "100MB/s", "1k". The letters as they were typed: Mb and MB differ."""
    token = query.tokens[at]
    typed = query.text[token.end - len(letters) : token.end]
    if query.gap(at + 1) == "/" and f"{letters}/{''.join(query.words(at + 1, at + 2))}" in FAMILIES:
        return _Amount(at, at + 2, number, f"{typed}/{query.tokens[at + 1].word}")
    if letters == "k" and float(number) < THOUSANDS_MAX:
        return _thousands(query, at, at, number)
    if letters in FAMILIES:
        return _Amount(at, at + 1, number, typed)
    if letters in _own_currency()[1]:
        return _Amount(at, at + 1, number, is_money=True)
    return None


def _thousands(query: Query, first: int, end: int, number: str) -> _Amount:
    """ "2k", and "1.5k" which is two words."""
    thousands = f"{float(number) * 1000:.0f}"
    return replace(_priced(query, end, thousands) or _Amount(end, end + 1, thousands), first=first)


def _priced(query: Query, at: int, number: str) -> _Amount | None:
    own_sign, own_words = _own_currency()
    before, after = query.gap(at).rstrip(), query.gap(at + 1)
    touches_next = bool(after.strip()) and not after[-1].isspace() and after[0].isspace()  # "14 €500"
    sign = before[-1:] if before[-1:] in SIGNS else "" if touches_next else after.lstrip()[:1]
    if sign and sign in SIGNS:
        return _Amount(at, at + 1, number, is_money=sign == own_sign, is_foreign=sign != own_sign)
    word = "".join(query.words(at + 1, at + 2)) if query.is_free(at + 1, at + 2) else ""
    if word in own_words:
        return _Amount(at, at + 2, number, is_money=True)
    if word not in FAMILIES and any(word in words for _sign, words in CURRENCIES.values()):
        return _Amount(at, at + 2, number, is_foreign=True)
    return None


def _measured(query: Query, at: int, number: str) -> _Amount | None:
    """With a unit of one to three words behind it: "14 inch", "14-inch", "100 MB/s", "300 pixels per inch"."""
    for length in range(UNIT_WORDS, 0, -1):
        first, last = at + 1, at + 1 + length
        if not query.is_free(first, last) or not _is_joined(query.gap(first)):
            continue
        written = query.text[query.tokens[first].start : query.tokens[last - 1].end]
        if written.casefold() in FAMILIES and not _goes_on(query, written, last):
            return _Amount(at, last, number, written)
    return None


def _is_joined(gap: str) -> bool:
    return not gap.strip() or gap == "-"


def is_unit(word: str) -> bool:
    return word in FAMILIES


def _goes_on(query: Query, written: str, last: int) -> bool:
    """The "in" of "2 in 1" or "top 10 in the world" is no inch."""
    after = "".join(query.words(last, last + 1))
    return written.casefold() == "in" and (after[:1].isdigit() or after in ("the", "a", "my", "total"))


def _own_currency() -> tuple[str, Collection[str]]:
    code = settings.SHOP_CURRENCY
    return CURRENCIES.get(code, (code, (code.casefold(),)))

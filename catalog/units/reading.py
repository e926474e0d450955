"""Reads what people type: numbers of either style, with a unit or without, ranges, sizes, and names for them."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from catalog.exceptions import SpecError
from catalog.units.amounts import LIMIT, shown, stored
from catalog.units.ratings import BETWEEN, rating_number
from catalog.units.resolutions import USUAL, size_of
from catalog.units.table import BY_SYMBOL, IP, PREFIXES, WITH_MINUS, Unit, family_of

TEXT_MAX = 80

NUMBER = r"[+\-−]?\d[\d.,'’\s\u00a0\u2009\u202f]*"
AMOUNT = re.compile(rf"(?P<number>{NUMBER})(?P<unit>.*)")
PART = r"(\d[\d.,]*)\s*([^\d\s.,]+)"
PARTS = re.compile(rf"{PART}(?:\s*(?:and\s+)?{PART})+")
DASH = r"\s*(?:–|—|-|~|〜|\bto\b|…|\.{2,3})\s*"
RANGE = re.compile(rf"(?P<low>{NUMBER})(?P<low_unit>[^\d]*?){DASH}(?P<high>{NUMBER})(?P<high_unit>.*)")
TIMES = re.compile(r"\s*(?:[x×✕*х]|\bby\b)\s*(?=\d)", re.IGNORECASE)
NAMED = re.compile(r"([^()]+)\(([^()]+)\)")
GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
# Data sheets hedge their figures; the figure is what is kept.
HEDGE = re.compile(
    r"^(?:(?:approx(?:imately|\.)?|about|ca\.?|circa|up to|max(?:imum|\.)?)\s+|[~≈]\s*)"
    r"|\s*\((?:typ|typical|max|maximum|approx)\.?\)$",
    re.IGNORECASE,
)


def read(text: str, unit: str = "") -> Decimal:
    """An amount as it is stored; a bare number is in `unit`. Raises SpecError naming what is accepted."""
    return _checked(_one(_tidied(text, unit), unit), text, unit)


def read_range(text: str, unit: str = "") -> tuple[Decimal, Decimal | None]:
    """Both ends of "20 Hz – 20 kHz" as they are stored; a single amount has no upper end.

    An end without a unit takes the other's, so "2.4–5 GHz" is read as it is meant.
    """
    ends = _ends(_tidied(text, unit), unit)
    if ends is None:
        return read(text, unit), None
    low, high = (_checked(end, text, unit) for end in ends)
    if low >= high:
        words = _("“%(text)s” does not run upwards. Write the unit at both ends, as in 20 Hz – 20 kHz.")
        raise SpecError(words % {"text": text})
    return low, high


def read_size(text: str, unit: str = "") -> tuple[Decimal, ...]:
    """The two or three sides of "147.6 × 71.6 × 7.8 mm" as they are stored; a picture's also by its name: "4K UHD"."""
    plain = _tidied(text, unit)
    sides = _sides(plain, unit)
    if found := NAMED.fullmatch(plain):
        # "3840 × 2160 px (4K UHD)": what is said twice has to agree; the numbers tell which way it is turned.
        first, second = (_sides(part.strip(), unit) for part in found.groups())
        figures = second if size_of(found[1]) else first
        sides = figures if set(first) == set(second) else ()
    if not 2 <= len(sides) <= (2 if unit == "px" else 3):
        raise _refusal(text, unit, sides=True)
    numbers = tuple(_checked(side, text, unit, sides=True) for side in sides)
    if not all(numbers):
        raise SpecError(_("“%(text)s” has a side of nothing.") % {"text": text})
    return numbers


def parse(text: str, unit: str = "") -> Decimal:
    """As `read`, but the amount in `unit`."""
    return shown(read(text, unit), unit)


def parse_range(text: str, unit: str = "") -> tuple[Decimal, Decimal | None]:
    """As `read_range`, but amounts in `unit`."""
    low, high = read_range(text, unit)
    return shown(low, unit), None if high is None else shown(high, unit)


def accepted(unit: str, *, sides: bool = False) -> str:
    """What may be written in a field of this unit, for help texts and refusals."""
    others = [other.symbol for other in family_of(unit) if other.symbol != unit]
    if sides and unit == "px":
        return _("width and height such as 2556 × 1179, or a name: %(names)s") % {"names": ", ".join(USUAL)}
    if sides:
        words = _("two or three numbers such as 147.6 × 71.6 × 7.8")
    elif unit == IP:
        return _("a rating such as IP68, IPX4 or IP69K, two of them (IP65/IP68), or “none”")
    elif unit in PREFIXES:
        return _("a number such as 2.8 or %(unit)s2.8") % {"unit": f"{unit} ".replace("/ ", "/")}
    else:
        words = _("a number such as 8 or 2.5")
    words = f"{words} ({unit})" if unit else words
    return f"{words}, {_('or one with its unit')}: {', '.join(others)}" if others else words


def _tidied(text: str, unit: str) -> str:
    """Without what says nothing; empty where there is too much to be an amount."""
    plain = text.strip()
    if len(plain) > TEXT_MAX:
        return ""
    plain = HEDGE.sub("", plain)
    return re.sub(rf"(?i:{PREFIXES[unit]})(?=\d)", "", plain) if unit in PREFIXES else plain


def _one(plain: str, unit: str) -> Decimal | None:
    """One amount as it is stored, None where it cannot be read."""
    if unit == IP:
        return rating_number(plain)
    if not (found := AMOUNT.fullmatch(plain)):
        return None
    amount = _stored(found["number"], found["unit"], unit)
    return _sum(plain, unit) if amount is None else amount


def _sum(plain: str, unit: str) -> Decimal | None:
    """ "1 h 30 min", "2 lb 3 oz", "5′ 11″": parts of falling units."""
    parts = re.findall(PART, plain) if PARTS.fullmatch(plain) else []
    units = [_written_unit(word, unit) for _number, word in parts]
    factors = [found.factor for found in units if found]
    amounts = [amount for number, word in parts if (amount := _stored(number, word, unit)) is not None]
    is_read = parts and len(parts) == len(factors) == len(amounts)
    is_falling = all(left > right for left, right in pairwise(factors))
    return sum(amounts, Decimal(0)) if is_read and is_falling else None


def _ends(plain: str, unit: str) -> tuple[Decimal | None, Decimal | None] | None:
    if unit == IP:
        ratings = [rating_number(part) for part in BETWEEN.split(plain)]
        known = sorted(rating for rating in ratings if rating is not None)
        return (known[0], known[1]) if len(ratings) == len(known) == 2 else None
    if not (found := RANGE.fullmatch(plain)):
        return None
    low = _stored(found["low"], found["low_unit"].strip() or found["high_unit"], unit)
    return low, _stored(found["high"], found["high_unit"].strip() or found["low_unit"], unit)


def _sides(plain: str, unit: str) -> tuple[Decimal | None, ...]:
    if unit == "px" and (named := size_of(plain)):
        return named
    found = [AMOUNT.fullmatch(part) for part in TIMES.split(plain)]
    last = found[-1]["unit"] if found[-1] else ""
    return tuple(_stored(side["number"], side["unit"].strip() or last, unit) if side else None for side in found)


def _stored(number: str, written: str, unit: str) -> Decimal | None:
    """A number with the unit written beside it, in the base unit of the family."""
    amount, source = _number(number), _written_unit(written, unit)
    if amount is None or source is None:
        return None
    if abs(amount) * source.factor >= LIMIT:
        raise SpecError(_("“%(number)s” is too large.") % {"number": number.strip()})
    return stored(amount, source.symbol)


def _checked(number: Decimal | None, text: str, unit: str, *, sides: bool = False) -> Decimal:
    if number is None:
        raise _refusal(text, unit, sides=sides)
    if number < 0 and not (unit in BY_SYMBOL and BY_SYMBOL[unit].family in WITH_MINUS):
        raise SpecError(_("“%(text)s” is below zero.") % {"text": text})
    return number


def _number(written: str) -> Decimal | None:
    """Digits with a decimal point or comma and any grouping: 5,000 · 5 000 · 1.234,5 · 1,5 · 0,125."""
    sign = -1 if written[0] in "-−" else 1
    digits = re.sub(r"[\s'’\u00a0\u2009\u202f]", "", written.lstrip("+-−"))
    point = max(digits.rfind("."), digits.rfind(","))
    whole, decimals = (digits, "") if point < 0 else (digits[:point], digits[point + 1 :])
    if _is_grouped(digits):
        whole, decimals = digits, ""
    elif not _is_clean_whole(whole, digits[point : point + 1]):
        return None
    whole = re.sub(r"[.,]", "", whole)
    if not whole.isascii() or not (decimals.isdigit() or point < 0 or decimals == "") or len(whole) > 20:
        return None
    return sign * Decimal(f"{whole}.{decimals or 0}")


def _is_grouped(digits: str) -> bool:
    """Whether the separators part thousands. One point alone never does: 1.235 is a little more than one."""
    found = GROUPED.fullmatch(digits)
    return found is not None and digits[0] != "0" and (found[1] == "," or digits.count(".") > 1)


def _is_clean_whole(whole: str, point: str) -> bool:
    """What stands before the decimal point: plain digits, or thousands parted by the other sign."""
    found = GROUPED.fullmatch(whole)
    return whole.isdigit() or (found is not None and found[1] != point)


def _written_unit(written: str, unit: str) -> Unit | None:
    """The unit a reader meant: exact spelling first, since Mb/s and MB/s differ, then in any case.

    "27-inch" and "6 in." are 27 and 6 inches.
    """
    family = family_of(unit)
    own = next((other for other in family if other.symbol == unit), family[0])
    words = " ".join(written.split()).removeprefix("-")
    words = words if words in own.spellings else words.rstrip(".")
    if not words or words == unit:
        return own
    exact = [other for other in family if words in other.spellings]
    loose = [other for other in family if words.casefold() in {word.casefold() for word in other.spellings}]
    for found in (exact, [own] if own in loose else loose):
        if len(found) == 1:
            return found[0]
    return None


def _refusal(text: str, unit: str, *, sides: bool = False) -> SpecError:
    words = _("“%(text)s” cannot be read. Accepted: %(accepted)s.")
    return SpecError(words % {"text": text.strip()[:TEXT_MAX], "accepted": accepted(unit, sides=sides)})

"""Protection against dust and water (IEC 60529) as a number that ranks: IP68 > IP67 > IPX4.

Water stands before the point and dust behind it, since water is what people ask about: IP68 is 8.6, IPX4 is 4. A hot
jet, 9K, is 10, and no rating at all 0. A digit that was tested and not met ("IP04") ranks a little above one that was
not tested ("IPX4").
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

RATING = re.compile(r"(?:IP)?[\s-]*(?P<dust>[0-6X])(?P<water>9K|[0-9X])", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:/|,|&|\+|–|-|\band\b|\bto\b)\s*(?=(?:IP)?\s*[0-6X][0-9X])", re.IGNORECASE)
HOT_JET = Decimal(10)
DUST_ZERO = Decimal("0.05")
WATER_ZERO = Decimal("0.001")


def rating_number(text: str) -> Decimal | None:
    if text.strip().casefold() in ("none", _("None").casefold()):
        return Decimal(0)
    found = RATING.fullmatch(text.strip())
    if not found or (found["dust"] + found["water"]).upper() == "XX":
        return None
    return _water(found["water"].upper()) + _dust(found["dust"].upper())


def rating_text(number: Decimal) -> str:
    if not number:
        return _("None")
    water, rest = divmod(number, 1)
    tested_dry = rest % DUST_ZERO  # a thousandth where water is a zero that was tested
    dust = _digit(rest - tested_dry, DUST_ZERO, scale=10)
    if water == HOT_JET:
        return f"IP{dust}9K"
    return f"IP{dust}{_digit(water, WATER_ZERO) if not tested_dry else 0}"


def _water(digit: str) -> Decimal:
    if digit == "X":
        return Decimal(0)
    return HOT_JET if digit == "9K" else Decimal(digit) or WATER_ZERO


def _dust(digit: str) -> Decimal:
    return Decimal(0) if digit == "X" else Decimal(digit) / 10 or DUST_ZERO


def _digit(part: Decimal, tested_zero: Decimal, scale: int = 1) -> str:
    if part == tested_zero:
        return "0"
    return f"{int(part * scale)}" if part else "X"

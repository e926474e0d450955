"""Amounts as SpecValue holds them, in the base unit of their family, and back in a unit that people read."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from catalog.units.table import BY_SYMBOL, PIECE

PLACES = Decimal("0.000001")
MOST_PLACES = 20
LIMIT = Decimal(10) ** 14  # the columns hold less


def family(unit: str) -> str:
    """What can be converted into each other: "storage" for GB; a unit that is not in the table is one of its own."""
    return BY_SYMBOL[unit].family if unit in BY_SYMBOL else unit


def is_count(unit: str) -> bool:
    """Whether it counts things, as cores or ports do."""
    return unit in BY_SYMBOL and BY_SYMBOL[unit].code == PIECE


def stored(amount: Decimal, unit: str) -> Decimal:
    """An amount in `unit` as SpecValue holds it: 1 TB → 1000000 (MB)."""
    if unit not in BY_SYMBOL:
        return rounded(amount, PLACES)
    return rounded(amount * BY_SYMBOL[unit].factor + BY_SYMBOL[unit].offset, PLACES)


def shown(number: Decimal, unit: str) -> Decimal:
    """What SpecValue holds as an amount in `unit`: 1000000 (MB) → 1 TB.

    With the fewest decimals that `stored` turns into the very same number again, so that addresses, forms and files
    lose nothing.
    """
    if unit not in BY_SYMBOL:
        return rounded(number, PLACES)
    amount = (number - BY_SYMBOL[unit].offset) / BY_SYMBOL[unit].factor
    for places in range(MOST_PLACES):
        short = rounded(amount, Decimal(1).scaleb(-places))
        if stored(short, unit) == number:
            return short
    return amount


def rounded(amount: Decimal, places: Decimal) -> Decimal:
    return amount.quantize(places, ROUND_HALF_UP).normalize() + 0  # + 0 turns -0 into 0


def places_of(amount: Decimal) -> int:
    """Digits behind the point."""
    return max(0, -int(amount.normalize().as_tuple().exponent))

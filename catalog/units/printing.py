"""Amounts as a data sheet prints them, and as a form or a file writes them so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from catalog.units.amounts import places_of, rounded, shown
from catalog.units.ratings import rating_text
from catalog.units.resolutions import class_of
from catalog.units.table import BY_SYMBOL, CLOSE, IP, LADDERS, PREFIXES, family_of

NEAT_PLACES = 4  # more decimals come from converting only
SHORT_PLACES = 2


def format(number: Decimal, unit: str = "") -> str:
    """An amount in `unit`: "1 TB" for 1000 GB, "5,000 mAh", "6.1 in", "f/1.8"."""
    if unit == IP:
        return rating_text(number)
    amount, symbol = _on_ladder(_neat(Decimal(number)), unit)
    return _with_unit(_digits(amount), amount, symbol)


def format_range(low: Decimal, high: Decimal | None, unit: str = "") -> str:
    """ "20 Hz – 20 kHz", "24 – 70 mm", "f/3.5 – 5.6"; a single amount when there is no upper end."""
    if high is None or low == high:
        return format(low, unit)
    if unit == IP:
        return f"{rating_text(low)} / {rating_text(high)}"
    (low_amount, low_symbol), (high_amount, high_symbol) = (_on_ladder(_neat(end), unit) for end in (low, high))
    if low_symbol != high_symbol:
        return f"{format(low, unit)} – {format(high, unit)}"
    return _run(low_amount, high_amount, low_symbol)


def format_size(numbers: Sequence[Decimal], unit: str = "") -> str:
    """ "147.6 × 71.6 × 7.8 mm"; a resolution with its name: "3840 × 2160 px (4K UHD)"."""
    text = _sides([_neat(number) for number in numbers], unit)
    name = class_of(numbers) if unit == "px" else ""
    return f"{text} ({name})" if name else text


def exact(number: Decimal, unit: str = "") -> str:
    """A stored number, written so that reading it gives the same again: in `unit`, or in the unit it was typed in."""
    best = _best_unit([number], unit)
    amount = shown(number, best)
    return format(amount, unit) if best == unit and _are_neat([amount]) else _with_unit(_digits(amount), amount, best)


def exact_range(low: Decimal, high: Decimal | None, unit: str = "") -> str:
    """As `exact`, of both ends, in the one unit that suits them best."""
    if high is None or low == high:
        return exact(low, unit)
    best = _best_unit([low, high], unit)
    ends = shown(low, best), shown(high, best)
    return format_range(*ends, unit) if best == unit and _are_neat(ends) else _run(*ends, best)


def exact_size(numbers: Sequence[Decimal], unit: str = "") -> str:
    """As `exact`, of all sides, in the one unit that suits them best."""
    best = _best_unit(numbers, unit)
    return _sides([shown(number, best) for number in numbers], best)


def _best_unit(numbers: Sequence[Decimal], unit: str) -> str:
    """The given one unless its amounts have a tail of decimals: then that of its family which says them shortest."""
    if _are_neat([shown(number, unit) for number in numbers]):
        return unit

    def length(symbol: str) -> int:
        return sum(len(_plain(shown(number, symbol))) for number in numbers)

    return min((unit, *(other.symbol for other in family_of(unit))), key=length)


def _are_neat(amounts: Sequence[Decimal]) -> bool:
    return all(places_of(amount) <= NEAT_PLACES for amount in amounts)


def _run(low: Decimal, high: Decimal, symbol: str) -> str:
    """The unit stands once: behind the upper end, or before the lower one."""
    if symbol in PREFIXES:
        return f"{_with_unit(_digits(low), low, symbol)} – {_digits(high)}"
    return f"{_digits(low)} – {_with_unit(_digits(high), high, symbol)}"


def _sides(amounts: Sequence[Decimal], unit: str) -> str:
    text = " × ".join(_plain(amount) for amount in amounts)
    return f"{text} {unit}" if unit else text


def _neat(amount: Decimal) -> Decimal:
    """Without the dust of converting: 15.5905512 in are 15.59 in."""
    if _are_neat([amount]):
        return amount
    size = amount.adjusted()
    return rounded(amount, Decimal(1).scaleb(-SHORT_PLACES if size >= 0 else size - SHORT_PLACES))


def _on_ladder(number: Decimal, unit: str) -> tuple[Decimal, str]:
    for symbols, places in LADDERS:
        if unit in symbols:
            for symbol in symbols:
                amount = (number * BY_SYMBOL[unit].factor / BY_SYMBOL[symbol].factor).normalize()
                if abs(amount) >= 1 and places_of(amount) <= places:
                    return amount, symbol
    return number, unit


def _digits(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _plain(amount: Decimal) -> str:
    """Without grouping: 2556 × 1179 is how a resolution is written."""
    return _digits(amount).replace(",", "")


def _with_unit(digits: str, amount: Decimal, symbol: str) -> str:
    if not symbol:
        return digits
    gap = "" if symbol in CLOSE else " "
    if symbol in PREFIXES:
        return f"{symbol}{gap}{digits}"
    unit = BY_SYMBOL.get(symbol)
    word = unit.singular if unit and unit.singular and amount == 1 else symbol
    return f"{digits}{gap}{word}"

"""Units of the trade: reads "1 TB", "1,5 TB", "6.1″" or "20 Hz – 20 kHz", and prints amounts as a data sheet does.

Storage is decimal, as makers print it: 1 TB is 1000 GB. Each family has a base unit, whose factor is 1: SpecValue holds
every amount in it (`stored`), so that fields in other units of the family compare and sort with each other, and readers
see it in their field's unit (`shown`). Numbers are Decimal throughout, six places at most, as the columns hold them.
Pure functions over the table below; a new unit is a new line there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from catalog.exceptions import SpecError

PLACES = Decimal("0.000001")
SHOWN_PLACES = Decimal("0.0001")
LIMIT = Decimal(10) ** 14
TEXT_MAX = 60


@dataclass(frozen=True)
class Unit:
    """`factor` is how many of the family's base unit it is; `offset` is for degrees only."""

    symbol: str
    family: str
    factor: Decimal
    spellings: tuple[str, ...] = ()
    singular: str = ""
    offset: Decimal = Decimal(0)


def _unit(symbol: str, family: str, factor: str, spellings: str = "", singular: str = "", offset: str = "0") -> Unit:
    words = tuple(word.strip() for word in spellings.split(",") if word.strip())
    return Unit(symbol, family, Decimal(factor), (symbol, *words), singular, Decimal(offset))


TABLE: tuple[Unit, ...] = (
    _unit("KB", "storage", "0.001", "kB, kilobyte, kilobytes"),
    _unit("MB", "storage", "1", "megabyte, megabytes, Mbyte"),
    _unit("GB", "storage", "1000", "gigabyte, gigabytes, gig, gigs, Gbyte, G"),
    _unit("TB", "storage", "1000000", "terabyte, terabytes, tera, Tbyte, T"),
    _unit("MiB", "storage", "1.048576", "mebibyte, mebibytes"),
    _unit("GiB", "storage", "1073.741824", "gibibyte, gibibytes"),
    _unit("TiB", "storage", "1099511.627776", "tebibyte, tebibytes"),
    _unit("mAh", "charge", "1", "milliamp hours, milliampere hours"),
    _unit("Ah", "charge", "1000", "amp hours, ampere hours"),
    _unit("Wh", "energy", "1", "watt hour, watt hours, watt-hours"),
    _unit("kWh", "energy", "1000", "kilowatt hour, kilowatt hours"),
    _unit("ms", "time", "1", "millisecond, milliseconds, msec"),
    _unit("s", "time", "1000", "sec, second, seconds"),
    _unit("min", "time", "60000", "mins, minute, minutes"),
    _unit("h", "time", "3600000", "hr, hrs, hour, hours"),
    _unit("days", "time", "86400000", "d, day", "day"),
    _unit("weeks", "time", "604800000", "week, wk", "week"),
    _unit("months", "calendar", "1", "month, mo", "month"),
    _unit("years", "calendar", "12", "year, yr, yrs, a", "year"),
    _unit("µm", "length", "0.001", "μm, um, micron, microns"),
    _unit("mm", "length", "1", "millimetre, millimetres, millimeter, millimeters"),
    _unit("cm", "length", "10", "centimetre, centimetres, centimeter, centimeters"),
    _unit("m", "length", "1000", "metre, metres, meter, meters"),
    _unit("in", "length", "25.4", "″, \", ”, '', ′′, inch, inches, in."),
    _unit("ft", "length", "304.8", "′, ', foot, feet"),
    _unit("mg", "weight", "0.001", "milligram, milligrams"),
    _unit("g", "weight", "1", "gram, grams, gr, gramme, grammes"),
    _unit("kg", "weight", "1000", "kilo, kilos, kilogram, kilograms, kgs"),
    _unit("oz", "weight", "28.349523125", "ounce, ounces"),
    _unit("lb", "weight", "453.59237", "lbs, pound, pounds"),
    _unit("Hz", "frequency", "1", "hertz"),
    _unit("kHz", "frequency", "1000", "kilohertz"),
    _unit("MHz", "frequency", "1000000", "megahertz"),
    _unit("GHz", "frequency", "1000000000", "gigahertz"),
    _unit("mW", "power", "0.001", "milliwatt, milliwatts"),
    _unit("W", "power", "1", "watt, watts"),
    _unit("kW", "power", "1000", "kilowatt, kilowatts"),
    _unit("VA", "apparent power", "1", "volt-ampere, volt-amperes"),
    _unit("mV", "voltage", "0.001", "millivolt, millivolts"),
    _unit("V", "voltage", "1", "volt, volts"),
    _unit("mA", "current", "0.001", "milliamp, milliamps"),
    _unit("A", "current", "1", "amp, amps, ampere, amperes"),
    _unit("dB", "sound", "1", "dBA, dB(A), decibel, decibels"),
    _unit("Ω", "impedance", "1", "\u2126, ohm, ohms"),  # the Greek letter and the sign look alike
    _unit("kΩ", "impedance", "1000", "k\u2126, kohm, kiloohm"),
    _unit("kbit/s", "data rate", "1000", "kbps, kb/s"),
    _unit("Mbit/s", "data rate", "1000000", "Mbps, Mb/s, Mbit"),
    _unit("Gbit/s", "data rate", "1000000000", "Gbps, Gb/s, Gbit"),
    _unit("KB/s", "data rate", "8000", "kB/s, KBps"),
    _unit("MB/s", "data rate", "8000000", "MBps, MB per second, megabytes per second"),
    _unit("GB/s", "data rate", "8000000000", "GBps, GB per second, gigabytes per second"),
    _unit("nits", "luminance", "1", "nit, cd/m², cd/m2", "nit"),
    _unit("lm", "light", "1", "lumen, lumens"),
    _unit("lx", "illuminance", "1", "lux"),
    _unit("K", "colour temperature", "1", "kelvin"),
    _unit("°C", "temperature", "1", "C, ° C, ℃, celsius, degrees celsius, degrees, deg C"),
    # From °F to °C: times 5/9, after 32 degrees are taken off.
    _unit("°F", "temperature", "0.555555555555555555", "F, ° F, ℉, fahrenheit", offset="-17.777777777777777778"),
    _unit("°", "angle", "1", "deg, degree, degrees"),
    _unit("px", "pixels", "1", "pixel, pixels"),
    _unit("MP", "picture", "1", "Mpx, Mpix, megapixel, megapixels"),
    _unit("ppi", "density", "1", "pixels per inch"),
    _unit("dpi", "density", "1", "dots per inch"),
    _unit("fps", "pictures", "1", "frames per second, frames/s"),
    _unit("bit", "depth", "1", "bits"),
    _unit("%", "share", "1", "percent, per cent, pct"),
    _unit("ppm", "pages", "1", "pages per minute, pages/min, pages/minute"),
    _unit("rpm", "turns", "1", "r/min, U/min"),
    _unit("IOPS", "operations", "1", ""),
    _unit("MT/s", "transfers", "1", ""),
    _unit("l", "volume", "1", "L, litre, litres, liter, liters"),
)

BY_SYMBOL = {unit.symbol: unit for unit in TABLE}
SYMBOLS = tuple(BY_SYMBOL)
# Printed in the largest of these that leaves at least 1 before the point and at most so many places behind it.
LADDERS = (
    (("TB", "GB", "MB"), 2),
    (("GHz", "MHz", "kHz", "Hz"), 3),
    (("kg", "g"), 3),
    (("Gbit/s", "Mbit/s"), 2),
)
WITH_MINUS = ("temperature", "sound")
CLOSE = ("%", "°")  # stand right behind their number

NUMBER = r"[+\-−]?\d[\d.,'’\s\u00a0\u2009\u202f]*"
AMOUNT = re.compile(rf"^(?P<number>{NUMBER})(?P<unit>.*)$")
RANGE = re.compile(
    rf"^(?P<low>{NUMBER})(?P<low_unit>[^\d]*?)\s*(?:–|—|-|\bto\b|…|\.{{2,3}})\s*(?P<high>{NUMBER})(?P<high_unit>.*)$"
)
GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")


def parse(text: str, unit: str = "") -> Decimal:
    """The amount in `unit`; a bare number is in it already. Raises SpecError naming what is accepted."""
    found = AMOUNT.match(_tidied(text))
    if not found:
        raise _refusal(text, unit)
    return _in_unit(found["number"], found["unit"], unit, text)


def parse_range(text: str, unit: str = "") -> tuple[Decimal, Decimal | None]:
    """Both ends of "20 Hz – 20 kHz" in `unit`; a single amount has no upper end.

    An end without a unit takes the other's, so "2.4–5 GHz" is read as it is meant.
    """
    found = RANGE.match(_tidied(text))
    if not found:
        return parse(text, unit), None
    low = _in_unit(found["low"], found["low_unit"].strip() or found["high_unit"], unit, text)
    high = _in_unit(found["high"], found["high_unit"].strip() or found["low_unit"], unit, text)
    if low >= high:
        raise SpecError(
            _("“%(text)s” does not run upwards. Write the unit at both ends, as in 20 Hz – 20 kHz.") % {"text": text}
        )
    return low, high


def family(unit: str) -> str:
    """What can be converted into each other: "storage" for GB; a unit that is not in the table is one of its own."""
    return BY_SYMBOL[unit].family if unit in BY_SYMBOL else unit


def stored(amount: Decimal, unit: str) -> Decimal:
    """An amount in `unit` as SpecValue holds it, in the base unit of the family: 1 TB → 1000000 (MB)."""
    if unit not in BY_SYMBOL:
        return _rounded(amount, PLACES)
    return _rounded(amount * BY_SYMBOL[unit].factor + BY_SYMBOL[unit].offset, PLACES)


def shown(number: Decimal, unit: str) -> Decimal:
    """What SpecValue holds as an amount in `unit`, without the dust of converting: 1000000 (MB) → 1 TB."""
    if unit not in BY_SYMBOL:
        return _rounded(number, PLACES)
    return _rounded((number - BY_SYMBOL[unit].offset) / BY_SYMBOL[unit].factor, SHOWN_PLACES)


def format(number: Decimal, unit: str = "") -> str:
    """As a data sheet prints it: "1 TB" for 1000 GB, "5,000 mAh", "6.1 in"."""
    amount, symbol = _on_ladder(Decimal(number), unit)
    return _with_unit(_digits(amount), amount, symbol)


def format_range(low: Decimal, high: Decimal | None, unit: str = "") -> str:
    """ "20 Hz – 20 kHz", "24 – 70 mm"; a single amount when there is no upper end."""
    if high is None or low == high:
        return format(low, unit)
    low_amount, low_symbol = _on_ladder(Decimal(low), unit)
    high_amount, high_symbol = _on_ladder(Decimal(high), unit)
    end = _with_unit(_digits(high_amount), high_amount, high_symbol)
    if low_symbol == high_symbol:
        return f"{_digits(low_amount)} – {end}"
    return f"{_with_unit(_digits(low_amount), low_amount, low_symbol)} – {end}"


def accepted(unit: str) -> str:
    """What may be written in a field of this unit, for help texts and refusals."""
    if unit not in BY_SYMBOL:
        return _("a number such as 8 or 2.5")
    family = [other.symbol for other in TABLE if other.family == BY_SYMBOL[unit].family and other.symbol != unit]
    if not family:
        return _("a number such as 8 or 2.5 (%(unit)s)") % {"unit": unit}
    return _("a number such as 8 or 2.5 (%(unit)s), or one with its unit: %(others)s") % {
        "unit": unit,
        "others": ", ".join(family),
    }


def _tidied(text: str) -> str:
    return text.strip()[: TEXT_MAX + 1]


def _in_unit(number: str, written: str, unit: str, text: str) -> Decimal:
    """A number with the unit written behind it, converted to the field's unit."""
    amount = _number(number)
    source = _written_unit(written.strip(), unit)
    if amount is None or source is None or len(text.strip()) > TEXT_MAX:
        raise _refusal(text, unit)
    if amount < 0 and not (unit in BY_SYMBOL and BY_SYMBOL[unit].family in WITH_MINUS):
        raise SpecError(_("“%(text)s” is below zero.") % {"text": text})
    if source.symbol != unit:
        target = BY_SYMBOL[unit]
        amount = (amount * source.factor + source.offset - target.offset) / target.factor
    if abs(amount) >= LIMIT:
        raise SpecError(_("“%(text)s” is too large.") % {"text": text})
    return _rounded(amount, PLACES)


def _rounded(amount: Decimal, places: Decimal) -> Decimal:
    return amount.quantize(places, ROUND_HALF_UP).normalize() + 0  # + 0 turns -0 into 0


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
    found = GROUPED.match(digits)
    return found is not None and digits[0] != "0" and (found[1] == "," or digits.count(".") > 1)


def _is_clean_whole(whole: str, point: str) -> bool:
    """What stands before the decimal point: plain digits, or thousands parted by the other sign."""
    found = GROUPED.match(whole)
    return whole.isdigit() or (found is not None and found[1] != point)


def _written_unit(written: str, unit: str) -> Unit | None:
    """The unit a reader meant: exact spelling first, since Mb/s and MB/s differ, then in any case."""
    own = BY_SYMBOL.get(unit, Unit(unit, unit, Decimal(1), (unit,) if unit else ()))
    if not written or written == unit:
        return own
    family = [other for other in TABLE if other.family == own.family] or [own]
    exact = [other for other in family if written in other.spellings]
    loose = [other for other in family if written.casefold() in {word.casefold() for word in other.spellings}]
    for found in (exact, [own] if own in loose else loose):
        if len(found) == 1:
            return found[0]
    return None


def _refusal(text: str, unit: str) -> SpecError:
    words = _("“%(text)s” cannot be read. Accepted: %(accepted)s.")
    return SpecError(words % {"text": text.strip()[:TEXT_MAX], "accepted": accepted(unit)})


def _on_ladder(number: Decimal, unit: str) -> tuple[Decimal, str]:
    for symbols, places in LADDERS:
        if unit in symbols:
            for symbol in symbols:
                amount = (number * BY_SYMBOL[unit].factor / BY_SYMBOL[symbol].factor).normalize()
                if abs(amount) >= 1 and -int(amount.as_tuple().exponent) <= places:
                    return amount, symbol
    return number, unit


def _digits(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _with_unit(digits: str, amount: Decimal, symbol: str) -> str:
    if not symbol:
        return digits
    unit = BY_SYMBOL.get(symbol)
    word = unit.singular if unit and unit.singular and amount == 1 else symbol
    return f"{digits}{word}" if word in CLOSE else f"{digits} {word}"

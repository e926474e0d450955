"""The table of units: how each is written, how it converts, and its UN/CEFACT common code for machines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Unit:
    """`factor` is how many of the family's base unit it is; `offset` is for degrees only.

    `code` is that of UN/CEFACT Recommendation 20, empty where there is none. `example` is what a help text shows.
    """

    symbol: str
    family: str
    factor: Decimal = Decimal(1)
    spellings: tuple[str, ...] = ()
    singular: str = ""
    offset: Decimal = Decimal(0)
    code: str = ""
    section: str | Promise = field(default="", compare=False)
    example: str = ""


IP = "IP"
SIDES = ("length", "pixels")  # families that sizes are measured in
# What may stand before the number of a unit that is written in front.
PREFIXES = {"f/": r"(?:[fƒ]\s*[/:]?|1\s*:)\s*", "ISO": r"ISO[\s-]*"}
CLOSE = ("%", "°", "×", ":1", "f/")  # stand right beside their number
WITH_MINUS = ("temperature", "sound")
# Printed in the largest of these that leaves at least 1 before the point and at most so many places behind it.
LADDERS = (
    (("TB", "GB", "MB"), 2),
    (("TiB", "GiB", "MiB"), 2),
    (("GHz", "MHz", "kHz", "Hz"), 3),
    (("kg", "g"), 3),
    (("Gbit/s", "Mbit/s"), 2),
)


def _unit(
    symbol: str, family: str, factor: str, code: str = "", spellings: str = "", singular: str = "", offset: str = "0"
) -> Unit:
    words = tuple(word.strip() for word in spellings.split(",") if word.strip())
    return Unit(symbol, family, Decimal(factor), (symbol, *words), singular, Decimal(offset), code)


PIECE = "C62"  # the code of "one": what such units count


def _count(plural: str, singular: str = "", spellings: str = "") -> Unit:
    """Things that are counted are a family each: eight cores are not eight ports."""
    words = [singular, *(word.strip() for word in spellings.split(","))]
    return Unit(plural, plural, spellings=(plural, *filter(None, words)), singular=singular, code=PIECE)


SECTIONS: tuple[tuple[str | Promise, tuple[Unit, ...]], ...] = (
    (
        _("storage and memory"),
        (
            _unit("KB", "storage", "0.001", "2P", "kB, kilobyte, kilobytes, Kbyte"),
            _unit("MB", "storage", "1", "4L", "megabyte, megabytes, Mbyte, meg, megs"),
            _unit("GB", "storage", "1000", "E34", "gigabyte, gigabytes, gig, gigs, Gbyte, G"),
            _unit("TB", "storage", "1000000", "E35", "terabyte, terabytes, tera, Tbyte, T, TBW"),
            _unit("PB", "storage", "1000000000", "E36", "petabyte, petabytes, Pbyte, PBW"),
            _unit("KiB", "storage", "0.001024", "E64", "kibibyte, kibibytes"),
            _unit("MiB", "storage", "1.048576", "E63", "mebibyte, mebibytes"),
            _unit("GiB", "storage", "1073.741824", "E62", "gibibyte, gibibytes"),
            _unit("TiB", "storage", "1099511.627776", "E61", "tebibyte, tebibytes"),
        ),
    ),
    (
        _("battery"),
        (
            _unit("mAh", "charge", "1", "E09", "milliamp hours, milliampere hours, mA h, mA·h"),
            _unit("Ah", "charge", "1000", "AMH", "amp hours, ampere hours, A h, A·h"),
            _unit("mWh", "energy", "0.001", "", "milliwatt hour, milliwatt hours"),
            _unit("Wh", "energy", "1", "WHR", "watt hour, watt hours, watt-hour, watt-hours, W h, W·h, Whr, Whrs"),
            _unit("kWh", "energy", "1000", "KWH", "kilowatt hour, kilowatt hours, kW h, kW·h"),
        ),
    ),
    (
        _("time"),
        (
            _unit("ms", "time", "1", "C26", "millisecond, milliseconds, msec"),
            _unit("s", "time", "1000", "SEC", "sec, secs, second, seconds"),
            _unit("min", "time", "60000", "MIN", "mins, minute, minutes"),
            _unit("h", "time", "3600000", "HUR", "hr, hrs, hour, hours"),
            _unit("days", "time", "86400000", "DAY", "d, day", "day"),
            _unit("weeks", "time", "604800000", "WEE", "week, wk, wks", "week"),
            _unit("months", "calendar", "1", "MON", "month, mo, mos", "month"),
            _unit("years", "calendar", "12", "ANN", "year, yr, yrs, y, a", "year"),
        ),
    ),
    (
        _("length and size"),
        (
            _unit("µm", "length", "0.001", "4H", "μm, um, micron, microns"),
            _unit("mm", "length", "1", "MMT", "millimetre, millimetres, millimeter, millimeters"),
            _unit("cm", "length", "10", "CMT", "centimetre, centimetres, centimeter, centimeters"),
            _unit("m", "length", "1000", "MTR", "metre, metres, meter, meters"),
            _unit("km", "length", "1000000", "KMT", "kilometre, kilometres, kilometer, kilometers"),
            _unit("in", "length", "25.4", "INH", "″, \", ”, '', ′′, ’’, inch, inches, Zoll"),
            _unit("ft", "length", "304.8", "FOT", "′, ', ’, foot, feet"),
            _unit("nm", "process", "1", "C45", "nanometre, nanometres, nanometer, nanometers"),
        ),
    ),
    (
        _("weight"),
        (
            _unit("mg", "weight", "0.001", "MGM", "milligram, milligrams"),
            _unit("g", "weight", "1", "GRM", "gram, grams, gr, gramme, grammes"),
            _unit("kg", "weight", "1000", "KGM", "kilo, kilos, kilogram, kilograms, kgs"),
            _unit("oz", "weight", "28.349523125", "ONZ", "ounce, ounces"),
            _unit("lb", "weight", "453.59237", "LBR", "lbs, pound, pounds"),
        ),
    ),
    (
        _("display and picture"),
        (
            _unit("px", "pixels", "1", "E37", "pixel, pixels"),
            _unit("MP", "picture", "1", "E38", "Mpx, Mpix, megapixel, megapixels"),
            _unit("ppi", "density", "1", "", "pixels per inch, px/in"),
            _unit("dpi", "density", "1", "E39", "dots per inch"),
            _unit("nits", "luminance", "1", "A24", "nit, cd/m², cd/m2, candela per square metre", "nit"),
            _unit("fps", "pictures", "1", "", "frames per second, frames/s, pictures per second"),
            _unit("bit", "depth", "1", "A99", "bits"),
            _unit(":1", "ratio", "1", "", ": 1, to 1"),
            _unit("f/", "aperture", "1"),
            _unit("ISO", "sensitivity", "1"),
            _unit("×", "zoom", "1", "", "x, times, fold"),
            _unit("°", "angle", "1", "DD", "deg, degree, degrees"),
            _unit("lm", "light", "1", "LUM", "lumen, lumens"),
            _unit("lx", "illuminance", "1", "LUX", "lux"),
            _unit("K", "colour temperature", "1", "KEL", "kelvin"),
        ),
    ),
    (
        _("power and charging"),
        (
            _unit("mW", "power", "0.001", "C31", "milliwatt, milliwatts"),
            _unit("W", "power", "1", "WTT", "watt, watts"),
            _unit("kW", "power", "1000", "KWT", "kilowatt, kilowatts"),
            _unit("VA", "apparent power", "1", "D46", "volt-ampere, volt-amperes"),
            _unit("mV", "voltage", "0.001", "2Z", "millivolt, millivolts"),
            _unit("V", "voltage", "1", "VLT", "volt, volts"),
            _unit("mA", "current", "0.001", "4K", "milliamp, milliamps, milliampere, milliamperes"),
            _unit("A", "current", "1", "AMP", "amp, amps, ampere, amperes"),
        ),
    ),
    (
        _("sound"),
        (
            _unit("dB", "sound", "1", "2N", "dBA, dB(A), dB SPL, decibel, decibels"),
            # The Greek letter and the sign for it look alike.
            _unit("Ω", "impedance", "1", "OHM", "\u2126, ohm, ohms"),
            _unit("kΩ", "impedance", "1000", "B49", "k\u2126, kohm, kohms, kiloohm"),
        ),
    ),
    (
        _("frequency and clock"),
        (
            _unit("Hz", "frequency", "1", "HTZ", "hertz"),
            _unit("kHz", "frequency", "1000", "KHZ", "kilohertz"),
            _unit("MHz", "frequency", "1000000", "MHZ", "megahertz"),
            _unit("GHz", "frequency", "1000000000", "A86", "gigahertz"),
            _unit("rpm", "turns", "1", "RPM", "r/min, U/min, revolutions per minute"),
        ),
    ),
    (
        _("speed"),
        (
            _unit("kbit/s", "data rate", "1000", "C74", "kbps, kb/s"),
            _unit("Mbit/s", "data rate", "1000000", "E20", "Mbps, Mb/s, Mbit"),
            _unit("Gbit/s", "data rate", "1000000000", "B80", "Gbps, Gb/s, Gbit"),
            _unit("KB/s", "data rate", "8000", "P94", "kB/s, KBps"),
            _unit("MB/s", "data rate", "8000000", "P95", "MBps, MB per second, megabytes per second"),
            _unit("GB/s", "data rate", "8000000000", "E68", "GBps, GB per second, gigabytes per second"),
            _unit("MT/s", "transfers", "1"),
            _unit("GT/s", "transfers", "1000"),
            _unit("IOPS", "operations", "1", "", "IO/s, I/O per second"),
            _unit("kIOPS", "operations", "1000", "", "K IOPS, k IOPS"),
            _unit("ppm", "pages", "1", "", "pages per minute, pages/min, pages/minute, p/min"),
            _unit("ipm", "images", "1", "", "images per minute, images/min"),
            _unit("TOPS", "operations of a neural unit", "1"),
            _unit("TFLOPS", "floating point operations", "1", "", "teraflops"),
        ),
    ),
    (
        _("temperature"),
        (
            _unit("°C", "temperature", "1", "CEL", "C, ° C, ℃, celsius, degrees celsius, degrees, deg C"),
            # From °F to °C: times 5/9, after 32 degrees are taken off.
            _unit(
                "°F",
                "temperature",
                "0.555555555555555555",
                "FAH",
                "F, ° F, ℉, fahrenheit, degrees fahrenheit",
                offset="-17.777777777777777778",
            ),
        ),
    ),
    (_("protection"), (Unit(IP, "protection"),)),
    (
        _("share and volume"),
        (
            _unit("%", "share", "1", "P1", "percent, per cent, pct"),
            _unit("ml", "volume", "0.001", "MLT", "mL, millilitre, millilitres, milliliter, milliliters"),
            _unit("l", "volume", "1", "LTR", "L, litre, litres, liter, liters"),
        ),
    ),
    (
        _("counts"),
        (
            _count("cores", "core"),
            _count("threads", "thread"),
            _count("ports", "port"),
            _count("slots", "slot"),
            _count("bays", "bay"),
            _count("lanes", "lane"),
            _count("keys", "key"),
            _count("buttons", "button"),
            _count("cameras", "camera"),
            _count("lenses", "lens"),
            _count("speakers", "speaker"),
            _count("microphones", "microphone", "mics, mic"),
            _count("channels", "channel"),
            _count("cells", "cell"),
            _count("cycles", "cycle"),
            _count("zones", "zone"),
            _count("colours", "colour", "colors, color"),
            _count("levels", "level"),
            _count("stops", "stop", "EV"),
            _count("modes", "mode"),
            _count("devices", "device"),
            _count("displays", "display", "monitors, monitor, screens, screen"),
            _count("users", "user"),
            _count("pages", "page"),
            _count("sheets", "sheet"),
            _count("shots", "shot", "pictures, picture"),
            _count("pieces", "piece", "pcs, pc, pack"),
        ),
    ),
)

# The first way of writing that a help text shows, where "8" would puzzle.
EXAMPLES = {
    "GB": "256, 256 GB, 1 TB",
    "TB": "2, 2 TB, 500 GB",
    "MB": "64, 64 MB, 1.5 GB",
    "mAh": "5000, 5,000 mAh, 5 Ah",
    "Wh": "56, 56 Wh",
    "h": "20, 20 h, 90 min, 1 h 30 min",
    "min": "90, 90 min, 1 h 30 min",
    "in": "6.1, 6.1″, 6,1 in, 15.5 cm",
    "mm": "7.8, 7.8 mm, 0.31 in, 24–70 mm",
    "cm": "60, 60 cm, 600 mm",
    "g": "187, 187 g, 1.2 kg, 6.6 oz",
    "kg": "1.24, 1.24 kg, 2 lb 12 oz",
    "Hz": "120, 120 Hz, 20 Hz – 20 kHz",
    "GHz": "4.6, 4.6 GHz, 4600 MHz",
    "MHz": "3200, 3.2 GHz",
    "Mbit/s": "600, 600 Mbps, 2.5 Gbit/s",
    "MB/s": "7400, 7400 MB/s, 7.4 GB/s",
    "dB": "28, 28 dB, -38 dB",
    "Ω": "32, 32 ohms",
    "°C": "35, 0 – 35 °C, −10 – 40",
    "f/": "f/1.8, 1.8, f/3.5 – 5.6",
    "ISO": "ISO 800, 100 – 25600",
    "IP": "IP68, IPX4, IP69K, IP65/IP68",
    ":1": "1000:1, 1000",
    "×": "3×, 3x, 3",
    "IOPS": "750000, 750K IOPS",
}


def _placed(unit: Unit, section: str | Promise) -> Unit:
    return replace(unit, section=section, example=EXAMPLES.get(unit.symbol, ""))


TABLE: tuple[Unit, ...] = tuple(_placed(unit, section) for section, units in SECTIONS for unit in units)
BY_SYMBOL = {unit.symbol: unit for unit in TABLE}
SYMBOLS = tuple(BY_SYMBOL)


def family_of(unit: str) -> tuple[Unit, ...]:
    """All units that amounts in this one can be written in, itself included; a unit unknown here is alone."""
    own = BY_SYMBOL.get(unit, Unit(unit, unit, spellings=(unit,) if unit else ()))
    return tuple(other for other in TABLE if other.family == own.family) or (own,)

"""Units of the trade: reads "1 TB", "1,5 TB", "6.1″", "20 Hz – 20 kHz" or "2556 x 1179", prints as a data sheet does.

Storage is decimal, as makers print it: 1 TB is 1000 GB. Each family has a base unit, whose factor is 1: SpecValue
holds every amount in it, so that fields in other units of the family compare and sort with each other, and readers see
it in their field's unit (`shown`). What is typed is converted once (`read`), from the unit it was written in. Numbers
are Decimal throughout, six places at most, as the columns hold them. Pure functions over `table.TABLE`; a new unit is
a new line there.
"""

from catalog.units.amounts import family, is_count, shown, stored
from catalog.units.printing import exact, exact_range, exact_size, format, format_range, format_size
from catalog.units.reading import accepted, parse, parse_range, read, read_range, read_size
from catalog.units.resolutions import class_of
from catalog.units.table import BY_SYMBOL, SIDES, SYMBOLS, TABLE, Unit

__all__ = [
    "BY_SYMBOL",
    "SIDES",
    "SYMBOLS",
    "TABLE",
    "Unit",
    "accepted",
    "class_of",
    "exact",
    "exact_range",
    "exact_size",
    "family",
    "format",
    "format_range",
    "format_size",
    "is_count",
    "parse",
    "parse_range",
    "read",
    "read_range",
    "read_size",
    "shown",
    "stored",
]

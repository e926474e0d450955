"""Numbers of businesses for value added tax: form and check digits, read without asking anybody.

A number that passes here may still belong to nobody. Whether it is registered only the tax offices know: those of the
Union answer at https://ec.europa.eu/taxation_customs/vies/ .
"""

from __future__ import annotations

from collections.abc import Callable

from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british
from stdnum.no import mva as norwegian
from stdnum.util import clean

# Letters in front of the number where they are not the country's code.
PREFIXES = {"GR": "EL", "CH": "CHE", "MC": "FR"}
CHECKS: dict[str, Callable[[str], str]] = {
    "GB": british.validate,
    "CH": swiss.validate,
    "NO": norwegian.validate,
}
MEMBER_STATES = frozenset(code.upper() for code in european.MEMBER_STATES) - {"XI"}
COUNTRIES = MEMBER_STATES | CHECKS.keys() | {"MC"}


class Refused(ValueError):
    """A number that cannot be one of the country."""


class NotAsked(Refused):
    """Businesses of the country have no number that this shop could use."""


class NotOfCountry(Refused):
    """The number is one of another country."""


class Impossible(Refused):
    """Length, characters or check digits are wrong."""


def checked(number: str, country: str) -> str:
    """The number as it is stored: no separators, the country's letters in front.

    `country` is an ISO 3166 code. Raises Refused, in one of its three kinds.
    """
    if country not in COUNTRIES:
        raise NotAsked(country)
    digits = clean(number, " -./,·").upper()
    prefix = PREFIXES.get(country, country)
    if not digits.startswith((prefix, country)) and country_of(digits) in COUNTRIES:
        raise NotOfCountry(digits[:2])
    body = digits.removeprefix(prefix).removeprefix(country)
    try:
        return prefix + CHECKS.get(country, european.validate)(prefix + body).removeprefix(prefix)
    except ValidationError as error:
        raise Impossible(number) from error


def country_of(number: str) -> str:
    """The ISO code of the country that gave a checked number; empty for no number."""
    return {"EL": "GR"}.get(number[:2], number[:2])

"""Money: the only place in the shop that rounds, divides or formats an amount.

An amount always fits its currency's unit (1.005 EUR is 1.01 EUR, half up), so adding rounded parts never
drifts from their printed sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache, total_ordering

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


@lru_cache
def unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


@lru_cache(maxsize=4096)
def _printed(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=locale)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. It adds and compares with its own currency only."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, float):
            raise TypeError("Money is made of Decimal, int or str; a float is not exact.")
        exact = Decimal(self.amount)
        if not exact.is_finite():
            raise ValueError(f"{exact} is no amount of money.")
        rounded = exact.quantize(unit(self.currency), ROUND_HALF_UP)
        object.__setattr__(self, "amount", rounded if rounded else abs(rounded))  # there is no -0.00

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Money:
        """From a whole number of the smallest unit, as payment providers write amounts."""
        return cls(units * unit(currency), currency)

    def to_minor(self) -> int:
        return int(self.amount / unit(self.currency))

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix.")
        return other.amount

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        if not isinstance(times, int):
            return NotImplemented
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount < self._same(other)

    def percent(self, rate: Decimal | int) -> Money:
        """So many per cent of the amount."""
        return Money(self.amount * rate / 100, self.currency)

    def included(self, rate: Decimal | int) -> Money:
        """The tax of so many per cent that a price with tax contains."""
        return Money(self.amount * rate / (100 + Decimal(rate)), self.currency)

    def per_cent_below(self, prior: Money) -> int:
        """By how many whole per cent of a higher price this one is lower; rounded down, to promise nothing."""
        return int((self._same(prior) - self.amount) * 100 / prior.amount)

    def split(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Parts in proportion to the weights that sum to the whole; the largest remainders get the odd units."""
        shares = [Fraction(weight) for weight in weights]
        if not shares or any(share < 0 for share in shares):
            raise ValueError("Split over one weight or more, none of them negative.")
        if not sum(shares):
            shares = [Fraction(1)] * len(shares)
        minor = abs(self.to_minor())
        exact = [minor * share / sum(shares) for share in shares]
        parts = [int(part) for part in exact]
        by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
        for i in by_remainder[: minor - sum(parts)]:
            parts[i] += 1
        sign = -1 if self.amount < 0 else 1
        return [Money.from_minor(sign * part, self.currency) for part in parts]

    def format(self, locale: str | None = None) -> str:
        return _printed(self.amount, self.currency, locale or settings.SHOP_LOCALE)

    def __str__(self) -> str:
        return self.format()


def shop_money(amount: Decimal | int | str) -> Money:
    """An amount in the shop's own currency."""
    return Money(Decimal(amount), settings.SHOP_CURRENCY)

"""Days on which somebody works: weekdays less what is closed, and the public holidays of a country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

FURTHEST = 400  # days that are looked at; who is closed for longer promises nothing


class NoWorkingDay(ValueError):
    """None within FURTHEST days."""


@dataclass(frozen=True)
class WorkingDays:
    """`weekdays` counts Monday as 0; `is_closed` says of a day that nobody works on it all the same."""

    weekdays: frozenset[int]
    is_closed: Callable[[date], bool]

    def first(self, day: date) -> date:
        """The day itself, or the next one that is open. Raises NoWorkingDay."""
        days = (day + timedelta(days=n) for n in range(FURTHEST))
        found = next((one for one in days if one.weekday() in self.weekdays and not self.is_closed(one)), None)
        if found is None:
            raise NoWorkingDay(day)
        return found

    def after(self, day: date, count: int) -> date:
        """So many working days after the first that is not before `day`. Raises NoWorkingDay."""
        day = self.first(day)
        for _ in range(count):
            day = self.first(day + timedelta(days=1))
        return day


def is_public_holiday(day: date, country: str, region: str = "") -> bool:
    """In the whole country, or in the region too, where one is given (as the library holidays names it: "BE")."""
    return day in _holidays(country, region, day.year)


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:  # a country or region that the library does not know has no holidays here
        return frozenset()

"""When people in the shop do something."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone


def working_day(day: datetime) -> datetime:
    """This day, or the Monday after."""
    local = timezone.localtime(day)
    return local + timedelta(days=7 - local.weekday() if local.weekday() >= 5 else 0)


def morning_after(moment: datetime, chance: Random) -> datetime:
    """When an order is packed: on the same day if it comes before seven, else on the next working one."""
    local = timezone.localtime(moment)
    day = working_day(local + timedelta(days=local.hour >= 7))
    return at_hour(day, 8, 12, chance)


def at_hour(day: datetime, first: int, last: int, chance: Random) -> datetime:
    return day.replace(hour=chance.randrange(first, last), minute=chance.randrange(60), second=chance.randrange(60))


def arrival(shipped_at: datetime, chance: Random) -> datetime:
    return at_hour(working_day(shipped_at + timedelta(days=chance.randrange(1, 4))), 10, 17, chance)

"""When a parcel arrives: "Tue 24 – Thu 26 Nov". Pure: the moment, the calendars and the method's days come in.

An order that is placed before the cut-off on a working day of the shop leaves on that day, all others on the next
working day; `handling_days` more of them where packing takes longer. From then on the carrier's working days count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from orders.working_days import WorkingDays


@dataclass(frozen=True)
class ShopHours:
    """When the shop packs. `cutoff` is a time of day in `zone`."""

    days: WorkingDays
    cutoff: time
    zone: ZoneInfo
    handling_days: int = 0


@dataclass(frozen=True)
class ArrivalPromise:
    """From a day until (and with) a day."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return date_format(self.last, "D j M")
        same_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return f"{date_format(self.first, 'D j' if same_month else 'D j M')} – {date_format(self.last, 'D j M')}"


def leaves(now: datetime, shop: ShopHours) -> date:
    """The day on which an order of this (aware) moment leaves the shop. Raises NoWorkingDay."""
    local = now.astimezone(shop.zone)
    is_late = local.time() >= shop.cutoff
    packed = shop.days.first(local.date() + timedelta(days=is_late))
    return shop.days.after(packed, shop.handling_days)


def arrives(leaving: date, carrier: WorkingDays, days_min: int, days_max: int) -> ArrivalPromise:
    """So many of the carrier's working days later. Raises NoWorkingDay."""
    return ArrivalPromise(_after(leaving, carrier, days_min), _after(leaving, carrier, days_max))


def _after(leaving: date, carrier: WorkingDays, days: int) -> date:
    """The first of them is the first working day after the parcel left."""
    return carrier.after(leaving + timedelta(days=1), days - 1) if days else carrier.first(leaving)

"""How long a device is covered: whole calendar months from the day on which its parcel was delivered."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from orders.models import OrderLine, Shipment


@dataclass(frozen=True)
class Warranty:
    """`ends` is the last day covered. `is_estimated`: delivery was not recorded, so it is counted from the day by
    which the parcel should have come.
    """

    months: int
    starts: date
    ends: date
    is_estimated: bool

    @property
    def days_left(self) -> int:
        """After today; 0 on the last day and ever after."""
        return max((self.ends - timezone.localdate()).days, 0)

    @property
    def is_over(self) -> bool:
        return timezone.localdate() > self.ends


def of(line: OrderLine, shipment: Shipment) -> Warranty | None:
    """Of units of a line in a parcel; nothing before it has left, and nothing where no months are promised.

    The order's method comes along with the shipment's order, or costs a query.
    """
    months = max(line.warranty_months, settings.SHOP_LEGAL_GUARANTEE_MONTHS)
    starts = _start(shipment)
    if starts is None or not months:
        return None
    return Warranty(months, starts, add_months(starts, months), is_estimated=shipment.delivered_at is None)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of one that is shorter: a period from 31 August on of six months
    ends with 28 February (Regulation 1182/71, article 3(2)(c)).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _start(shipment: Shipment) -> date | None:
    if shipment.delivered_at:
        return _day(shipment.delivered_at)
    if not shipment.shipped_at:
        return None
    method = shipment.order.shipping_method
    return _day(shipment.shipped_at) + timedelta(days=method.days_max if method else 0)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)

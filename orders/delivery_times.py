"""The promise of a delivery method now: its values come from settings, the shop's closed days and public holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from orders import promise, shipping
from orders.models import ClosedDays, Order, OrderAddress, ShippingMethod
from orders.promise import ArrivalPromise, ShopHours
from orders.working_days import NoWorkingDay, WorkingDays, is_public_holiday

CARRIERS_WORK = frozenset(range(5))  # carriers count Monday to Friday, though some ring on Saturdays too


@dataclass(frozen=True)
class Calendar:
    """The shop's days around `now`."""

    now: datetime
    shop: ShopHours

    def promise(self, method: ShippingMethod, country: str) -> ArrivalPromise | None:
        """When what is ordered now arrives, or can be picked up; None where the shop is closed for too long."""
        days = self.shop.days if method.is_pickup else _carrier(country)
        try:
            leaving = promise.leaves(self.now, self.shop)
            return promise.arrives(leaving, days, method.days_min, method.days_max)
        except NoWorkingDay:
            return None


def calendar(at: datetime | None = None, goods_at: date | None = None) -> Calendar:
    """Around a moment, or around the day on which pre-orders and back-orders are expected. One query."""
    at = at or timezone.now()
    if goods_at is not None:
        at = max(at, timezone.make_aware(datetime.combine(goods_at, time())))
    closed = ClosedDays.objects.filter(last_day__gte=timezone.localdate(at)).values_list("first_day", "last_day")
    return Calendar(at, _hours(list(closed)))


def soonest(country: str, weight_g: int) -> ArrivalPromise | None:
    """Of one device, sent by the method that the checkout offers first. Two queries."""
    methods = shipping.methods_for(country, weight_g)
    parcels = [method for method in methods if not method.is_pickup]
    return calendar().promise(parcels[0], country) if parcels else None


def promised(order: Order, at: datetime | None = None) -> ArrivalPromise | None:
    """What can be promised of an order whose packing may begin now."""
    address = order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).first()
    if order.shipping_method is None or address is None:
        return None
    goods_at = order.lines.filter(quantity__gt=0).aggregate(day=Max("expected_at"))["day"]
    return calendar(at, goods_at).promise(order.shipping_method, str(address.country))


def of_order(order: Order) -> ArrivalPromise | None:
    """What was promised when the order was placed, or when its money came."""
    days = order.promised_from, order.promised_until
    return ArrivalPromise(days[0], days[1]) if days[0] and days[1] else None


def _hours(closed: Iterable[tuple[date, date]]) -> ShopHours:
    home, region = settings.SHOP_COUNTRY, settings.SHOP_REGION

    def is_closed(day: date) -> bool:
        return is_public_holiday(day, home, region) or any(first <= day <= last for first, last in closed)

    days = WorkingDays(frozenset(settings.SHOP_WORKING_DAYS), is_closed)
    return ShopHours(days, settings.ORDER_CUTOFF, ZoneInfo(settings.TIME_ZONE), settings.HANDLING_DAYS)


def _carrier(country: str) -> WorkingDays:
    """It rests where it comes from and where it goes to."""
    countries = {settings.SHOP_COUNTRY, country}
    return WorkingDays(CARRIERS_WORK, lambda day: any(is_public_holiday(day, one) for one in countries))

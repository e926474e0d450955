"""Who buys what and when, by a chance that is the same each time."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any
from zlib import crc32

from django.conf import settings
from django.utils import timezone

from accounts.demo import SHOPPER
from accounts.models import Address, User
from catalog.models import Category, PriceChange, Variant
from devicehub.lib.money import Money

PREFIX = "demo-"  # of what an order is known by, so that the demo's own can be told from others
CARD, TRANSFER, CASH = "sandbox", "bank_transfer", "cash_on_delivery"
CASH_UP_TO = 400

BY_WEEKDAY = (1.05, 0.95, 0.95, 1.0, 1.05, 1.0, 1.4)  # Sunday evening is when people buy devices
BY_HOUR = (2, 1, 0.5, 0.5, 0.5, 1, 2, 4, 5, 6, 7, 7, 9, 7, 6, 6, 6, 7, 8, 11, 14, 13, 9, 5)
PRESENTS = {11: 1.6, 12: 1.8}  # what is bought more in these months
LAUNCH = 2.5  # so much more in the days after a device came out
LAUNCH_DAYS = 2
SECOND, THIRD = 0.32, 0.08  # the chance that something goes with the first device
SMALL = ("accessories", "home-office")  # where such things lie


@dataclass(frozen=True)
class Wanted:
    variant: Variant
    units: int
    price: Decimal  # of that day


@dataclass(frozen=True)
class Buyer:
    """`user` is None for a guest."""

    user: User | None
    email: str
    address: Address


@dataclass(frozen=True)
class Sale:
    at: datetime
    buyer: Buyer
    basket: list[Wanted]


@dataclass
class Goods:
    """A variant with its prices over time; the greater its weight, the more often it is bought."""

    variant: Variant
    days: list[datetime] = field(default_factory=list)
    prices: list[Decimal] = field(default_factory=list)

    @cached_property
    def weight(self) -> float:
        liked = 1 + crc32(self.variant.sku.encode()) % 7
        return liked**2 / (60 + float(self.variant.price)) ** 0.6

    def price_at(self, moment: datetime) -> Decimal | None:
        """None before it was sold."""
        place = bisect_right(self.days, moment)
        return self.prices[place - 1] if place else None


class Market:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.goods = _goods()
        roots = Category.objects.filter(slug__in=SMALL).values_list("path", flat=True)
        small = {
            pk for path in roots for pk in Category.objects.filter(path__startswith=path).values_list("pk", flat=True)
        }
        self.small = [one for one in self.goods if one.variant.product.category_id in small]
        self.launches = {timezone.localdate(one.variant.product.published_from) for one in self.goods}
        self.addresses = list(Address.objects.filter(is_default_delivery=True).select_related("user").order_by("pk"))
        self.faithful = [_faith(one.user.email) for one in self.addresses]

    def moments(self, first: datetime, last: datetime, count: int) -> list[datetime]:
        """So many moments in between, in order, in a shop's rhythm of weeks, evenings, launches and presents."""
        start = timezone.localtime(first).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [start + timedelta(days=number) for number in range((last - start).days + 1)]
        weights = [self._weight(day) * (0.6 + number / len(days)) for number, day in enumerate(days)]
        found = [self._moment(day) for day in self.chance.choices(days, weights, k=2 * count)]
        return sorted([moment for moment in found if first < moment < last][:count])

    def sales(self, first: datetime, last: datetime, count: int) -> list[Sale]:
        moments = self.moments(first, last, count)
        found = [Sale(moment, self.buyer(moment), self.basket(moment)) for moment in moments]
        return [sale for sale in found if sale.basket]

    def _weight(self, day: datetime) -> float:
        since_launch = {day.date() - timedelta(days=days) for days in range(LAUNCH_DAYS + 1)}
        launch = LAUNCH if since_launch & self.launches else 1
        return BY_WEEKDAY[day.weekday()] * PRESENTS.get(day.month, 1) * launch

    def _moment(self, day: datetime) -> datetime:
        (hour,) = self.chance.choices(range(24), BY_HOUR)
        moment = time(hour, self.chance.randrange(60), self.chance.randrange(60))
        return timezone.make_aware(datetime.combine(day.date(), moment))

    def buyer(self, moment: datetime) -> Buyer:
        """Before somebody joined, and sometimes later, he buys as a guest."""
        (address,) = self.chance.choices(self.addresses, self.faithful)
        is_guest = address.user.date_joined > moment or self.chance.random() < 0.1
        return Buyer(None if is_guest else address.user, address.user.email, address)

    def basket(self, moment: datetime) -> list[Wanted]:
        """A device of that day and sometimes what goes with it."""
        chances = [1.0, SECOND, THIRD]
        chosen: dict[int, Wanted] = {}
        for goods, likely in zip((self.goods, self.small, self.small), chances, strict=True):
            if self.chance.random() < likely and (one := self._pick(goods, moment)):
                chosen.setdefault(one.variant.pk, one)
        return list(chosen.values())

    def fuller(self, sale: Sale) -> Sale:
        """With something small that is not in it yet."""
        known = {one.variant.pk for one in sale.basket}
        others = [one for one in self.small if one.variant.pk not in known]
        more = self._pick(others, sale.at)
        return replace(sale, basket=[*sale.basket, more]) if more else sale

    def _pick(self, goods: Sequence[Goods], moment: datetime) -> Wanted | None:
        sold = [(one, price) for one in goods if (price := one.price_at(moment))]
        if not sold:
            return None
        ((one, price),) = self.chance.choices(sold, [one.weight for one, _price in sold])
        units = 2 if goods is self.small and self.chance.random() < 0.2 else 1
        return Wanted(one.variant, units, price)


def _faith(email: str) -> int:
    """How often somebody buys; most often the one whose log-in the README names."""
    return 9 if email == SHOPPER else 1 + crc32(email.encode()) % 5


def provider_for(address: Address, total: Money, chance: Random) -> str:
    choices = [CARD, TRANSFER]
    if address.country == settings.SHOP_COUNTRY and total.amount < CASH_UP_TO:
        choices.append(CASH)
    return chance.choices(choices, [7, 3, 1][: len(choices)])[0]


def _goods() -> list[Goods]:
    """What is sold from stock: not what is only promised."""
    related = ("product__brand", "product__category", "product__product_type")
    variants = Variant.objects.on_sale().filter(stock_levels__promise="").select_related(*related).order_by("sku")
    histories: dict[int, Any] = defaultdict(list)
    changes = PriceChange.objects.order_by("created_at", "pk")
    for variant_id, moment, price in changes.values_list("variant_id", "created_at", "new_price"):
        histories[variant_id].append((moment, price))
    return [Goods(variant, *map(list, zip(*histories[variant.pk], strict=True))) for variant in variants]

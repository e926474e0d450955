"""Tags for templates that say how and when something arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django_countries import countries

from devicehub.lib.money import Money
from orders import delivery_times, shipping, taxation
from orders.models import OrderAddress
from orders.promise import ArrivalPromise
from orders.shipping import Offer

register = template.Library()


@dataclass(frozen=True)
class Arrival:
    promise: ArrivalPromise
    country: str


@dataclass(frozen=True)
class Delivery:
    """The shop's ways of delivery into a country, and when it packs."""

    country: str
    parcels: list[Offer]
    pickups: list[Offer]
    includes_tax: bool
    weekdays: str
    cutoff: time
    handling_days: int


@register.simple_tag(takes_context=True)
def arrival(context: Context, weight_g: int | None) -> Arrival | None:
    """`{% arrival variant.weight_g as arrival %}`: when one would arrive in the visitor's country, or the shop's.

    None where nothing can be promised. Two queries.
    """
    country = _country(context)
    promise = delivery_times.soonest(country, weight_g or 0)
    return Arrival(promise, str(countries.name(country))) if promise else None


@register.simple_tag(takes_context=True)
def delivery(context: Context) -> Delivery:
    """`{% delivery as delivery %}`: into the visitor's country, or the shop's. Three queries."""
    country = _country(context)
    terms = taxation.terms_for(OrderAddress(country=country), None, timezone.localdate())
    calendar, nothing = delivery_times.calendar(), Money.zero(settings.SHOP_CURRENCY)
    offers = [
        shipping.offer(method, nothing, terms, calendar.promise(method, country))
        for method in shipping.methods_for(country, 0)
    ]
    return Delivery(
        country=str(countries.name(country)),
        parcels=[offer for offer in offers if not offer.is_pickup],
        pickups=[offer for offer in offers if offer.is_pickup],
        includes_tax=terms.includes_tax,
        weekdays=weekday_words(settings.SHOP_WORKING_DAYS),
        cutoff=settings.ORDER_CUTOFF,
        handling_days=settings.HANDLING_DAYS,
    )


def weekday_words(days: Sequence[int]) -> str:
    """ "Monday to Friday"; days that do not follow one another one by one."""
    days = sorted(days)
    names = [str(WEEKDAYS[day]) for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)


def _country(context: Context) -> str:
    return str(context.get("cart_country") or "") or settings.SHOP_COUNTRY

"""Tags for templates that say when something arrives."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template import Context
from django_countries import countries

from orders import delivery_times
from orders.promise import ArrivalPromise

register = template.Library()


@dataclass(frozen=True)
class Arrival:
    promise: ArrivalPromise
    country: str


@register.simple_tag(takes_context=True)
def arrival(context: Context, weight_g: int | None) -> Arrival | None:
    """`{% arrival variant.weight_g as arrival %}`: when one would arrive in the visitor's country, or the shop's.

    None where nothing can be promised. Two queries.
    """
    country = str(context.get("cart_country") or "") or settings.SHOP_COUNTRY
    promise = delivery_times.soonest(country, weight_g or 0)
    return Arrival(promise, str(countries.name(country))) if promise else None

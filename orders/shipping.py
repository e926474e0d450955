"""Which ways of delivery fit a cart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devicehub.lib.money import Money
from orders.models import ShippingMethod


@dataclass(frozen=True)
class Offer:
    """A method for one cart: `price` is its list price, `is_free` says that the goods are worth enough to waive it."""

    method: ShippingMethod
    price: Money
    free_from: Money | None
    is_free: bool

    @property
    def fee(self) -> Money:
        return Money.zero(self.price.currency) if self.is_free else self.price

    @property
    def days(self) -> str:
        low, high = self.method.days_min, self.method.days_max
        if low == high:
            return ngettext("%(n)d working day", "%(n)d working days", low) % {"n": low}
        return _("%(low)d to %(high)d working days") % {"low": low, "high": high}


def methods_for(country: str, weight_g: int, goods_total: Money) -> list[Offer]:
    """Every method into the country that carries the weight, in the shop's order. One query."""
    # The zone stores its codes as "AT,BE,BG": no pair of letters can span two of them.
    methods = ShippingMethod.objects.filter(is_active=True, zone__countries__contains=country)
    return [offer(method, goods_total) for method in methods if carries(method, weight_g)]


def carries(method: ShippingMethod, weight_g: int) -> bool:
    return method.max_weight_g is None or weight_g <= method.max_weight_g


def offer(method: ShippingMethod, goods_total: Money) -> Offer:
    currency = goods_total.currency
    free_from = None if method.free_from is None else Money(method.free_from, currency)
    is_free = free_from is not None and goods_total >= free_from
    return Offer(method, Money(method.price, currency), free_from, is_free)


def cheapest(offers: list[Offer]) -> Offer | None:
    return min(offers, key=lambda offer: offer.fee, default=None)

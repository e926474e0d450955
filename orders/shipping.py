"""Which ways of delivery fit a cart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devicehub.lib.money import Money
from orders.models import ShippingMethod
from orders.taxation import Terms


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


def methods_for(country: str, weight_g: int) -> list[ShippingMethod]:
    """Every method into the country that carries the weight, in the shop's order. One query."""
    # The zone stores its codes as "AT,BE,BG": no pair of letters can span two of them.
    methods = ShippingMethod.objects.filter(is_active=True, zone__countries__contains=country)
    return [method for method in methods if carries(method, weight_g)]


def carries(method: ShippingMethod, weight_g: int) -> bool:
    return method.max_weight_g is None or weight_g <= method.max_weight_g


def offer(method: ShippingMethod, listed: Money, terms: Terms) -> Offer:
    """What the method costs on these terms of tax. `listed` is the value of the goods by the catalog's prices."""
    price = terms.price(Money(method.price, listed.currency), method.tax_class)
    if method.free_from is None:
        return Offer(method, price, None, is_free=False)
    free_from = Money(method.free_from, listed.currency)
    return Offer(method, price, terms.price(free_from, method.tax_class), is_free=listed >= free_from)


def cheapest(offers: list[Offer]) -> Offer | None:
    return min(offers, key=lambda offer: offer.fee, default=None)

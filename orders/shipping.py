"""Which ways of delivery fit a cart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devicehub.lib.money import Money
from orders.models import ShippingMethod
from orders.promise import ArrivalPromise
from orders.taxation import Terms


@dataclass(frozen=True)
class Offer:
    """A method for one cart: `price` is its list price, `is_free` says that the goods are worth enough to waive it."""

    method: ShippingMethod
    price: Money
    free_from: Money | None
    is_free: bool
    promise: ArrivalPromise | None = None  # for an order of this moment

    @property
    def is_pickup(self) -> bool:
        return self.method.is_pickup

    @property
    def arrival(self) -> str:
        """ "Arrives Tue 24 – Thu 26 Nov"; where nothing can be promised, how many days it takes."""
        if self.promise is None:
            return self.days
        if self.is_pickup:
            return _("Ready for pickup %(days)s") % {"days": self.promise}
        return _("Arrives %(days)s") % {"days": self.promise}

    @property
    def after_payment(self) -> str:
        """The same while a transfer is awaited, so that no day can be named."""
        when = (
            _("%(days)s after your money has come") % {"days": self.days}
            if self.method.days_max
            else _("on the working day your money comes")
        )
        return _("Ready for pickup %(when)s") % {"when": when} if self.is_pickup else when

    @property
    def fee(self) -> Money:
        return Money.zero(self.price.currency) if self.is_free else self.price

    @property
    def days(self) -> str:
        low, high = self.method.days_min, self.method.days_max
        if not high:
            return _("the same working day")
        if low == high:
            return ngettext("%(n)d working day", "%(n)d working days", low) % {"n": low}
        return _("%(low)d to %(high)d working days") % {"low": low, "high": high}


def methods_for(country: str, weight_g: int) -> list[ShippingMethod]:
    """Every method into the country that carries the weight, in the shop's order. One query."""
    # The zone stores its codes as "AT,BE,BG": no pair of letters can span two of them.
    methods = ShippingMethod.objects.filter(is_active=True, zone__countries__contains=country)
    methods = methods.select_related("pickup_place")
    return [method for method in methods if carries(method, weight_g)]


def carries(method: ShippingMethod, weight_g: int) -> bool:
    return method.max_weight_g is None or weight_g <= method.max_weight_g


def offer(method: ShippingMethod, listed: Money, terms: Terms, promise: ArrivalPromise | None = None) -> Offer:
    """What the method costs on these terms of tax. `listed` is the value of the goods by the catalog's prices."""
    price = terms.price(Money(method.price, listed.currency), method.tax_class)
    if method.free_from is None:
        return Offer(method, price, None, is_free=False, promise=promise)
    free_from = Money(method.free_from, listed.currency)
    limit = terms.price(free_from, method.tax_class)
    return Offer(method, price, limit, is_free=listed >= free_from, promise=promise)


def cheapest(offers: list[Offer]) -> Offer | None:
    """What a cart is estimated with: nobody is taken to fetch it himself as long as it can be sent."""
    return min(offers, key=lambda offer: (offer.is_pickup, offer.fee), default=None)

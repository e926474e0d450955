"""How a variant's price moved in the last twelve months: a table, and the same as a step chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Variant
from catalog.offers import Offer
from catalog.prior_prices import WINDOW, Step, lowest, steps
from devicehub.lib.money import Money, shop_money

SPAN = timedelta(days=365)
# Of the drawing, which is stretched to its place: one unit across is a day of a full year.
WIDTH, HEIGHT, MARGIN = 365.0, 100.0, 8.0


@dataclass(frozen=True)
class Period:
    """A price and the time it was in force; the present one has no end."""

    price: Money
    begun: datetime
    ended: datetime | None


@dataclass(frozen=True)
class PriceHistory:
    """`periods` go forwards; `low` is the lowest price in the 30 days before the reduction, or before now."""

    periods: Sequence[Period]
    low: Period
    is_reduced: bool
    at: datetime

    @property
    def begun(self) -> datetime:
        return self.periods[0].begun

    @property
    def now(self) -> Money:
        return self.periods[-1].price

    @property
    def lowest(self) -> Money:
        return min(period.price for period in self.periods)

    @property
    def highest(self) -> Money:
        return max(period.price for period in self.periods)

    @property
    def newest_first(self) -> Sequence[Period]:
        return self.periods[::-1]

    @property
    def line(self) -> str:
        """The path of the price: across while it stays, up or down where it changes."""
        first = self.periods[0]
        parts = [f"M{self._x(first.begun)} {self._y(first.price)}"]
        for period in self.periods:
            parts.append(f"V{self._y(period.price)}H{self._x(period.ended or self.at)}")
        return "".join(parts)

    @property
    def low_line(self) -> str:
        """The path along the low of 30 days."""
        return f"M{self._x(self.low.begun)} {self._y(self.low.price)}H{self._x(self.low.ended or self.at)}"

    def _x(self, moment: datetime) -> str:
        share = (max(moment, self.begun) - self.begun) / (self.at - self.begun)
        return f"{share * WIDTH:.1f}"

    def _y(self, price: Money) -> str:
        share = (self.highest.amount - price.amount) / (self.highest.amount - self.lowest.amount)
        return f"{MARGIN + float(share) * (HEIGHT - 2 * MARGIN):.1f}"


def price_history(offer: Offer, at: datetime | None = None) -> PriceHistory | None:
    """Nothing where the price never changed. One query."""
    now = at or timezone.now()
    changes = offer.variant.price_changes.order_by("created_at", "pk").values_list("created_at", "new_price")
    known = steps(changes, offer.product.published_from)
    shown = steps(known, now - SPAN)  # what held a year ago begins there
    if len(shown) < 2 or shown[0][0] >= now:
        return None
    return PriceHistory(_periods(shown), _low(offer.variant, known, now), offer.was is not None, now)


def _periods(shown: Sequence[Step]) -> list[Period]:
    ends: list[datetime | None] = [moment for moment, _price in shown[1:]]
    return [Period(shop_money(price), moment, end) for (moment, price), end in zip(shown, [*ends, None], strict=True)]


def _low(variant: Variant, known: Sequence[Step], now: datetime) -> Period:
    end = variant.reduced_at or now
    before = [step for step in known if step[0] < end]
    return Period(shop_money(lowest(before, end)), end - WINDOW, end)

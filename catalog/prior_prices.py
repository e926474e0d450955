"""What a price was before it was reduced: Price Indication Directive 98/6/EC, article 6a, as pure arithmetic.

A history is the list of (moment, price) of one thing on sale: each price is in force from its moment until the next.

- A *reduction begins* with a cut that goes below the prior price, the lowest price in force in the 30 days before the
  cut (6a(1) and (2)). A price set long before counts as long as it was still in force in these days.
- Further cuts belong to it: the prior price stays that of before the first one (6a(5)).
- It *ends* with any rise of the price, or when it has been announced for the longest time the shop allows. Only a new
  cut begins another one.
- A thing on sale for less than 30 days has the lowest price since it is on sale (6a(4) leaves it to the states; no
  state asks for a lower one). A price of its first day is no price before: correcting a slip would look like a sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

Step = tuple[datetime, Decimal]

WINDOW = timedelta(days=30)
FIRST_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reduction:
    """`prior` is what the price is compared with, in words, in per cent and struck through (CJEU C-330/23)."""

    prior: Decimal
    began: datetime

    def ends(self, longest: timedelta) -> datetime:
        return self.began + longest


def reduction(
    history: Iterable[Step], *, at: datetime, longest: timedelta, since: datetime | None = None
) -> Reduction | None:
    """The reduction that lasts at a moment not before the last change; prices before `since` were nobody's."""
    known = steps(history, since)
    found: Reduction | None = None
    for place, (moment, price) in enumerate(known[1:], start=1):
        before = known[place - 1][1]
        if price > before or (found and moment >= found.ends(longest)):
            found = None
        if price < before and found is None:
            found = _begun(known[:place], moment, price)
    return None if found is None or at >= found.ends(longest) else found


def steps(history: Iterable[Step], since: datetime | None = None) -> list[Step]:
    """In order of time and each differing from the one before; of several prices at one moment the last holds."""
    by_moment: dict[datetime, Decimal] = {}
    for moment, price in sorted(history, key=lambda step: step[0]):
        by_moment[moment if since is None else max(moment, since)] = price
    found: list[Step] = []
    for step in by_moment.items():
        if not found or found[-1][1] != step[1]:
            found.append(step)
    return found


def lowest(known: Sequence[Step], until: datetime) -> Decimal:
    """The lowest price in force in the 30 days before a moment, given the steps taken before it."""
    ends = [moment for moment, _price in known[1:]] + [until]
    return min(price for (_moment, price), end in zip(known, ends, strict=True) if end > until - WINDOW)


def _begun(known: Sequence[Step], moment: datetime, price: Decimal) -> Reduction | None:
    prior = lowest(known, moment)
    if price >= prior or moment < known[0][0] + FIRST_DAY:
        return None
    return Reduction(prior, moment)

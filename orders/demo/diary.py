"""What shall happen when. Acts are lived through in the order of their moments; later ones may follow from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from devicehub.lib.clock import clock_at

Act = Callable[[], object]


class Diary:
    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Act]] = []
        self._places = count()

    def note(self, at: datetime, act: Act) -> None:
        heappush(self._entries, (at, next(self._places), act))

    def live(self, until: datetime) -> None:
        """What lies behind `until` does not happen: that is how some orders are still on their way."""
        while self._entries and self._entries[0][0] <= until:
            at, _place, act = heappop(self._entries)
            with clock_at(at):
                act()

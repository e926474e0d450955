"""What shoppers search for, counted by words and day: what is missing in the shop, and what to suggest.

Words only. Nothing says who searched or when in the day, and what could be a person's (an address, a long number) is
not kept at all. A page notes its search and does not wait: rows are added after the response and summed by the clock.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from catalog.models import SearchCount, SearchEntry
from catalog.search.words import LAST_LETTER, plain

logger = logging.getLogger(__name__)

WORDS_MAX, LETTERS_MAX, WORD_LETTERS_MAX = 8, 100, 30
PRIVATE = re.compile(r"@|://|www\.|\d[\d .()/-]{7,}\d")
LETTER = re.compile(r"[^\W\d_]")

SUMMED_AT_ONCE = 10_000
DIFFERENT_A_DAY = 5_000  # more are invented by machines
KEPT = timedelta(days=180)

POPULAR_FOR = timedelta(days=60)
POPULAR_LEAST = 3  # what one or two people typed is nobody else's business

_noted = threading.local()


def note(text: str, results: int) -> None:
    """Remember a search until the response is out."""
    words = normal(text)
    if words:
        _rows().append(SearchEntry(day=timezone.localdate(), words=words, results=results))


def normal(text: str) -> str:
    """The words as they are counted; empty for what is no search of a shopper, or might tell of a person."""
    words = plain(text).split()
    whole = " ".join(words)
    is_odd = len(words) > WORDS_MAX or len(whole) > LETTERS_MAX or any(len(word) > WORD_LETTERS_MAX for word in words)
    return "" if is_odd or PRIVATE.search(whole) or not LETTER.search(whole) else whole


def write_noted(**kwargs: Any) -> None:
    """Receives `request_finished`. A database that cannot write now costs a row, never a page."""
    rows, _noted.rows = _rows(), []
    if rows:
        try:
            SearchEntry.objects.bulk_create(rows)
        except DatabaseError:
            logger.warning("A search was not counted", exc_info=True)


def _rows() -> list[SearchEntry]:
    if not hasattr(_noted, "rows"):
        _noted.rows = []
    return _noted.rows


@transaction.atomic
def sum_up() -> int:
    """Add the noted searches to the counts; returns how many. Forgets what is old."""
    entries = list(SearchEntry.objects.select_for_update(skip_locked=True).order_by("pk")[:SUMMED_AT_ONCE])
    counts: dict[tuple[date, str], list[int]] = {}
    for entry in entries:
        counts.setdefault((entry.day, entry.words), []).append(entry.results)
    _add(counts)
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    SearchCount.objects.filter(day__lt=timezone.localdate() - KEPT).delete()
    return len(entries)


def _add(counts: dict[tuple[date, str], list[int]]) -> None:
    room = {day: DIFFERENT_A_DAY - SearchCount.objects.filter(day=day).count() for day in {day for day, _w in counts}}
    for (day, words), results in counts.items():
        row = SearchCount.objects.filter(day=day, words=words)
        if not row.update(searches=F("searches") + len(results), results=results[-1]) and room[day] > 0:
            SearchCount.objects.create(day=day, words=words, searches=len(results), results=results[-1])
            room[day] -= 1


def popular(prefix: str, most: int) -> Iterable[str]:
    """What many searched for lately that begins like this and found something, the most searched first."""
    begun = " ".join(plain(prefix).split())
    rows = SearchCount.objects.filter(
        words__gte=begun, words__lt=begun + LAST_LETTER, day__gte=timezone.localdate() - POPULAR_FOR, results__gt=0
    )
    summed = rows.values("words").annotate(total=Sum("searches")).filter(total__gte=POPULAR_LEAST)
    return summed.order_by("-total", "words").values_list("words", flat=True)[:most]

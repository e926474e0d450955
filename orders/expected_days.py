"""The day of pre-orders and back-orders: staff move it with the stock, and the orders that wait follow, with a mail.

The catalog knows no orders, so a sweep compares what waiting orders say with what the stock says now. Its second run
finds nothing, however often and by whomever it is started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import StockLevel
from orders import delivery_times, lifecycle, waiting
from orders.models import Order, OrderLine

KIND = "expected_day_moved"


@dataclass(frozen=True)
class Move:
    line: OrderLine
    promise: str
    day: date

    @property
    def name(self) -> str:
        return f"{self.line.product_name} {self.line.variant_label}".strip()


def follow() -> int:
    """Tell every order that waits for another day than its buyer was told; returns how many. One query if none does."""
    outdated = set(_outdated().values_list("order_id", "variant_id"))
    waits = waiting.short_lines() if outdated else set()
    orders = Order.objects.filter(pk__in={order_id for order_id, _variant in outdated & waits}).order_by("placed_at")
    return sum(_follow(order, waits) for order in orders)


def _outdated() -> QuerySet[Any]:
    """Promised lines of living orders whose variant is now expected on another day."""
    levels = StockLevel.objects.filter(variant=OuterRef("variant"), reserved__gt=F("on_hand"))
    now = levels.exclude(promise="").order_by("-expected_at")
    lines = OrderLine.objects.filter(order__status__in=lifecycle.LIVING, quantity__gt=0, expected_at__isnull=False)
    lines = lines.annotate(day=Subquery(now.values("expected_at")[:1]), as_what=Subquery(now.values("promise")[:1]))
    return lines.filter(day__isnull=False).exclude(expected_at=F("day"))


@transaction.atomic
def _follow(order: Order, waits: set[tuple[UUID, int]]) -> bool:
    lifecycle.lock(order)
    lines = _outdated().filter(order=order).order_by("position")
    moves = [Move(line, line.as_what, line.day) for line in lines if (order.pk, line.variant_id) in waits]
    if not moves:
        return False  # packed, canceled or told in between
    before = _words(order, {move.name: move.line.expected_at for move in moves})
    for move in moves:
        OrderLine.objects.filter(pk=move.line.pk).update(promise=move.promise, expected_at=move.day)
    _promise_again(order)
    after = _words(order, {move.name: move.day for move in moves})
    lifecycle.record(order, KIND, data={"before": before, "after": after})
    return True


def _promise_again(order: Order) -> None:
    """The days of arrival follow; an order that was promised none, as its transfer has not come, still is not."""
    promise = delivery_times.promised(order) if order.promised_from else None
    if promise:
        order.promised_from, order.promised_until = promise.first, promise.last
        order.save(update_fields=["promised_from", "promised_until", "updated_at"])


def _words(order: Order, days: Mapping[str, date | None]) -> dict[str, str]:
    told = {name: date_format(day, "j F Y") for name, day in days.items() if day}
    arrival = delivery_times.of_order(order)
    return told | ({_("Ready for pickup") if order.is_pickup else _("Arrival"): str(arrival)} if arrival else {})

"""The consumer's right to withdraw from a purchase at a distance: how long, and what a statement sets going.

Sources: Directive 2011/83/EU, articles 9 (14 days from the day on which the last good of an order was received), 11
and 11a (the function on the shop's own pages, added by Directive (EU) 2023/2673 for contracts from 19 June 2026) and
13 (all payments back, with the least expensive standard delivery; the shop may wait for the goods); Regulation (EEC,
Euratom) No 1182/71, article 3: the day of the event does not count, and a period whose last day is a public holiday,
Sunday or Saturday ends with the next working day.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.exceptions import CatalogError
from devicehub.lib.money import Money
from orders import cancellation, changing, fulfillment, lifecycle, refunds, returning, shipping
from orders.exceptions import MoveNotAllowed, OrderError
from orders.models import Order, OrderAddress, OrderEvent, Return, Shipment
from orders.working_days import WorkingDays, is_public_holiday

logger = logging.getLogger(__name__)

DAYS = 14
WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True)
class Statement:
    """Who withdraws, from how many units by order line id; None is everything."""

    name: str
    email: str
    units: Mapping[int, int] | None = None


def last_day(order: Order) -> date | None:
    """Until the end of which day, in the shop's own time; None, without an end, while something has not arrived."""
    received = returning.received_on(order)
    return _end_of_period(received, _countries(order)) if received else None


def is_open(order: Order, at: datetime | None = None) -> bool:
    """Whether there is something left to withdraw from, and time."""
    last = last_day(order)
    in_time = last is None or timezone.localdate(at or timezone.now()) <= last
    return in_time and order.status != Order.Status.CANCELED and any(units(order).values())


def units(order: Order) -> dict[int, int]:
    """Units by line that can be withdrawn from: not sent yet, or sent and not on their way back."""
    back, gone = returning.units_back(order), fulfillment.units_sent(order)
    return {line.pk: line.quantity - min(back[line.pk], gone[line.pk]) for line in order.lines.all()}


def lines(order: Order, about: Mapping[int, int]) -> list[str]:
    """ "2 × Nova 256 GB" for each line of a statement."""
    wanted = ((about.get(line.pk), line) for line in order.lines.all())
    return [f"{n} × {line.product_name} {line.variant_label}".strip() for n, line in wanted if n]


@transaction.atomic
def withdraw(order: Order, statement: Statement, *, actor: User | None = None) -> OrderEvent:
    """Receive a statement: it takes effect at once, and its receipt is mailed with content, date and time.

    What has not left is canceled, what has left becomes a return that nobody has to approve. A statement that comes
    too late is received too, and the receipt says so; one that is sent again is the first. Raises QuantityError for
    units that are not there. What cannot be carried out is left to staff: the statement counts all the same.
    """
    lifecycle.lock(order)
    earlier = order.events.filter(kind="withdrawn").last()
    if earlier and (order.status == Order.Status.CANCELED or not any(units(order).values())):
        return earlier
    about = units(order) if statement.units is None else statement.units
    at = date_format(timezone.localtime(), "j F Y, H:i:s T")
    facts = {"at": at, "name": statement.name, "email": statement.email, "lines": lines(order, about)}
    if not is_open(order):
        return lifecycle.record(order, "withdrawal_late", actor=actor, by=statement.name, data=_late(order, facts))
    wanted = {pk: n for pk, n in about.items() if n}
    returning.check_units(order, wanted, units(order))
    event = lifecycle.record(order, "withdrawn", actor=actor, by=statement.name, data=facts)
    try:
        with transaction.atomic():
            _carry_out(order, wanted, event, actor=actor, by=statement.name)
    except (OrderError, CatalogError) as error:
        logger.exception("A withdrawal from order %s must be carried out by hand", order.number)
        order.refresh_from_db()
        lifecycle.record(order, "withdrawal_stuck", note=str(error), data=facts)
    return event


@transaction.atomic
def settle(order: Order, *, note: str, actor: User | None) -> OrderEvent:
    """Staff have carried out what did not work by itself. Raises MoveNotAllowed when no withdrawal waits for them."""
    lifecycle.lock(order)
    if not stuck_event(order):
        raise MoveNotAllowed(_("No withdrawal from this order waits for a decision."))
    return lifecycle.record(order, "withdrawal_settled", actor=actor, note=note)


def stuck_event(order: Order) -> OrderEvent | None:
    """What says why a withdrawal waits for staff, while one does (`OrderQuerySet.with_stuck_withdrawal`)."""
    if order.status == Order.Status.CANCELED:
        return None
    said = [event for event in order.events.all() if event.kind in ("withdrawal_stuck", "withdrawal_settled")]
    return said[-1] if said and said[-1].kind == "withdrawal_stuck" else None


@dataclass(frozen=True)
class Due:
    """The last day for the money of a withdrawal."""

    day: date
    is_overdue: bool
    waits_for_goods: bool = False  # after its day too: article 13(3)


def refund_due(withdrawn_at: datetime, *, waits_for_goods: bool = False) -> Due:
    """14 days from the day of the statement. That a day off at the end would give more time is not counted on."""
    day = timezone.localdate(withdrawn_at) + timedelta(days=DAYS)
    return Due(day, timezone.localdate() > day and not waits_for_goods, waits_for_goods)


def refund_due_of(process: Return) -> Due | None:
    """None for a return that is no withdrawal, or is closed."""
    if process.kind != Return.Kind.WITHDRAWAL or process.closed_at:
        return None
    return refund_due(process.requested_at, waits_for_goods=process.received_at is None)


def overdue_returns() -> QuerySet[Return]:
    """Withdrawals whose goods are here and whose money should have gone back."""
    first_day = timezone.localdate() - timedelta(days=DAYS)
    until = timezone.make_aware(datetime.combine(first_day, time.min))
    return Return.objects.to_do().filter(kind=Return.Kind.WITHDRAWAL, requested_at__lt=until)


def standard_delivery(order: Order) -> Money:
    """What of the delivery's price goes back with the last unit: not what a dearer way cost more (article 13(2))."""
    paid, chosen = refunds.delivery_left(order), order.shipping_method
    country = order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).values_list("country", flat=True).first()
    weight = sum((line.weight_g or 0) * line.quantity for line in order.lines.all())
    fees = [_fee(method, order) for method in shipping.methods_for(country or "", weight)]
    if chosen is None or not fees or _fee(chosen, order) <= min(fees):
        return paid
    dearer = _fee(chosen, order) - min(fees)
    return paid.split([min(fees).amount, dearer.amount])[0]


def _fee(method: Any, order: Order) -> Money:
    is_free = method.free_from is not None and order.lines_total >= method.free_from
    return order.money(0 if is_free else method.price)


def _end_of_period(received: date, countries: set[str]) -> date:
    days = WorkingDays(WEEKDAYS, lambda day: any(is_public_holiday(day, country) for country in countries))
    return days.first(received + timedelta(days=DAYS))


def _countries(order: Order) -> set[str]:
    """Where the statement is written and where it is received: a holiday of either helps the buyer."""
    delivery = order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).values_list("country", flat=True)
    return {settings.SHOP_COUNTRY, *map(str, delivery)}


def _late(order: Order, facts: dict[str, Any]) -> dict[str, Any]:
    last = last_day(order)
    return facts | {"last_day": date_format(last, "j F Y") if last else ""}


def _carry_out(
    order: Order, wanted: Mapping[int, int], event: OrderEvent, *, actor: User | None, by: str
) -> Return | None:
    if cancellation.can_cancel(order) and all(wanted.get(pk, 0) == n for pk, n in units(order).items()):
        cancellation.cancel_order(order, reason=_("Withdrawn by the buyer"), actor=actor, by=by)
        return None
    rest = _cancel_open(order, wanted, actor=actor)
    if not rest:
        return None
    return returning.announce(order, rest, kind=Return.Kind.WITHDRAWAL, key=f"event-{event.pk}", actor=actor, by=by)


def _cancel_open(order: Order, wanted: Mapping[int, int], *, actor: User | None) -> dict[int, int]:
    """Take what has not left out of the order; returns what is left of the wish, which must come back."""
    sent, lines = fulfillment.units_sent(order), {line.pk: line for line in order.lines.all()}
    here = {pk: min(n, lines[pk].quantity - sent[pk]) for pk, n in wanted.items()}
    less = {pk: lines[pk].quantity - n for pk, n in here.items() if n}
    if less:
        _unpack(order, here, actor=actor)
        changing.change_quantities(order, less, actor=actor)
    return {pk: n - here[pk] for pk, n in wanted.items() if n > here[pk]}


def _unpack(order: Order, here: Mapping[int, int], *, actor: User | None) -> None:
    """Open packed parcels when what lies outside of them is not enough."""
    left = fulfillment.open_quantities(order)
    if order.status not in lifecycle.LIVING:
        raise MoveNotAllowed(_("This order is closed."))
    if any(n > left[pk] for pk, n in here.items()):
        for shipment in order.shipments.filter(status=Shipment.Status.PACKED):
            fulfillment.cancel_shipment(shipment, actor=actor)

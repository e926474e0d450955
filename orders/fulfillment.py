"""From the confirmed order to the door: parcels, each packed, shipped, delivered or unpacked again.

Each verb is one transaction that takes the order's row first. It checks, acts on stock, and records; when any part is
refused nothing has happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from devicehub.lib.db import claim
from orders import documents, holding, lifecycle, payments, units
from orders.exceptions import DayRefused, MoveNotAllowed, QuantityError
from orders.models import Order, Shipment, ShipmentLine

Status = Shipment.Status


def open_quantities(order: Order) -> dict[int, int]:
    """Units by line that lie in no parcel yet."""
    packed = in_parcels(order)
    return {line.pk: line.quantity - packed[line.pk] for line in order.lines.all()}


def packable_quantities(order: Order, left: Mapping[int, int]) -> dict[int, int]:
    """How many of the units `left` by line are here; lines of one variant take from the same heap."""
    lines = order.lines.all()
    there = unpacked({line.variant_id for line in lines if line.variant_id})
    found = {}
    for line in lines:
        found[line.pk] = min(left[line.pk], there[line.variant_id]) if line.variant_id else left[line.pk]
        if line.variant_id:
            there[line.variant_id] -= found[line.pk]
    return found


@transaction.atomic
def create_shipment(
    order: Order,
    quantities: Mapping[int, int],
    *,
    numbers: Mapping[int, Sequence[str]] = MappingProxyType({}),
    actor: User | None = None,
) -> Shipment:
    """Set units of the order's lines aside in a parcel: line id → units. Several parcels may share an order.

    `numbers` are those of each unit of serial-tracked lines, as scanned. Raises NumbersRefused, MoveNotAllowed,
    or QuantityError, also for units that are not there, such as those of a back-order.
    """
    lifecycle.lock(order)
    if order.status != Order.Status.CONFIRMED:
        raise MoveNotAllowed(_("Only a confirmed order can be packed."))
    holding.check_free(order)
    _check_paid(order)
    wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    _check_parcel(wanted, open_quantities(order))
    _check_there(order, wanted)
    read = units.check({line.pk: line for line in order.lines.all()}, wanted, numbers)
    number = (order.shipments.aggregate(last=Max("number"))["last"] or 0) + 1
    shipment = Shipment.objects.create(order=order, number=number)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in wanted.items()
    )
    units.pack(shipment, read)
    data = {"shipment": number, "units": sum(wanted.values())}
    if scanned := [one.number for of_line in read.values() for one in of_line]:
        data["numbers"] = scanned
    lifecycle.record(order, "packed", actor=actor, data=data)
    return shipment


@transaction.atomic
def ship(
    shipment: Shipment,
    *,
    carrier: str = "",
    tracking_number: str = "",
    actor: User | None = None,
    kind: str = "",
) -> None:
    """Hand the parcel to the carrier, or lay it ready at the pickup place: its units leave the stock.

    `kind` is the event's where it was neither, such as a sale at the counter.
    """
    order = _lock(shipment)
    holding.check_free(order)
    changes = {
        "carrier": carrier.strip(),
        "tracking_number": tracking_number.strip(),
        "shipped_at": timezone.now(),
    }
    _step(shipment, Status.PACKED, Status.SHIPPED, **changes)
    units.send(order.shipments.filter(pk=shipment.pk))
    inventory.commit(_contents(shipment), reference=order.number, cause=f"shipment {shipment.number}", actor=actor)
    invoice = documents.issue_invoice(shipment, units.numbers_of(shipment))
    notes = documents.issue_credit_notes(order)  # for what was refunded before it left
    issued = [document.number for document in (invoice, *notes)]
    kind = kind or ("ready_for_pickup" if order.is_pickup else "shipped")
    lifecycle.record(order, kind, actor=actor, data={"shipment": shipment.number, "documents": issued})
    lifecycle.refresh_statuses(order)


@transaction.atomic
def deliver(shipment: Shipment, *, day: date | None = None, actor: User | None = None, kind: str = "") -> None:
    """The parcel has reached the buyer, at the door or by being fetched: now, or on an earlier day.

    `kind` is the event's as in `ship`. Raises DayRefused or MoveNotAllowed.
    """
    order = _lock(shipment)
    _check_status(shipment, Status.SHIPPED)
    _step(shipment, Status.SHIPPED, Status.DELIVERED, delivered_at=_arrival(shipment, day))
    kind = kind or ("picked_up" if order.is_pickup else "delivered")
    lifecycle.record(order, kind, actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


@transaction.atomic
def hand_over(
    order: Order,
    quantities: Mapping[int, int],
    *,
    numbers: Mapping[int, Sequence[str]] = MappingProxyType({}),
    actor: User | None = None,
) -> Shipment:
    """Give units to a buyer who is in the store: packed, gone and arrived in one act. Raises as `create_shipment`."""
    shipment = create_shipment(order, quantities, numbers=numbers, actor=actor)
    ship(shipment, actor=actor, kind="handed_over")
    deliver(shipment, actor=actor, kind="picked_up")
    return shipment


@transaction.atomic
def correct_delivery(shipment: Shipment, day: date, *, actor: User | None = None) -> None:
    """It arrived on another day, from which warranty and withdrawal count. Raises DayRefused or MoveNotAllowed."""
    lifecycle.lock(shipment.order)
    _check_status(shipment, Status.DELIVERED)
    _correct(shipment, "delivery_corrected", actor, delivered_at=_arrival(shipment, day))


@transaction.atomic
def correct_tracking(shipment: Shipment, *, carrier: str, tracking_number: str, actor: User | None = None) -> None:
    """Another carrier or number of a parcel that has left. Raises MoveNotAllowed."""
    lifecycle.lock(shipment.order)
    _check_status(shipment, Status.SHIPPED, Status.DELIVERED)
    changes = {"carrier": carrier.strip(), "tracking_number": tracking_number.strip()}
    _correct(shipment, "tracking_corrected", actor, **changes)


@transaction.atomic
def cancel_shipment(shipment: Shipment, *, actor: User | None = None) -> None:
    """Unpack a parcel that has not left: its units stay reserved for the order."""
    order = _lock(shipment)
    _step(shipment, Status.PACKED, Status.CANCELED)
    units.free(order.shipments.filter(pk=shipment.pk))
    lifecycle.record(order, "unpacked", actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


def _lock(shipment: Shipment) -> Order:
    order = shipment.order
    lifecycle.lock(order)
    if order.status not in lifecycle.LIVING:
        raise MoveNotAllowed(_("This order is closed; its parcels cannot move."))
    return order


def _step(shipment: Shipment, before: str, after: str, **changes: Any) -> None:
    if not claim(Shipment.objects.filter(pk=shipment.pk, status=before), status=after, **changes):
        _check_status(shipment, before)
    shipment.refresh_from_db()


def _check_paid(order: Order) -> None:
    """An order that grew after it was paid waits for the rest, unless it is paid at the door anyway."""
    pays_later = payments.get_provider(order.payment_provider).confirms_at_once
    if order.payment_status == Order.PaymentStatus.PARTIAL and not pays_later:
        raise MoveNotAllowed(_("The rest of this order is not paid yet."))


def _check_status(shipment: Shipment, *expected: str) -> None:
    """Read the parcel anew; MoveNotAllowed when it stands elsewhere."""
    shipment.refresh_from_db()
    if shipment.status not in expected:
        words = {"number": shipment.number, "status": shipment.get_status_display()}
        raise MoveNotAllowed(_("Parcel %(number)s is %(status)s.") % words)


def _correct(shipment: Shipment, kind: str, actor: User | None, **changes: Any) -> None:
    """What was written down of a parcel is written anew, with what stood there before."""
    before = {name: str(getattr(shipment, name)) for name in changes}
    claim(Shipment.objects.filter(pk=shipment.pk), **changes)
    data = {"shipment": shipment.number, "before": before, "after": {name: str(new) for name, new in changes.items()}}
    lifecycle.record(shipment.order, kind, actor=actor, data=data)
    shipment.refresh_from_db()


def _arrival(shipment: Shipment, day: date | None) -> datetime:
    """Now, or noon of an earlier day, yet never before the parcel left."""
    now, left = timezone.now(), shipment.shipped_at
    if day is None or day == timezone.localdate(now):
        return now
    if day > timezone.localdate(now):
        raise DayRefused(_("This day has not come yet."))
    if left is None or day < timezone.localdate(left):
        raise DayRefused(_("The parcel had not left by then."))
    return max(timezone.make_aware(datetime.combine(day, time(12))), left)


def _check_parcel(wanted: Mapping[int, int], left: Mapping[int, int]) -> None:
    if not wanted:
        raise QuantityError(_("A parcel needs something in it."))
    for line_id, quantity in wanted.items():
        if line_id not in left:
            raise QuantityError(_("This line belongs to another order."))
        if not 0 < quantity <= left[line_id]:
            raise QuantityError(
                _("%(wanted)s cannot be packed: %(left)s are left.") % {"wanted": quantity, "left": left[line_id]}
            )


def _check_there(order: Order, wanted: Mapping[int, int]) -> None:
    """Their levels are held until the end: of two who pack the last unit one finds it gone."""
    lines = {line.pk: line for line in order.lines.filter(pk__in=wanted)}
    asked = by_variant((line.variant_id, wanted[pk]) for pk, line in lines.items())
    inventory.lock(asked)
    there = unpacked(asked)
    for line in lines.values():
        if line.variant_id and asked[line.variant_id] > there[line.variant_id]:
            words = {"sku": line.sku, "wanted": asked[line.variant_id], "there": there[line.variant_id]}
            raise QuantityError(_("%(sku)s: %(wanted)s cannot be packed, %(there)s are here.") % words)


def unpacked(variant_ids: Iterable[int]) -> dict[int, int]:
    """Units on hand that lie in no parcel, by variant id; nobody else's promise counts. Two queries."""
    ids = list(variant_ids)
    on_hand = inventory.on_hand(ids)
    waiting = ShipmentLine.objects.filter(shipment__status=Status.PACKED, order_line__variant__in=ids)
    packed = by_variant(waiting.values_list("order_line__variant", "quantity"))
    return {pk: max(0, on_hand[pk] - packed[pk]) for pk in ids}


def in_parcels(order: Order) -> Counter[int]:
    """Units by line that lie in a parcel, gone or not."""
    parcels = ShipmentLine.objects.filter(shipment__order=order).exclude(shipment__status=Status.CANCELED)
    return Counter(dict(parcels.values_list("order_line").annotate(units=Sum("quantity")).order_by()))


def units_sent(order: Order) -> Counter[int]:
    """Units by line that have left the house, arrived or not."""
    parcels = ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=Shipment.GONE)
    return Counter(dict(parcels.values_list("order_line").annotate(units=Sum("quantity")).order_by()))


def _contents(shipment: Shipment) -> Counter[int]:
    rows = shipment.lines.values_list("order_line__variant", "quantity")
    return by_variant(rows)


def by_variant(rows: Iterable[tuple[int | None, int]]) -> Counter[int]:
    """Sum units of (variant id, units)."""
    summed: Counter[int] = Counter()
    for variant_id, quantity in rows:
        if variant_id is not None:  # a variant that was deleted has no stock to move
            summed[variant_id] += quantity
    return summed

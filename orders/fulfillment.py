"""From the confirmed order to the door: parcels, each packed, shipped, delivered or unpacked again.

Each verb is one transaction that takes the order's row first. It checks, acts on stock, and records; when any part is
refused nothing has happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from devicehub.lib.db import claim
from orders import holding, lifecycle, payments, units
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import Order, Shipment, ShipmentLine

Status = Shipment.Status


def open_quantities(order: Order) -> dict[int, int]:
    """Units by line that lie in no parcel yet."""
    packed = in_parcels(order)
    return {line.pk: line.quantity - packed[line.pk] for line in order.lines.all()}


@transaction.atomic
def create_shipment(
    order: Order,
    quantities: Mapping[int, int],
    *,
    numbers: Mapping[int, Sequence[str]] = MappingProxyType({}),
    actor: User | None = None,
) -> Shipment:
    """Set units of the order's lines aside in a parcel: line id → units. Several parcels may share an order.

    `numbers` are those of each unit of serial-tracked lines, as scanned. Raises NumbersRefused, QuantityError or
    MoveNotAllowed.
    """
    lifecycle.lock(order)
    if order.status != Order.Status.CONFIRMED:
        raise MoveNotAllowed(_("Only a confirmed order can be packed."))
    holding.check_free(order)
    _check_paid(order)
    wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    _check_parcel(wanted, open_quantities(order))
    read = units.check({line.pk: line for line in order.lines.all()}, wanted, numbers)
    number = (order.shipments.aggregate(last=Max("number"))["last"] or 0) + 1
    shipment = Shipment.objects.create(order=order, number=number)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in wanted.items()
    )
    units.pack(shipment, read)
    lifecycle.record(order, "packed", actor=actor, data={"shipment": number, "units": sum(wanted.values())})
    return shipment


@transaction.atomic
def ship(
    shipment: Shipment,
    *,
    carrier: str = "",
    tracking_number: str = "",
    actor: User | None = None,
    kind: str = "shipped",
) -> None:
    """Hand the parcel to the carrier: its units leave the stock. `kind` is the event's."""
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
    lifecycle.record(order, kind, actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


@transaction.atomic
def deliver(shipment: Shipment, *, actor: User | None = None) -> None:
    order = _lock(shipment)
    _step(shipment, Status.SHIPPED, Status.DELIVERED, delivered_at=timezone.now())
    lifecycle.record(order, "delivered", actor=actor, data={"shipment": shipment.number})
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
    deliver(shipment, actor=actor)
    return shipment


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
        shipment.refresh_from_db()
        raise MoveNotAllowed(
            _("Parcel %(number)s is %(status)s.") % {"number": shipment.number, "status": shipment.get_status_display()}
        )
    shipment.refresh_from_db()


def _check_paid(order: Order) -> None:
    """An order that grew after it was paid waits for the rest, unless it is paid at the door anyway."""
    pays_later = payments.get_provider(order.payment_provider).confirms_at_once
    if order.payment_status == Order.PaymentStatus.PARTIAL and not pays_later:
        raise MoveNotAllowed(_("The rest of this order is not paid yet."))


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


def in_parcels(order: Order) -> Counter[int]:
    """Units by line that lie in a parcel, gone or not."""
    parcels = ShipmentLine.objects.filter(shipment__order=order).exclude(shipment__status=Status.CANCELED)
    return Counter(dict(parcels.values_list("order_line").annotate(units=Sum("quantity")).order_by()))


def units_sent(order: Order) -> Counter[int]:
    """Units by line that have left the house, arrived or not."""
    parcels = ShipmentLine.objects.filter(
        shipment__order=order, shipment__status__in=[Status.SHIPPED, Status.DELIVERED]
    )
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

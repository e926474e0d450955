"""Parcels as their buyer sees them, on pages and in mails: what is in them, where they are, when they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy

from orders import carriers, devices, links, warranty
from orders.models import DeviceUnit, Order, Shipment, ShipmentLine
from orders.warranty import Warranty

AT_THE_STORE = {
    Shipment.Status.SHIPPED: gettext_lazy("ready for pickup"),
    Shipment.Status.DELIVERED: gettext_lazy("picked up"),
}


@dataclass(frozen=True)
class Passport:
    """The page of a unit, or of the units of a line that have no numbers. It opens when the parcel has left."""

    number: str
    url: str


@dataclass(frozen=True)
class Content:
    """Units of a line: a passport for each that has a number, else one for all of them."""

    quantity: int
    name: str
    variant_label: str
    passports: list[Passport]
    warranty: Warranty | None


@dataclass(frozen=True)
class Parcel:
    number: int
    status: str
    label: str
    carrier: str
    tracking_number: str
    tracking_url: str
    is_pickup: bool
    shipped_at: datetime | None
    delivered_at: datetime | None
    contents: list[Content]


def of(order: Order, key: str = "") -> list[Parcel]:
    """All but those that were opened again; links carry the key. One query, another where units have numbers."""
    return _parcels(ShipmentLine.objects.exclude(shipment__status=Shipment.Status.CANCELED), order, key)


def find(order: Order, number: int) -> Parcel | None:
    """The parcel of this number, also when it was opened again."""
    return next(iter(_parcels(ShipmentLine.objects.filter(shipment__number=number), order)), None)


def _parcels(lines: QuerySet[ShipmentLine], order: Order, key: str = "") -> list[Parcel]:
    """From their lines: a parcel is never without one."""
    lines = lines.filter(shipment__order=order).select_related("shipment__order__shipping_method", "order_line")
    rows = list(lines.order_by("shipment__number", "pk"))
    prefetch_related_objects([row for row in rows if row.order_line.is_serial_tracked], "devices")
    found: dict[int, Parcel] = {}
    for row in rows:
        parcel = found.setdefault(row.shipment.number, _parcel(row.shipment))
        parcel.contents.append(_content(row, key))
    return list(found.values())


def _parcel(shipment: Shipment) -> Parcel:
    return Parcel(
        number=shipment.number,
        status=shipment.status,
        label=_label(shipment),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        tracking_url=carriers.tracking_url(shipment.carrier, shipment.tracking_number),
        is_pickup=shipment.order.is_pickup,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        contents=[],
    )


def _label(shipment: Shipment) -> str:
    label = shipment.get_status_display()
    return str(AT_THE_STORE.get(Shipment.Status(shipment.status), label)) if shipment.order.is_pickup else label


def _content(row: ShipmentLine, key: str) -> Content:
    line = row.order_line
    units: list[DeviceUnit | None] = [*row.devices.all()] if line.is_serial_tracked else []
    passports = [_passport(row, unit, key) for unit in units or [None]]
    return Content(row.quantity, line.product_name, line.variant_label, passports, warranty.of(line, row.shipment))


def _passport(row: ShipmentLine, unit: DeviceUnit | None, key: str) -> Passport:
    path = links.device_path(row.shipment.order.number, devices.key_of(row.pk, unit.pk if unit else None))
    return Passport(str(unit or ""), links.with_key(path, key) if row.shipment.shipped_at else "")

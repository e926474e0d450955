"""Which unit, by its number, is where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Count

from orders.models import DeviceUnit, Order, Shipment

Status = DeviceUnit.Status

WHERE: dict[str, set[Status]] = {
    Shipment.Status.PACKED: {Status.PACKED},
    Shipment.Status.SHIPPED: {Status.SENT, Status.RETURNED, Status.SCRAPPED},
    Shipment.Status.DELIVERED: {Status.SENT, Status.RETURNED, Status.SCRAPPED},
    Shipment.Status.CANCELED: {Status.UNPACKED},
}


def living_numbers() -> Iterator[str]:
    """No number is in two parcels or with two customers."""
    living = DeviceUnit.objects.living().values_list("number").annotate(times=Count("pk")).order_by("number")
    for number, times in living.filter(times__gt=1):
        yield f"Unit {number}: in {times} places"


def unit_numbers(orders: Sequence[Order]) -> Iterator[str]:
    """No line of a parcel has more numbers than units, and each unit is where its parcel is."""
    rows = DeviceUnit.objects.filter(shipment_line__shipment__order__in=orders).values_list(
        "number", "status", "shipment_line", "shipment_line__quantity", "shipment_line__shipment__status"
    )
    numbers: Counter[tuple[int, int]] = Counter()
    for number, status, line, quantity, parcel in rows:
        numbers[line, quantity] += 1
        if status not in WHERE[parcel]:
            yield f"Unit {number}: {status} in a parcel that is {parcel}"
    for (line, quantity), count in numbers.items():
        if count > quantity:
            yield f"Parcel line {line}: {count} numbers of {quantity} units"

"""Which orders wait for goods, and which can be packed: what is on hand belongs to those who ordered first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models import StockLevel
from orders import fulfillment, lifecycle
from orders.models import Order, OrderLine, Shipment, ShipmentLine


def for_goods() -> QuerySet[Order]:
    """Confirmed orders of which something is not here yet, or is here for others. Three queries more."""
    return Order.objects.to_pack().filter(pk__in=_short())


def packable() -> QuerySet[Order]:
    """Confirmed orders whose open units are all here. Three queries more."""
    return Order.objects.to_pack().exclude(pk__in=_short())


def _short() -> set[UUID]:
    return {order for order, _variant in short_lines()}


def short_lines() -> set[tuple[UUID, int]]:
    """(order, variant) of orders, paid or not, that get less than they were promised when each takes its units in the
    order of placing. Two queries.

    Only devices of which more is promised than there is can make anybody wait.
    """
    promised = StockLevel.objects.filter(reserved__gt=F("on_hand")).values_list("variant", flat=True)
    left = fulfillment.unpacked(promised)
    short = set()
    for order, variant, units in _open_units(list(left)):
        if units > left[variant]:
            short.add((order, variant))
        left[variant] -= min(units, left[variant])
    return short


def _open_units(variant_ids: Sequence[int]) -> Iterator[tuple[UUID, int, int]]:
    """(order, variant, units in no parcel yet) of lines, in the order of placing."""
    parcels = ShipmentLine.objects.filter(order_line=OuterRef("pk")).exclude(shipment__status=Shipment.Status.CANCELED)
    packed = parcels.order_by().values("order_line").annotate(units=Sum("quantity")).values("units")
    lines = OrderLine.objects.filter(order__status__in=lifecycle.LIVING, variant__in=variant_ids)
    rows = lines.annotate(left=F("quantity") - Coalesce(Subquery(packed), 0))
    for row in rows.filter(left__gt=0).order_by("order__placed_at", "order__pk", "position").iterator():
        yield row.order_id, cast(int, row.variant_id), row.left

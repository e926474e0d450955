"""The devices that buyers have: every unit that left the shop, with its number, warranty and what can be done with it.

Units with a number are told one by one; units of a line without numbers that came in one parcel stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import fitting
from catalog.models import Product
from orders import advice, documents, invitations, links, pictures, return_window, warranty
from orders.documents import Listed
from orders.models import DeviceUnit, Order, OrderAddress, OrderLine, Return, Shipment, ShipmentLine
from orders.story import Entry
from orders.warranty import Warranty

Status = DeviceUnit.Status
KEY = re.compile(r"([0-9]{1,18})(-[0-9]{1,18})?")  # as `key_of` writes it


@dataclass(frozen=True)
class Device:
    """`fits_url` and `review_url` are empty where there is nothing to see or to write. `documents` are the order's.
    `return_reasons` are those for which it can be sent back today.
    """

    line: OrderLine
    shipment: Shipment
    quantity: int
    unit: DeviceUnit | None
    key: str  # of its page, within its order
    image_url: str
    fits_url: str
    review_url: str
    documents: Sequence[Listed]
    return_url: str
    return_reasons: Sequence[str]

    @property
    def order(self) -> Order:
        return self.shipment.order

    @property
    def path(self) -> str:
        return links.device_path(self.order.number, self.key)

    @property
    def product(self) -> Product | None:
        """While the shop shows it."""
        return _product(self.line)

    @property
    def warranty(self) -> Warranty | None:
        return warranty.of(self.line, self.shipment)

    @property
    def has_come_back(self) -> bool:
        return self.unit is not None and self.unit.status not in DeviceUnit.LIVING

    @property
    def can_return(self) -> bool:
        return bool(self.return_reasons) and not self.has_come_back

    @property
    def is_for_faults(self) -> bool:
        return list(self.return_reasons) == [Return.Reason.FAULT]

    @property
    def history(self) -> list[Entry]:
        """Newest first."""
        bought, left, came = self.order.placed_at, self.shipment.shipped_at, self.shipment.delivered_at
        back = self.unit.updated_at if self.unit and self.has_come_back else None
        steps = [(_("Came back to us"), back), (_("Delivered"), came), (_("Shipped"), left), (_("Bought"), bought)]
        return [Entry(title, at) for title, at in steps if at]


def gone() -> QuerySet[Any]:
    """What left the shop, the last first: a row for each unit with a number, `unit_id`, or for a line without."""
    had = Q(devices=None) | Q(devices__status__in=[Status.SENT, Status.RETURNED, Status.SCRAPPED])
    rows = ShipmentLine.objects.filter(had, shipment__status__in=Shipment.GONE).annotate(unit_id=F("devices"))
    rows = rows.select_related("shipment__order__shipping_method", "order_line__variant__product")
    return return_window.with_figures(rows).order_by("-shipment__shipped_at", "pk", "unit_id")


def owned_by(user: User) -> QuerySet[Any]:
    return gone().filter(shipment__order__user=user)


def find(order: Order, key: str, order_key: str = "") -> Device | None:
    """The device of an order by the key of its page; its links carry the order's key."""
    match = KEY.fullmatch(key)
    rows = gone().filter(shipment__order=order, pk=match[1]) if match else ()
    return next((device for device in describe(rows, order_key) if device.key == key), None)


def describe(rows: Iterable[Any], order_key: str = "") -> list[Device]:
    """Rows of `gone`, in their order. Five queries, however many there are."""
    rows = list(rows)
    lines = [row.order_line for row in rows]
    units = DeviceUnit.objects.in_bulk([row.unit_id for row in rows if row.unit_id])
    images = pictures.thumbnails({line.variant_id for line in lines if line.variant_id})
    fitted = _fitted_types(lines)
    issued = documents.listed_by_order({row.shipment.order_id for row in rows}, links.document_path_by(order_key))
    addresses = {
        address.order_id: address
        for address in OrderAddress.objects.filter(
            order__in={row.shipment.order_id for row in rows}, kind=OrderAddress.Kind.DELIVERY
        )
    }
    return [
        Device(
            line=row.order_line,
            shipment=row.shipment,
            quantity=1 if row.unit_id else row.quantity,
            unit=units.get(row.unit_id),
            key=key_of(row.pk, row.unit_id),
            image_url=images.get(row.order_line.variant_id or 0, ""),
            fits_url=_fits_url(row.order_line, fitted),
            review_url=_review_url(row, addresses.get(row.shipment.order_id)),
            documents=issued.get(row.shipment.order_id, ()),
            return_url=links.with_key(reverse("orders:return", args=[row.shipment.order.number]), order_key),
            return_reasons=return_window.reasons_of(row),
        )
        for row in rows
    ]


def key_of(row_id: int, unit_id: int | None = None) -> str:
    return f"{row_id}-{unit_id}" if unit_id else str(row_id)


def _product(line: OrderLine) -> Product | None:
    return line.variant.product if line.variant and line.variant.product.is_visible() else None


def _fitted_types(lines: Sequence[OrderLine]) -> set[int]:
    """The types of device for which a rule says what fits."""
    types = {line.variant.product.product_type_id for line in lines if line.variant}
    return {rule.device_type.pk for rule in fitting.rules(Q(device_type__in=types))} if types else set()


def _fits_url(line: OrderLine, fitted: set[int]) -> str:
    has_page = line.variant and _product(line) and line.variant.product.product_type_id in fitted
    return advice.what_fits(line.variant) if line.variant and has_page else ""


def _review_url(row: ShipmentLine, address: OrderAddress | None) -> str:
    line = row.order_line
    return invitations.review_urls(row.shipment.order, [line], address).get(line.pk, "")

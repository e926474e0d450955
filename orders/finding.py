"""Finding an order again: by its number or a device's, and the e-mail address. The answer is a mail, or none.

Whoever asks is told the same, and as fast, whether or not he is right: the request only puts the question into the
queue, and the answer goes to the address of the order.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from devicehub.lib.codes import grouped
from devicehub.lib.tasks import retrying
from orders import devices, lifecycle, units
from orders.models import DeviceUnit, Order
from orders.throttle import allows

MAILS_PER_HOUR = 3  # for each order


@retrying()
def mail_link(text: str, email: str) -> None:
    """`text` is an order number, IMEI or serial number, however it was typed."""
    order, device = find(text, email)
    if order and allows("order-link", str(order.pk), times=MAILS_PER_HOUR, seconds=3600):
        lifecycle.record(order, "link_requested", by=_("guest"), data={"device": device} if device else {})


def find(text: str, email: str) -> tuple[Order | None, str]:
    """The order placed with this address, and the key of the page of the device asked for, once that has left."""
    order = Order.objects.filter(number=grouped(text), email__iexact=email).first()
    unit = None if order else _unit(text, email)
    if unit is None:
        return order, ""
    has_left = unit.status != DeviceUnit.Status.PACKED
    return unit.shipment_line.shipment.order, devices.key_of(unit.shipment_line_id, unit.pk) if has_left else ""


def _unit(text: str, email: str) -> DeviceUnit | None:
    """A device that was sold twice is found by either buyer."""
    try:
        number = units.read(text).number
    except ValueError:
        return None
    found = DeviceUnit.objects.exclude(status=DeviceUnit.Status.UNPACKED).filter(
        number=number, shipment_line__shipment__order__email__iexact=email
    )
    return found.select_related("shipment_line__shipment__order").last()

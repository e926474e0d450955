"""Until when units come back and for which reasons, computed from what was sent, came back and arrived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from orders import warranty
from orders.models import Order, Return, ReturnUnit, Shipment, ShipmentLine

LEGAL_WARRANTY_MONTHS = 24  # Directive (EU) 2019/771, article 10(1)


def last_day(received: date) -> date:
    """Until when the shop takes back what pleases nobody."""
    return received + timedelta(days=settings.SHOP_RETURN_DAYS)


def reasons(received: date | None, warranty_months: int) -> list[str]:
    """Those that count today: a fault as long as the law or the maker gives warranty.

    `received` is None as long as something of the order has not arrived.
    """
    today = timezone.localdate()
    if received is None or today <= last_day(received):
        return [reason for reason in Return.Reason.values if reason]
    months = max(LEGAL_WARRANTY_MONTHS, warranty_months)
    return [Return.Reason.FAULT] if today <= warranty.add_months(received, months) else []


def with_figures(rows: QuerySet[ShipmentLine]) -> QuerySet[Any]:
    """Lines of parcels with what `reasons_of` needs: units of their order's line that were `sent` and are on their way
    `back`, and when the order's last parcel `came`.
    """
    sent = ShipmentLine.objects.filter(order_line=OuterRef("order_line"), shipment__status__in=Shipment.GONE)
    back = ReturnUnit.objects.filter(order_line=OuterRef("order_line"), process__in=Return.objects.living())
    came = Shipment.objects.filter(order=OuterRef("shipment__order"), status=Shipment.Status.DELIVERED)
    return rows.annotate(
        sent=_one(sent, Sum("quantity"), "order_line"),
        back=_one(back.exclude(decision=ReturnUnit.Decision.SEND_BACK), Count("pk"), "order_line"),
        came=_one(came, Max("delivered_at"), "order"),
    )


def reasons_of(row: Any) -> list[str]:
    """Why units of a line of a parcel can be sent back today."""
    if row.sent <= (row.back or 0):
        return []
    has_arrived = row.shipment.order.fulfillment_status == Order.FulfillmentStatus.DELIVERED and row.came
    return reasons(timezone.localdate(row.came) if has_arrived else None, row.order_line.warranty_months)


def _one(rows: QuerySet[Any], figure: Aggregate, by: str) -> Subquery:
    return Subquery(rows.order_by().values(by).annotate(figure=figure).values("figure"))

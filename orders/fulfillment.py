"""From the placed order to the door, or back: parcels, quantities, cancellation, expiry.

Each verb is one transaction that takes the order's row first. It checks, acts on stock and money, and records; when
any part is refused nothing has happened.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import CatalogError, InsufficientStock
from catalog.models import Product, StockLevel
from devicehub.lib.db import claim
from devicehub.lib.money import Money
from orders import balance, lifecycle, payments
from orders.exceptions import MoveNotAllowed, OrderError, QuantityError
from orders.models import MAX_LINE_QUANTITY, Order, OrderLine, Shipment, ShipmentLine
from orders.pricing import tax_of

logger = logging.getLogger(__name__)

Status = Shipment.Status
GONE = [Status.SHIPPED, Status.DELIVERED]
LIVING = [Order.Status.PENDING, Order.Status.CONFIRMED]


# Canceling ----------------------------------------------------------------------------------------------------


def can_cancel(order: Order) -> bool:
    """Whether nothing has left the house yet; what is packed can be unpacked."""
    return order.status in LIVING and order.fulfillment_status == Order.FulfillmentStatus.UNFULFILLED


@transaction.atomic
def cancel_order(order: Order, *, reason: str = "", actor: User | None = None, by: str = "") -> None:
    """Before dispatch, by buyer or staff: stock is freed once, open payments end, money that came goes back."""
    lifecycle.lock(order)
    if not can_cancel(order):
        raise MoveNotAllowed(_("This order has left our house or was canceled; it cannot be canceled now."))
    _cancel(order, kind="canceled", reason=reason, actor=actor, by=by)


def expire_unpaid(at: datetime | None = None) -> int:
    """Cancel every order whose time to pay has run out; returns how many."""
    at = at or timezone.now()
    return sum(_expire(order, at) for order in Order.objects.awaiting_payment(at).order_by("expires_at"))


def _expire(order: Order, at: datetime) -> bool:
    """One order in its own transaction: what is wrong with one must not keep the others."""
    try:
        with transaction.atomic():
            lifecycle.lock(order)
            if not Order.objects.awaiting_payment(at).filter(pk=order.pk).exists():
                return False  # paid or canceled in between
            _cancel(order, kind="expired", reason=_("Not paid in time"), actor=None, by="")
    except (OrderError, CatalogError):
        logger.exception("Order %s could not expire", order.pk)
        return False
    return True


def _cancel(order: Order, *, kind: str, reason: str, actor: User | None, by: str) -> None:
    event = lifecycle.move(order, Order.Status.CANCELED, kind=kind, actor=actor, by=by, note=reason)
    order.shipments.filter(status=Status.PACKED).update(status=Status.CANCELED, updated_at=timezone.now())
    inventory.release(inventory.reserved_for(order.number), reference=order.number, cause=kind, actor=actor)
    payments.cancel_open(order)
    payments.give_back(order, balance.of(order).kept, key=f"event-{event.pk}", reason=reason, actor=actor)
    lifecycle.refresh_statuses(order)


# Parcels ------------------------------------------------------------------------------------------------------


def open_quantities(order: Order) -> dict[int, int]:
    """Units by line that lie in no parcel yet."""
    packed = _in_parcels(order)
    return {line.pk: line.quantity - packed[line.pk] for line in order.lines.all()}


@transaction.atomic
def create_shipment(order: Order, quantities: Mapping[int, int], *, actor: User | None = None) -> Shipment:
    """Set units of the order's lines aside in a parcel: line id → units. Several parcels may share an order."""
    lifecycle.lock(order)
    if order.status != Order.Status.CONFIRMED:
        raise MoveNotAllowed(_("Only a confirmed order can be packed."))
    wanted = {line_id: units for line_id, units in quantities.items() if units}
    _check_parcel(wanted, open_quantities(order))
    number = (order.shipments.aggregate(last=Max("number"))["last"] or 0) + 1
    shipment = Shipment.objects.create(order=order, number=number)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=units) for line_id, units in wanted.items()
    )
    lifecycle.record(order, "packed", actor=actor, data={"shipment": number, "units": sum(wanted.values())})
    return shipment


@transaction.atomic
def ship(shipment: Shipment, *, carrier: str = "", tracking_number: str = "", actor: User | None = None) -> None:
    """Hand the parcel to the carrier: its units leave the stock."""
    order = _lock(shipment)
    changes = {
        "carrier": carrier.strip(),
        "tracking_number": tracking_number.strip(),
        "shipped_at": timezone.now(),
    }
    _step(shipment, Status.PACKED, Status.SHIPPED, **changes)
    inventory.commit(_units(shipment), reference=order.number, cause=f"shipment {shipment.number}", actor=actor)
    lifecycle.record(order, "shipped", actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


@transaction.atomic
def deliver(shipment: Shipment, *, actor: User | None = None) -> None:
    order = _lock(shipment)
    _step(shipment, Status.SHIPPED, Status.DELIVERED, delivered_at=timezone.now())
    lifecycle.record(order, "delivered", actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


@transaction.atomic
def cancel_shipment(shipment: Shipment, *, actor: User | None = None) -> None:
    """Unpack a parcel that has not left: its units stay reserved for the order."""
    order = _lock(shipment)
    _step(shipment, Status.PACKED, Status.CANCELED)
    lifecycle.record(order, "unpacked", actor=actor, data={"shipment": shipment.number})
    lifecycle.refresh_statuses(order)


def _lock(shipment: Shipment) -> Order:
    order = shipment.order
    lifecycle.lock(order)
    if order.status not in LIVING:
        raise MoveNotAllowed(_("This order is closed; its parcels cannot move."))
    return order


def _step(shipment: Shipment, before: str, after: str, **changes: Any) -> None:
    if not claim(Shipment.objects.filter(pk=shipment.pk, status=before), status=after, **changes):
        shipment.refresh_from_db()
        raise MoveNotAllowed(
            _("Parcel %(number)s is %(status)s.") % {"number": shipment.number, "status": shipment.get_status_display()}
        )
    shipment.refresh_from_db()


def _check_parcel(wanted: Mapping[int, int], left: Mapping[int, int]) -> None:
    if not wanted:
        raise QuantityError(_("A parcel needs something in it."))
    for line_id, units in wanted.items():
        if line_id not in left:
            raise QuantityError(_("This line belongs to another order."))
        if not 0 < units <= left[line_id]:
            raise QuantityError(
                _("%(wanted)s cannot be packed: %(left)s are left.") % {"wanted": units, "left": left[line_id]}
            )


def _in_parcels(order: Order) -> Counter[int]:
    parcels = ShipmentLine.objects.filter(shipment__order=order).exclude(shipment__status=Status.CANCELED)
    return Counter(dict(parcels.values_list("order_line").annotate(units=Sum("quantity")).order_by()))


def _units(shipment: Shipment) -> Counter[int]:
    rows = shipment.lines.values_list("order_line__variant", "quantity")
    return _by_variant(rows)


def _by_variant(rows: Iterable[tuple[int | None, int]]) -> Counter[int]:
    units: Counter[int] = Counter()
    for variant_id, quantity in rows:
        if variant_id is not None:  # a variant that was deleted has no stock to move
            units[variant_id] += quantity
    return units


# Changing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def change_quantities(order: Order, quantities: Mapping[int, int], *, actor: User | None = None) -> None:
    """Set new quantities (line id → units) of what is not packed yet. Stock and money follow, or nothing changes.

    Prices, tax rates and delivery stay as they were bought. What was paid too much is owed back; what is missing
    is due and can be paid on the order's page.
    """
    lifecycle.lock(order)
    if order.status not in LIVING:
        raise MoveNotAllowed(_("This order is closed; its quantities stay."))
    lines = {line.pk: line for line in order.lines.all()}
    changed = _check_change(order, lines, quantities)
    before = {lines[pk].sku: lines[pk].quantity for pk in changed}
    data = {"before": before, "after": {lines[pk].sku: units for pk, units in changed.items()}}
    event = lifecycle.record(order, "quantities_changed", actor=actor, data=data)
    _move_stock(order, lines, changed, cause=f"change {event.pk}", actor=actor)
    _reprice(order, lines, changed)
    _settle_difference(order, key=f"event-{event.pk}", actor=actor)


def _check_change(order: Order, lines: Mapping[int, OrderLine], quantities: Mapping[int, int]) -> dict[int, int]:
    """Only what really changes, or QuantityError."""
    packed = _in_parcels(order)
    for pk, units in quantities.items():
        if pk not in lines:
            raise QuantityError(_("This line belongs to another order."))
        if not packed[pk] <= units <= MAX_LINE_QUANTITY:
            raise QuantityError(
                _("%(sku)s: choose %(least)s to %(most)s.")
                % {"sku": lines[pk].sku, "least": packed[pk], "most": MAX_LINE_QUANTITY}
            )
    changed = {pk: units for pk, units in quantities.items() if units != lines[pk].quantity}
    if not changed:
        raise QuantityError(_("These are the quantities already."))
    if not any(changed.get(pk, line.quantity) for pk, line in lines.items()):
        raise QuantityError(_("Nothing would be left: cancel the order instead."))
    return changed


def _move_stock(
    order: Order, lines: Mapping[int, OrderLine], changed: Mapping[int, int], *, cause: str, actor: User | None
) -> None:
    """Units given back first, in the hope that another line wants them."""
    differences = {pk: units - lines[pk].quantity for pk, units in changed.items()}
    less = _by_variant((lines[pk].variant_id, -units) for pk, units in differences.items() if units < 0)
    more = _by_variant((lines[pk].variant_id, units) for pk, units in differences.items() if units > 0)
    if sum(more.values()) < sum(units for units in differences.values() if units > 0):
        raise QuantityError(_("A device that is no longer in the catalog cannot be added."))
    _lock_stock([*less, *more])
    inventory.release(less, reference=order.number, cause=cause, actor=actor)
    try:
        inventory.reserve(more, reference=order.number, cause=cause, actor=actor)
    except InsufficientStock as error:
        skus = {line.variant_id: line.sku for line in lines.values()}
        words = [f"{skus[missing.variant_id]}: {missing.available}" for missing in error.shortages]
        raise QuantityError(_("Not enough in stock. Left are %(left)s.") % {"left": ", ".join(words)}) from error


def _lock_stock(variant_ids: Iterable[int]) -> None:
    """Two stock verbs follow, each in key order; taken together here, in key order too, they cannot deadlock."""
    levels = StockLevel.objects.filter(variant__in=list(variant_ids))
    list(levels.select_for_update().order_by("variant_id").values_list("pk"))
    products = Product.objects.filter(pk__in=levels.values("variant__product"))
    list(products.select_for_update().order_by("pk").values_list("pk"))


def _reprice(order: Order, lines: Mapping[int, OrderLine], changed: Mapping[int, int]) -> None:
    """The stages of orders.pricing with the prices and rates that the order stores."""
    for pk, units in changed.items():
        line = lines[pk]
        total = order.money(line.unit_price) * units
        line.quantity = units
        line.total = total.amount
        line.tax_amount = tax_of(total, line.tax_rate, order.prices_include_tax).amount
        line.save(update_fields=["quantity", "total", "tax_amount"])
    zero = Money.zero(order.currency)
    adjustment_tax = order.adjustments.aggregate(tax=Sum("tax_amount"))["tax"] or 0
    goods = sum((order.money(line.total) for line in lines.values()), zero)
    tax = sum((order.money(line.tax_amount) for line in lines.values()), order.money(order.shipping_tax))
    tax += order.money(adjustment_tax)
    total = goods + order.money(order.shipping_total) + order.money(order.adjustments_total)
    order.lines_total = goods.amount
    order.tax_total = tax.amount
    order.total = (total if order.prices_include_tax else total + tax).amount
    order.save(update_fields=["lines_total", "tax_total", "total", "updated_at"])


def _settle_difference(order: Order, *, key: str, actor: User | None) -> None:
    """Owe back what is too much; a payment that waits for another amount ends, a new one is made when asked for."""
    money = balance.of(order)
    if money.kept > money.total:
        reason = _("Quantities changed")
        payments.give_back(order, money.kept - money.total, key=key, reason=reason, actor=actor)
    payments.cancel_open(order, keep=money.due)
    if order.status == Order.Status.PENDING and not money.due:
        lifecycle.move(order, Order.Status.CONFIRMED, actor=actor)
    lifecycle.refresh_statuses(order)

"""Splitting an order: units that lie in no parcel become an order of their own, with their share of everything.

Delivery and what was adjusted for the whole order stay where they were. Both totals sum to the one before, to the cent.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from devicehub.lib.codes import order_number
from orders import amounts, balance, fulfillment, lifecycle, payments
from orders.changing.draft import add_up, follow_money, lock_stock, removable
from orders.changing.lines import resize, take_along
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import Order, OrderAddress, OrderLine

ZERO = ("lines_total", "shipping_total", "shipping_tax", "adjustments_total", "tax_total", "total")


@transaction.atomic
def split_order(order: Order, quantities: Mapping[int, int], *, key: str, actor: User | None = None) -> Order:
    """Move units (line id → units) to a new order. Asked twice with one `key` it is one order.

    Raises MoveNotAllowed for a closed order, QuantityError for units that are packed, or when nothing would stay.
    """
    lifecycle.lock(order)
    placement_key = f"split-{key}"
    known = Order.objects.filter(placement_key=placement_key).first()
    if known is not None:
        return known
    wanted = {pk: units for pk, units in quantities.items() if units}
    _check(order, wanted)
    other = _copy_order(order, placement_key)
    for line in order.lines.filter(pk__in=wanted):
        _move_units(line, other, wanted[line.pk])
    add_up(order)
    add_up(other)
    _record(order, other, actor)
    _move_stock(order, other, actor)
    _share_money(order, other, key=placement_key, actor=actor)
    return other


def _check(order: Order, wanted: Mapping[int, int]) -> None:
    if order.status not in lifecycle.LIVING:
        raise MoveNotAllowed(_("This order is closed; it stays as it is."))
    left = removable(order)
    for pk, units in wanted.items():
        if pk not in left:
            raise QuantityError(_("This line belongs to another order."))
        if not 0 < units <= left[pk]:
            words = {"wanted": units, "left": left[pk]}
            raise QuantityError(_("%(wanted)s cannot be split off: %(left)s are left.") % words)
    if not wanted:
        raise QuantityError(_("Choose what becomes an order of its own."))
    if sum(wanted.values()) == sum(line.quantity for line in order.lines.all()):
        raise QuantityError(_("Something must stay in this order."))


def _copy_order(order: Order, placement_key: str) -> Order:
    """The same buyer, addresses and terms, without anything in it."""
    other = Order.objects.get(pk=order.pk)
    other.split_from_id = order.purchase_id
    other.pk, other.number, other.cart, other.placement_key = uuid.uuid4(), order_number(), None, placement_key
    other.status = Order.Status.PENDING
    other.payment_status = Order.PaymentStatus.UNPAID
    other.fulfillment_status = Order.FulfillmentStatus.UNFULFILLED
    for name in ZERO:
        setattr(other, name, 0)
    other.save(force_insert=True)
    OrderAddress.objects.bulk_create(
        OrderAddress(order=other, kind=address.kind, **address.address_values()) for address in order.addresses.all()
    )
    return other


def _move_units(line: OrderLine, other: Order, units: int) -> None:
    """With their share of discounts and of tax, which sum to what they were."""
    order, tax = line.order, line.order.money(line.tax_amount)
    share = amounts.of_units(line, units, after=line.quantity - units).tax
    new = OrderLine.objects.get(pk=line.pk)
    new.pk, new.order, new.quantity = None, other, units
    new.total = (order.money(line.unit_price) * units).amount
    new.save(force_insert=True)
    take_along(new, resize(line, line.quantity - units))
    OrderLine.objects.filter(pk=line.pk).update(tax_amount=(tax - share).amount)
    OrderLine.objects.filter(pk=new.pk).update(tax_amount=share.amount)


def _record(order: Order, other: Order, actor: User | None) -> None:
    devices = ", ".join(f"{line.quantity} × {line.sku}" for line in other.lines.all())
    before = {_("Devices"): _("in order %(number)s") % {"number": order.number}}
    after = {_("Devices"): _("%(devices)s in order %(number)s") % {"devices": devices, "number": other.number}}
    data: dict[str, Any] = {"before": before, "after": after}
    lifecycle.record(order, "split", actor=actor, data={**data, "order": other.number})
    lifecycle.record(other, "split_off", actor=actor, data={**data, "order": order.number})
    if order.status == Order.Status.CONFIRMED:
        lifecycle.move(other, Order.Status.CONFIRMED, actor=actor)


def _move_stock(order: Order, other: Order, actor: User | None) -> None:
    """Nobody else can take the units in between: their levels are held."""
    units = fulfillment.by_variant(other.lines.values_list("variant", "quantity"))
    lock_stock(units)
    inventory.release(units, reference=order.number, cause=f"split {other.number}", actor=actor)
    inventory.reserve(units, reference=other.number, cause="placed", actor=actor)


def _share_money(order: Order, other: Order, *, key: str, actor: User | None) -> None:
    """What this order does not need of the buyer's money is the other's."""
    share = min(balance.of(order).spare, other.money(other.total))
    payments.move_share(order, other, share, key=key, actor=actor)
    for each in (order, other):
        follow_money(each, actor=actor)

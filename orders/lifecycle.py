"""The life of an order: the allowed moves, the events, and the two statuses derived from payments and parcels.

Every verb on an order takes its row first (`lock`), so that verbs on one order follow one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from devicehub.lib.db import claim
from orders import balance, delivery_times, emails
from orders.exceptions import MoveNotAllowed
from orders.models import Order, OrderEvent, Shipment, ShipmentLine

Status = Order.Status
PaymentStatus = Order.PaymentStatus
FulfillmentStatus = Order.FulfillmentStatus

ALLOWED = {
    Status.PENDING: {Status.CONFIRMED, Status.CANCELED},
    Status.CONFIRMED: {Status.COMPLETED, Status.CANCELED},
    Status.COMPLETED: set(),
    Status.CANCELED: set(),
}
EXPIRED, REVIVED = "expired", "revived"
LIVING = [Status.PENDING, Status.CONFIRMED]  # it may still be changed, packed and sent
# The kind of event that a move is, unless its verb knows a better one ("paid", "expired").
KINDS = {Status.CONFIRMED: "confirmed", Status.COMPLETED: "completed", Status.CANCELED: "canceled"}

SHOP = "shop"  # who acted when nobody did: the clock, a payment provider, a rule


def is_allowed(before: str, to: str, kind: str) -> bool:
    """By the table, with one way back: money that came late revives an order that the clock had canceled."""
    if kind == REVIVED:
        return (before, to) == (Status.CANCELED, Status.CONFIRMED)
    return to in ALLOWED[Status(before)]


def has_expired(order: Order) -> bool:
    """Whether an order was canceled by the clock, not by anybody."""
    last = order.events.filter(data__has_key="to").order_by("created_at", "pk").last()
    return order.status == Status.CANCELED and last is not None and last.kind == EXPIRED


def lock(order: Order) -> None:
    """Take the order's row until the transaction ends, and read it anew into the given object."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())


@transaction.atomic
def record(
    order: Order,
    kind: str,
    *,
    actor: User | None = None,
    by: str = "",
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> OrderEvent:
    """Write down what happened. If the kind has a mail, it is due with the event, in the same transaction.

    `by` names who acted without being a user of ours, such as a guest.
    """
    due_at = emails.due_at(kind)
    event = OrderEvent.objects.create(
        order=order,
        kind=kind,
        actor=actor,
        actor_label=(actor.email if actor else by or SHOP)[:120],
        note=note[:300],
        data=dict(data or {}),
        mail_status=OrderEvent.MailStatus.DUE if due_at else OrderEvent.MailStatus.NONE,
        mail_due_at=due_at,
    )
    emails.attempt(event)
    return event


@transaction.atomic
def move(
    order: Order,
    to: str,
    *,
    kind: str = "",
    actor: User | None = None,
    by: str = "",
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> OrderEvent:
    """Change the status by the table and leave the event. Raises MoveNotAllowed, also when somebody was first."""
    before = order.status
    if not is_allowed(before, to, kind):
        raise MoveNotAllowed(_refusal(order))
    changes: dict[str, Any] = {"status": to, "cancel_reason": note[:200] if to == Status.CANCELED else ""}
    if to == Status.CONFIRMED and order.promised_from is None:
        changes |= _promise(order)
    if not claim(Order.objects.filter(pk=order.pk, status=before), **changes):
        order.refresh_from_db()
        raise MoveNotAllowed(_refusal(order))
    for name, value in changes.items():
        setattr(order, name, value)
    moved = {"from": str(before), "to": str(to)}
    return record(order, kind or KINDS[Status(to)], actor=actor, by=by, note=note, data={**(data or {}), **moved})


@transaction.atomic
def refresh_statuses(order: Order) -> None:
    """Derive how far payment and delivery are; an order that is delivered and paid is completed."""
    order.payment_status = _payment_status(order)
    order.fulfillment_status = _fulfillment_status(order)
    Order.objects.filter(pk=order.pk).update(
        payment_status=order.payment_status, fulfillment_status=order.fulfillment_status, updated_at=timezone.now()
    )
    paid = order.payment_status not in (PaymentStatus.UNPAID, PaymentStatus.PARTIAL)
    if order.status == Status.CONFIRMED and order.fulfillment_status == FulfillmentStatus.DELIVERED and paid:
        move(order, Status.COMPLETED)


def payment_status(status: str, *, total: Decimal, captured: Decimal, refunded: Decimal, excess: Decimal) -> str:
    """The status that payments and refunds make; `excess` is what of them was not for this order (`balance`)."""
    if not captured:
        return PaymentStatus.UNPAID if total else PaymentStatus.PAID
    if status != Status.CANCELED and captured - excess < total:
        return PaymentStatus.PARTIAL if captured > excess else PaymentStatus.UNPAID
    if refunded >= captured:
        return PaymentStatus.REFUNDED
    if status == Status.CANCELED:
        return PaymentStatus.PARTLY_REFUNDED if refunded else PaymentStatus.PAID
    # What was paid too much and went back leaves the order paid.
    return PaymentStatus.PAID if captured - refunded >= total else PaymentStatus.PARTLY_REFUNDED


def fulfillment_status(ordered: int, *, shipped: int, delivered: int) -> str:
    """The status that parcels make; `shipped` units are still on their way."""
    if not shipped + delivered:
        return FulfillmentStatus.UNFULFILLED
    if shipped + delivered < ordered:
        return FulfillmentStatus.PARTIAL
    return FulfillmentStatus.DELIVERED if delivered >= ordered else FulfillmentStatus.SHIPPED


def _promise(order: Order) -> dict[str, Any]:
    """The money of a transfer has come: from now on days can be promised."""
    promise = delivery_times.promised(order)
    return {"promised_from": promise.first, "promised_until": promise.last} if promise else {}


def _payment_status(order: Order) -> str:
    money = balance.of(order)
    return payment_status(
        order.status,
        total=order.total,
        captured=money.captured.amount,
        refunded=money.refunded.amount,
        excess=money.excess.amount,
    )


def _fulfillment_status(order: Order) -> str:
    ordered = order.lines.aggregate(units=Sum("quantity"))["units"] or 0
    parcels = ShipmentLine.objects.filter(shipment__order=order)
    units = dict(parcels.values_list("shipment__status").annotate(units=Sum("quantity")).order_by())
    shipped, delivered = Shipment.Status.SHIPPED, Shipment.Status.DELIVERED
    return fulfillment_status(ordered, shipped=units.get(shipped, 0), delivered=units.get(delivered, 0))


def _refusal(order: Order) -> str:
    words = {"number": order.number, "status": Status(order.status).label}
    return _("Order %(number)s is %(status)s; this is not possible any more.") % words

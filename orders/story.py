"""What an order says of itself: a headline for lists, and its events as a time line in words for the buyer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order, OrderEvent

Status = Order.Status
FulfillmentStatus = Order.FulfillmentStatus


@dataclass(frozen=True)
class Headline:
    """`status` chooses the colour of components/status_pill.html."""

    status: str
    label: str


@dataclass(frozen=True)
class Entry:
    title: str
    at: datetime
    text: str = ""


ON_THE_WAY = {
    FulfillmentStatus.UNFULFILLED: gettext_lazy("Being prepared"),
    FulfillmentStatus.PARTIAL: gettext_lazy("Partly on its way"),
    FulfillmentStatus.SHIPPED: gettext_lazy("On its way"),
    FulfillmentStatus.DELIVERED: gettext_lazy("Delivered"),
}


AT_THE_STORE = {
    FulfillmentStatus.UNFULFILLED: gettext_lazy("Being prepared"),
    FulfillmentStatus.PARTIAL: gettext_lazy("Partly ready for pickup"),
    FulfillmentStatus.SHIPPED: gettext_lazy("Ready for pickup"),
    FulfillmentStatus.DELIVERED: gettext_lazy("Picked up"),
}


def headline(order: Order) -> Headline:
    """The one thing that a buyer wants to know first."""
    if order.status == Status.CANCELED:
        return Headline("canceled", _("Canceled"))
    if order.status == Status.PENDING:
        return Headline("pending", _("Waiting for payment"))
    delivery = FulfillmentStatus(order.fulfillment_status)
    colour = "confirmed" if delivery == FulfillmentStatus.UNFULFILLED else delivery.value
    words = AT_THE_STORE if order.is_pickup else ON_THE_WAY
    return Headline(colour, str(words[delivery]))


def timeline(events: Iterable[OrderEvent]) -> list[Entry]:
    """Newest first; what concerns only the shop is left out."""
    told = [WORDS[event.kind](event) for event in events if event.kind in WORDS]
    return [entry for entry in reversed(told) if entry.title]


def _say(title: str, text: str = "") -> Callable[[OrderEvent], Entry]:
    return lambda event: Entry(_(title) % _facts(event), event.created_at, _(text) % _facts(event) if text else "")


def _facts(event: OrderEvent) -> dict[str, Any]:
    return {"amount": "", "shipment": "", "note": event.note, **event.data}


def _noted(title: str) -> Callable[[OrderEvent], Entry]:
    return lambda event: Entry(_(title) % _facts(event), event.created_at, event.note)


def changes(event: OrderEvent) -> list[tuple[str, str, str]]:
    """What an event changed: (of what, before, after), empty where there was or is nothing."""
    before, after = event.data.get("before") or {}, event.data.get("after") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    names = sorted(before | after, key=lambda name: (name == _("Total"), name))  # databases keep no order of keys
    return [
        (name, str(before.get(name, "")), str(after.get(name, "")))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _changed(title: str) -> Callable[[OrderEvent], Entry]:
    def tell(event: OrderEvent) -> Entry:
        told = [f"{name}: {old or '–'} → {new or '–'}" for name, old, new in changes(event)]
        return Entry(_(title), event.created_at, ", ".join(told))

    return tell


WORDS: dict[str, Callable[[OrderEvent], Entry]] = {
    "placed": _say("Order placed"),
    "confirmed": _say("Order confirmed"),
    "paid": _say("Payment received", "%(amount)s"),
    "payment_failed": _say("Payment declined", "Nothing was charged. You can try again."),
    "payment_declined": _say("Card declined", "Nothing was charged. You can try another card."),
    "payment_stopped": _say("Payment page closed", "Too many cards were declined. Please try again in an hour."),
    "revived": _say("Payment received after its time", "%(amount)s came, your devices were still there."),
    "payment_reminder": _say("Reminder of the payment sent"),
    "payment_late": _say("More money received", "%(amount)s came that the order does not need. We will send it back."),
    "packed": _say("Parcel %(shipment)s packed"),
    "shipped": _say("Parcel %(shipment)s handed to the carrier"),
    "handed_over": _say("Handed to you in our store"),
    "ready_for_pickup": _say("Parcel %(shipment)s ready for pickup"),
    "delivered": _say("Parcel %(shipment)s delivered"),
    "picked_up": _say("Parcel %(shipment)s picked up"),
    "delivery_corrected": _say("Parcel %(shipment)s: day of delivery corrected"),
    "tracking_corrected": _say("Parcel %(shipment)s: tracking number corrected"),
    "canceled": _noted("Order canceled"),
    "expired": _say("Order canceled", "It was not paid in time."),
    "refund_promised": _noted("Refund promised: %(amount)s"),
    "refunded": _say("Refund of %(amount)s"),
    "withdrawn": _say("You withdrew from the contract"),
    "withdrawal_late": _say("Your withdrawal came after its time"),
    "return_requested": _say("Return %(return)s requested"),
    "return_approved": _say("Return %(return)s: please send it to us"),
    "return_received": _say("Return %(return)s arrived"),
    "return_inspected": _say("Return %(return)s inspected"),
    "return_refunded": _noted("Return %(return)s closed: your money is on its way"),
    "return_rejected": _noted("Return %(return)s rejected"),
    "return_canceled": _noted("Return %(return)s canceled"),
    "quantities_changed": _changed("Quantities changed"),
    "variant_swapped": _changed("Device swapped"),
    "line_added": _changed("Device added"),
    "address_changed": _changed("Address changed"),
    "delivery_changed": _changed("Delivery changed"),
    "expected_day_moved": _changed("Expected on another day"),
    "split": _changed("Split into two orders"),
    "split_off": _changed("Split off another order"),
    "completed": _say("Order completed"),
    "joined": _say("Joined your account"),
}

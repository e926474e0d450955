"""The outbox: an event's mail is due from the moment the event is written, and goes out after its transaction.

A mail is claimed before it is sent, by pushing its due time past a lease; whoever dies while sending leaves it due
again when the lease ends. So a mail is never lost, and doubled only when a worker dies between sending and stamping.

What happens to one order within a short time is told in one mail: events of the kinds in TOGETHER wait a little for
one another and are claimed, sent and stamped together.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from devicehub.lib.db import claim
from devicehub.lib.mail import Attachment, send_mail
from devicehub.lib.urls import absolute_url
from orders import balance, delivery_times, documents, links, parcels, receipts, story, transfer
from orders.models import Order, OrderAddress, OrderEvent, Return

logger = logging.getLogger(__name__)

CHANGED = "order_changed"
# Kind of event → folder of templates/emails/.
MESSAGES = {
    "placed": "order_placed",
    "paid": "order_paid",
    "payment_failed": "payment_failed",
    "payment_reminder": "payment_reminder",
    "shipped": "order_shipped",
    "handed_over": "order_handed_over",
    "ready_for_pickup": "order_ready",
    "delivered": "order_delivered",
    "canceled": "order_canceled",
    "expired": "order_expired",
    "refunded": "order_refunded",
    "revived": "order_revived",
    "payment_late": "payment_late",
    "late_refund": "shop_late_refund",
    "refund_failed": "shop_refund_failed",
    "link_requested": "order_link",
    "withdrawn": "withdrawal",
    "withdrawal_late": "withdrawal",
    "return_requested": "order_return",
    "return_approved": "order_return",
    "return_received": "order_return",
    "return_rejected": "order_return",
    "return_canceled": "order_return",
    "quantities_changed": CHANGED,
    "variant_swapped": CHANGED,
    "line_added": CHANGED,
    "address_changed": CHANGED,
    "delivery_changed": CHANGED,
    "expected_day_moved": "order_expected",
    "split": CHANGED,
    "split_off": CHANGED,
}

# News of an order, which may share a mail. The rest has a mail of its own: what the law asks for, what must not wait.
TOGETHER = frozenset(
    {
        "paid",
        "shipped",
        "handed_over",
        "refunded",
        "expected_day_moved",
        *(kind for kind, message in MESSAGES.items() if message == CHANGED),
    }
)
NEWS = "order_news"
TO_SHOP = {"late_refund", "refund_failed"}  # for settings.SHOP_EMAIL; all others go to the buyer

LEASE = timedelta(minutes=10)
# Pauses after each failure, about three days in all; then staff must look.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
# A server that is gone fails every mail after its time-out: leave the rest for the next turn.
FAILURES_PER_SWEEP = 3
MAILS_PER_SWEEP = 100

MailStatus = OrderEvent.MailStatus


def due_at(kind: str) -> datetime | None:
    """When the mail of an event of this kind, written now, is due; None for a kind without one."""
    if kind not in MESSAGES:
        return None
    wait = settings.MAIL_TOGETHER_SECONDS if kind in TOGETHER else 0
    return timezone.now() + timedelta(seconds=wait)


def attempt(event: OrderEvent) -> None:
    """Try the mail of a new event right after the commit, unless it waits for others."""
    if event.mail_due_at and event.mail_due_at <= timezone.now():
        deliver_now.enqueue(event.pk)


@task()
def deliver_now(event_id: int) -> None:
    """The attempt right after the event; later ones are the sweep's."""
    deliver(event_id)


def deliver(event_id: int, at: datetime | None = None) -> bool | None:
    """Send the mail of an event, with what can be told in the same mail: True when it went out, False when it failed,
    None when it was not due.
    """
    at = at or timezone.now()
    events = _claim(event_id, at)
    if not events:
        return None
    try:
        _send(events)
    except Exception as error:  # whatever a mail server or a template does, the order must not notice
        for event in events:
            _postpone(event, error, at)
        return False
    sent = OrderEvent.objects.filter(pk__in=[event.pk for event in events])
    sent.update(mail_status=MailStatus.SENT, mailed_at=timezone.now(), mail_error="")
    return True


@transaction.atomic
def _claim(event_id: int, at: datetime) -> list[OrderEvent]:
    """The events that are ours to send now, in their order; none when the first is not due or somebody has it."""
    event = OrderEvent.objects.mail_due(at).filter(pk=event_id).first()
    if event is None:
        return []
    rows = OrderEvent.objects.filter(pk=event_id)
    if event.kind in TOGETHER:
        rows = OrderEvent.objects.filter(order=event.order_id, kind__in=TOGETHER)
    waiting = rows.filter(mail_status=MailStatus.DUE).filter(Q(mail_due_at__lte=at) | Q(mail_attempts=0))
    pks = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    claimed = [
        pk for pk in pks if claim(waiting.filter(pk=pk), mail_due_at=at + LEASE, mail_attempts=F("mail_attempts") + 1)
    ]
    return list(OrderEvent.objects.filter(pk__in=claimed).select_related("order").order_by("created_at", "pk"))


def _send(events: list[OrderEvent]) -> None:
    event, files = events[-1], [file for event in events for file in attachments(event)]
    if len(events) == 1:
        send_mail(MESSAGES[event.kind], recipient(event.order, event.kind), context(event), attachments=files)
    else:
        news = {"news": [_news(one) for one in events]}
        send_mail(NEWS, event.order.email, context(event) | news, attachments=files)


def _news(event: OrderEvent) -> dict[str, Any]:
    """One of several events in a mail: its words as on the order's page, and the parcel it is about."""
    told = story.WORDS[event.kind](event)
    return {"title": told.title, "text": told.text, "changes": story.changes(event), "shipment": _parcel(event)}


def recipient(order: Order, kind: str) -> str:
    return settings.SHOP_EMAIL if kind in TO_SHOP else order.email


def send_pending(at: datetime | None = None) -> tuple[int, int]:
    """Try every mail that is due; returns how many went out and how many failed."""
    at = at or timezone.now()
    due = OrderEvent.objects.mail_due(at).order_by("mail_due_at", "pk").values_list("pk", flat=True)
    sent = failed = 0
    for event_id in list(due[:MAILS_PER_SWEEP]):
        outcome = deliver(event_id, at)
        sent += outcome is True
        failed += outcome is False
        if failed >= FAILURES_PER_SWEEP:
            break
    return sent, failed


def send_again(event: OrderEvent) -> None:
    """Make the mail of an event due once more, whatever became of it before."""
    OrderEvent.objects.filter(pk=event.pk).update(
        mail_status=MailStatus.DUE, mail_due_at=timezone.now(), mail_attempts=0, mail_error=""
    )
    deliver_now.enqueue(event.pk)


def context(event: OrderEvent) -> dict[str, Any]:
    """What the templates of all messages are given."""
    order = event.order
    money = balance.of(order)
    return {
        "event": event,
        "order": order,
        "lines": receipts.lines(order, order.lines.all()),
        "totals": receipts.totals(order, order.adjustments.all()),
        "promise": delivery_times.of_order(order),
        "pickup_place": order.pickup_place,
        "address": order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).first(),
        "shipment": _parcel(event),
        **_return(event),
        "amount": event.data.get("amount", ""),
        "changes": story.changes(event),
        "due": money.due,
        "owed": money.owed,
        "transfer": transfer.instructions(order, money.due),
        "order_url": links.absolute_order_url(order),
        "device_url": links.absolute_device_url(order, event.data["device"]) if "device" in event.data else "",
        "admin_url": absolute_url(reverse("admin:orders_order_change", args=[order.pk])),
    }


def _parcel(event: OrderEvent) -> parcels.Parcel | None:
    """The one that the event is about."""
    number = event.data.get("shipment")
    return parcels.find(event.order, number) if number else None


def attachments(event: OrderEvent) -> list[Attachment]:
    """The documents that the event issued, as PDF; those that were not made yet are made now."""
    numbers = event.data.get("documents", ())
    issued = event.order.documents.filter(number__in=numbers) if numbers else ()
    return [(f"{one.number}.pdf", bytes(documents.files_of(one)["pdf"].content), "application/pdf") for one in issued]


def _return(event: OrderEvent) -> dict[str, Any]:
    """The return that the event is about."""
    process = event.order.returns.select_related("order").filter(number=event.data.get("return")).first()
    rows = process.units.select_related("order_line") if process else []
    counted = Counter(f"{row.order_line.product_name} {row.order_line.variant_label}".strip() for row in rows)
    return {
        "process": process,
        "return_lines": [f"{count} × {name}" for name, count in counted.items()],
        "label_url": links.absolute_label_url(process) if process and process.status == Return.Status.APPROVED else "",
    }


def _postpone(event: OrderEvent, error: Exception, at: datetime) -> None:
    name = type(error).__name__
    changes: dict[str, Any]
    if event.mail_attempts > len(PAUSES):
        changes = {"mail_status": MailStatus.FAILED, "mail_error": name}
        logger.error("Mail of event %s was given up: %s", event.pk, name)
    else:
        changes = {"mail_due_at": at + PAUSES[event.mail_attempts - 1], "mail_error": name}
        logger.warning("Mail of event %s failed: %s", event.pk, name)
    OrderEvent.objects.filter(pk=event.pk, mail_status=MailStatus.DUE).update(**changes)

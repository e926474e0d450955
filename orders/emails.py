"""The outbox: an event's mail is due from the moment the event is written, and goes out after its transaction.

A mail is claimed before it is sent, by pushing its due time past a lease; whoever dies while sending leaves it due
again when the lease ends. So a mail is never lost, and doubled only when a worker dies between sending and stamping.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from devicehub.lib.db import claim
from devicehub.lib.mail import send_mail
from orders import balance, carriers, links, receipts, transfer
from orders.models import OrderAddress, OrderEvent

logger = logging.getLogger(__name__)

# Kind of event → folder of templates/emails/.
MESSAGES = {
    "placed": "order_placed",
    "paid": "order_paid",
    "payment_failed": "payment_failed",
    "shipped": "order_shipped",
    "canceled": "order_canceled",
    "expired": "order_expired",
    "refunded": "order_refunded",
    "link_requested": "order_link",
    "withdrawn": "withdrawal",
    "withdrawal_late": "withdrawal",
    "return_requested": "order_return",
    "return_approved": "order_return",
    "return_received": "order_return",
    "return_rejected": "order_return",
    "return_canceled": "order_return",
}

LEASE = timedelta(minutes=10)
# Pauses after each failure, about three days in all; then staff must look.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
# A server that is gone fails every mail after its time-out: leave the rest for the next turn.
FAILURES_PER_SWEEP = 3
MAILS_PER_SWEEP = 100

MailStatus = OrderEvent.MailStatus


@task()
def deliver_now(event_id: int) -> None:
    """The attempt right after the event; later ones are the sweep's."""
    deliver(event_id)


def deliver(event_id: int, at: datetime | None = None) -> bool | None:
    """Send the mail of an event: True when it went out, False when it failed, None when it was not due."""
    at = at or timezone.now()
    due = OrderEvent.objects.mail_due(at).filter(pk=event_id)
    if not claim(due, mail_due_at=at + LEASE, mail_attempts=F("mail_attempts") + 1):
        return None
    event = OrderEvent.objects.select_related("order").get(pk=event_id)
    try:
        send_mail(MESSAGES[event.kind], event.order.email, context(event))
    except Exception as error:  # whatever a mail server or a template does, the order must not notice
        _postpone(event, error, at)
        return False
    OrderEvent.objects.filter(pk=event_id).update(mail_status=MailStatus.SENT, mailed_at=timezone.now(), mail_error="")
    return True


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
    due = balance.of(order).due
    return {
        "event": event,
        "order": order,
        "lines": receipts.lines(order, order.lines.all()),
        "totals": receipts.totals(order, order.adjustments.all()),
        "address": order.addresses.filter(kind=OrderAddress.Kind.DELIVERY).first(),
        "shipment": _shipment(event),
        **_return(event),
        "amount": event.data.get("amount", ""),
        "due": due,
        "transfer": transfer.instructions(order, due),
        "order_url": links.absolute_order_url(order),
    }


def _shipment(event: OrderEvent) -> dict[str, Any] | None:
    """The parcel that the event is about."""
    shipment = event.order.shipments.filter(number=event.data.get("shipment")).first()
    if shipment is None:
        return None
    return {
        "number": shipment.number,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": carriers.tracking_url(shipment.carrier, shipment.tracking_number),
        "lines": shipment.lines.select_related("order_line"),
    }


def _return(event: OrderEvent) -> dict[str, Any]:
    """The return that the event is about."""
    process = event.order.returns.filter(number=event.data.get("return")).first()
    rows = process.units.select_related("order_line") if process else []
    counted = Counter(f"{row.order_line.product_name} {row.order_line.variant_label}".strip() for row in rows)
    return {"process": process, "return_lines": [f"{count} × {name}" for name, count in counted.items()]}


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

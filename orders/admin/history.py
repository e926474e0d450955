"""An order's events as staff read them: what happened, what it changed, who did it, what became of its mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import notes, story
from orders.models import OrderEvent

# What buyers are not told, or in other words; all other kinds have theirs in orders.story.
INTERNAL: dict[str, str | Promise] = {
    notes.KIND: gettext_lazy("Note"),
    "held": gettext_lazy("Put on hold"),
    "freed": gettext_lazy("Released from hold"),
    "unpacked": gettext_lazy("Parcel unpacked"),
    "mail_resent": gettext_lazy("Mail sent again"),
    "link_requested": gettext_lazy("Link to the order asked for"),
    "refund_failed": gettext_lazy("Refund failed"),
    "withdrawn": gettext_lazy("The buyer withdrew from the contract"),
    "withdrawal_late": gettext_lazy("The buyer withdrew after the time for it"),
    "handed_over": gettext_lazy("Handed to the buyer in our store"),
    "joined": gettext_lazy("Joined the buyer’s account"),
    "return_approved": gettext_lazy("Return %(return)s approved"),
    "return_refunded": gettext_lazy("Return %(return)s refunded"),
    "withdrawal_stuck": gettext_lazy("Withdrawal could not be carried out by itself"),
    "withdrawal_settled": gettext_lazy("Withdrawal carried out"),
}


@dataclass(frozen=True)
class Row:
    event: OrderEvent
    title: str
    text: str
    changes: list[tuple[str, str, str]]


def rows(events: Iterable[OrderEvent]) -> list[Row]:
    return [Row(event, title(event), _text(event), story.changes(event)) for event in events]


def title(event: OrderEvent) -> str:
    if event.kind in INTERNAL:
        return str(INTERNAL[event.kind]) % {"return": event.data.get("return", "")}
    told = story.WORDS[event.kind](event).title if event.kind in story.WORDS else ""
    return told or event.kind.replace("_", " ").capitalize()


def _text(event: OrderEvent) -> str:
    facts: dict[str, Any] = event.data
    amount = _("Amount %(amount)s") % {"amount": facts["amount"]} if facts.get("amount") else ""
    return " · ".join(part for part in (event.note, facts.get("text", ""), amount) if part)

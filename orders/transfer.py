"""What a buyer who pays by bank transfer must be told, on the order page and in mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from devicehub.lib.money import Money
from orders.models import Order

BANK_TRANSFER = "bank_transfer"


@dataclass(frozen=True)
class Instructions:
    account: str
    reference: str
    amount: Money
    until: datetime | None


def instructions(order: Order, due: Money) -> Instructions | None:
    """For an order to be paid by transfer of which `due` is still to come; None for any other."""
    if order.payment_provider != BANK_TRANSFER or order.status == Order.Status.CANCELED or due.amount <= 0:
        return None
    until = order.expires_at if order.status == Order.Status.PENDING else None  # a confirmed order never expires
    return Instructions(settings.SHOP_BANK_ACCOUNT, order.number, due, until)

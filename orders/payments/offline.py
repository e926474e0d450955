"""Money that comes by hand: a transfer to the shop's bank account, cash at the door, or paid at the counter."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.payments.base import Provider
from orders.transfer import BANK_TRANSFER


class BankTransfer(Provider):
    key = BANK_TRANSFER
    label = _("Bank transfer")
    description = _("We send your devices as soon as the money is here. You get our account number with the order.")

    @property
    def due(self) -> timedelta:
        return timedelta(days=settings.PAYMENT_DUE_DAYS)


class CashOnDelivery(Provider):
    key = "cash_on_delivery"
    label = _("Cash on delivery")
    description = _("You pay at your door, or in our store if you pick it up.")
    confirms_at_once = True


class PaidAtCounter(Provider):
    key = "counter"
    label = _("Paid at the counter")
    description = _("Cash or card, received by a member of our staff.")
    is_paid_at_once = True

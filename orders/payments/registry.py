"""The ways to pay that the shop knows, and those that it offers (settings.PAYMENT_PROVIDERS, in that order)."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from orders.exceptions import PaymentError
from orders.payments.base import Provider
from orders.payments.offline import BankTransfer, CashOnDelivery, PaidAtCounter
from orders.payments.sandbox import Sandbox

KNOWN: dict[str, Provider] = {
    provider.key: provider for provider in (Sandbox(), BankTransfer(), CashOnDelivery(), PaidAtCounter())
}


def providers(*, at_counter: bool = False) -> list[Provider]:
    """Those that a buyer may choose from; at the counter first those that are for it alone."""
    offered = [KNOWN[key] for key in settings.PAYMENT_PROVIDERS if key in KNOWN]
    return [provider for provider in KNOWN.values() if at_counter and provider.is_for_counter] + offered


def get_provider(key: str) -> Provider:
    """Also one that is not offered any more: its orders must still be refunded."""
    try:
        return KNOWN[key]
    except KeyError:
        raise PaymentError(_("This way of payment is not known.")) from None


def is_offered(key: str, *, at_counter: bool = False) -> bool:
    return any(provider.key == key for provider in providers(at_counter=at_counter))

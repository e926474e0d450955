"""The ways to pay that the shop knows, and those that it offers (settings.PAYMENT_PROVIDERS, in that order)."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from orders.exceptions import PaymentError
from orders.payments.base import Provider

# By name, so that a shop that does not use a provider does not load its library (stripe takes 33 MB and 0.8 s).
KNOWN = {
    "stripe": "orders.payments.stripe_checkout.StripeCheckout",
    "sandbox": "orders.payments.sandbox.Sandbox",
    "bank_transfer": "orders.payments.offline.BankTransfer",
    "cash_on_delivery": "orders.payments.offline.CashOnDelivery",
    "counter": "orders.payments.offline.PaidAtCounter",
    "credit": "orders.payments.credit.Credit",
}
FOR_COUNTER = ["counter"]  # where staff and buyer stand face to face, never on the web


def providers(*, at_counter: bool = False) -> list[Provider]:
    """Those that a buyer may choose from; at the counter first those that are for it alone."""
    keys = [*(FOR_COUNTER if at_counter else []), *settings.PAYMENT_PROVIDERS]
    known = [get_provider(key) for key in keys if key in KNOWN]
    return [provider for provider in known if provider.is_ready]


@cache
def get_provider(key: str) -> Provider:
    """Also one that is not offered any more: its orders must still be refunded."""
    try:
        return import_string(KNOWN[key])()
    except KeyError:
        raise PaymentError(_("This way of payment is not known.")) from None


def is_offered(key: str, *, at_counter: bool = False) -> bool:
    return any(provider.key == key for provider in providers(at_counter=at_counter))

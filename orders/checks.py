"""What `manage.py check --deploy` says of the shop's settings, beside Django's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from orders import documents
from orders.transfer import BANK_TRANSFER


@register("invoices", deploy=True)
def seller(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """An invoice needs its seller; a transfer needs the account it goes to."""
    found: list[CheckMessage] = []
    if missing := documents.missing_settings():
        hint = "Invoices must name the seller. Without these, no parcel can be sent. See .env.example."
        found.append(Error(f"{', '.join(missing)}: empty.", hint=hint, id="orders.E001"))
    if BANK_TRANSFER in settings.PAYMENT_PROVIDERS and not settings.SHOP_IBAN:
        hint = "Buyers are offered to pay by bank transfer: give the account, or leave it out of PAYMENT_PROVIDERS."
        found.append(Warning("SHOP_IBAN: empty.", hint=hint, id="orders.W001"))
    return found

"""The shop as the seller on its documents, by the settings; an invoice without one would be none."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils.translation import gettext as _

from orders.exceptions import SellerUnknown

logger = logging.getLogger(__name__)

# What Directive 2006/112/EC, article 226 (3) and (5), wants of the seller.
REQUIRED = ("SHOP_COMPANY", "SHOP_STREET", "SHOP_POSTCODE", "SHOP_CITY", "SHOP_VAT_NUMBER")


def missing_settings() -> list[str]:
    """Those that are empty."""
    return [name for name in REQUIRED if not getattr(settings, name).strip()]


def check() -> None:
    """Raises SellerUnknown, in words for staff."""
    if missing := missing_settings():
        names = ", ".join(missing)
        logger.error("No invoice can be issued while settings are empty: %s", names)
        words = _("No invoice can be issued, so nothing was sent: the shop’s settings %(names)s are empty.")
        raise SellerUnknown(words % {"names": names})

"""The shop's own facts, as pages and mails show them."""

from typing import Any

from django.conf import settings


def shop_facts() -> dict[str, Any]:
    return {
        "name": settings.SHOP_NAME,
        "currency": settings.SHOP_CURRENCY,
        "country": settings.SHOP_COUNTRY,
        "email": settings.SHOP_EMAIL,
        "phone": settings.SHOP_PHONE,
        "address": settings.SHOP_ADDRESS,
        "return_days": settings.SHOP_RETURN_DAYS,
        "prices_include_tax": settings.PRICES_INCLUDE_TAX,
        "url": settings.SITE_URL,
    }

"""Which tax rate holds: by country, tax class and day. A country without a row pays no tax here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q

from catalog.models import Variant
from orders.models import TaxRate

NO_TAX = Decimal(0)

Rates = dict[str, Decimal]


def rates_for(country: str, on: date) -> Rates:
    """The rates of every tax class in a country on a day; one query."""
    rows = (
        TaxRate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=on), country=country, valid_from__lte=on)
        .order_by("valid_from")
        .values_list("tax_class", "rate")
    )
    return dict.fromkeys(Variant.TaxClass.values, NO_TAX) | dict(rows)


def rate_for(country: str, tax_class: str, on: date) -> Decimal:
    return rates_for(country, on)[tax_class]

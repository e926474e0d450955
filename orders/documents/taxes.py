"""Why a rate holds: the category codes of EN 16931 (UNCL 5305) and the words that the law wants where no tax is due."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from orders.models import Order

STANDARD, INTRA_COMMUNITY, EXPORT, ZERO = "S", "K", "G", "Z"


@dataclass(frozen=True)
class Category:
    """`reason` is empty where tax is charged."""

    code: str
    reason: str = ""


def category(rate: Decimal, treatment: str) -> Category:
    """Of a line taxed at `rate` in an order with that tax treatment."""
    if treatment == Order.TaxTreatment.INTRA_COMMUNITY:
        words = _("Tax-free supply inside the EU (article 138 of Directive 2006/112/EC). You account for the tax.")
        return Category(INTRA_COMMUNITY, words)
    if treatment == Order.TaxTreatment.EXPORT:
        return Category(EXPORT, _("Tax-free export (article 146 of Directive 2006/112/EC)."))
    return Category(STANDARD if rate else ZERO)

"""Changing prices so that each change leaves its row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.exceptions import CatalogError
from catalog.models import Variant
from catalog.publishing import product_changed
from devicehub.lib.money import shop_money

ENDED_AT_ONCE = 5000


def set_price(variant: Variant, price: Decimal, *, actor: User | None = None, cause: str) -> None:
    """Give a variant its price; what it was before follows from its history."""
    variant.price = price
    variant.save(update_fields=["price", "updated_at"], actor=actor, cause=cause)


@transaction.atomic
def change_by_percent(variants: Iterable[Variant], percent: Decimal, *, actor: User | None = None) -> int:
    """Raise (or, below zero, lower) prices and return how many changed; all or nothing.

    Raises CatalogError where a price would not stay above zero.
    """
    changed = []
    for variant in variants:
        price = (shop_money(variant.price) + shop_money(variant.price).percent(percent)).amount
        if price <= 0:
            raise CatalogError(f"{variant.sku}: the price would be {price}.")
        if price != variant.price:
            set_price(variant, price, actor=actor, cause=f"{percent:+} %")
            changed.append(variant.product_id)
    product_changed(changed)
    return len(changed)


def end_old_reductions() -> int:
    """Take the price before from what has been called reduced for too long, and return from how many variants."""
    begun_before = timezone.now() - timedelta(days=settings.SHOP_REDUCTION_DAYS)
    old = Variant.objects.filter(reduced_at__lte=begun_before).order_by("reduced_at")
    products = list(old.values_list("product_id", flat=True)[:ENDED_AT_ONCE])
    product_changed(products)
    return len(products)

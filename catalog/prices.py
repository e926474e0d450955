"""Changing prices so that each change leaves its row."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from catalog.exceptions import CatalogError
from catalog.models import Variant
from devicehub.lib.money import shop_money


def set_price(
    variant: Variant, price: Decimal, was_price: Decimal | None = None, *, actor: User | None = None, cause: str
) -> None:
    """Give a variant its price. A `was_price` that is not above it is dropped."""
    variant.price = price
    variant.was_price = was_price if was_price is not None and was_price > price else None
    variant.save(update_fields=["price", "was_price", "updated_at"], actor=actor, cause=cause)


@transaction.atomic
def change_by_percent(variants: Iterable[Variant], percent: Decimal, *, actor: User | None = None) -> int:
    """Raise (or, below zero, lower) prices and return how many changed; all or nothing.

    A lowered price keeps the former one as its "was" price. Raises CatalogError where a price would not stay
    above zero.
    """
    changed = 0
    for variant in variants:
        price = (shop_money(variant.price) + shop_money(variant.price).percent(percent)).amount
        if price <= 0:
            raise CatalogError(f"{variant.sku}: the price would be {price}.")
        if price != variant.price:
            was = variant.was_price if percent > 0 else variant.was_price or variant.price
            set_price(variant, price, was, actor=actor, cause=f"{percent:+} %")
            changed += 1
    return changed

"""Promotions of the demo shop: of every kind one to try, with codes that README names."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Category
from orders.models import Promotion, PromotionGoods, Voucher

Kind, Role = Promotion.Kind, PromotionGoods.Role

LAST = 10  # codes take theirs off what bundles have left

# Fields of the promotion, code, uses of the code (None: without limit).
BY_CODE: list[tuple[dict[str, Any], str, int | None]] = [
    ({"name": "Welcome", "kind": Kind.PERCENT, "percent": 10, "first_order_only": True}, "WELCOME10", None),
    ({"name": "Delivery on us", "kind": Kind.DELIVERY, "amount": "12.90", "minimum": 20}, "SHIPFREE", None),
    ({"name": "Thank you", "kind": Kind.AMOUNT, "amount": 20, "minimum": 200}, "ONCE20", 1),
    ({"name": "Clearance", "kind": Kind.PERCENT, "percent": 15, "is_combinable": False}, "ALONE15", None),
]

THREE_FOR_TWO = "Three for two: chargers and cables"
SLEEVE = "A sleeve at half its price with a laptop"
NAMES = [THREE_FOR_TWO, SLEEVE, *(fields["name"] for fields, _code, _uses in BY_CODE)]


@transaction.atomic
def load_promotions() -> bool:
    """False when the shop has promotions: then they are its own business. Needs the demo catalog."""
    if Promotion.objects.exists():
        return False
    for fields, code, max_uses in BY_CODE:
        promotion = Promotion.objects.create(needs_code=True, priority=LAST, **fields)
        Voucher.objects.create(promotion=promotion, code=code, max_uses=max_uses)
    _bundle(THREE_FOR_TWO, buy=2, percent=100, bought="chargers-and-cables")
    _bundle(SLEEVE, buy=1, percent=50, bought="laptops", reward="sleeves")
    return True


def _bundle(name: str, *, buy: int, percent: int, bought: str, reward: str = "") -> None:
    promotion = Promotion.objects.create(name=name, kind=Kind.BUNDLE, buy=buy, get=1, percent=percent)
    for role, slug in ((Role.BOUGHT, bought), (Role.REWARD, reward)):
        if slug:
            category = Category.objects.get(slug=slug)
            PromotionGoods.objects.create(promotion=promotion, role=role, category=category)

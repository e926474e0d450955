"""Devices that a visitor looked at: the browser remembers which, the shop only draws their cards."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.cards import Card, cards, listed
from catalog.models import Product

SHOWN = 8
DIGITS = 18  # more is no key of a table


def clean_ids(texts: Iterable[str]) -> list[int]:
    """What was sent as ids, without doubles and nonsense, no more than are shown."""
    clean = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= DIGITS]
    return list(dict.fromkeys(clean))[:SHOWN]


def recent_cards(ids: list[int]) -> list[Card]:
    """In the order given; what is not shown in the shop (any more) is left out. Three queries, none for nothing."""
    if not ids:
        return []
    products = listed(Product.objects.visible().filter(pk__in=ids))
    return cards(sorted(products, key=lambda product: ids.index(product.pk)))

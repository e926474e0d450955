"""The back office of the catalog."""

from catalog.admin import (
    category,
    fitting,
    importing,
    pricing,
    product,
    review,
    search,
    specs,
    stock,
    stocktake,
    variant,
)

__all__ = [
    "category",
    "fitting",
    "importing",
    "pricing",
    "product",
    "review",
    "search",
    "specs",
    "stock",
    "stocktake",
    "variant",
]

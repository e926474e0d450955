"""The back office of the catalog."""

from catalog.admin import category, pricing, product, search, specs, stock, variant

__all__ = ["category", "pricing", "product", "search", "specs", "stock", "variant"]

"""The back office of the catalog."""

from catalog.admin import category, fitting, importing, pricing, product, search, specs, stock, variant

__all__ = ["category", "fitting", "importing", "pricing", "product", "search", "specs", "stock", "variant"]

"""The back office of the catalog."""

from catalog.admin import category, fitting, pricing, product, specs, stock, variant

__all__ = ["category", "fitting", "pricing", "product", "specs", "stock", "variant"]

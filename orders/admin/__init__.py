from orders.admin import order, promotions, shipping, tax, unit

__all__ = ["order", "promotions", "shipping", "tax", "unit"]

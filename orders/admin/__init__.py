from orders.admin import order, promotions, shipping, tax

__all__ = ["order", "promotions", "shipping", "tax"]

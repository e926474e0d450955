from orders.admin import order, shipping, tax

__all__ = ["order", "shipping", "tax"]

from orders.admin import order, returns, shipping, tax

__all__ = ["order", "returns", "shipping", "tax"]

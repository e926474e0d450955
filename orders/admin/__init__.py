from orders.admin import credit, order, promotions, returns, shipping, tax, unit

__all__ = ["credit", "order", "promotions", "returns", "shipping", "tax", "unit"]

from orders.admin import credit, order, promotions, shipping, tax, unit

__all__ = ["credit", "order", "promotions", "shipping", "tax", "unit"]

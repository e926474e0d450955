"""The demo shop beside its catalog and its people: delivery, promotions, a year of orders, and the way out."""

from orders.demo.delivery import load_delivery
from orders.demo.promotions import load_promotions
from orders.demo.removal import DemoInUse, remove_demo
from orders.demo.sales import load_sales

__all__ = ["DemoInUse", "load_delivery", "load_promotions", "load_sales", "remove_demo"]

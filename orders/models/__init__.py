from orders.models.cart import MAX_LINE_QUANTITY, Cart, CartAddress, CartLine, Source
from orders.models.order import Adjustment, Order, OrderAddress, OrderEvent, OrderLine
from orders.models.payment import Payment, ProviderNotice, Refund, RefundLine
from orders.models.returns import Return, ReturnUnit
from orders.models.shipping import Shipment, ShipmentLine, ShippingMethod, ShippingZone
from orders.models.tax import TaxRate
from orders.models.unit import DeviceUnit

__all__ = [
    "MAX_LINE_QUANTITY",
    "Adjustment",
    "Cart",
    "CartAddress",
    "CartLine",
    "DeviceUnit",
    "Order",
    "OrderAddress",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "ProviderNotice",
    "Refund",
    "RefundLine",
    "Return",
    "ReturnUnit",
    "Shipment",
    "ShipmentLine",
    "ShippingMethod",
    "ShippingZone",
    "Source",
    "TaxRate",
]

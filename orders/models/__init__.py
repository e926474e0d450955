from orders.models.attempt import Attempt
from orders.models.cart import MAX_LINE_QUANTITY, Cart, CartAddress, CartLine, Source
from orders.models.credit import CartCredit, CreditAccount, CreditEntry
from orders.models.document import Document, DocumentFile, DocumentKind, DocumentSeries
from orders.models.order import Adjustment, Order, OrderAddress, OrderEvent, OrderLine
from orders.models.payment import Payment, ProviderNotice, Refund, RefundLine
from orders.models.promotion import CartVoucher, Promotion, PromotionGoods, PromotionUse, Voucher
from orders.models.returns import Return, ReturnUnit
from orders.models.shipping import ClosedDays, PickupPlace, Shipment, ShipmentLine, ShippingMethod, ShippingZone
from orders.models.tax import TaxRate
from orders.models.unit import DeviceUnit

__all__ = [
    "MAX_LINE_QUANTITY",
    "Adjustment",
    "Attempt",
    "Cart",
    "CartAddress",
    "CartCredit",
    "CartLine",
    "CartVoucher",
    "ClosedDays",
    "CreditAccount",
    "CreditEntry",
    "DeviceUnit",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentSeries",
    "Order",
    "OrderAddress",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "PickupPlace",
    "Promotion",
    "PromotionGoods",
    "PromotionUse",
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
    "Voucher",
]

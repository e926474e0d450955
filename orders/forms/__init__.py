"""What buyers send: quantities in the cart, the steps of the checkout, returns. Each step is a ModelForm over the cart.

A form only cleans; `orders.checkout` writes, and only while the cart is open, so no form saves itself. One subject
per file.
"""

from orders.forms.addresses import AddressStepForm
from orders.forms.cart import CartLineForm
from orders.forms.checkout import DeliveryStepForm, PaymentStepForm, PlaceForm, ReviewForm
from orders.forms.codes import GiftCardForm, VoucherForm
from orders.forms.finding import FindOrderForm
from orders.forms.returns import OrderWithdrawForm, ReturnForm, WithdrawForm

__all__ = [
    "AddressStepForm",
    "CartLineForm",
    "DeliveryStepForm",
    "FindOrderForm",
    "GiftCardForm",
    "OrderWithdrawForm",
    "PaymentStepForm",
    "PlaceForm",
    "ReturnForm",
    "ReviewForm",
    "VoucherForm",
    "WithdrawForm",
]

"""Gift cards and store credit as a provider: what was spent goes back to where it came from.

Nobody chooses it as his way to pay: `checkout.place_order` takes what the cart's gift cards hold, and the chosen
provider is asked for the rest.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from devicehub.lib.money import Money
from orders import credit
from orders.payments.base import Charge, Provider


class Credit(Provider):
    key = "credit"
    label = _("Gift card or store credit")
    is_manual = False

    def refund(self, charge: Charge, amount: Money, *, key: str) -> bool:
        credit.give_back(charge.reference, amount, key=key)
        return True

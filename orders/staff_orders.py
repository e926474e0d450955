"""Orders that staff make for a buyer, by phone or at the counter.

A cart carries them like any other, so prices, stock, taxes and promotions are the shop's; it belongs to the
buyer's account, or to nobody, and no visitor of the shop ever sees it. `orders.checkout` places it.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import User
from orders.models import Cart


def account_of(email: str) -> User | None:
    """The account that has proved this address; an unproved one must not collect the orders of others."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    address = proved.select_related("user").first()
    return address.user if address else None


def begin(*, source: str, email: str) -> Cart:
    """An empty cart for the account of this address, or for a guest."""
    user = account_of(email)
    return Cart.objects.create(source=source, user=user, email="" if user else email, currency=settings.SHOP_CURRENCY)


def give_up(cart: Cart) -> None:
    Cart.objects.by_staff().filter(pk=cart.pk).delete()

"""The address book: several addresses per user, one of them the default for delivery, one for the invoice.

Every act locks the user's row first, so that two tabs cannot make two defaults; the constraints of Address would
refuse the second, and the shopper would see an error instead of an address.
"""

from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import AddressBookFull
from accounts.models import Address, User

Purpose = Literal["delivery", "invoice"]
PURPOSES: tuple[Purpose, ...] = ("delivery", "invoice")
BOOK_MAX = 50


def _lock(user_id: int) -> None:
    User.objects.select_for_update().get(pk=user_id)


@transaction.atomic
def add(address: Address, *, user: User) -> Address:
    """Put a new address into the user's book; the first becomes the default for everything."""
    _lock(user.pk)
    count = user.addresses.count()
    if count >= BOOK_MAX:
        raise AddressBookFull(_("Your address book is full: delete an address before you add another."))
    address.user = user
    address.is_default_delivery = address.is_default_invoice = count == 0
    address.save()
    return address


@transaction.atomic
def set_default(address: Address, purpose: Purpose) -> None:
    """Make this the one default for delivery or for the invoice."""
    _lock(address.user_id)
    field = f"is_default_{purpose}"
    Address.objects.filter(user_id=address.user_id, **{field: True}).update(**{field: False})
    Address.objects.filter(pk=address.pk).update(**{field: True})


@transaction.atomic
def delete(address: Address) -> None:
    """Forget an address. What it was the default for passes to the oldest one left."""
    _lock(address.user_id)
    user_id = address.user_id
    address.delete()
    for purpose in PURPOSES:
        left = Address.objects.filter(user_id=user_id)
        if not left.filter(**{f"is_default_{purpose}": True}).exists() and (oldest := left.order_by("pk").first()):
            set_default(oldest, purpose)

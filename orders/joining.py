"""Guests' orders join an account once its mailbox is proved, never before: whoever merely claims an address gets none.

An order that has joined stays with the account, also when the address is changed later. Its guest's links stop to
open it and lead to the log-in (`orders.links`).
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from devicehub.lib.db import claim
from orders import lifecycle
from orders.models import Order


def join_orders(user: User) -> int:
    """Give the user the guests' orders of every address that he has proved; returns how many."""
    proved = EmailAddress.objects.filter(user=user, verified=True)
    return sum(_join_mailbox(user, address) for address in list(proved))


@transaction.atomic
def _join_mailbox(user: User, address: EmailAddress) -> int:
    """The address is held, so that it cannot be given up in between."""
    still = EmailAddress.objects.select_for_update().filter(pk=address.pk, user=user, verified=True)
    if not still.values_list("pk").first():
        return 0
    return sum(_join(order, user) for order in Order.objects.of_guest(address.email).order_by("pk"))


def _join(order: Order, user: User) -> bool:
    lifecycle.lock(order)
    if not claim(Order.objects.filter(pk=order.pk, user=None), user=user):
        return False
    order.user = user
    lifecycle.record(order, "joined", actor=user)
    return True

"""What happens when a visitor logs in or proves his mailbox: his cart comes along, and his orders as a guest join."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from orders import carts, joining
from orders.models import MAX_LINE_QUANTITY
from orders.views.visitor import CART_KEY


@receiver(user_logged_in)
def join_carts(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    cart = carts.open_cart(None, request.session.get(CART_KEY))
    if cart is None:
        return
    result = carts.merge(cart, user)
    del request.session[CART_KEY]
    if result.joined:
        words = _("What you had chosen before signing in is in your cart: %(names)s.")
        messages.info(request, words % {"names": get_text_list(result.joined, _("and"))}, fail_silently=True)
    if result.capped:
        words = _("More than %(n)d of one device do not fit, so these were cut: %(names)s.")
        names = get_text_list(result.capped, _("and"))
        messages.warning(request, words % {"n": MAX_LINE_QUANTITY, "names": names}, fail_silently=True)


@receiver(user_logged_in)
def join_orders_at_log_in(sender: Any, user: User, **kwargs: Any) -> None:
    """Also those that were ordered without logging in since the mailbox was proved."""
    joining.join_orders(user)


@receiver(email_confirmed)
def join_orders_of_mailbox(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    joining.join_orders(email_address.user)

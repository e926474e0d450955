"""Whose cart it is: a member's belongs to the user, a guest's to the session that holds its id."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect

from accounts.models import User
from orders import carts
from orders.models import Cart, Source
from orders.summaries import Summary, summarize

CART_KEY = "cart_id"
PAST_KEY = "past_carts"  # ordered ones, so that a press on an old page still finds its order
PAST_MAX = 10


class SeeOther(HttpResponseRedirect):
    """After a POST the browser asks for the page with GET, whatever the browser."""

    status_code = 303


def member(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def current_cart(request: HttpRequest) -> Cart | None:
    """The open cart; looking makes neither a row nor a session."""
    return carts.open_cart(member(request), held_id(request))


def current_summary(request: HttpRequest) -> Summary | None:
    """The open cart with all that it says of itself; None when there is nothing in it."""
    rows = carts.open_lines(member(request), held_id(request))
    return summarize(rows[0].cart, rows) if rows else None


def held_id(request: HttpRequest) -> str | None:
    return request.session.get(CART_KEY)


def remember(request: HttpRequest, cart: Cart) -> None:
    """Let a guest's session hold the cart; the one that it held before was ordered."""
    held = held_id(request)
    if cart.user_id or held == str(cart.pk):
        return
    if held:
        request.session[PAST_KEY] = [held, *request.session.get(PAST_KEY, [])][:PAST_MAX]
    request.session[CART_KEY] = str(cart.pk)


def own_cart(request: HttpRequest, cart_id: UUID | None) -> Cart | None:
    """A cart of this visitor, open or not."""
    cart = Cart.objects.filter(pk=cart_id, source=Source.WEB).first()
    if cart is None:
        return None
    if cart.user_id:
        return cart if member(request) and cart.user_id == request.user.pk else None
    held = [held_id(request), *request.session.get(PAST_KEY, [])]
    return cart if str(cart.pk) in held else None

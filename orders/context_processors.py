"""What every page shows of the cart."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orders import carts
from orders.views.visitor import held_id, member


def cart(request: HttpRequest) -> dict[str, Any]:
    """`cart_count` asks the database when it is printed, and never for a visitor who filled no cart."""
    return {"cart_count": SimpleLazyObject(lambda: carts.count(member(request), held_id(request)))}

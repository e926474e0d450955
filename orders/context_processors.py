"""What every page shows of the cart."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orders import carts
from orders.views.visitor import held_id, member


def cart(request: HttpRequest) -> dict[str, Any]:
    """Both ask the database, once together, when one is printed, and never for a visitor who filled no cart."""
    glance = SimpleLazyObject(lambda: carts.glance(member(request), held_id(request)))
    return {
        "cart_count": SimpleLazyObject(lambda: glance.units),
        "cart_country": SimpleLazyObject(lambda: glance.country),
    }

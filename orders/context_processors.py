"""What every page shows of the cart."""

from typing import Any

from django.http import HttpRequest


def cart(request: HttpRequest) -> dict[str, Any]:
    return {"cart_count": 0}

"""What every page shows of the catalog."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.navigation import tree


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav_categories`: the top of the category tree. Pages without a menu never ask for it."""
    return {"nav_categories": SimpleLazyObject(lambda: tree(request).roots)}

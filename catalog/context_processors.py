"""What every page shows of the catalog."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.navigation import tree
from catalog.tray import Tray


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav_categories`: the top of the category tree. Pages without a menu never ask for it."""
    return {"nav_categories": SimpleLazyObject(lambda: tree(request).roots)}


def tray(request: HttpRequest) -> dict[str, Any]:
    """`tray`: what the visitor has picked for comparison. It asks the database only where something is shown of it."""
    return {"tray": Tray.read(request.COOKIES.get(settings.COMPARE_COOKIE_NAME, ""))}

"""What every template knows about the shop."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from devicehub.lib.shop import shop_facts


def shop(request: HttpRequest) -> dict[str, Any]:
    return {"shop": shop_facts(), "demo": settings.DEMO}

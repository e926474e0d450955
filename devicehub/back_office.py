"""Django's admin under the shop's name, entered by the shop's own door; its first page says what must be done."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from orders.overview import todo

YEAR = re.compile("(?!0+$)[0-9]{1,4}")


class BackOffice(AdminSite):
    site_header = site_title = f"{settings.SHOP_NAME} back office"
    index_title = "What must be done"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        chores = todo(request.user)  # type: ignore[arg-type]  # nobody without an account comes this far
        return super().index(request, {**(extra_context or {}), "todo": chores})

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Django filters by any year that a link names, and breaks on what the calendar does not have."""

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any(name.endswith("__year") and not YEAR.fullmatch(str(year)) for name, year in request.GET.items()):
                raise BadRequest("This year is none.")
            return view(request, *args, **kwargs)

        return super().admin_view(checked, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The same throttles as for shoppers, the same second factor."""
        return secure_admin_login(super().login)(request, extra_context)

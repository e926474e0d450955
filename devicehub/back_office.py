"""Django's admin under the shop's name, entered by the shop's own door; its first page says what must be done."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from orders.overview import todo


class BackOffice(AdminSite):
    site_header = site_title = f"{settings.SHOP_NAME} back office"
    index_title = "What must be done"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        chores = todo(request.user)  # type: ignore[arg-type]  # nobody without an account comes this far
        return super().index(request, {**(extra_context or {}), "todo": chores})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The same throttles as for shoppers, the same second factor."""
        return secure_admin_login(super().login)(request, extra_context)

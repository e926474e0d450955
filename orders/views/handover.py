"""Pages whose form leads on to a payment page on another site."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

from orders.payments import Provider

Page = TypeVar("Page", bound=HttpResponseBase)


def leads_to_payment(page: Page, provider: Provider) -> Page:
    """Let the page's forms be redirected to the provider's payment page: browsers hold form-action against that too."""
    if provider.page_origin:
        page._csp_update = {"form-action": provider.page_origin}  # read by django-csp's middleware
    return page

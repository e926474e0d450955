"""Links out of the shop and back into it."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def absolute_url(path: str) -> str:
    """A link for mails and feeds. The host is a setting: a visitor's Host header must never end up in a mail."""
    return f"{settings.SITE_URL}{path}"


def safe_next(request: HttpRequest, default: str) -> str:
    """Where `next` asks to go, if that is in this shop; otherwise the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else default


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this shop sent this, by what browsers tell and no page can forge. Others tell nothing.

    For acts so small that a form token, which keeps a page out of every cache, would cost more than it protects.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"

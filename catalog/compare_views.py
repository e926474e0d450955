"""Devices side by side, and the tray in which they are picked."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from catalog.cards import picture
from catalog.comparison import address, candidates, compare
from catalog.exceptions import TrayError
from catalog.filters import search_words
from catalog.forms import BuyForm
from catalog.tray import Tray, tray_of
from devicehub.lib.urls import absolute_url, is_from_here, safe_next


@method_decorator(csrf_exempt, "dispatch")
class PickingView(TemplateView):
    """A page that also takes picks. It asks for no form token, so that pages with product cards stay the same for all;
    see docs/decisions/0010."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_from_here(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class CompareView(PickingView):
    """The table of an address. A post changes it (one device more, less, in another version); the tray goes along."""

    template_name = "catalog/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comparison = compare(self.request.GET.getlist("v"), only_differences=wants_differences(self.request.GET))
        text = search_words(self.request.GET)
        found = candidates(text, comparison) if text and not comparison.is_full else []
        return super().get_context_data(
            comparison=comparison,
            offers=[(column, buy_form(column.variant)) for column in comparison.columns],
            text=text,
            found=[(product, picture(product)) for product in found],
            crumbs=[(_("Home"), reverse("catalog:home")), (_("Compare"), None)],
            canonical=absolute_url(self.request.path),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        tray = tray_of(request.POST.getlist("v"))
        return answer(tray, address(tray.skus, only_differences=wants_differences(request.POST)))


@method_decorator(cache_control(private=True, no_store=True), "dispatch")
class TrayView(PickingView):
    """The tray alone, for js/compare.js; a post adds a device, removes one or all and leads back to `next`."""

    template_name = "catalog/_tray.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        tray = Tray.read(request.COOKIES.get(settings.COMPARE_COOKIE_NAME, ""))
        sku = request.POST.get("add", "")
        back = safe_next(request, reverse("catalog:compare"))
        try:
            changed = tray.adding(sku) if sku else tray.removing(request.POST.get("remove", ""))
        except TrayError as error:
            messages.warning(request, str(error))
            changed = tray
        return answer(Tray() if "clear" in request.POST else changed, f"{back}#v-{quote(sku)}" if sku else back)


def answer(tray: Tray, url: str) -> HttpResponse:
    """See other: the page at `url`, with the tray in its cookie. An empty one leaves no cookie."""
    response = HttpResponseRedirect(url, status=303)
    if tray.skus:
        response.set_cookie(
            settings.COMPARE_COOKIE_NAME,
            tray.written(),
            max_age=settings.COMPARE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(settings.COMPARE_COOKIE_NAME, samesite="Lax")
    return response


def wants_differences(data: Any) -> bool:
    return data.get("only") == "differences"


def buy_form(variant: Any) -> BuyForm:
    return BuyForm(auto_id=False, initial={"variant": variant, "quantity": 1})

"""Pages of the roof: health, error pages, the demo shop's mail and pictures."""

import sys
from typing import Any

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View
from django.views.static import serve

from devicehub.lib import mailbox
from devicehub.lib.shop import shop_facts


class HealthView(View):
    """The process lives. Asks nothing of the database, so a restart is only tried when it can help."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


class ReadyView(View):
    """The shop can serve: its database answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return HttpResponse("no database\n", content_type="text/plain", status=503)
        return HttpResponse("ready\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


class DemoMailView(TemplateView):
    """The mail that the demo shop would have sent, newest first."""

    template_name = "demo_mail/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(mails=mailbox.newest(), **kwargs)


class DemoMailMessageView(TemplateView):
    template_name = "demo_mail/message.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail = stored_mail(kwargs["name"])
        text = mail.body("plain") or mail.body("html")
        return super().get_context_data(mail=mail, text=text, has_html=bool(mail.body("html")), **kwargs)


# Mail programs want their styles inline, so this one page may have them; it may do nothing else.
@method_decorator(csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": [""]}), "dispatch")
class DemoMailHtmlView(View):
    """The HTML part of a message as a mail program shows it."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(stored_mail(name).body("html"))


def stored_mail(name: str) -> mailbox.StoredMail:
    mail = mailbox.read(name)
    if mail is None:
        raise Http404
    return mail


@method_decorator(csp({"default-src": [NONE], "sandbox": [""]}), "dispatch")
class MediaView(View):
    """Uploaded pictures. Their names are random and never used again, so browsers may keep them for ever.

    Only what `catalog.images` writes is served: a file of any other kind that got there does no harm.
    """

    def get(self, request: HttpRequest, path: str) -> HttpResponseBase:
        if not path.endswith(".webp"):
            raise Http404
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def bare_page(template: str, status: int, **context: Any) -> HttpResponse:
    """A page that needs nothing which may be broken: no request, no session, no database."""
    return HttpResponse(render_to_string(template, {"shop": shop_facts(), "status": status, **context}), status=status)


def refuse(request: HttpRequest, status: int, words: str) -> HttpResponse:
    return bare_page("400.html", status, words=words)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Not Django's own view: its CSRF decorator would read the very form that could not be read.
    if _comes_of_the_database(exception):
        return unavailable()
    return refuse(request, 400, "The shop could not understand this request.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"form_expired": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is what fails."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return bare_page("500.html", 500)


def unavailable() -> HttpResponse:
    response = bare_page("503.html", 503)
    response["Retry-After"] = "30"
    return response


def _comes_of_the_database(error: BaseException | None) -> bool:
    """A session that could not be saved is a bad request to Django, also when the disk was full."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__context__
    return error is not None

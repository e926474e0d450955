"""What happens to every request before and after its view. The order is in settings.MIDDLEWARE."""

import logging
import time
import uuid
from collections.abc import Callable
from email.message import Message
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from devicehub.lib.logs import request_id, route_of
from devicehub.views import HealthView, ReadyView, refuse

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
logger = logging.getLogger("devicehub.access")

GetResponse = Callable[[HttpRequest], HttpResponse]

QUERY_MAX_BYTES = 4096
REFUSED_METHODS = ("TRACE", "TRACK", "CONNECT")


class RequestLog:
    """Gives each request an id and writes one line about it: route, status, time. No path, address or name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin = time.perf_counter()
        token = request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            facts = {
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - begin) * 1000, 1),
            }
            logger.info("request", extra={"facts": facts})
            return response
        finally:
            request_id.reset(token)


class RequestGuard:
    """Refuses what no honest browser sends before any code of ours, of a library or of a database trips over it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in REFUSED_METHODS:
            response = refuse(request, 405, "This method is not served here.")
            response["Allow"] = "GET, HEAD, POST, OPTIONS"
            return response
        for problem in (head_problem, form_problem):
            if found := problem(request):
                return refuse(request, *found)
        return self.get_response(request)


def head_problem(request: HttpRequest) -> tuple[int, str] | None:
    """What is wrong with path, query, cookies or announced size, as (status, words)."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > QUERY_MAX_BYTES:
        return 414, "This address is too long."
    # Django has put bytes that are no UTF-8 back into their percent signs by now; taken out once more they show.
    if not is_clean(unquote_to_bytes(request.path_info)):
        return 400, "This address holds characters that are no text."
    if not is_clean(unquote_to_bytes(query.encode("latin-1", "replace").replace(b"+", b" "))):
        return 400, "This address holds characters that are no text."
    # Quoted cookies may carry octal escapes, so a NUL can hide in a header that looks harmless.
    if any("\0" in value for value in request.COOKIES.values()):
        return 400, "A cookie holds characters that are no text."
    if announced_length(request) > settings.REQUEST_MAX_BYTES:
        return 413, "This is more than the shop takes at once."
    return None


def form_problem(request: HttpRequest) -> tuple[int, str] | None:
    """What is wrong with a submitted form, as (status, words). Bodies of other kinds are left alone."""
    if request.content_type not in FORM_TYPES:
        return None
    # Django answers a foreign charset with 500: it fails in the CSRF check and again in the error page.
    if not is_utf8(request.META.get("CONTENT_TYPE", "")):
        return 415, "Forms are read in UTF-8 only."
    if request.content_type == FORM_TYPES[0]:
        body = unquote_to_bytes(request.body.replace(b"+", b" "))
        return None if is_clean(body) else (400, "The form holds characters that are no text.")
    texts = [value for values in request.POST.lists() for value in (values[0], *values[1])]
    names = [file.name or "" for files in request.FILES.lists() for file in files[1]]
    return (400, "The form holds characters that are no text.") if "\0" in "".join(texts + names) else None


def is_clean(raw: bytes) -> bool:
    """Whether bytes are UTF-8 text without NUL, which PostgreSQL cannot store."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def is_utf8(content_type: str) -> bool:
    header = Message()
    header["Content-Type"] = content_type
    return str(header.get_param("charset", "utf-8")).lower() == "utf-8"


def announced_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class Probes:
    """Answers /healthz and /readyz before anything asks for the host's name: machines probe by number."""

    views = {"/healthz": HealthView.as_view(), "/readyz": ReadyView.as_view()}

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.views.get(request.path_info, self.get_response)(request)


class PermissionsPolicy:
    """Tells the browser which of its powers the shop never uses."""

    unused = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
    value = ", ".join(f"{power}=()" for power in unused)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.value
        return response


class CachePolicy:
    """Nothing of a person ever lies in a cache: what belongs to a session or holds a form token is not stored.

    All else may be stored but is asked for again each time, unless its view says better; a page that shows the
    devices picked for comparison by the visitor's own browser alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self.is_private(request, response):
            response["Cache-Control"] = "private, no-store"
        elif not response.has_header("Cache-Control"):
            shows_tray = settings.COMPARE_COOKIE_NAME in request.COOKIES
            response["Cache-Control"] = "private, no-cache" if shows_tray else "no-cache"
        return response

    @staticmethod
    def is_private(request: HttpRequest, response: HttpResponse) -> bool:
        session = getattr(request, "session", None)
        of_session = session is not None and session.accessed and settings.SESSION_COOKIE_NAME in request.COOKIES
        # A page that holds a form token sets its cookie anew, each time.
        return of_session or bool(response.cookies) or request.method not in ("GET", "HEAD")


class SessionRenewal:
    """A session that is used stays alive: once a day it is saved anew and its cookie's end moves on."""

    KEY = "renewed_on"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and session.session_key and not session.is_empty():
            today = timezone.now().date().isoformat()
            if session.get(self.KEY) != today:
                session[self.KEY] = today
        return response

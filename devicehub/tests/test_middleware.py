"""What happens to every request, whatever it asks for."""

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory

from conftest import PASSWORD
from devicehub.lib.logs import JsonFormatter
from devicehub.middleware import CachePolicy

FORM = "application/x-www-form-urlencoded"
LOGIN = "/accounts/login/"


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/products/a%00b/",
        "/%ff",
        "/products/%c3%28/",
        "/products/%ed%a0%80/",
        "/?q=%00",
        "/?q=%ff",
        "/?%ff=1",
        "/?q=+%C3",
    ],
)
def test_refuses_an_address_that_is_no_text(client: Client, path: str) -> None:
    route, _, query = path.partition("?")
    response = client.get(route, QUERY_STRING=query)
    assert response.status_code == 400
    assert "characters that are no text" in response.content.decode()


def test_reads_an_address_in_any_language(client: Client, db: None) -> None:
    assert client.get("/товары/日本/?q=größe+100%25").status_code == 404


def test_refuses_an_address_that_is_too_long(client: Client) -> None:
    assert client.get("/healthz", {"q": "a" * 4094}).status_code == 200
    assert client.get("/healthz", {"q": "a" * 4095}).status_code == 414


@pytest.mark.parametrize("cookie", ['sessionid="abcdefgh\\000"', 'messages="\\000"'])
def test_refuses_a_nul_hidden_in_a_cookie(client: Client, cookie: str) -> None:
    assert client.get("/healthz", HTTP_COOKIE=cookie).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/admin/", "/nowhere/"])
def test_refuses_methods_of_proxies_and_debuggers(client: Client, method: str, path: str) -> None:
    response = client.generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("body", ["login=a%00b", "login=%ff", "lo%00gin=a", "login=\0", "login=%ed%a0%80"])
def test_refuses_a_form_that_is_no_text(client: Client, body: str) -> None:
    assert client.post(LOGIN, body, content_type=FORM).status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "cp037", "nonsense", "rot13", "utf8"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_refuses_a_form_in_a_foreign_charset(client: Client, charset: str, kind: str) -> None:
    response = client.generic("POST", LOGIN, b"login=a", content_type=f"{kind}; charset={charset}")
    assert response.status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_reads_a_form_in_utf_8(client: Client, db: None, charset: str) -> None:
    assert client.post(LOGIN, "login=a", content_type=f"{FORM}; charset={charset}").status_code == 200


def test_refuses_a_nul_in_an_uploaded_form(client: Client, db: None) -> None:
    assert client.post(LOGIN, {"login": "a\0b"}).status_code == 400
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a\0b.png"\r\n\r\nz\r\n--x--\r\n'
    response = client.post(LOGIN, body, content_type="multipart/form-data; boundary=x")
    assert response.status_code in (200, 400)  # Django itself may cut the name off first
    assert b"\0" not in response.content


def test_reads_an_uploaded_form(client: Client, db: None) -> None:
    file = SimpleUploadedFile("größe.png", b"\0\xff not a text, and need not be")
    assert client.post(LOGIN, {"login": "größe", "file": file}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"--x", b"no form at all", b"--x\r\nContent-Disposition: form-data\r\n\r\nz"])
def test_answers_a_broken_upload_politely(client: Client, db: None, body: bytes) -> None:
    response = client.post(LOGIN, body, content_type="multipart/form-data; boundary=x")
    assert response.status_code in (200, 400)


def test_refuses_a_boundary_that_cannot_be_one(client: Client) -> None:
    assert client.post(LOGIN, b"x", content_type="multipart/form-data; boundary=\xff").status_code == 400


def test_refuses_more_than_it_takes_at_once(client: Client, settings: Any) -> None:
    settings.REQUEST_MAX_BYTES = 1000
    assert client.post(LOGIN, "login=" + "a" * 995, content_type=FORM).status_code == 413


def test_leaves_other_bodies_alone(client: Client) -> None:
    assert client.post("/healthz", b"\0\xff", content_type="application/octet-stream").status_code == 405


def test_gives_every_answer_an_id(client: Client) -> None:
    ids = {client.get("/healthz")["X-Request-ID"], client.get("/%00")["X-Request-ID"]}
    assert len(ids) == 2
    assert all(len(one) == 32 for one in ids)


def test_logs_the_route_and_never_the_path(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "devicehub.access")
    response = client.get("/accounts/password/reset/key/7-secretkey/?key=secret")
    assert response.status_code in (200, 302)
    record = next(record for record in caplog.records if record.name == "devicehub.access")
    line = json.loads(JsonFormatter().format(record))
    assert line["route"].startswith("/accounts/password/reset/key/")
    assert line["status"] == response.status_code
    assert "secret" not in json.dumps(line)


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/healthz", LOGIN, "/nowhere/", "/demo/mail/"])
def test_sends_the_headers_that_protect(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert {name: response.get(name) for name in HEADERS} == HEADERS
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "camera=()" in response["Permissions-Policy"]


def test_stores_no_page_with_a_form_token(client: Client, db: None) -> None:
    assert client.get(LOGIN)["Cache-Control"] == "private, no-store"
    again = client.get(LOGIN)  # the cookie is there already
    assert again["Cache-Control"] == "private, no-store"


def test_stores_no_page_of_a_session(client: Client, alice: Any) -> None:
    client.force_login(alice)
    assert client.get("/accounts/email/")["Cache-Control"] == "private, no-store"
    assert client.get("/nowhere/")["Cache-Control"] == "private, no-store"


def test_stores_no_page_that_looked_into_a_session(rf: RequestFactory) -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse("page")

    request = rf.get("/")
    request.session = SimpleNamespace(accessed=True)
    assert CachePolicy(view)(request)["Cache-Control"] == "no-cache"  # a stranger: there was nothing to see
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert CachePolicy(view)(request)["Cache-Control"] == "private, no-store"
    request.session.accessed = False
    assert CachePolicy(view)(request)["Cache-Control"] == "no-cache"


def test_stores_no_answer_to_a_form(rf: RequestFactory) -> None:
    assert CachePolicy(lambda request: HttpResponse())(rf.post("/"))["Cache-Control"] == "private, no-store"


def test_lets_others_be_asked_for_again() -> None:
    policy = CachePolicy(lambda request: HttpResponse("page"))
    assert policy(RequestFactory().get("/"))["Cache-Control"] == "no-cache"


def test_keeps_what_a_public_view_says() -> None:
    policy = CachePolicy(lambda request: HttpResponse("page", headers={"Cache-Control": "public, max-age=60"}))
    assert policy(RequestFactory().get("/"))["Cache-Control"] == "public, max-age=60"


def test_overrules_a_view_that_would_publish_a_cookie() -> None:
    def view(request: Any) -> HttpResponse:
        response = HttpResponse("page", headers={"Cache-Control": "public, max-age=60"})
        response.set_cookie("who", "alice")
        return response

    assert CachePolicy(view)(RequestFactory().get("/"))["Cache-Control"] == "private, no-store"


def test_gives_a_visitor_who_only_looks_no_session(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert Session.objects.count() == 0


def test_renews_a_session_once_a_day(client: Client, alice: Any) -> None:
    client.post(LOGIN, {"login": alice.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(alice.pk)
    first = client.get("/accounts/email/")
    session = client.session
    session["renewed_on"] = "2026-01-01"
    session.save()
    renewed = client.get("/accounts/email/")
    same_day = client.get("/accounts/email/")
    assert first.status_code == 200
    assert renewed.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE
    assert settings.SESSION_COOKIE_NAME not in same_day.cookies

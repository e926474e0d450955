"""Health, error pages, pictures and the demo shop's mail."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import path

from devicehub import urls


def test_lives_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"


def test_is_ready_when_the_database_answers(client: Client, db: None) -> None:
    assert client.get("/readyz").content == b"ready\n"


def test_is_not_ready_when_it_does_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", _fail(OperationalError("connection refused")))
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"no database\n")


def _fail(error: Exception) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    return fail


class Broken:
    """URLs whose view raises what the test says."""

    error: Exception = ValueError("a secret detail")
    handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
    urlpatterns = [path("broken/", lambda request: _fail(Broken.error)()), *urls.urlpatterns]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("a secret detail"), 500),
        (OperationalError("a secret detail"), 503),
        (InterfaceError("a secret detail"), 503),
    ],
)
def test_hides_what_went_wrong(client: Client, settings: Any, monkeypatch: Any, error: Exception, status: int) -> None:
    settings.ROOT_URLCONF = Broken
    monkeypatch.setattr(Broken, "error", error)
    client.raise_request_exception = False
    response = client.get("/broken/")  # and without the db fixture: neither page asks the database
    assert response.status_code == status
    assert "secret" not in response.content.decode()
    assert response.get("Retry-After") == ("30" if status == 503 else None)
    assert "text/html" in response["Content-Type"]


def test_calls_no_request_bad_whose_session_the_full_disk_refused(client: Client, alice: Any, monkeypatch: Any) -> None:
    client.force_login(alice)

    def refuse(session: SessionStore, must_create: bool = False) -> None:
        try:
            raise OperationalError("database or disk is full")
        except OperationalError as error:
            raise UpdateError from error  # as Django's own store does it

    monkeypatch.setattr(SessionStore, "save", refuse)
    response = client.get("/accounts/profile/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_shows_an_unknown_address_in_the_shops_look(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert settings.SHOP_NAME in response.content.decode()


def test_shows_a_refusal_in_the_shops_look(client: Client, db: None, settings: Any, monkeypatch: Any) -> None:
    settings.ROOT_URLCONF = Broken
    monkeypatch.setattr(Broken, "error", PermissionDenied("a secret detail"))
    response = client.get("/broken/")
    assert response.status_code == 403
    assert settings.SHOP_NAME in response.content.decode()
    assert "secret" not in response.content.decode()


def test_asks_to_send_a_form_again_when_its_token_is_wrong(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "alice@example.com", "password": "x"})
    assert response.status_code == 403
    assert "send the form again" in response.content.decode()


def test_serves_a_picture_for_ever(client: Client) -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "random-name.webp").write_bytes(b"RIFF")
    response = client.get("/media/random-name.webp")
    assert response.getvalue() == b"RIFF"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["", "nothing.webp", "../secret-key", "%2e%2e/secret-key", "/etc/passwd"])
def test_serves_pictures_only(client: Client, db: None, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


@pytest.fixture
def mail(settings: Any, tmp_path: Path) -> str:
    """A mail in the demo shop's folder; returns its name."""
    settings.MAIL_DIR = tmp_path
    message = EmailMultiAlternatives(
        "Größe & more", "Code: <b>123456</b>\nhttps://shop.example/x", to=["alice@example.com"]
    )
    message.attach_alternative("<p style='color: red'>Code</p>", "text/html")
    get_connection("devicehub.lib.mailbox.EmailBackend").send_messages([message])
    return next(tmp_path.glob("*.eml")).stem


def test_lists_the_demo_shops_mail(client: Client, db: None, mail: str) -> None:
    text = client.get("/demo/mail/").content.decode()
    assert "Größe &amp; more" in text
    assert f"/demo/mail/{mail}/" in text


def test_shows_a_mail_as_text_with_links(client: Client, db: None, mail: str) -> None:
    text = client.get(f"/demo/mail/{mail}/").content.decode()
    assert "Code: &lt;b&gt;123456&lt;/b&gt;" in text
    assert 'href="https://shop.example/x"' in text
    assert "alice@example.com" in text


def test_shows_the_html_of_a_mail_where_it_can_do_nothing(client: Client, db: None, mail: str) -> None:
    response = client.get(f"/demo/mail/{mail}/html/")
    assert response.content.decode().strip() == "<p style='color: red'>Code</p>"
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert policy == {"default-src 'none'", "style-src 'unsafe-inline'", "sandbox"}


@pytest.mark.parametrize("name", ["nothing", "etc-passwd"])
def test_knows_no_other_mail(client: Client, db: None, mail: str, name: str) -> None:
    assert client.get(f"/demo/mail/{name}/").status_code == 404
    assert client.get(f"/demo/mail/{name}/html/").status_code == 404


def test_shows_the_style_guide(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 200

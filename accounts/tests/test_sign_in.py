"""Log-in and log-out, the session, throttles, the way on."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts.tests.conftest import Visitor, mailed_link
from accounts.tests.factories import PASSWORD, make_user

TOO_MANY = "Too many failed login attempts"
PRIVATE = ("/accounts/profile/", "/accounts/addresses/", "/accounts/email/", "/accounts/password/change/")


def test_lets_in_with_the_address_in_any_case(visitor, alice):
    answer = visitor.sign_in("ALICE@Example.com")
    assert (answer.status_code, answer["Location"], visitor.is_in) == (302, "/accounts/profile/", True)


def test_refuses_a_wrong_password(visitor, alice):
    answer = visitor.sign_in("alice@example.com", "wrong password")
    assert (answer.status_code, visitor.is_in) == (200, False)
    assert "are not correct" in answer.content.decode()


def test_refuses_whoever_was_switched_off(visitor):
    make_user("off@example.com", is_active=False)
    answer = visitor.sign_in("off@example.com")
    assert (answer.status_code, answer["Location"], visitor.is_in) == (302, "/accounts/inactive/", False)
    assert visitor.get("/accounts/inactive/").status_code == 200


def test_asks_for_a_code_while_the_address_is_unproved(visitor):
    make_user("new@example.com", verified=False)
    answer = visitor.sign_in("new@example.com")
    assert (answer["Location"], visitor.is_in) == ("/accounts/confirm-email/", False)
    assert "is your code" in mail.outbox[0].subject


def test_ends_the_session_of_whoever_is_switched_off(visitor, alice):
    visitor.sign_in("alice@example.com")
    alice.is_active = False
    alice.save()
    assert visitor.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize("path", PRIVATE)
def test_sends_a_guest_to_the_door_and_back(visitor, alice, path):
    answer = visitor.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
    answer = visitor.post(answer["Location"], {"login": "alice@example.com", "password": PASSWORD})
    assert answer["Location"] == path
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize("path", PRIVATE)
def test_keeps_private_pages_out_of_every_cache(visitor, alice, path):
    visitor.sign_in("alice@example.com")
    assert visitor.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_keeps_forms_with_a_token_out_of_every_cache(visitor, path):
    assert visitor.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "https://testserver@evil.example/",
        "//testserver:8443/",
        "//127.0.0.1/",
        "//localhost/accounts/profile/",
    ],
)
def test_goes_to_no_other_site_after_log_in(visitor, alice, wanted):
    answer = visitor.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")


def test_goes_on_to_a_page_of_this_shop(visitor, alice):
    answer = visitor.post(
        "/accounts/login/?next=/accounts/addresses/", {"login": "alice@example.com", "password": PASSWORD}
    )
    assert answer["Location"] == "/accounts/addresses/"


def test_changes_the_session_key_at_log_in(visitor, alice):
    session = visitor.session
    session["seen"] = "17"
    session.save()
    before = visitor.cookies["sessionid"].value
    visitor.sign_in("alice@example.com")
    after = visitor.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    assert visitor.session["seen"] == "17"


def test_hides_the_cookie_from_scripts_and_other_sites(visitor, alice):
    cookie = visitor.sign_in("alice@example.com").cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_renews_the_session_once_a_day_while_it_is_used(visitor, alice):
    visitor.sign_in("alice@example.com")
    visitor.get("/accounts/profile/")
    assert "sessionid" not in visitor.get("/accounts/profile/").cookies

    session = visitor.session
    session["renewed_on"] = "2020-01-01"
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    answer = visitor.get("/accounts/profile/")

    assert answer.cookies["sessionid"]["max-age"] == 14 * 24 * 3600
    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)


def test_logs_out_by_post_only(visitor, alice):
    visitor.sign_in("alice@example.com")
    cookie = visitor.cookies["sessionid"].value
    assert visitor.get("/accounts/logout/").status_code == 200
    assert visitor.get("/accounts/profile/").status_code == 200

    answer = visitor.post("/accounts/logout/")

    assert (answer.status_code, answer["Location"], visitor.is_in) == (302, "/", False)
    visitor.cookies["sessionid"] = cookie
    assert visitor.get("/accounts/profile/").status_code == 302


def test_refuses_a_form_of_another_site(alice):
    strict = Visitor(enforce_csrf_checks=True)
    assert strict.sign_in("alice@example.com").status_code == 403
    assert not strict.is_in


def test_stops_after_five_wrong_passwords_for_an_account(visitor, alice):
    for number in range(5):
        answer = visitor.sign_in("alice@example.com", f"wrong {number}")
        assert TOO_MANY not in answer.content.decode()
    answer = visitor.sign_in("alice@example.com")  # the right one
    assert TOO_MANY in answer.content.decode()
    assert not visitor.is_in


def test_stops_as_early_for_an_unknown_account(visitor):
    answers = [visitor.sign_in("nobody@example.com", f"wrong {number}").content.decode() for number in range(6)]
    assert [TOO_MANY in answer for answer in answers] == [False] * 5 + [True]


def test_counts_on_whatever_port_or_host_is_named(visitor, alice, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        visitor.sign_in("alice@example.com", f"wrong {number}", HTTP_HOST=f"shop{number}.example:80{number}")
    visitor.sign_in("alice@example.com", HTTP_HOST="fresh.example")
    assert not visitor.is_in


def test_stops_a_network_address_after_twenty_wrong_passwords(visitor, alice):
    for number in range(20):
        answer = visitor.sign_in(f"guess{number}@example.com", "wrong", REMOTE_ADDR="203.0.113.7")
        assert TOO_MANY not in answer.content.decode()
    answer = visitor.sign_in("alice@example.com", REMOTE_ADDR="203.0.113.7")
    assert TOO_MANY in answer.content.decode()
    visitor.sign_in("alice@example.com", REMOTE_ADDR="203.0.113.8")
    assert visitor.is_in


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP", "HTTP_FORWARDED"])
def test_lets_no_forged_header_reset_the_count(visitor, alice, header):
    for number in range(20):
        visitor.sign_in(f"guess{number}@example.com", "wrong", **{header: f"198.51.100.{number}"})
    visitor.sign_in("alice@example.com", **{header: "198.51.100.99"})
    assert not visitor.is_in


def test_lets_in_by_the_reset_mail_whoever_a_stranger_locked_out(visitor, visitors, alice):
    stranger = visitors()
    for number in range(5):
        stranger.sign_in("alice@example.com", f"wrong {number}", REMOTE_ADDR="203.0.113.7")
    visitor.sign_in("alice@example.com")
    assert not visitor.is_in
    visitor.post("/accounts/password/reset/", {"email": "alice@example.com"})
    form = visitor.get(mailed_link().partition(":8000")[2])["Location"]
    visitor.post(form, {"password1": "another long password", "password2": "another long password"})
    assert visitor.is_in


def test_counts_in_the_shared_cache(settings):
    """Memory of one process would let every worker count for itself."""
    assert "locmem" not in settings.CACHES["default"]["BACKEND"].lower()


def test_says_a_refusal_once(client, db):
    page = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong password"})
    assert page.content.decode().count("are not correct") == 1

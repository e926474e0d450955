"""Every page of accounts in the shop's frame: it answers, has no inline code, and says what it is."""

import re
from urllib.parse import urlsplit

import pytest

from accounts.tests.factories import PASSWORD

FOR_GUESTS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-x/",
    "/accounts/inactive/",
]
FOR_MEMBERS = [
    "/accounts/profile/",
    "/accounts/addresses/",
    "/accounts/addresses/add/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
]
AFTER_THE_PASSWORD = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
]


def check(answer):
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(re.findall(r"<h1", page)) == 1
    assert re.search(r"<title>\s*\S", page)
    assert 'id="main"' in page
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert not body.strip() or 'type="application/json"' in attributes
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", FOR_GUESTS)
def test_shows_guests_their_pages(visitor, path):
    check(visitor.get(path, follow=True))


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_shows_members_their_pages(visitor, alice, path):
    visitor.sign_in("alice@example.com")
    check(visitor.get(path))


@pytest.mark.parametrize("path", AFTER_THE_PASSWORD)
def test_asks_for_the_password_before_the_second_factor(visitor, alice, path):
    visitor.sign_in("alice@example.com")
    answer = visitor.get(path)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    check(visitor.post(answer["Location"], {"password": PASSWORD}, follow=True))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_sends_whoever_is_in_to_the_profile(visitor, alice, path):
    visitor.sign_in("alice@example.com")
    assert visitor.get(path)["Location"] == "/accounts/profile/"


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
@pytest.mark.parametrize("value", ["", "a\x00b", "x" * 10_000, "<script>alert(1)</script>", "' OR 1=1 --", "\u202e"])
def test_answers_hostile_text_politely(visitor, path, value):
    answer = visitor.post(path, {"login": value, "email": value, "password": value, "password1": value})
    assert answer.status_code in (200, 302, 400)
    assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.parametrize("path", FOR_GUESTS + FOR_MEMBERS + AFTER_THE_PASSWORD)
@pytest.mark.parametrize(
    "query", ["next=//evil.example", "next=" + "x" * 3000, "country=%00", "process=x&next=%0d%0aX:1"]
)
def test_answers_a_hostile_query_politely(visitor, alice, path, query):
    visitor.sign_in("alice@example.com")
    answer = visitor.get(f"{path}?{query}")
    assert answer.status_code in (200, 302, 400)
    assert urlsplit(answer.get("Location", "")).netloc == ""

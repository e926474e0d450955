"""Reset and change of the password."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail

from accounts.models import User
from accounts.tests.conftest import mailed_link
from accounts.tests.factories import PASSWORD

NEW = "an even better password"
RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"


def follow(visitor, link):
    """Open the mailed link; the address of the form behind it, or None."""
    path = re.sub(r"^https?://[^/]+", "", link)
    return visitor.get(path).get("Location")


def test_resets_by_the_mailed_link(visitor, alice):
    visitor.post(RESET, {"email": "alice@example.com"})
    visitor.post(follow(visitor, mailed_link()), {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert mail.outbox[-1].subject == "Your password was reset"


def test_takes_the_link_once(visitor, visitors, alice):
    visitor.post(RESET, {"email": "alice@example.com"})
    link = mailed_link()
    visitor.post(follow(visitor, link), {"password1": NEW, "password2": NEW})
    assert follow(visitors(), link) is None
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_takes_the_link_for_an_hour_only(visitor, alice, monkeypatch):
    visitor.post(RESET, {"email": "alice@example.com"})
    now = PasswordResetTokenGenerator()._now()
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=61))
    assert follow(visitor, mailed_link()) is None


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzzzzzzzzzz-set-password", "1-set-password", "x-" + "y" * 900])
def test_refuses_an_invented_link(visitor, alice, key):
    answer = visitor.get(f"/accounts/password/reset/key/{key}/")
    assert answer.status_code == 200
    assert "password1" not in answer.content.decode()


def test_refuses_a_weak_new_password(visitor, alice):
    visitor.post(RESET, {"email": "alice@example.com"})
    answer = visitor.post(follow(visitor, mailed_link()), {"password1": "short", "password2": "short"})
    assert answer.status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_HOST": "testserver:@evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_HOST": "testserver", "HTTP_X_HOST": "evil.example", "HTTP_X_FORWARDED_SERVER": "evil.example"},
    ],
)
@pytest.mark.parametrize("email", ["alice@example.com", "unknown@example.com"])
def test_never_takes_the_links_host_from_a_header(visitor, alice, headers, email, settings):
    settings.SITE_URL = "https://shop.example"
    visitor.post(RESET, {"email": email}, **headers)
    for message in mail.outbox:
        assert "evil.example" not in message.body + message.alternatives[0].content
        assert mailed_link().startswith("https://shop.example/accounts/")


def test_never_takes_the_links_host_from_an_allowed_host(visitor, alice, settings):
    settings.SITE_URL = "https://shop.example"
    settings.ALLOWED_HOSTS = ["*"]
    visitor.post(RESET, {"email": "alice@example.com"}, HTTP_HOST="evil.example:81")
    assert mailed_link().startswith("https://shop.example/accounts/password/reset/key/")
    assert "evil.example" not in mail.outbox[0].alternatives[0].content


def test_changes_the_password_and_ends_other_sessions(visitor, visitors, alice):
    other = visitors()
    for one in (visitor, other):
        one.sign_in("alice@example.com")
    answer = visitor.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert visitor.get("/accounts/profile/").status_code == 200
    assert other.get("/accounts/profile/").status_code == 302
    assert [message.subject for message in mail.outbox] == ["Your password was changed"]
    assert mail.outbox[0].to == ["alice@example.com"]


@pytest.mark.parametrize(
    ("old", "new", "again"), [("wrong", NEW, NEW), (PASSWORD, NEW, "different"), (PASSWORD, "short", "short")]
)
def test_refuses_a_change_without_the_right_words(visitor, alice, old, new, again):
    visitor.sign_in("alice@example.com")
    answer = visitor.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert not mail.outbox


def test_ends_all_sessions_by_a_reset(visitor, visitors, alice):
    visitor.sign_in("alice@example.com")
    helper = visitors()
    helper.post(RESET, {"email": "alice@example.com"})
    helper.post(follow(helper, mailed_link()), {"password1": NEW, "password2": NEW})
    assert visitor.get("/accounts/profile/").status_code == 302
    assert User.objects.get().check_password(NEW)


def test_throttles_resets_for_one_address(visitor, alice):
    answers = [visitor.post(RESET, {"email": "alice@example.com"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5

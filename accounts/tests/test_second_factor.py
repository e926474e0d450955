"""The second factor: an authenticator app and recovery codes."""

import re
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core import mail

from accounts.tests.factories import PASSWORD

ADD, ASK = "/accounts/2fa/totp/activate/", "/accounts/2fa/authenticate/"


def code_of(secret):
    """What the app shows now."""
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06d}"


@pytest.fixture(autouse=True)
def one_moment(monkeypatch):
    """No test begins within one half minute and ends within the next."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def secret(visitor, alice):
    """Alice has added an authenticator app; what it holds."""
    visitor.sign_in("alice@example.com")
    page = visitor.post(f"/accounts/reauthenticate/?next={ADD}", {"password": PASSWORD}, follow=True).content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'value="([A-Z2-7]{32})"', page).group(1)
    visitor.post(ADD, {"code": code_of(secret)})
    return secret


def test_adds_an_app_and_tells_by_mail(visitor, alice, secret):
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert "An authenticator app was added" in [message.subject for message in mail.outbox]
    assert "On" in visitor.get("/accounts/profile/").content.decode()


def test_asks_for_the_code_at_log_in(visitors, alice, secret):
    browser = visitors()
    answer = browser.sign_in("alice@example.com")
    assert (answer["Location"], browser.is_in) == (ASK, False)
    assert browser.get("/accounts/profile/").status_code == 302
    wrong = browser.post(ASK, {"code": "000000"})
    assert (wrong.status_code, browser.is_in) == (200, False)
    browser.post(ASK, {"code": code_of(secret)})
    assert browser.is_in


def test_takes_a_code_once(visitors, alice, secret):
    first, second = visitors(), visitors()
    code = code_of(secret)
    for browser in (first, second):
        browser.sign_in("alice@example.com")
        browser.post(ASK, {"code": code})
    assert (first.is_in, second.is_in) == (True, False)


def test_takes_a_recovery_code_once(visitors, alice, secret):
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    first, second = visitors(), visitors()
    for browser in (first, second):
        browser.sign_in("alice@example.com")
        browser.post(ASK, {"code": codes[0]})
    assert (first.is_in, second.is_in) == (True, False)


def test_stops_after_five_wrong_codes(visitors, alice, secret):
    browser = visitors()
    browser.sign_in("alice@example.com")
    for number in range(5):
        browser.post(ASK, {"code": f"{number:06d}"})
    browser.post(ASK, {"code": code_of(secret)})
    assert not browser.is_in


def test_keeps_staff_out_of_the_back_office_until_the_code(visitors, visitor, alice, secret):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    browser = visitors()
    browser.sign_in("alice@example.com")
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/recovery-codes/"])
def test_shows_the_pages_of_the_second_factor(visitor, secret, path):
    answer = visitor.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_names_the_shop_in_the_app(settings):
    assert get_adapter().get_totp_issuer() == settings.SHOP_NAME


INVENTED = [
    "",
    "{}",
    "[]",
    "null",
    "1",
    "x" * 10_000,
    '{"id": "x", "response": {}}',
    '{"rawId": 1, "response": []}',
    '{"response": {"userHandle": "MQ"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "userHandle": "MQ", '
    '"authenticatorData": "AAAA", "signature": "AAAA", "attestationObject": "oA"}}',
]


@pytest.mark.parametrize("credential", INVENTED)
def test_refuses_an_invented_passkey(visitors, visitor, secret, credential):
    guest, half_in = visitors(), visitors()
    guest.get("/accounts/2fa/webauthn/login/", HTTP_ACCEPT="application/json")
    half_in.sign_in("alice@example.com")
    half_in.get(ASK)
    visitor.get("/accounts/2fa/webauthn/add/")
    answers = [
        guest.post("/accounts/2fa/webauthn/login/", {"credential": credential}),
        half_in.post(ASK, {"credential": credential}),
        visitor.post("/accounts/2fa/webauthn/add/", {"credential": credential, "name": "key"}),
        visitor.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": credential}),
    ]
    assert all(answer.status_code in (200, 302) for answer in answers)
    assert (guest.is_in, half_in.is_in) == (False, False)
    assert not Authenticator.objects.filter(type="webauthn").exists()

"""Nobody learns here whether an address has an account: same status, same way, same words."""

import re
from itertools import zip_longest

import pytest

from accounts.tests.factories import PASSWORD, make_user

KNOWN, UNKNOWN = "known@example.com", "other@example.com"


def seen(answer, email):
    """What a stranger can see of an answer, line by line, without the address typed and the token of the form."""
    text = answer.content.decode().replace(email, "ADDRESS")
    text = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)
    return [str(answer.status_code), answer.get("Location", ""), *sorted(answer.cookies), *text.splitlines()]


def differences(visitors, ask):
    """The lines that differ when `ask(visitor, email)` is done with the known and with the unknown address."""
    asked = [[line for answer in ask(visitors(), email) for line in seen(answer, email)] for email in (KNOWN, UNKNOWN)]
    return [pair for pair in zip_longest(*asked) if pair[0] != pair[1]]


@pytest.fixture(params=["active", "inactive", "unproved"])
def known(request, db):
    return make_user(KNOWN, is_active=request.param != "inactive", verified=request.param != "unproved")


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "wrong password"}),
        ("/accounts/signup/", "email", {"password1": PASSWORD}),
        ("/accounts/signup/", "email", {"password1": "tiny"}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_answers_known_and_unknown_alike(visitors, known, path, field, more):
    def ask(visitor, email):
        first = visitor.post(path, {field: email, **more})
        return [first, *([visitor.get(first["Location"])] if first.has_header("Location") else [])]

    assert differences(visitors, ask) == []


def test_answers_wrong_codes_of_known_and_unknown_alike(visitors, known):
    def ask(visitor, email):
        visitor.sign_up(email)
        return [visitor.post("/accounts/confirm-email/", {"code": f"AAAAA{n}"}) for n in range(4)]

    assert differences(visitors, ask) == []


def test_answers_a_wish_for_a_new_code_alike(visitors, known, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}

    def ask(visitor, email):
        visitor.sign_up(email)
        return [visitor.post("/accounts/confirm-email/", {"action": "resend"}, follow=True) for _ in range(4)]

    assert differences(visitors, ask) == []


def test_answers_a_change_to_a_taken_address_like_any_other(visitors, alice, known):
    def ask(visitor, email):
        visitor.sign_in("alice@example.com")
        visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
        answer = visitor.post("/accounts/email/", {"action_add": "", "email": email})
        assert answer["Location"] == "/accounts/confirm-email/"
        return [answer, visitor.get(answer["Location"])]

    assert differences(visitors, ask) == []

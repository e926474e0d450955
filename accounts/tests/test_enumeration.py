"""Nobody learns here whether an address has an account: same status, same way, same words."""

import re

import pytest

from accounts.tests.factories import PASSWORD, make_user

KNOWN, UNKNOWN = "known@example.com", "other@example.com"


def words(answer, email):
    """What the person reads, without the address typed and the token of the form."""
    text = answer.content.decode().replace(email, "ADDRESS")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)


@pytest.fixture(params=["active", "inactive", "unproved"])
def known(request, db):
    return make_user(KNOWN, is_active=request.param != "inactive", verified=request.param != "unproved")


def both(visitors, known, ask):
    return [(visitor := visitors(), email, ask(visitor, email)) for email in (KNOWN, UNKNOWN)]


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "wrong password"}),
        ("/accounts/signup/", "email", {"password1": "correct horse battery"}),
        ("/accounts/signup/", "email", {"password1": "tiny"}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_answers_known_and_unknown_alike(visitors, known, path, field, more):
    asked = both(visitors, known, lambda visitor, email: visitor.post(path, {field: email, **more}))
    seen = [
        (
            answer.status_code,
            answer.get("Location"),
            words(answer, email),
            words(visitor.get(answer["Location"]), email) if answer.has_header("Location") else "",
            sorted(answer.cookies),
        )
        for visitor, email, answer in asked
    ]
    assert seen[0] == seen[1]


def test_answers_wrong_codes_of_known_and_unknown_alike(visitors, known):
    def guess(visitor, email):
        visitor.sign_up(email)
        return [visitor.post("/accounts/confirm-email/", {"code": f"AAAAA{n}"}) for n in range(4)]

    asked = both(visitors, known, guess)
    seen = [[(one.status_code, one.get("Location"), words(one, email)) for one in all_] for _, email, all_ in asked]
    assert seen[0] == seen[1]


def test_answers_a_change_to_a_taken_address_like_any_other(visitors, alice, known):
    def change(visitor, email):
        visitor.sign_in("alice@example.com")
        visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return visitor.post("/accounts/email/", {"action_add": "", "email": email})

    asked = both(visitors, known, change)
    seen = [(one.status_code, one.get("Location"), words(one, email)) for _, email, one in asked]
    assert seen[0][:2] == (302, "/accounts/confirm-email/")
    assert seen[0] == seen[1]

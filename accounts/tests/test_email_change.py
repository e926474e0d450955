"""Change of the e-mail address: with the password, proved by a code, and told to the old address."""

import pytest
from django.core import mail

from accounts.tests.conftest import mailed_code
from accounts.tests.factories import PASSWORD

EMAIL, CODE, AGAIN = "/accounts/email/", "/accounts/confirm-email/", "/accounts/reauthenticate/"


@pytest.fixture
def sure(visitor, alice):
    """Alice, signed in and asked for her password again a moment ago."""
    visitor.sign_in("alice@example.com")
    visitor.post(AGAIN, {"password": PASSWORD})
    return visitor


def test_changes_the_address_by_a_code_sent_to_the_new_one(sure, alice):
    answer = sure.post(EMAIL, {"action_add": "", "email": "Anna@Example.com"})
    assert answer["Location"] == CODE
    assert mail.outbox[-1].to == ["anna@example.com"]
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"

    sure.post(CODE, {"code": mailed_code()})

    alice.refresh_from_db()
    assert alice.email == "anna@example.com"
    assert list(alice.emailaddress_set.values_list("email", "primary", "verified")) == [
        ("anna@example.com", True, True)
    ]
    warning = next(message for message in mail.outbox if message.to == ["alice@example.com"])
    assert warning.subject == "Your e-mail address was changed"
    assert "anna@example.com" in warning.body


def test_keeps_the_address_when_the_code_is_wrong(sure, alice):
    sure.post(EMAIL, {"action_add": "", "email": "anna@example.com"})
    for _ in range(3):
        sure.post(CODE, {"code": "AAAAAA"})
    sure.post(CODE, {"code": mailed_code()})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_asks_for_the_password_first(visitor, alice):
    visitor.sign_in("alice@example.com")
    answer = visitor.post(EMAIL, {"action_add": "", "email": "anna@example.com"})
    assert answer["Location"].startswith(AGAIN)
    assert not mail.outbox

    wrong = visitor.post(answer["Location"], {"password": "wrong"})
    assert (wrong.status_code, len(mail.outbox)) == (200, 0)
    visitor.post(answer["Location"], {"password": PASSWORD}, follow=True)
    assert mail.outbox[-1].to == ["anna@example.com"]


@pytest.mark.parametrize("email", ["", "nonsense", "x" * 10_000, "alice@example.com"])
def test_refuses_what_is_no_new_address(sure, alice, email):
    answer = sure.post(EMAIL, {"action_add": "", "email": email})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()
    assert not mail.outbox


def test_never_gives_a_taken_address_to_another(sure, alice, bob):
    sure.post(EMAIL, {"action_add": "", "email": "bob@example.com"})
    sure.post(CODE, {"code": "AAAAAA"})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert not alice.emailaddress_set.filter(email="bob@example.com").exists()


@pytest.mark.parametrize("action", ["action_remove", "action_primary", "action_send"])
def test_does_nothing_to_the_address_of_another(sure, alice, bob, action):
    sure.post(EMAIL, {action: "", "email": "bob@example.com"})
    assert bob.emailaddress_set.filter(email="bob@example.com", primary=True, verified=True).exists()
    assert not mail.outbox

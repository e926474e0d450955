"""Sign-up: the address is proved by a mailed code before anybody is let in."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.forms import SignupForm
from accounts.models import User
from accounts.tests.conftest import mailed_code, mailed_link
from accounts.tests.factories import PASSWORD, make_user

CODE_PAGE = "/accounts/confirm-email/"


def test_lets_in_after_the_mailed_code(visitor):
    answer = visitor.sign_up("Eva@Example.com")
    assert (answer.status_code, answer["Location"], visitor.is_in) == (302, CODE_PAGE, False)
    assert mail.outbox[0].to == ["eva@example.com"]

    answer = visitor.post(CODE_PAGE, {"code": mailed_code()})

    assert (answer.status_code, answer["Location"], visitor.is_in) == (302, "/accounts/profile/", True)
    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("eva@example.com", False, False)
    assert EmailAddress.objects.get(user=user).verified


def test_mails_text_and_html_in_the_shops_words(visitor, settings):
    settings.SHOP_NAME = "Testshop"
    visitor.sign_up("eva@example.com")
    message = mail.outbox[0]
    html = message.alternatives[0].content
    code = mailed_code()
    assert message.subject == f"{code} is your code for Testshop"
    assert code in html
    assert "Testshop" in html
    assert "<script" not in html


def test_refuses_three_wrong_codes_and_then_the_right_one(visitor):
    visitor.sign_up("eva@example.com")
    code = mailed_code()
    for wrong in ("AAAAAA", "BBBBBB", "CCCCCC"):
        visitor.post(CODE_PAGE, {"code": wrong})
    visitor.post(CODE_PAGE, {"code": code})
    assert not visitor.is_in
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_refuses_a_code_in_another_browser(visitor, visitors):
    visitor.sign_up("eva@example.com")
    stranger = visitors()
    answer = stranger.post(CODE_PAGE, {"code": mailed_code()})
    assert (answer.status_code, stranger.is_in) == (302, False)


def test_sends_a_new_code_when_asked(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    visitor.sign_up("eva@example.com")
    visitor.post(CODE_PAGE, {"action": "resend"})
    assert [message.to for message in mail.outbox] == [["eva@example.com"]] * 2
    visitor.post(CODE_PAGE, {"code": mailed_code()})
    assert visitor.is_in


def test_sends_no_second_code_within_seconds_but_keeps_the_first_good(visitor):
    visitor.sign_up("eva@example.com")
    visitor.get(CODE_PAGE)
    answer = visitor.post(CODE_PAGE, {"action": "resend"})
    assert (answer.status_code, len(mail.outbox)) == (429, 1)
    visitor.post(CODE_PAGE, {"code": mailed_code()})
    assert visitor.is_in


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "eva@example.com", "", "a\x00bcdefghijkl"])
def test_refuses_a_weak_password_beside_the_field(visitor, password):
    answer = visitor.sign_up("eva@example.com", password)
    assert answer.status_code in (200, 400)
    assert not User.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("email", ["", "eva", "eva@", "a" * 250 + "@example.com", "x" * 10_000, "eva@exa mple.com"])
def test_refuses_what_is_no_address(visitor, email):
    answer = visitor.sign_up(email)
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()
    assert not User.objects.exists()


def test_makes_no_staff_of_whoever_asks_for_it(visitor):
    visitor.post(
        "/accounts/signup/",
        {"email": "eva@example.com", "password1": PASSWORD, "is_staff": "1", "is_superuser": "1", "groups": "1"},
    )
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)


def test_answers_a_taken_address_like_a_new_one(visitor, visitors):
    make_user("eva@example.com")
    taken, new = visitor.sign_up("EVA@example.com"), visitors().sign_up("new@example.com")
    assert (taken.status_code, taken["Location"]) == (new.status_code, new["Location"])
    page_of_taken = visitor.get(CODE_PAGE)
    assert page_of_taken.status_code == 200
    assert "eva@example.com" in page_of_taken.content.decode()
    assert User.objects.filter(email="eva@example.com").count() == 1


def test_tells_the_owner_of_a_taken_address_by_mail(visitor, settings):
    make_user("eva@example.com")
    visitor.sign_up("eva@example.com")
    assert [message.to for message in mail.outbox] == [["eva@example.com"]]
    assert mailed_link() == f"{settings.SITE_URL}/accounts/password/reset/"
    visitor.post(CODE_PAGE, {"code": "AAAAAA"})
    assert not visitor.is_in


def test_takes_as_much_hashing_for_a_taken_address_as_for_a_new_one(visitor, visitors, monkeypatch):
    hashed = []
    set_password = User.set_password
    monkeypatch.setattr(User, "set_password", lambda user, raw: (hashed.append(raw), set_password(user, raw))[1])
    make_user("eva@example.com")
    hashed.clear()
    visitor.sign_up("new@example.com")
    for_new = len(hashed)
    visitors().sign_up("eva@example.com")
    assert (for_new, len(hashed) - for_new) == (1, 1)


def test_answers_two_sign_ups_at_once_alike(visitor, monkeypatch):
    """The address was free when it was checked and is taken when the account is written."""
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda form, email: email)
    make_user("eva@example.com")
    answer = visitor.sign_up("eva@example.com")
    assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)
    assert User.objects.count() == 1
    assert mail.outbox[0].subject.startswith("You already have an account")


def test_lets_the_owner_of_an_address_take_it_back_from_an_impostor(visitor, visitors, settings):
    """Somebody signed up with Eva's address and could not prove it; Eva resets the password and gets in."""
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    visitors().sign_up("eva@example.com", "impostors password")
    visitor.post("/accounts/password/reset/", {"email": "eva@example.com"})
    form_url = visitor.get(mailed_link().partition(":8000")[2])["Location"]
    visitor.post(form_url, {"password1": PASSWORD, "password2": PASSWORD})
    visitor.post(CODE_PAGE, {"code": mailed_code()})
    assert visitor.is_in
    assert visitors().sign_in("eva@example.com", "impostors password").status_code == 200

"""What the tests of accounts share: a client whose requests commit, and steps that many tests take."""

import re
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, TestCase

from accounts.tests.factories import PASSWORD


class Visitor(Client):
    """A client whose mails go out as they do when a request's transaction commits."""

    def request(self, **request: Any) -> HttpResponse:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)

    def sign_in(self, email: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
        return self.post("/accounts/login/", {"login": email, "password": password}, **extra)

    def sign_up(self, email: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
        return self.post("/accounts/signup/", {"email": email, "password1": password}, **extra)

    @property
    def is_in(self) -> bool:
        return "_auth_user_id" in self.session


@pytest.fixture
def visitor(db: None) -> Visitor:
    return Visitor()


@pytest.fixture
def visitors(db: None) -> Any:
    """`visitors()`: one more browser."""
    return Visitor


def mailed_code() -> str:
    """The code in the newest mail."""
    return re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE).group(1)


def mailed_link() -> str:
    """The link to this shop in the newest mail, whole."""
    return re.search(r"^(https?://\S+/accounts/\S+)$", mail.outbox[-1].body, re.MULTILINE).group(1)

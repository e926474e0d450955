"""Numbers and tokens that cannot be guessed."""

import secrets
from datetime import datetime
from typing import Any

from django.core import signing

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
LENGTH = 13  # 65 bits


def order_number() -> str:
    """A new number such as K7Q2-9XMB-4T0F-V: random, so it can neither be counted nor guessed."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(text: str) -> str:
    """A code as we write it, in groups of four, however somebody typed it."""
    code = "".join(text.upper().replace("-", " ").split())
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


class _SignerAt(signing.TimestampSigner):
    """Signs as of a given moment."""

    def __init__(self, at: datetime, salt: str) -> None:
        super().__init__(salt=salt)
        self.at = at

    def timestamp(self) -> str:
        return signing.b62_encode(int(self.at.timestamp()))


def sign(value: Any, salt: str, at: datetime | None = None) -> str:
    """A token, safe in a URL, that holds a JSON value and the time, for one purpose (the salt).

    Signed `at` the same moment, it is the same token.
    """
    return signing.dumps(value, salt=salt) if at is None else _SignerAt(at, salt).sign_object(value)


def unsign(token: str, salt: str, max_age: int | None = None) -> Any | None:
    """The value in a token of ours; None when it is foreign, altered, for another purpose or too old (seconds)."""
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except (signing.BadSignature, ValueError):
        return None

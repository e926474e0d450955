"""The demo shop's mail: every message becomes a file that /demo/mail/ shows. Nothing leaves the machine."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes messages to MAIL_DIR, named so that their order is their age."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            name = f"{stamp}-{secrets.token_hex(4)}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class StoredMail:
    """One message of the folder, opened."""

    name: str
    message: ParsedMessage

    @property
    def subject(self) -> str:
        return self.message["Subject"] or ""

    @property
    def to(self) -> str:
        return self.message["To"] or ""

    @property
    def date(self) -> datetime:
        return datetime.strptime(self.name.rsplit("-", 1)[0], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


def read(name: str) -> StoredMail | None:
    """The message of that name, if there is one. Names come from URLs, so only whole names of the list count."""
    path = next((path for path in _files() if path.stem == name), None)
    return _open(path) if path else None


def newest(limit: int = 100) -> list[StoredMail]:
    return [_open(path) for path in _files()[:limit]]


def _files() -> list[Path]:
    return sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)


def _open(path: Path) -> StoredMail:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    return StoredMail(path.stem, parsed)  # type: ignore[arg-type]  # policy.default makes EmailMessage

"""Mails in text and HTML."""

from typing import Any

import pytest
from django.core import mail
from django.template import engines

from devicehub.lib.mail import render_mail, send_mail

FILES = {
    "emails/hello/subject.txt": "Hello {{ name }}\n from {{ shop.name }}\n",
    "emails/hello/body.txt": "Dear {{ name }}, see {{ shop.url }}",
    "emails/hello/body.html": "<p>Dear {{ name }}</p>",
}


@pytest.fixture(autouse=True)
def hello(settings: Any) -> None:
    loaders = [("django.template.loaders.locmem.Loader", FILES)]
    options = settings.TEMPLATES[0]["OPTIONS"] | {"loaders": loaders}
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"APP_DIRS": False, "OPTIONS": options}]
    assert engines.all()


def test_writes_the_subject_in_one_line() -> None:
    subject, _, _ = render_mail("hello", {"name": "Ann\r\nBcc: all@example.com"})
    assert subject == "Hello Ann Bcc: all@example.com from DeviceHub"


def test_escapes_html_and_leaves_text_alone() -> None:
    _, text, html = render_mail("hello", {"name": "Ann & <Bob>"})
    assert text == "Dear Ann & <Bob>, see http://127.0.0.1:8000"
    assert html == "<p>Dear Ann &amp; &lt;Bob&gt;</p>"


def test_sends_both_kinds_to_one_or_several(mailoutbox: list) -> None:
    send_mail("hello", "ann@example.com", {"name": "Ann"})
    send_mail("hello", ["ann@example.com", "bob@example.com"], {"name": "both"})
    assert [sent.to for sent in mailoutbox] == [["ann@example.com"], ["ann@example.com", "bob@example.com"]]
    assert mailoutbox[0].alternatives[0].mimetype == "text/html"
    assert mailoutbox[0].extra_headers == {"Auto-Submitted": "auto-generated"}


def test_lets_the_caller_know_when_the_server_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.backends.locmem.EmailBackend, "send_messages", refuse)
    with pytest.raises(ConnectionRefusedError):
        send_mail("hello", "ann@example.com", {"name": "Ann"})

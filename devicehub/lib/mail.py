"""Mails in text and HTML: one folder of three templates per message."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import get_template

from devicehub.lib.shop import shop_facts


def _text(template: str, context: Mapping[str, Any]) -> str:
    """Plain text is not escaped: an ampersand in a product's name stays one."""
    return Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))


def render_mail(folder: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of emails/<folder>/. The subject is always one line."""
    context = {"shop": shop_facts(), **context}
    subject = " ".join(_text(f"emails/{folder}/subject.txt", context).split())
    text = _text(f"emails/{folder}/body.txt", context)
    html = get_template(f"emails/{folder}/body.html").render(context)
    return subject, text, html


Attachment = tuple[str, bytes, str]  # file name, content, type


def send_mail(
    folder: str, to: str | Sequence[str], context: Mapping[str, Any], *, attachments: Sequence[Attachment] = ()
) -> None:
    """Send emails/<folder>/ now; raises when the mail server does. Call it from a task, never inside a transaction."""
    subject, text, html = render_mail(folder, context)
    recipients = [to] if isinstance(to, str) else list(to)
    mail = EmailMultiAlternatives(
        subject, text, to=recipients, headers={"Auto-Submitted": "auto-generated"}, attachments=list(attachments)
    )
    mail.attach_alternative(html, "text/html")
    mail.send()

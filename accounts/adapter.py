"""What the shop does differently from allauth's habits."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime

from accounts import emails
from accounts.models import User
from devicehub.lib.urls import absolute_url

# Of all that allauth knows about a message, what our words need.
FACTS = ("code", "password_reset_url", "signup_url", "from_email", "to_email", "deleted_email")
FACTS_OF_CHANGE = ("ip", "user_agent", "timestamp")


def as_fact(value: Any) -> str:
    """A fact as text: a task's arguments are JSON."""
    if isinstance(value, datetime):
        return f"{date_format(localtime(value), 'j F Y, H:i')} ({localtime(value):%Z})"
    return str(value)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        facts = {name: as_fact(context[name]) for name in (*FACTS, *FACTS_OF_CHANGE) if name in context}
        for name in facts:
            if name.endswith("_url"):
                # allauth builds links from the Host header, which whoever asks may choose.
                facts[name] = absolute_url(urlsplit(facts[name]).path)
        emails.send(template_prefix, email, facts)

    def clean_email(self, email: str) -> str:
        # allauth's field takes 320 characters; PostgreSQL would refuse what the column cannot hold.
        User._meta.get_field("email").run_validators(email)
        return email

    def is_safe_url(self, url: str) -> bool:
        """Only this very host is a safe way on; allauth would allow all of ALLOWED_HOSTS."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts per host name and port, so that another port in the Host header would start a new count.
        return f"login:{credentials.get('email', '').lower()}"

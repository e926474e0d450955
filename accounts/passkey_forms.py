"""allauth's passkey forms, made proof against credentials that no browser has made: refused instead of a crash."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as allauth_forms
from django import forms

NAME_MAX = 100
MALFORMED = (AttributeError, AssertionError, IndexError, KeyError, TypeError, ValueError)


def refuse_malformed(clean: Callable[[], Any]) -> Any:
    try:
        return clean()
    except MALFORMED as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AuthenticateForm(allauth_forms.AuthenticateWebAuthnForm):
    """Somebody shows a passkey."""

    def clean_credential(self) -> Any:
        return refuse_malformed(super().clean_credential)


class LoginForm(AuthenticateForm, allauth_forms.LoginWebAuthnForm):
    """It says who it is, and lets in."""


class ReauthenticateForm(AuthenticateForm, allauth_forms.ReauthenticateWebAuthnForm):
    """It stands in for the password asked for again."""


class AddForm(allauth_forms.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=NAME_MAX)

    def clean(self) -> dict[str, Any]:
        return refuse_malformed(super().clean)


class EditForm(allauth_forms.EditWebAuthnForm):
    name = forms.CharField(max_length=NAME_MAX)

"""The mails about an account. allauth says which one is due; words and look are ours, and a task sends it.

Nothing is sent within the request: a mail server that is slow or gone changes nothing for the person, and a known
address is answered as quickly as an unknown one.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from devicehub.lib.mail import send_mail
from devicehub.lib.tasks import retrying

# allauth's name of a message -> our folder in templates/emails/
FOLDERS = {
    "account/email/email_confirmation": "account_code",
    "account/email/email_confirmation_signup": "account_code",
    "account/email/login_code": "account_code",
    "account/email/password_reset_code": "account_code",
    "account/email/account_already_exists": "account_exists",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_reset_key": "account_reset",
}
# allauth's name of a notice -> what was changed; all share the folder account_changed
CHANGES = {
    "account/email/email_changed": _("Your e-mail address was changed"),
    "account/email/email_confirm": _("Your e-mail address was confirmed"),
    "account/email/email_deleted": _("An e-mail address was removed"),
    "account/email/password_changed": _("Your password was changed"),
    "account/email/password_reset": _("Your password was reset"),
    "account/email/password_set": _("A password was set"),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made"),
    "mfa/email/totp_activated": _("An authenticator app was added"),
    "mfa/email/totp_deactivated": _("The authenticator app was removed"),
    "mfa/email/webauthn_added": _("A security key was added"),
    "mfa/email/webauthn_removed": _("A security key was removed"),
}


# Codes and links in these mails live for an hour at most, so trying for days would only puzzle people.
@retrying(attempts=5, first_pause=15)
def deliver(folder: str, to: str, context: Mapping[str, Any]) -> None:
    send_mail(folder, to, context)


def send(message: str, to: str, facts: Mapping[str, str]) -> None:
    """Have allauth's message delivered in the shop's own words."""
    context = {"email": to, **facts}
    if message in CHANGES:
        context["change"] = str(CHANGES[message])
    deliver.enqueue(FOLDERS.get(message, "account_changed"), to, context)

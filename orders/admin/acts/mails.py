"""Mails of an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders import emails, lifecycle
from orders.admin import history
from orders.admin.acts.base import Act, OrderActForm
from orders.models import Order, OrderEvent


class ResendForm(OrderActForm):
    event = forms.ModelChoiceField(OrderEvent.objects.none(), label=_("mail"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = with_mail(self.order)
        self.fields["event"].label_from_instance = lambda event: (
            f"{history.title(event)} · {_when(event)} · {event.get_mail_status_display()}"
        )


def _when(event: OrderEvent) -> str:
    return date_format(timezone.localtime(event.created_at), "DATETIME_FORMAT")


def with_mail(order: Order) -> QuerySet[OrderEvent]:
    return order.events.exclude(mail_status=OrderEvent.MailStatus.NONE)


def _resend(form: ResendForm, actor: User) -> object:
    event = form.cleaned_data["event"]
    emails.send_again(event)
    return lifecycle.record(form.order, "mail_resent", actor=actor, note=event.kind)


ACTS = (
    Act(
        "resend",
        _("Send a mail again"),
        "resend_mail",
        ResendForm,
        _resend,
        lambda standing: any(event.mail_status != "none" for event in standing.order.events.all()),
        _("The mail goes out again."),
        help=_("It says how the order is now."),
    ),
)

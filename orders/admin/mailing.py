"""The mails of an order for staff: when each was due, what became of it, and how it reads."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from devicehub.lib.mail import render_mail
from orders import emails
from orders.admin import history
from orders.models import Order, OrderEvent

MailStatus = OrderEvent.MailStatus


class MailingMixin:
    """One address below an order's page in the back office."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [path("<uuid:pk>/mails/<int:event>/", wrap(self.mail), name="orders_order_mail"), *super().get_urls()]

    def mail(self, request: HttpRequest, pk: Any, event: int) -> HttpResponse:
        if not request.user.has_perm("orders.resend_mail"):  # a guest's mail holds the key to the order
            raise PermissionDenied
        found = get_object_or_404(with_mail(event_id=event, order_id=pk))
        return shown(request, found)


def with_mail(*, event_id: int, order_id: Any) -> Any:
    events = OrderEvent.objects.exclude(mail_status=MailStatus.NONE).select_related("order")
    return events.filter(pk=event_id, order=order_id, kind__in=emails.MESSAGES)


# Mail programs want their styles inline, so this one page may have them; it may do nothing else.
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": [""]})
def shown(request: HttpRequest, event: OrderEvent) -> HttpResponse:
    _subject, _text, html = render_mail(
        emails.MESSAGES[event.kind], emails.context(event) | {"preview": _preview(event)}
    )
    return HttpResponse(html, headers={"Cache-Control": "private, no-store"})


def _preview(event: OrderEvent) -> str:
    words = _("This is how the mail reads with the order as it is now.")
    if event.mailed_at:
        words += " " + _(
            "What was sent on %(at)s is not kept: it may have named other amounts or dates, and told other news too."
        ) % {"at": date_format(timezone.localtime(event.mailed_at), "DATETIME_FORMAT")}
    return words


def _url(event: OrderEvent) -> str:
    return reverse("admin:orders_order_mail", args=[event.order_id, event.pk])


def panels(order: Order) -> dict[str, Any]:
    """What the page of the order lists of them; an event that nobody is mailed about is not there."""
    mails = [event for event in order.events.all() if event.mail_status != MailStatus.NONE]
    return {
        "mails": [(event, history.title(event), emails.recipient(order, event.kind), _url(event)) for event in mails],
    }

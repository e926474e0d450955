"""The last day for the money of a withdrawal, as lists show it."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from orders.withdrawal import Due


def shown(due: Due | None) -> str | None:
    if due is None:
        return None
    day = date_format(due.day)
    if due.is_overdue:
        return format_html('<strong class="overdue">{} · {}</strong>', day, _("overdue"))
    return _("%(day)s, once the goods are here") % {"day": day} if due.waits_for_goods else day

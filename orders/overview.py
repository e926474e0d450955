"""What must be done now: the figures of the back office's first page, each leading to its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog import overview
from orders import waiting, withdrawal
from orders.models import Order, Return


@dataclass(frozen=True)
class Figure:
    label: str | Promise
    hint: str | Promise
    count: int
    url: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Chore:
    """A kind of work with orders: how much of it there is, and the filter of the list that shows it."""

    label: str | Promise
    hint: str | Promise
    count: Callable[[], int]
    query: str
    is_urgent: bool = False
    list: str = "order"

    def figure(self) -> Figure:
        count = self.count()
        url = f"{reverse(f'admin:orders_{self.list}_changelist')}?{self.query}"
        return Figure(self.label, self.hint, count, url, self.is_urgent and count > 0)


CHORES = (
    Chore(
        _("To pack"),
        _("confirmed, not shipped completely"),
        lambda: Order.objects.to_pack().count(),
        "todo=pack",
    ),
    Chore(
        _("Can be packed now"),
        _("everything is here, the oldest first"),
        lambda: waiting.packable().count(),
        "todo=now",
    ),
    Chore(
        _("Waiting for goods"),
        _("pre-orders and back-orders"),
        lambda: waiting.for_goods().count(),
        "todo=goods",
    ),
    Chore(
        _("To ship"),
        _("packed, not shipped"),
        lambda: Order.objects.to_ship().count(),
        "todo=ship",
    ),
    Chore(
        _("On hold"),
        _("stopped by staff"),
        lambda: Order.objects.on_hold().count(),
        "todo=held",
    ),
    Chore(
        _("Waiting for payment"),
        _("stock is held for them"),
        lambda: Order.objects.filter(status=Order.Status.PENDING).count(),
        "status__exact=pending",
    ),
    Chore(
        _("VAT numbers to confirm"),
        _("sold without tax, nobody asked yet"),
        lambda: Order.objects.with_vat_number_to_confirm().count(),
        "todo=vat",
    ),
    Chore(
        _("Returns"),
        _("to approve, inspect or refund"),
        lambda: Return.objects.to_do().count(),
        "todo=staff",
        list="return",
    ),
    Chore(
        _("Withdrawals to carry out"),
        _("did not work by itself, decide by hand"),
        lambda: Order.objects.with_stuck_withdrawal().count(),
        "todo=withdrawal",
        is_urgent=True,
    ),
    Chore(
        _("Withdrawals overdue"),
        _("the goods are here, the money’s day is over"),
        lambda: withdrawal.overdue_returns().count(),
        "todo=overdue",
        is_urgent=True,
        list="return",
    ),
    Chore(
        _("Refunds to send"),
        _("promised, not sent"),
        lambda: Order.objects.to_refund().count(),
        "todo=refund",
        is_urgent=True,
    ),
    Chore(
        _("Paid after cancellation"),
        _("money that must go back"),
        lambda: Order.objects.paid_in_vain().count(),
        "todo=late",
        is_urgent=True,
    ),
    Chore(
        _("Mails not sent"),
        _("given up after many tries"),
        lambda: Order.objects.with_unsent_mail().count(),
        "todo=mail",
        is_urgent=True,
    ),
)


def todo(user: User) -> list[Figure]:
    """The figures that this member of staff may see; one query each."""
    figures = [chore.figure() for chore in CHORES] if user.has_perm("orders.view_order") else []
    if user.has_perm("catalog.view_variant"):
        figures += [_of_catalog(figure) for figure in overview.figures()]
    if user.has_perm("catalog.change_review"):
        figures.append(_of_catalog(overview.waiting_reviews()))
    return figures


def _of_catalog(figure: overview.Figure) -> Figure:
    return Figure(figure.label, figure.hint, figure.count, figure.url, figure.is_urgent)

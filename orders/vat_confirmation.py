"""Whether the tax office knows a buyer's VAT number: staff ask it (the Union's VIES page) and record what it said.

The shop itself checks a number's form only (`accounts.vat_numbers`) and asks nobody. A service that does would call
`confirm`, from a task and never in the request of a buyer.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from orders import lifecycle
from orders.exceptions import MoveNotAllowed
from orders.models import Order


@transaction.atomic
def confirm(order: Order, *, reference: str, actor: User | None = None) -> None:
    """Record that the number was found registered; `reference` is the consultation's number, where one was given."""
    lifecycle.lock(order)
    if not can_confirm(order):
        raise MoveNotAllowed(_("This order has no VAT number that waits to be confirmed."))
    order.vat_number_confirmed_at = timezone.now()
    order.vat_number_confirmation = reference
    order.save(update_fields=["vat_number_confirmed_at", "vat_number_confirmation", "updated_at"])
    data = {"vat_number": order.vat_number, "before": "", "after": reference}
    lifecycle.record(order, "vat_number_confirmed", actor=actor, data=data)


def can_confirm(order: Order) -> bool:
    return bool(order.vat_number) and order.vat_number_confirmed_at is None


def words(order: Order) -> str:
    """What is known of the number, for staff; it claims no more than was done."""
    if not order.vat_number:
        return ""
    if order.vat_number_confirmed_at is None:
        return _("%(number)s: form checked, not confirmed by a tax office") % {"number": order.vat_number}
    facts = {
        "number": order.vat_number,
        "day": timezone.localdate(order.vat_number_confirmed_at).isoformat(),
        "reference": order.vat_number_confirmation or "–",
    }
    return _("%(number)s: recorded as confirmed on %(day)s, consultation %(reference)s") % facts

"""The acts of the back office on one order, in the order in which their buttons stand. One subject per file."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.admin.acts import care, changes, mails, parcels, payments, returns, taxes
from orders.admin.acts.base import Act, Standing

SUBJECTS = (
    (_("Parcels"), parcels.ACTS),
    (_("Money"), payments.ACTS + taxes.ACTS),
    (_("Returns"), returns.ACTS),
    (_("Change"), changes.ACTS),
    (_("More"), care.ACTS + mails.ACTS),
)
ACTS = {act.name: act for _words, acts in SUBJECTS for act in acts}


def offered(standing: Standing, user: User) -> list[tuple[str | Promise, list[Act]]]:
    """What this member of staff can do with this order now, by subject."""
    possible = [
        (words, [act for act in acts if act.is_allowed(user) and act.is_possible(standing)]) for words, acts in SUBJECTS
    ]
    return [(words, acts) for words, acts in possible if acts]

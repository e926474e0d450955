"""The acts of the back office on one order, in the order in which their buttons stand. One subject per file."""

from __future__ import annotations

from accounts.models import User
from orders.admin.acts import care, changes, mails, parcels, payments, returns, taxes
from orders.admin.acts.base import Act, Standing

ACTS = {act.name: act for subject in (payments, parcels, changes, returns, taxes, care, mails) for act in subject.ACTS}


def offered(standing: Standing, user: User) -> list[Act]:
    """What this member of staff can do with this order now."""
    return [act for act in ACTS.values() if act.is_allowed(user) and act.is_possible(standing)]

"""How often a stranger may place, start to pay and be declined: against bots that try stolen cards or hold stock.

Counted by network address, session and order over an hour (settings.LIMITS_PER_HOUR). What was tried is noted after
it happened, so a limit may be passed by as many as are at it in the same moment.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from orders.exceptions import TooOften
from orders.models import Attempt, Payment

HOUR = timedelta(hours=1)
KEPT = timedelta(days=1)


def trace(scope: str, who: str) -> str:
    """How attempts of one address, session or order are known; nobody can be found by it."""
    return f"{scope}:{salted_hmac('orders.limits', who).hexdigest()[:32]}"


def network(address: str) -> str:
    """Who has one IPv6 address has 2⁶⁴ of them: those count as one. Raises ValueError for what is no address."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def check(kind: str, traces: Collection[str]) -> None:
    """Raises TooOften when one of these has tried so often within the hour that it must wait."""
    if is_spent(kind, traces):
        raise TooOften(_("You have tried this very often. Please wait an hour, or write to us."))


def is_spent(kind: str, traces: Collection[str]) -> bool:
    return any(_is_spent(kind, one) for one in traces)


def _is_spent(kind: str, one: str) -> bool:
    limit = settings.LIMITS_PER_HOUR.get(f"{kind}-{one.partition(':')[0]}", 0)
    recent = Attempt.objects.filter(kind=kind, trace=one, at__gt=timezone.now() - HOUR)
    return bool(limit) and recent[:limit].count() >= limit


def note(kind: str, traces: Collection[str], *, payment: Payment | None = None) -> None:
    Attempt.objects.bulk_create(Attempt(kind=kind, trace=one, payment=payment) for one in traces)


def note_decline(payment: Payment) -> None:
    """Count a declined card against everybody who started this payment: the provider does not say who it was."""
    traces = payment.attempts.filter(kind="payment").values_list("trace", flat=True).distinct()
    note("decline", list(traces), payment=payment)


def forget_old() -> int:
    """Attempts that count no more; returns how many."""
    return Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]

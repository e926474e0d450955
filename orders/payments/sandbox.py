"""A payment company of our own, for demo and development: a hosted page, signed notices, refunds; no money.

Its page and its notices go the way that those of a real one go: the browser is sent away and comes back, and only
the signed notice decides. See `orders.views.payments` for the page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from devicehub.lib.codes import sign, unsign
from devicehub.lib.money import Money
from devicehub.lib.tasks import retrying
from devicehub.lib.urls import absolute_url
from orders.exceptions import PaymentError
from orders.payments.base import Charge, Handover, Notice, Provider

SIGNATURE_HEADER = "Sandbox-Signature"
SIGNATURE_MAX_AGE = 300  # seconds; an old notice that is replayed is refused
SALT = "sandbox payment page"
PAGE_MAX_AGE = 24 * 3600
KINDS = ("captured", "failed")
LATE = timedelta(seconds=20)


class Sandbox(Provider):
    key = "sandbox"
    label = _("Test payment")
    description = _("A payment page for trying out the shop. No money moves.")
    is_manual = False

    @property
    def due(self) -> timedelta:
        return timedelta(hours=settings.PAYMENT_DUE_HOURS)

    def start(self, charge: Charge, *, return_url: str, cancel_url: str) -> Handover:
        token = sign([charge.reference, charge.order_number, *_amount(charge.amount), local(return_url)], SALT)
        return Handover(reverse("orders:sandbox_page", args=[token]), f"sandbox-{charge.reference}")

    def parse_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        check_signature(body, headers.get(SIGNATURE_HEADER, ""))
        try:
            fields = json.loads(body)
            amount = Money.from_minor(int(fields["amount"]), str(fields["currency"]))
            notice = Notice(str(fields["id"]), str(fields["reference"]), fields["type"], amount)
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
            raise PaymentError("This notice cannot be read.") from error
        if notice.kind not in KINDS or not notice.event_id or len(notice.event_id) > 120:
            raise PaymentError("This notice cannot be read.")
        return notice

    def refund(self, charge: Charge, amount: Money, *, key: str) -> bool:
        """No money moved, so none has to come back."""
        return True


@retrying(attempts=6, first_pause=5)
def post_notice(reference: str, order_number: str, minor: int, currency: str, kind: str) -> None:
    """Send a notice as a stranger's server would: over HTTP, to the shop's public address."""
    body = make_notice(Charge(reference, order_number, Money.from_minor(minor, currency)), kind)
    headers = {"Content-Type": "application/json", **signed_headers(body)}
    request = Request(absolute_url(reverse("orders:pay_events", args=[Sandbox.key])), data=body, headers=headers)
    with urlopen(request, timeout=10):
        pass  # any answer but 2xx was raised, and the notice is sent again later


def post_later(charge: Charge, kind: str) -> None:
    """Leave a notice to the background worker."""
    task = post_notice.using(run_after=timezone.now() + LATE)
    task.enqueue(charge.reference, charge.order_number, *_amount(charge.amount), kind)


def open_page(token: str) -> tuple[Charge, str] | None:
    """What is to be paid on the page of this token, and where the buyer goes afterwards."""
    fields = unsign(token, SALT, PAGE_MAX_AGE)
    if not fields:
        return None
    reference, order_number, minor, currency, return_path = fields
    return Charge(reference, order_number, Money.from_minor(minor, currency)), return_path


def make_notice(charge: Charge, kind: str) -> bytes:
    """The body of a notice. Its id follows from what it says, so pressing twice repeats one notice."""
    minor, currency = _amount(charge.amount)
    fields: dict[str, Any] = {
        "id": f"{kind}-{charge.reference}",
        "type": kind,
        "reference": charge.reference,
        "amount": minor,
        "currency": currency,
    }
    return json.dumps(fields).encode()


def signed_headers(body: bytes, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    return {SIGNATURE_HEADER: f"t={stamp},v1={_digest(stamp, body)}"}


def check_signature(body: bytes, header: str) -> None:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not hmac.compare_digest(_digest(stamp, body).encode(), given.encode()):
        raise PaymentError("The signature of this notice is wrong.")
    if abs(time.time() - int(stamp)) > SIGNATURE_MAX_AGE:
        raise PaymentError("This notice is too old.")


def local(url: str) -> str:
    """The path of a URL of ours: the sandbox lives under the same roof, whatever its host is called today."""
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl()


def _amount(amount: Money) -> tuple[int, str]:
    return amount.to_minor(), amount.currency


def _digest(stamp: str, body: bytes) -> str:
    return hmac.new(settings.SANDBOX_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()

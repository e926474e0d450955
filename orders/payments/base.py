"""What a payment provider is. A provider speaks to the payment company and knows values only: no model, no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from django.utils.functional import Promise

from devicehub.lib.money import Money
from orders.exceptions import PaymentError


@dataclass(frozen=True)
class Charge:
    """What a provider is told about a payment. It must hand `reference` back in every notice."""

    reference: str
    order_number: str
    amount: Money


@dataclass(frozen=True)
class Handover:
    """Where the buyer pays; without a URL there is nothing to do online now."""

    url: str | None = None
    provider_reference: str = ""


@dataclass(frozen=True)
class Notice:
    """What a provider tells, once its signature was found good."""

    event_id: str
    reference: str
    kind: Literal["captured", "failed"]
    amount: Money


class Provider:
    """A way to pay. The defaults are those of a way that nothing happens online in: money comes by hand."""

    key: ClassVar[str]
    label: str | Promise
    description: str | Promise = ""
    confirms_at_once = False  # the order may be packed before it is paid
    is_for_counter = False  # offered where staff and buyer stand face to face, never on the web
    is_paid_at_once = False  # the money has changed hands when the order is placed
    is_manual = True  # staff record what came in and pay out what goes back

    @property
    def due(self) -> timedelta | None:
        """How long an unpaid order waits; None waits for ever."""
        return None

    def start(self, charge: Charge, *, return_url: str) -> Handover:
        """Prepare the payment; called outside of any transaction."""
        return Handover()

    def parse_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Read a notice. Raises PaymentError for one that is forged, stale or unreadable."""
        raise PaymentError("This way of payment takes no notices.")

    def refund(self, charge: Charge, amount: Money, *, key: str) -> None:
        """Give money back; asked twice with one key it must do so once. Raises PaymentError when refused."""
        raise PaymentError("This way of payment is refunded by hand.")


class UnknownPayment(PaymentError):
    """A notice of a payment, or of a provider, that this shop does not have."""

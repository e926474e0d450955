"""What a payment provider is. A provider speaks to the payment company and knows values only: no model, no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from django.utils.functional import Promise

from devicehub.lib.money import Money
from orders.exceptions import PaymentError

# captured: the money is ours. declined: one try failed, the buyer may go on trying the same payment. failed: he tried
# and it will never be paid. closed: its page closed before he did. refunded, refund_failed: what became of a refund.
Kind = Literal["captured", "declined", "failed", "closed", "refunded", "refund_failed"]


@dataclass(frozen=True)
class Charge:
    """What a provider is told about a payment. It must hand `reference` back in every notice.

    `provider_reference` is what the provider called the payment when it was started, empty before. `opened_at` and
    `due_at` say since when and until when the shop waits for the money.
    """

    reference: str
    order_number: str
    amount: Money
    provider_reference: str = ""
    email: str = ""
    opened_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Handover:
    """Where the buyer pays; without a URL there is nothing to do online now."""

    url: str | None = None
    provider_reference: str = ""


@dataclass(frozen=True)
class Notice:
    """What a provider tells, once its signature was found good, or answers when asked.

    `amount` is that of the payment or, with `refund_key`, that of the refund which was asked for under this key.
    `provider_reference` comes along where the provider says it.
    """

    event_id: str
    reference: str
    kind: Kind
    amount: Money
    refund_key: str = ""
    provider_reference: str = ""


class Provider:
    """A way to pay. The defaults are those of a way that nothing happens online in: money comes by hand.

    No method is called inside a transaction. Each raises ProviderDown when the company does not answer, which is
    tried again, and PaymentError when it refuses, which is not.
    """

    key: ClassVar[str]
    label: str | Promise
    description: str | Promise = ""
    confirms_at_once = False  # the order may be packed before it is paid
    is_paid_at_once = False  # the money has changed hands when the order is placed
    is_manual = True  # staff record what came in and pay out what goes back

    @property
    def is_ready(self) -> bool:
        """Whether the settings that it needs are given; only then it is offered."""
        return True

    @property
    def due(self) -> timedelta | None:
        """How long an unpaid order waits; None waits for ever."""
        return None

    @property
    def page_origin(self) -> str:
        """Scheme and host of a payment page on another site; forms that lead there need it in the CSP."""
        return ""

    def start(self, charge: Charge, *, return_url: str, cancel_url: str) -> Handover:
        """Prepare the payment, or find the one prepared before; asked twice it makes one. Raises PaymentOver."""
        return Handover()

    def parse_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice | None:
        """Read a notice; None for one that is of no concern. Raises PaymentError for a forged, stale or unreadable."""
        raise PaymentError("This way of payment takes no notices.")

    def fetch(self, charge: Charge) -> Notice | None:
        """Ask what became of a payment; None while it may still be paid."""
        return None

    def cancel(self, charge: Charge) -> None:
        """See to it that the payment cannot be paid any more. One that is paid or over is left as it is."""

    def refund(self, charge: Charge, amount: Money, *, key: str) -> bool:
        """Give money back; asked again with the same key, however late, it does so once.

        True when it is done, False when the provider will tell or can be asked again. Raises PaymentError when refused.
        """
        raise PaymentError("This way of payment is refunded by hand.")


class UnknownPayment(PaymentError):
    """A notice of a payment, or of a provider, that this shop does not have."""


class PaymentOver(PaymentError):
    """The provider's page of this payment has closed unpaid; only another payment can be started."""


class ProviderDown(PaymentError):
    """The provider does not answer, or not now."""

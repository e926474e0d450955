"""Cards by Stripe: a Checkout Session on Stripe's own page, signed events, refunds. No card data comes here.

A payment has one session. What Stripe is asked for a payment is the same each time, so that its idempotency key,
made of our own id, finds the session again after a time-out. See docs/payments.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stripe.checkout import Session
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from devicehub.lib.money import Money
from orders.exceptions import PaymentError
from orders.payments.base import Charge, Handover, Kind, Notice, PaymentOver, Provider, ProviderDown

# Three tries and the pauses between them stay below the 15 seconds that a buyer is kept waiting at most.
TIMEOUT = 3.0
RETRIES = 2
# Stripe lets a session stand open for 30 minutes to 24 hours.
OPEN_LEAST, OPEN_MOST = timedelta(minutes=30), timedelta(hours=24)
SLACK = timedelta(minutes=5)
# Currencies that Stripe counts in hundredths though they have none: https://docs.stripe.com/currencies#special-cases
IN_HUNDREDTHS = ("ISK", "UGX")


class StripeCheckout(Provider):
    key = "stripe"
    label = gettext_lazy("Card")
    description = gettext_lazy("Credit or debit card, Apple Pay or Google Pay, on the payment page of Stripe.")
    is_manual = False

    @property
    def is_ready(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)

    @property
    def due(self) -> timedelta:
        return timedelta(hours=settings.PAYMENT_DUE_HOURS)

    @property
    def page_origin(self) -> str:
        return settings.STRIPE_PAGE_ORIGIN

    def start(self, charge: Charge, *, return_url: str, cancel_url: str) -> Handover:
        if charge.provider_reference:
            return _handover(_session(charge.provider_reference), return_url)
        closes_at = closing_time(charge)
        if closes_at - timezone.now() < OPEN_LEAST:
            raise PaymentOver("It is too late for a session of this payment.")
        params = session_params(charge, closes_at, return_url=return_url, cancel_url=cancel_url)
        try:
            with answering():
                session = client().v1.checkout.sessions.create(params, {"idempotency_key": f"start-{charge.reference}"})
        except ProviderFailed as error:
            # Stripe repeats what it answered first to a key for a day, so this key cannot be used any more. Nobody
            # has got the address of a session that may have been made all the same.
            raise PaymentOver(str(error)) from error
        return _handover(session, return_url)

    def parse_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice | None:
        try:
            event = client().construct_event(body, headers.get("Stripe-Signature", ""), settings.STRIPE_WEBHOOK_SECRET)
            return _read(event.to_dict())
        except stripe.SignatureVerificationError as error:
            raise PaymentError("The signature of this notice is wrong or old.") from error
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
            raise PaymentError("This notice cannot be read.") from error

    def fetch(self, charge: Charge) -> Notice | None:
        if not charge.provider_reference:
            return None
        session = _session(charge.provider_reference).to_dict()
        return _of_session(session, f"asked-{session['status']}-{session['id']}")

    def cancel(self, charge: Charge) -> None:
        if not _is_open(charge):
            return
        # An answer is kept with its key, also a bad one; a later try may have another.
        key = f"expire-{charge.reference}-{int(time.time() // 60)}"
        try:
            with answering():
                client().v1.checkout.sessions.expire(charge.provider_reference, {}, {"idempotency_key": key})
        except PaymentError:
            if _is_open(charge):
                raise

    def refund(self, charge: Charge, amount: Money, *, key: str) -> bool:
        return refund_intent(_intent(charge), charge, amount, key=key)


class ProviderFailed(ProviderDown):
    """Stripe answered that it failed itself, which it will repeat to the same key; or the key had another body."""


# Asking -------------------------------------------------------------------------------------------------------


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


@contextmanager
def answering() -> Iterator[None]:
    """Say in the shop's own errors how Stripe failed. A key that is refused is ours to mend: that is tried again."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderDown(_("The payment page does not answer.")) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProviderDown("Stripe refuses the shop's key.") from error
    except stripe.IdempotencyError as error:
        raise ProviderFailed("Stripe was asked for this before in other words.") from error
    except stripe.APIError as error:
        down = ProviderFailed if (error.http_status or 0) >= 500 else ProviderDown
        raise down(_("The payment page does not answer.")) from error
    except stripe.StripeError as error:
        raise PaymentError(error.user_message or _("The payment company refuses this.")) from error


def session_params(charge: Charge, closes_at: datetime, *, return_url: str, cancel_url: str) -> SessionCreateParams:
    """The same for a payment however often it is asked: nothing in it may come from the clock."""
    words = _("Order %(number)s") % {"number": charge.order_number}
    ours = {"payment": charge.reference, "order": charge.order_number}
    params: SessionCreateParams = {
        "mode": "payment",
        # Cards, and wallets that hold cards: their money is there at once. Others may take days to come or to fail.
        "allowed_payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": charge.amount.currency.lower(),
                    "unit_amount": minor(charge.amount),
                    "product_data": {"name": words},
                },
            }
        ],
        "client_reference_id": charge.reference,
        "metadata": ours,
        "payment_intent_data": {"description": words, "metadata": ours},
        "expires_at": int(closes_at.timestamp()),
        "success_url": return_url,
        "cancel_url": cancel_url,
    }
    if charge.email:
        params["customer_email"] = charge.email
    return params


def closing_time(charge: Charge) -> datetime:
    """When the session closes: with the shop's own patience where Stripe's limits allow it.

    One that Stripe keeps open longer is closed by the shop when the order expires.
    """
    opened = charge.opened_at or timezone.now()
    latest = opened + OPEN_MOST - SLACK
    return min(max(charge.due_at or latest, opened + OPEN_LEAST + SLACK), latest)


def refund_intent(intent: str, charge: Charge, amount: Money, *, key: str) -> bool:
    """Refund a part of what was paid by the intent, unless that was done under this key.

    Stripe forgets idempotency keys after a day; a refund that is tried longer is found by its metadata.
    """
    refund = _known_refund(intent, key)
    if refund is None:
        params: RefundCreateParams = {
            "payment_intent": intent,
            "amount": minor(amount),
            "metadata": {"refund": key, "payment": charge.reference},
        }
        with answering():
            refund = client().v1.refunds.create(params, {"idempotency_key": f"refund-{charge.reference}-{key}"})
    if refund.status in ("failed", "canceled"):
        raise PaymentError(refund.failure_reason or _("The payment company refuses this."))
    return refund.status == "succeeded"


def _known_refund(intent: str, key: str) -> stripe.Refund | None:
    with answering():
        refunds = client().v1.refunds.list({"payment_intent": intent, "limit": 100})
        return next((one for one in refunds.auto_paging_iter() if _ours(one.to_dict()).get("refund") == key), None)


def _session(reference: str) -> Session:
    with answering():
        return client().v1.checkout.sessions.retrieve(reference)


def _is_open(charge: Charge) -> bool:
    return bool(charge.provider_reference) and _session(charge.provider_reference).status == "open"


def _intent(charge: Charge) -> str:
    intent = _session(charge.provider_reference).payment_intent if charge.provider_reference else None
    if intent is None:
        raise PaymentError("Stripe knows of no money for this payment.")
    return intent if isinstance(intent, str) else intent.id


def _handover(session: Session, return_url: str) -> Handover:
    if session.status == "complete":
        return Handover(return_url, session.id)  # paid in another tab; what the notice says is on its way
    if session.status != "open" or not session.url:
        raise PaymentOver("This session has closed.")
    return Handover(session.url, session.id)


# Reading ------------------------------------------------------------------------------------------------------


def _read(event: dict[str, Any]) -> Notice | None:
    event_id, kind, subject = str(event["id"]), str(event["type"]), event["data"]["object"]
    if not event_id or len(event_id) > 120:
        raise ValueError("no usable id")
    if kind in ("checkout.session.completed", "checkout.session.expired"):
        return _of_session(subject, event_id)
    if kind == "payment_intent.payment_failed":
        return _of_intent(subject, event_id)
    if kind in ("refund.created", "refund.updated", "refund.failed"):
        return _of_refund(subject, event_id)
    return None


def _of_session(session: Mapping[str, Any], event_id: str) -> Notice | None:
    reference = _ours(session).get("payment")
    is_paid = session["status"] == "complete" and session["payment_status"] == "paid"
    if not reference or not (is_paid or session["status"] == "expired"):
        return None
    amount = money(session["amount_total"], session["currency"])
    return Notice(event_id, reference, "captured" if is_paid else "closed", amount, provider_reference=session["id"])


def _of_intent(intent: Mapping[str, Any], event_id: str) -> Notice | None:
    reference = _ours(intent).get("payment")
    return Notice(event_id, reference, "declined", money(intent["amount"], intent["currency"])) if reference else None


def _of_refund(refund: Mapping[str, Any], event_id: str) -> Notice | None:
    ours, status = _ours(refund), refund["status"]
    if "refund" not in ours or status not in ("succeeded", "failed", "canceled"):
        return None  # made in Stripe's dashboard, or still on its way
    kind: Kind = "refunded" if status == "succeeded" else "refund_failed"
    return Notice(event_id, ours["payment"], kind, money(refund["amount"], refund["currency"]), ours["refund"])


def _ours(subject: Mapping[str, Any]) -> Mapping[str, str]:
    """What we wrote on it; nothing on what other programs do with the same account."""
    return subject.get("metadata") or {}


def minor(amount: Money) -> int:
    return int(amount.amount * 100) if amount.currency in IN_HUNDREDTHS else amount.to_minor()


def money(units: int, currency: str) -> Money:
    code = str(currency).upper()
    return Money.from_minor(int(units) // 100 if code in IN_HUNDREDTHS else int(units), code)

"""A second witness for refunds: localstripe, which others wrote. It knows no Checkout Session and refuses less."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from devicehub.lib.money import Money
from devicehub.tests.servers import free_port
from orders.payments import stripe_checkout
from orders.payments.base import Charge

SERVE = "import localstripe.server as it; from aiohttp import web; web.run_app(it.app, host='127.0.0.1', port={port})"
CHARGE = Charge("a payment", "N", Money("204.90", "EUR"))


@pytest.fixture
def witness(tmp_path: Path, settings: Any) -> Iterator[Any]:
    """Stripe's client, pointed at it. Its own command would listen to the whole network."""
    port = free_port()
    code = (
        f"import localstripe.server as it; from aiohttp import web; web.run_app(it.app, host='127.0.0.1', port={port})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env={"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_witness", f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while not answers(settings.STRIPE_API_BASE) and time.monotonic() < deadline:
        time.sleep(0.1)
    yield stripe_checkout.client()
    process.terminate()
    process.wait(10)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False


def test_gives_back_in_parts_and_each_once(witness: Any) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    method = witness.v1.payment_methods.create({"type": "card", "card": card})
    intent = witness.v1.payment_intents.create(
        {
            "amount": 20490,
            "currency": "eur",
            "payment_method": method.id,
            "payment_method_types": ["card"],
            "confirm": True,
        }
    )
    assert intent.status == "succeeded"
    for key, amount in (("one", "4.90"), ("two", "100.00"), ("one", "4.90")):
        assert stripe_checkout.refund_intent(intent.id, CHARGE, Money(amount, "EUR"), key=key)
    refunds = witness.v1.refunds.list({"payment_intent": intent.id}).data
    assert sorted((one.amount, one.metadata["refund"]) for one in refunds) == [(490, "one"), (10000, "two")]
    assert {one.metadata["payment"] for one in refunds} == {"a payment"}

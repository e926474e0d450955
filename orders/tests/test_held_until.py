"""The buyer sees until when his devices are held, by the shop's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from devicehub.lib.template_tags import moment
from orders import emails, links, payments
from orders.models import Order
from orders.payments import flow
from orders.tests.factories import a_variant, make_cart, make_method, make_order, make_rate, make_ready

pytestmark = pytest.mark.django_db

# 13:32 in London, 14:32 in Berlin, where the shop is.
NOON = datetime(2026, 11, 26, 12, 32, tzinfo=ZoneInfo("UTC"))
ENDS = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with patch.object(timezone, "now", lambda: NOON):
        yield


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (ENDS, "14:32"),
        (datetime(2026, 11, 26, 22, 59, tzinfo=ZoneInfo("UTC")), "23:59"),
        (datetime(2026, 11, 26, 23, 0, tzinfo=ZoneInfo("UTC")), "27 November, 00:00"),
        (datetime(2026, 12, 3, 12, 32, tzinfo=ZoneInfo("UTC")), "3 December, 13:32"),
        (datetime(2027, 7, 1, 12, 32, tzinfo=ZoneInfo("UTC")), "1 July, 14:32"),
    ],
)
def test_says_the_hour_today_and_the_day_otherwise(at: datetime, words: str) -> None:
    assert moment(at) == words


def order(**fields: Any) -> Order:
    order = make_order(provider="sandbox", **fields)
    Order.objects.filter(pk=order.pk).update(expires_at=ENDS)
    order.refresh_from_db()
    return order


def page(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_says_so_before_the_button_is_pressed(client: Client, alice: Any) -> None:
    make_rate()
    make_ready(make_cart([(a_variant(), 1)], user=alice), method=make_method(), provider="sandbox")
    client.force_login(alice)
    assert "your devices are held for you until <strong>14:32</strong>" in page(client, "/checkout/review/")


def test_says_nothing_where_nothing_has_to_be_paid_first(client: Client, alice: Any) -> None:
    make_rate()
    make_ready(make_cart([(a_variant(), 1)], user=alice), method=make_method(), provider="cash_on_delivery")
    client.force_login(alice)
    assert "held for you" not in page(client, "/checkout/review/")


def test_says_so_on_the_order_s_page_and_while_the_payment_is_awaited(client: Client) -> None:
    placed = order()
    said = "Your devices are held for you until <strong>14:32</strong>."
    assert said in page(client, links.order_url(placed))
    payments.start(placed)
    back = flow.return_url(placed.payments.get()).removeprefix("http://127.0.0.1:8000")
    assert said in page(client, back)


def test_says_so_to_who_pays_by_transfer(client: Client) -> None:
    placed = make_order()
    Order.objects.filter(pk=placed.pk).update(expires_at=NOON + timedelta(days=7))
    assert "held for you until <strong>3 December, 13:32</strong>" in page(client, links.order_url(placed))


@pytest.mark.parametrize("kind", ["placed", "payment_failed"])
@pytest.mark.parametrize("provider", ["sandbox", "bank_transfer"])
def test_says_so_with_the_date_in_mails(kind: str, provider: str) -> None:
    placed = order()
    Order.objects.filter(pk=placed.pk).update(payment_provider=provider)
    event = placed.events.get(kind="placed")
    event.kind, event.order = kind, Order.objects.get(pk=placed.pk)
    for body in ("txt", "html"):
        said = render_to_string(f"emails/{emails.MESSAGES[kind]}/body.{body}", emails.context(event))
        assert "held for you until 26 November 2026, 14:32" in said

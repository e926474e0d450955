"""A crowd before the button: buyers of a real shop whose carts are filled and whose checkouts are answered.

`queue_up` and `books` run in the shop's own Python (`server.python`) and print JSON.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_user
from catalog import inventory
from catalog.models import StockLevel
from devicehub.lib.money import Money
from devicehub.tests.visitor import Page, Visitor
from orders import links
from orders.models import Cart, CartLine, CartVoucher, Order, Payment, Promotion, PromotionUse, Voucher
from orders.payments import sandbox
from orders.payments.base import Charge
from orders.reconciliation import differences
from orders.tests.factories import (
    a_variant,
    make_cart,
    make_method,
    make_promotion,
    make_rate,
    make_ready,
    make_voucher,
)

REVIEW, PLACE = "/checkout/review/", "/checkout/place/"


# In the shop ---------------------------------------------------------------------------------------------------


def queue_up(
    buyers: int,
    *,
    stock: Sequence[int],
    members: bool = False,
    crossed: bool = False,
    provider: str = "bank_transfer",
    promised: int = 0,
) -> None:
    """Carts with one unit of each device; `crossed`: every second one has them the other way round.

    `promised` more units of each may be sold as back-orders, and every buyer knows that his may be one.
    """
    make_rate()
    make_method()
    variants = [a_variant("100.00", stock=units) for units in stock]
    soon = timezone.localdate() + timedelta(days=9) if promised else None
    for variant in variants if promised else []:
        inventory.promise(variant, "backorder", limit=promised, expected_at=soon)
    cookies = []
    for number in range(buyers):
        wanted = [(variant, 1) for variant in (reversed(variants) if crossed and number % 2 else variants)]
        user = make_user() if members else None
        cart = make_cart(wanted, user=user)
        make_ready(cart, provider=provider)
        cart.lines.update(seen_expected_at=soon)
        cookies.append(_session_of(user, cart))
    print(json.dumps(cookies))


def hold_voucher(buyers: int, *, max_uses: int | None = 1, email: str = "", **conditions: Any) -> None:
    """Carts that all hold one code of 10 per cent; with an address, all are one buyer's."""
    make_rate()
    make_method()
    voucher = make_voucher("CROWD", make_promotion(needs_code=True, **conditions), max_uses=max_uses)
    variant = a_variant("100.00", stock=buyers)
    cookies = []
    for number in range(buyers):
        cart = make_cart([(variant, 1)], is_ready=True)
        Cart.objects.filter(pk=cart.pk).update(email=email or f"buyer{number}@example.com")
        CartVoucher.objects.create(cart=cart, voucher=voucher)
        cookies.append(_session_of(None, cart))
    print(json.dumps(cookies))


def used() -> None:
    """Of the code and of its promotion: how often they count as used; the living uses; and what does not add up."""
    counters = [Voucher.objects.get().uses, Promotion.objects.get().uses]
    print(json.dumps([Order.objects.count(), *counters, PromotionUse.living().count(), differences()]))


def _session_of(user: Any, cart: Cart) -> str:
    client = Client()
    if user:
        client.force_login(user)
    else:
        session = client.session
        session["cart_id"] = str(cart.pk)
        session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def notices() -> None:
    """For each order the path of its page and the signed notice, as (body, headers), that it is paid."""
    rows = []
    for payment in Payment.objects.select_related("order"):
        charge = Charge(str(payment.pk), payment.order.number, Money(payment.amount, payment.currency))
        body = sandbox.make_notice(charge, "captured")
        rows.append((links.order_url(payment.order), body.decode(), sandbox.signed_headers(body)))
    print(json.dumps(rows))


def states() -> None:
    """Of each order: its status, that of its payment, and the events that tell of money coming."""
    rows = []
    for order in Order.objects.all():
        kinds = order.events.filter(kind__in=["paid", "payment_late"]).values_list("kind", flat=True)
        rows.append([order.status, order.payment_status, *kinds])
    print(json.dumps(rows))


def books() -> None:
    """Orders, units on hand and reserved by device, lines in carts that nobody ordered, and what does not add up."""
    levels = StockLevel.objects.order_by("pk").values_list("on_hand", "reserved")
    waiting = CartLine.objects.filter(cart__in=Cart.objects.open()).count()
    print(json.dumps([Order.objects.count(), *map(list, levels), waiting, differences()]))


# Outside -------------------------------------------------------------------------------------------------------


def called(server: Any, call: str) -> Any:
    return json.loads(server.python(f"from orders.tests import crowd\ncrowd.{call}"))


def reviewing(server: Any, call: str) -> list[tuple[Visitor, Page]]:
    """Buyers made by `call`, each with the last page of the checkout before him."""
    crowd = []
    for session in called(server, call):
        visitor = Visitor(server.base_url, timeout=60)
        visitor.cookies[settings.SESSION_COOKIE_NAME] = session
        crowd.append((visitor, visitor.get(REVIEW)))
    return crowd


def all_at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Every act in a thread of its own; none begins before all are ready."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def tab(visitor: Visitor) -> Visitor:
    """A second tab of his browser: the same cookies in a jar of its own."""
    other = Visitor(visitor.base_url, visitor.timeout)
    other.cookies |= visitor.cookies
    return other

"""Random walks through all that buyers, staff, payment company and clock can do to orders.

After every step that wrote something the books must be right. Refusals are part of the trade; anything else that is
raised is a bug.
WALK_STEPS says how many steps to take in all; `make prove` takes ten thousand on each database.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from accounts.tests.factories import make_user
from catalog import inventory
from catalog.exceptions import CatalogError
from catalog.models import Variant
from devicehub.lib.money import Money, shop_money
from orders import (
    cancellation,
    changing,
    checkout,
    credit,
    fulfillment,
    holding,
    payments,
    refunds,
    returning,
    withdrawal,
)
from orders.exceptions import OrderError
from orders.models import CreditAccount, Order, Payment, Refund, Return, Shipment
from orders.payments import sandbox
from orders.payments.flow import ask_refund, charge_of
from orders.reconciliation import differences
from orders.summaries import summarize
from orders.tests.factories import (
    a_variant,
    give_goodwill,
    make_cart,
    make_method,
    make_promotion,
    make_rate,
    make_ready,
)

STEPS_OF_A_WALK = 100
WALKS = max(1, int(os.environ.get("WALK_STEPS", "500")) // STEPS_OF_A_WALK)
keys = itertools.count()
PROVIDERS = ["sandbox", "bank_transfer", "cash_on_delivery"]

picks = st.integers(0, 10_000)  # which of those that there are: taken modulo
some_units = st.lists(st.integers(0, 4), min_size=3, max_size=3)  # of the three devices, or of an order's lines
some_purchase = st.fixed_dictionaries(
    {
        "quantities": some_units,
        "provider": st.sampled_from(PROVIDERS),
        "is_guest": st.booleans(),
        "has_card": st.booleans(),
    }
)


class Walk(RuleBasedStateMachine):
    """One shop with three devices, of which there are few, for one buyer, guests and one of staff."""

    variants: list[Variant]
    card: CreditAccount
    member: User
    staff: User

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(rolled_back())
        self.stack.enter_context(connection.execute_wrapper(self.notice_writing))
        self.has_written = False
        self.clock = timezone.now()

    def teardown(self) -> None:
        self.stack.close()

    # The buyer

    @initialize(purchases=st.lists(some_purchase, min_size=3, max_size=5))
    def open(self, purchases: list[dict[str, Any]]) -> None:
        """Without an order there is nothing to walk on."""
        for purchase in purchases:
            self.buy(**purchase)

    @rule(purchase=some_purchase)
    def order(self, purchase: dict[str, Any]) -> None:
        self.buy(**purchase)

    def buy(self, quantities: list[int], provider: str, is_guest: bool, has_card: bool) -> None:
        lines = [(variant, number) for variant, number in zip(self.variants, quantities, strict=True) if number]
        user = None if is_guest else self.member
        with refusals():
            cart = make_cart(lines, user=user)
            make_ready(cart, provider=provider)
            if has_card:
                credit.enter(cart, str(self.card.code))
            checkout.place_order(cart, seen_total=summarize(cart).totals.total, actor=user)

    @rule(pick=picks, quantities=some_units)
    def withdraw(self, pick: int, quantities: list[int]) -> None:
        def act(order: Order) -> None:
            statement = withdrawal.Statement("Gerda Gast", order.email, on_lines(order, quantities))
            withdrawal.withdraw(order, statement)

        self.act(pick, act)

    @rule(pick=picks, quantities=some_units)
    def send_back(self, pick: int, quantities: list[int]) -> None:
        def act(order: Order) -> None:
            returning.request(order, on_lines(order, quantities), reason="mind", key=new_key())

        self.act(pick, act)

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        self.act(pick, lambda order: cancellation.cancel_order(order, reason="Changed my mind", by="guest"))

    # The payment company

    @rule(pick=picks, kind=st.sampled_from(sandbox.KINDS), times=st.integers(1, 2), wrong=st.booleans())
    def notice(self, pick: int, kind: str, times: int, wrong: bool) -> None:
        payment = self.pick(Payment.objects.filter(provider="sandbox"), pick)
        if payment is None:
            return
        body = sandbox.make_notice(charge_of(payment), kind)
        if wrong:
            body = body.replace(b'"amount": ', b'"amount": 1')
        for _time in range(times):
            with refusals():
                payments.handle_notice("sandbox", body, sandbox.signed_headers(body))

    @rule(pick=picks)
    def try_to_pay_again(self, pick: int) -> None:
        self.act(pick, payments.start)

    # The clock

    @rule(hours=st.integers(1, 400))
    def time_passes(self, hours: int) -> None:
        self.clock += timedelta(hours=hours)
        cancellation.expire_unpaid(self.clock)

    # Staff

    @rule(pick=picks)
    def money_comes_by_hand(self, pick: int) -> None:
        self.act(pick, lambda order: payments.record_payment(order, actor=self.staff))

    @rule(pick=picks, quantities=some_units)
    def pack(self, pick: int, quantities: list[int]) -> None:
        self.act(pick, lambda order: fulfillment.create_shipment(order, on_lines(order, quantities), actor=self.staff))

    @rule(pick=picks)
    def pack_the_rest(self, pick: int) -> None:
        self.act(pick, lambda order: fulfillment.create_shipment(order, fulfillment.open_quantities(order)))

    @rule(pick=picks, verb=st.sampled_from([fulfillment.ship, fulfillment.deliver, fulfillment.cancel_shipment]))
    def move_a_parcel(self, pick: int, verb: Callable[..., Any]) -> None:
        shipment = self.pick(Shipment.objects.order_by("created_at"), pick)
        if shipment:
            with refusals():
                verb(shipment, actor=self.staff)

    @rule(pick=picks, quantities=some_units)
    def change_quantities(self, pick: int, quantities: list[int]) -> None:
        self.act(pick, lambda order: changing.change_quantities(order, on_lines(order, quantities), actor=self.staff))

    @rule(pick=picks, minor=st.integers(1, 80_000))
    def refund(self, pick: int, minor: int) -> None:
        payment = self.pick(Payment.objects.order_by("created_at"), pick)
        if payment:
            amount = Money.from_minor(minor, payment.currency)
            with refusals():
                give_goodwill(payment, amount, key=new_key(), reason="Goodwill", actor=self.staff)

    @rule(pick=picks, quantities=some_units, with_delivery=st.booleans())
    def refund_lines(self, pick: int, quantities: list[int], with_delivery: bool) -> None:
        def act(order: Order) -> None:
            delivery = refunds.delivery_left(order) if with_delivery else None
            wish = refunds.Wish(units=on_lines(order, quantities), delivery=delivery)
            refunds.refund(order, wish, key=new_key(), reason="Scratched", actor=self.staff)

        self.act(pick, act)

    @rule(pick=picks, verb=st.sampled_from([returning.approve, returning.receive, returning.cancel]))
    def move_a_return(self, pick: int, verb: Callable[..., Any]) -> None:
        self.act_on_return(pick, lambda process: verb(process, actor=self.staff))

    @rule(pick=picks, decision=st.sampled_from(["restock", "scrap", "send_back"]))
    def inspect_a_return(self, pick: int, decision: str) -> None:
        def act(process: Return) -> None:
            findings = {row.pk: returning.Finding("used", decision) for row in process.units.all()}
            returning.inspect(process, findings, actor=self.staff)

        self.act_on_return(pick, act)

    @rule(pick=picks, is_refused=st.booleans())
    def close_a_return(self, pick: int, is_refused: bool) -> None:
        def act(process: Return) -> None:
            if is_refused:
                returning.reject(process, reason="Not ours", actor=self.staff)
            else:
                wish = returning.proposal(process, refunds.delivery_left(process.order))
                returning.refund(process, wish, reason="Came back", actor=self.staff)

        self.act_on_return(pick, act)

    @rule(pick=picks, is_on=st.booleans())
    def hold(self, pick: int, is_on: bool) -> None:
        if is_on:
            self.act(pick, lambda order: holding.hold(order, reason="Odd address", actor=self.staff))
        else:
            self.act(pick, lambda order: holding.free(order, actor=self.staff))

    @rule(pick=picks, which=picks, units=st.integers(1, 3), keeps_price=st.booleans())
    def swap(self, pick: int, which: int, units: int, keeps_price: bool) -> None:
        def act(order: Order) -> None:
            line = self.pick(order.lines.all(), which)
            variant = self.variants[which % 3]
            changing.swap_variant(order, line.pk, variant, units, keep_price=keeps_price, actor=self.staff)

        self.act(pick, act)

    @rule(pick=picks, which=picks, units=st.integers(1, 3))
    def add_a_device(self, pick: int, which: int, units: int) -> None:
        self.act(pick, lambda order: changing.add_device(order, self.variants[which % 3], units, actor=self.staff))

    @rule(pick=picks, quantities=some_units)
    def split(self, pick: int, quantities: list[int]) -> None:
        def act(order: Order) -> None:
            changing.split_order(order, on_lines(order, quantities), key=new_key(), actor=self.staff)

        self.act(pick, act)

    @rule(pick=picks)
    def refund_is_sent(self, pick: int) -> None:
        refund = self.pick(Refund.objects.filter(status="pending").order_by("created_at"), pick)
        if refund and payments.get_provider(refund.payment.provider).is_manual:
            payments.settle(refund, actor=self.staff)
        elif refund:
            ask_refund(refund)

    @rule(pick=picks, difference=st.integers(-3, 5).filter(bool))
    def count_stock(self, pick: int, difference: int) -> None:
        with refusals():
            inventory.adjust(self.variants[pick % 3], difference, note="Counted", actor=self.staff)

    @rule(pick=picks, minor=st.integers(1, 99_999))
    def change_a_price(self, pick: int, minor: int) -> None:
        variant = Variant.objects.get(pk=self.variants[pick % 3].pk)
        variant.price = Decimal(minor) / 100
        variant.save()

    # What holds

    @invariant()
    def books_are_right(self) -> None:
        if self.has_written:
            assert differences() == []
        self.has_written = False

    def notice_writing(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.has_written |= not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, params, many, context)

    def act(self, pick: int, verb: Callable[[Order], object]) -> None:
        order = self.pick(Order.objects.order_by("placed_at"), pick)
        if order:
            with refusals():
                verb(order)

    def act_on_return(self, pick: int, verb: Callable[[Return], object]) -> None:
        process = self.pick(Return.objects.order_by("pk"), pick)
        if process:
            with refusals():
                verb(process)

    @staticmethod
    def pick(rows: Any, pick: int) -> Any:
        found = list(rows)
        return found[pick % len(found)] if found else None


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each walk leaves the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def refusals() -> Iterator[None]:
    """What the shop may refuse, in words for whoever asked; then nothing has happened."""
    try:
        with transaction.atomic():
            yield
    except (OrderError, CatalogError):
        return


def new_key() -> str:
    """Of an act that is done once, as the page's form gives it."""
    return str(next(keys))


def on_lines(order: Order, quantities: list[int]) -> dict[int, int]:
    return {line.pk: number for line, number in zip(order.lines.all(), quantities, strict=False)}


def open_shop() -> None:
    """Once for all walks: each rolls back what it did."""
    make_rate()
    make_method()
    make_promotion(percent=15)
    Walk.card = credit.issue_gift_card(shop_money(500))
    Walk.variants = [a_variant(price, stock=stock) for price, stock in [("699.99", 9), ("0.35", 20), ("33.33", 12)]]
    Walk.member, Walk.staff = make_user(), make_user(is_staff=True)


@pytest.mark.django_db
def test_keeps_the_books_right_whatever_happens() -> None:
    open_shop()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS_OF_A_WALK,
            phases=[Phase.reuse, Phase.generate],  # to shrink a walk takes minutes
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What comes back, by the shop's own verbs: withdrawals, returns that please nobody and devices with a fault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.utils import timezone

from accounts.models import User
from orders import payments, returning, withdrawal
from orders.demo.diary import Act, Diary
from orders.models import DeviceUnit, Order, OrderLine, Refund, Return, ReturnUnit
from orders.payments.flow import ask_refund
from orders.returning import Finding

SHARE = 0.04  # of what was sold
WAYS = ("withdraw", "mind", "fault", "withdraw")
WORDS = {
    "mind": ("Too large for my desk.", "Nice, but I prefer the one I had.", "My daughter wanted the other colour."),
    "fault": ("It does not charge any more.", "One side stays silent.", "The picture flickers after ten minutes."),
}
REJECTED = "The fault is a crack from a fall, which no warranty covers. We send it back to you."
Decision, Grade = ReturnUnit.Decision, ReturnUnit.Grade


class Back:
    def __init__(self, diary: Diary, chance: Random, staff: User) -> None:
        self.diary, self.chance, self.staff = diary, chance, staff

    def plan(self, orders: Iterable[Order]) -> None:
        """Some of the delivered orders come back, each some days after it arrived."""
        chosen = [order for order in orders if self.chance.random() < SHARE]
        for number, order in enumerate(chosen):
            arrived = order.shipments.get().delivered_at
            assert arrived, "they are delivered"
            at = arrived + timedelta(days=self.chance.uniform(1, 10))
            self.diary.note(at, partial(self.ask, order, WAYS[number % len(WAYS)]))

    def plan_lately(self, orders: Iterable[Order], now: datetime) -> None:
        """Each at another stage by `now`, the last ones waiting for an answer."""
        for number, order in enumerate(orders):
            at = now - timedelta(days=5.5 - number)
            self.diary.note(at, partial(self.ask, order, ("mind", "fault")[number % 2]))

    def ask(self, order: Order, way: str) -> None:
        order.refresh_from_db()
        line = order.lines.filter(quantity__gt=0).first()
        if line is None:
            return
        process = self._withdraw(order, line) if way == "withdraw" else self._request(order, line, way)
        if process is None:
            return
        if process.status == Return.Status.REQUESTED:
            self._later(1, partial(self._answer, process))
        else:
            self._expect(process)

    def _withdraw(self, order: Order, line: OrderLine) -> Return | None:
        name = order.addresses.filter(kind="invoice").values_list("full_name", flat=True).get()
        withdrawal.withdraw(order, withdrawal.Statement(name, order.email, {line.pk: 1}), actor=order.user)
        return order.returns.last()

    def _request(self, order: Order, line: OrderLine, way: str) -> Return:
        note = self.chance.choice(WORDS[way])
        return returning.request(
            order, {line.pk: 1}, reason=way, note=note, key=f"demo-{line.pk}", actor=order.user, by="guest"
        )

    def _answer(self, process: Return) -> None:
        if self.chance.random() < 0.25:
            returning.reject(process, reason=REJECTED, actor=self.staff)
        else:
            returning.approve(process, actor=self.staff)
            self._expect(process)

    def _expect(self, process: Return) -> None:
        self._later(4, partial(self._receive, process))

    def _receive(self, process: Return) -> None:
        returning.receive(process, actor=self.staff)
        self._later(1, partial(self._inspect, process))

    def _inspect(self, process: Return) -> None:
        findings = {row.pk: _finding(row, process) for row in process.units.select_related("order_line__variant")}
        returning.inspect(process, findings, actor=self.staff)
        self._later(1, partial(self._refund, process))

    def _refund(self, process: Return) -> None:
        wish = returning.proposal(process, withdrawal.standard_delivery(process.order))
        returning.refund(process, wish, reason="", actor=self.staff)
        self._later(0.5, partial(send_money, process.order, self.staff))

    def _later(self, days: float, act: Act) -> None:
        self.diary.note(timezone.now() + timedelta(days=days * self.chance.uniform(0.7, 1.3)), act)


def _finding(row: ReturnUnit, process: Return) -> Finding:
    """What works goes back on the shelf, unless the shelf is empty: the demo's sold-out devices stay so."""
    variant = row.order_line.variant
    is_faulty = process.reason == Return.Reason.FAULT
    is_there = variant is not None and variant.stock_levels.filter(on_hand__gt=0).exists()
    sent = DeviceUnit.objects.filter(shipment_line__order_line=row.order_line, status=DeviceUnit.Status.SENT)
    number = sent.order_by("pk").values_list("number", flat=True).first() or ""
    if is_faulty or not is_there:
        return Finding(Grade.DAMAGED if is_faulty else Grade.USED, Decision.SCRAP, number)
    return Finding(Grade.OPENED, Decision.RESTOCK, number)


def send_money(order: Order, staff: User) -> None:
    """Refunds that are owed: staff make the transfers, payment companies are asked."""
    for refund in Refund.objects.filter(payment__order=order, status=Refund.Status.PENDING).select_related("payment"):
        if payments.get_provider(refund.payment.provider).is_manual:
            payments.settle(refund, actor=staff)
        else:
            ask_refund(refund)

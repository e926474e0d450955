"""Withdrawals in the back office: those that did not work by themselves, and the day by which money is due."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from orders import cancellation, refunds, returning, withdrawal
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import Order, Return
from orders.tests.factories import make_delivered_order, make_paid_order
from orders.withdrawal import Statement

pytestmark = pytest.mark.django_db

ALL = Statement("Gerda Gast", "guest@example.com")
STUCK = "/admin/orders/order/?todo=withdrawal"


def page(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def act(order: Order) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, "withdrawal-done"])


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Order:
    """An order whose buyer withdrew, and it could not be carried out."""
    order = make_paid_order()
    with monkeypatch.context() as patch:
        patch.setattr(withdrawal, "_carry_out", lambda *a, **k: (_ for _ in ()).throw(QuantityError("Stock is odd.")))
        withdrawal.withdraw(order, ALL)
    return order


def figures(client) -> dict[str, tuple[int, bool]]:
    return {str(one.label): (one.count, one.is_urgent) for one in client.get("/admin/").context["todo"]}


def found(client, path: str) -> list[str]:
    return [row.number for row in client.get(path).context["cl"].result_list]


def age(order: Order, days: int) -> None:
    order.events.update(created_at=timezone.now() - timedelta(days=days))


def test_counts_a_withdrawal_that_waits_for_a_decision_and_says_why(client, staff, stuck) -> None:
    staff("Support")
    make_paid_order()
    assert figures(client)["Withdrawals to carry out"] == (1, True)
    assert found(client, STUCK) == [stuck.number]
    text = client.get(page(stuck)).content.decode()
    assert "could not be carried out by itself: Stock is odd." in text
    assert f'href="{act(stuck)}"' in text


def test_is_settled_once_with_what_was_done(client, staff, stuck) -> None:
    actor = staff("Support")
    refused = client.post(act(stuck), {"note": ""})
    assert refused.context["form"].errors == {"note": ["This field is required."]}
    assert client.post(act(stuck), {"note": "Refunded by hand"}).url == page(stuck)
    event = stuck.events.get(kind="withdrawal_settled")
    assert (event.actor, event.note) == (actor, "Refunded by hand")
    assert figures(client)["Withdrawals to carry out"] == (0, False)
    assert found(client, STUCK) == []
    assert "could not be carried out by itself: Stock" not in client.get(page(stuck)).content.decode()
    again = client.post(act(stuck), {"note": "Again"})
    assert "No withdrawal from this order waits for a decision." in again.content.decode()
    with pytest.raises(MoveNotAllowed):
        withdrawal.settle(stuck, note="", actor=None)


def test_is_settled_by_canceling_the_order(client, staff, stuck) -> None:
    staff("Support")
    cancellation.cancel_order(stuck, reason="Withdrawn")
    assert found(client, STUCK) == []
    assert withdrawal.stuck_event(Order.objects.get(pk=stuck.pk)) is None


def test_shows_by_when_the_money_of_a_withdrawal_is_due(client, staff, stuck) -> None:
    staff("Support")
    age(stuck, 14)
    assert "overdue" not in client.get(STUCK).content.decode()
    age(stuck, 15)
    text = client.get(STUCK).content.decode()
    day = timezone.localdate() - timedelta(days=1)
    assert f'<strong class="overdue">{date_format(day)} · overdue</strong>' in text


def test_shows_the_day_in_the_list_of_refunds_to_send(client, staff) -> None:
    staff("Support")
    withdrawn, promised = make_paid_order(), make_paid_order()
    withdrawal.withdraw(withdrawn, ALL)
    refunds.refund(promised, refunds.Wish(goodwill=promised.money(5)), key="k", reason="Trouble", actor=None)
    rows = client.get("/admin/orders/order/?todo=refund").context["cl"].result_list
    days = {row.number: row.withdrawn_at and timezone.localdate(row.withdrawn_at) for row in rows}
    assert days == {withdrawn.number: timezone.localdate(), promised.number: None}


@pytest.mark.parametrize(
    ("days", "is_here", "overdue"), [(14, True, False), (15, True, True), (15, False, False), (40, False, False)]
)
def test_marks_a_withdrawal_whose_goods_are_here_and_whose_money_is_late(client, staff, days, is_here, overdue) -> None:
    staff("Support")
    order = make_delivered_order()
    withdrawal.withdraw(order, ALL)
    process = order.returns.get()
    Return.objects.filter(pk=process.pk).update(requested_at=timezone.now() - timedelta(days=days))
    if is_here:
        returning.receive(process, actor=None)
    due = withdrawal.refund_due_of(Return.objects.get(pk=process.pk))
    assert due is not None
    assert (due.day, due.is_overdue) == (timezone.localdate() - timedelta(days=days - 14), overdue)
    assert figures(client)["Withdrawals overdue"] == (int(overdue), overdue)
    listed = client.get("/admin/orders/return/?todo=overdue").context["cl"].result_list
    assert list(listed) == ([process] if overdue else [])
    text = client.get("/admin/orders/return/").content.decode()
    assert ("overdue</strong>" in text) == overdue
    assert ("once the goods are here" in text) != is_here


def test_names_no_day_for_returns_that_are_no_withdrawal_or_are_closed() -> None:
    order = make_delivered_order()
    line = order.lines.get()
    other = returning.accept(order, {line.pk: 1}, reason="fault", note="", key="k", actor=None)
    assert withdrawal.refund_due_of(other) is None
    withdrawal.withdraw(order, Statement("Gerda", "g@example.com", {line.pk: 1}))
    process = order.returns.get(kind="withdrawal")
    returning.cancel(process, actor=None)
    assert withdrawal.refund_due_of(process) is None


def test_counts_the_days_by_the_shop_s_clock() -> None:
    late = timezone.make_aware(datetime(2026, 11, 3, 23, 59))
    assert withdrawal.refund_due(late).day == date(2026, 11, 17)

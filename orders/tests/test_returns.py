"""Returns: announced by the buyer, carried to their end by staff."""

import re
import uuid
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import StockLevel, StockMovement
from conftest import make_user
from orders import emails, links, payments, returning
from orders.exceptions import MoveNotAllowed, OrderError, QuantityError
from orders.models import DeviceUnit, Order, OrderEvent, Refund, RefundLine, Return, ReturnUnit, Shipment
from orders.reconciliation import differences
from orders.returning import Finding
from orders.tests.factories import a_variant, make_delivered_order, make_imei, make_paid_order, send

pytestmark = pytest.mark.django_db

Status = Return.Status


@pytest.fixture
def ledger() -> Any:
    yield
    assert differences() == []


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_user("support@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name="Support"))
    client.force_login(user)
    return user


def ask(client: Client, order: Order, units: int = 1, **answers: Any) -> Any:
    line = order.lines.first()
    data = {f"units-{line.pk}": units, "reason": "mind", "key": uuid.uuid4(), **answers}
    return client.post(links.order_action_url("orders:return", order), data)


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def do(client: Client, order: Order, name: str, **answers: Any) -> Any:
    return client.post(act(order, name), {"process": order.returns.first().pk, **answers})


def graded(process: Return, grade: str = "opened", decision: str = "restock", **more: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for row in process.units.all():
        answers |= {f"grade-{row.pk}": grade, f"decision-{row.pk}": decision}
        answers |= {f"{name}-{row.pk}": value for name, value in more.items()}
    return answers


def age(order: Order, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Shipment.objects.filter(order=order).update(shipped_at=then, delivered_at=then)


def open_return(order: Order, units: int = 1, reason: str = "fault") -> Return:
    return returning.request(order, {order.lines.first().pk: units}, reason=reason, key=str(uuid.uuid4()))


def stock(sku: str) -> tuple[int, int]:
    return StockLevel.objects.values_list("on_hand", "reserved").get(variant__sku=sku)


# The buyer


def test_takes_back_what_pleases_nobody_without_asking_staff(client, ledger) -> None:
    order = make_delivered_order()
    assert ask(client, order).url.startswith(f"{order.get_absolute_url()}?key=")
    process = order.returns.get()
    assert (process.status, process.units.count(), process.label) == ("approved", 1, f"{order.number}-R1")
    page = client.get(links.order_url(order)).content.decode()
    assert process.label in page
    assert "Musterstraße 1" in page
    told = order.events.filter(kind__startswith="return_").values_list("kind", "actor_label", "mail_status")
    assert list(told) == [("return_approved", "guest", "due")]


def test_lets_staff_answer_for_a_fault(client, ledger) -> None:
    order = make_delivered_order()
    ask(client, order, reason="fault", note="The screen flickers.")
    process = order.returns.get()
    assert (process.status, process.note) == ("requested", "The screen flickers.")


def test_is_one_return_however_often_the_button_is_pressed(client, ledger) -> None:
    order, key = make_delivered_order(), uuid.uuid4()
    for _press in range(3):
        assert ask(client, order, units=2, key=key).url.startswith(f"{order.get_absolute_url()}?key=")
    assert Return.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"units": 0}, {"units": 3}, {"units": -1}, {"units": "x"}, {"reason": "weather"}, {"reason": ""}, {"key": 1}],
)
def test_refuses_what_makes_no_sense(client, wrong) -> None:
    order = make_delivered_order()
    answer = ask(client, order, **wrong)
    assert answer.status_code == 422
    assert ("Choose the reason." in answer.content.decode()) == (wrong == {"reason": ""})
    assert not Return.objects.exists()


@pytest.mark.parametrize(
    ("days", "reasons"),
    [(0, ["mind", "fault", "wrong", "damaged", "other"]), (30, None), (31, ["fault"]), (700, ["fault"]), (760, [])],
)
def test_knows_which_reasons_count_when(client, days, reasons) -> None:
    order = make_delivered_order()
    age(order, days)
    assert returning.reasons(order) == (["mind", "fault", "wrong", "damaged", "other"] if reasons is None else reasons)
    answer = client.get(links.order_action_url("orders:return", order))
    assert answer.status_code == (200 if returning.reasons(order) else 303)


def test_refuses_a_change_of_mind_that_comes_too_late(client) -> None:
    order = make_delivered_order()
    age(order, 31)
    assert ask(client, order).status_code == 422
    with pytest.raises(MoveNotAllowed):
        open_return(order, reason="mind")
    assert not Return.objects.exists()


def test_takes_back_only_what_was_sent(ledger) -> None:
    order = make_paid_order()
    line = order.lines.get().pk
    assert returning.reasons(order) == []
    send(order, {line: 1}, arrives=False)
    assert returning.returnable(order) == {line: 1}
    with pytest.raises(QuantityError):
        open_return(order, units=2)
    open_return(order)
    assert returning.returnable(order) == {line: 0}


def test_lets_the_buyer_keep_it_after_all(client, ledger) -> None:
    order = make_delivered_order()
    ask(client, order)
    path = links.with_key(reverse("orders:return_cancel", args=[order.number, 1]), links.order_key(order))
    client.post(path)
    assert order.returns.get().status == "canceled"
    assert returning.returnable(order) == {order.lines.get().pk: 2}
    client.post(path)
    assert order.events.filter(kind="return_canceled").count() == 1


def test_is_not_there_for_strangers(client, bob) -> None:
    order = make_delivered_order()
    open_return(order)
    client.force_login(bob)
    assert client.post(reverse("orders:return_cancel", args=[order.number, 1])).status_code == 404
    assert order.returns.get().status == "requested"


# Staff


def test_carries_a_return_to_its_end(client, staff, ledger, mailoutbox, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order(lines=[(a_variant(sku="DEV"), 2)])
    with django_capture_on_commit_callbacks(execute=True):
        open_return(order)
        do(client, order, "return-approve")
        do(client, order, "return-receive")
        process = order.returns.get()
        do(client, order, "return-inspect", **graded(process))
        assert stock("DEV") == (4, 0)
        line = order.lines.get()
        answers = {f"amount-{line.pk}": "80.00", "reason": "Scratches on the back"}
        assert "Refund the return: 80.00" in do(client, order, "return-refund", **answers).content.decode()
        assert not Refund.objects.exists()
        do(client, order, "return-refund", seen="80.00", **answers)
        client.post(act(order, "settle"), {"refund": Refund.objects.get().pk})
    order.refresh_from_db()
    assert (order.returns.get().status, order.payment_status) == ("refunded", "partly-refunded")
    assert list(RefundLine.objects.values_list("units", "amount")) == [(1, 80)]
    told = order.events.filter(kind__startswith="return_", actor=staff).values_list("kind", flat=True)
    assert list(told) == ["return_approved", "return_received", "return_inspected", "return_refunded"]
    assert order.events.get(kind="return_received").data["before"] == {"return": "approved"}
    process.refresh_from_db()
    assert None not in (process.approved_at, process.received_at, process.inspected_at, process.closed_at)
    subjects = " ".join(one.subject for one in mail.outbox)
    for words in ("have received your return", "please send it to us", "has arrived", "News of your order"):
        assert words in subjects


def test_mails_the_label_with_the_approval(client, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order()
    with django_capture_on_commit_callbacks(execute=True):
        process = open_return(order)
    asked = mail.outbox[-1]
    with django_capture_on_commit_callbacks(execute=True):
        returning.approve(process, actor=None)
    label = re.search(r"http\S+label\.pdf\S*", mail.outbox[-1].body)
    assert "label.pdf" not in asked.body
    assert label
    assert client.get(label[0]).status_code == 200
    returning.receive(process, actor=None)
    assert emails.context(order.events.get(kind="return_approved"))["label_url"] == ""


def test_sells_an_open_box_as_another_article(client, staff, ledger) -> None:
    open_box = a_variant(sku="OPEN", stock=0)
    open_box.condition = "open-box" if "open-box" in type(open_box).Condition.values else "refurbished"
    open_box.save()
    order = make_delivered_order(lines=[(a_variant(sku="DEV"), 2)])
    process = open_return(order)
    returning.approve(process, actor=None)
    returning.receive(process, actor=None)
    wrong = do(client, order, "return-inspect", **graded(process, decision="other", sku="NONE"))
    assert "There is no article with this SKU." in wrong.content.decode()
    new = do(client, order, "return-inspect", **graded(process, decision="other", sku="DEV"))
    assert "Choose the article, not a new one" in new.content.decode()
    assert order.returns.get().status == "received"
    do(client, order, "return-inspect", **graded(process, decision="other", sku="OPEN"))
    assert (stock("DEV"), stock("OPEN")) == ((3, 0), (1, 0))


def test_takes_back_only_the_unit_that_left(client, staff, ledger) -> None:
    a, b = make_imei(1), make_imei(2)
    order = make_paid_order(lines=[(a_variant(sku="DEV", is_serial_tracked=True), 1)])
    send(order, numbers={order.lines.get().pk: [a]})
    process = open_return(order)
    returning.approve(process, actor=None)
    returning.receive(process, actor=None)
    other = do(client, order, "return-inspect", **graded(process, number=b))
    assert f"{b} did not leave with this order. With the buyer are: IMEI {a}." in other.content.decode()
    assert (order.returns.get().status, stock("DEV")) == ("received", (4, 0))
    do(client, order, "return-inspect", **graded(process, number=f"IMEI: {a}"))
    assert (DeviceUnit.objects.get().status, stock("DEV")) == ("returned", (5, 0))


def test_scraps_and_sends_back_without_touching_the_stock(client, staff, ledger) -> None:
    order = make_delivered_order(lines=[(a_variant(sku="DEV"), 2)])
    process = open_return(order, units=2)
    returning.approve(process, actor=None)
    returning.receive(process, actor=None)
    first, second = process.units.all()
    findings = {first.pk: Finding("damaged", "scrap"), second.pk: Finding("used", "send_back")}
    returning.inspect(process, findings, actor=staff)
    assert stock("DEV") == (3, 0)
    assert dict(returning.taken(process)) == {order.lines.get().pk: 1}
    assert "Units of this return were taken" in do(client, order, "return-reject", reason="x").content.decode()
    returning.refund(process, returning.proposal(process, order.money(0)), reason="x", actor=staff)
    assert returning.returnable(order) == {order.lines.get().pk: 1}  # the one that went back


def test_rejects_with_a_reason_that_the_buyer_reads(client, staff, ledger, django_capture_on_commit_callbacks) -> None:
    order = make_delivered_order()
    with django_capture_on_commit_callbacks(execute=True):
        open_return(order)
        do(client, order, "return-reject", reason="Water damage is no fault.")
    assert "Water damage is no fault." in mail.outbox[-1].body
    assert (
        "Water damage is no fault."
        in client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    )
    assert not Refund.objects.exists()


def test_opens_a_return_that_was_announced_by_phone(client, staff, ledger) -> None:
    order = make_delivered_order()
    age(order, 90)
    answers = {f"line-{order.lines.get().pk}": 1, "reason": "mind", "key": uuid.uuid4()}
    for _press in range(2):
        client.post(act(order, "return-open"), answers)
    assert [process.status for process in order.returns.all()] == ["approved"]


def test_refunds_delivery_too_when_all_comes_back(client, staff, ledger) -> None:
    order = make_delivered_order()
    process = open_return(order, units=2)
    returning.approve(process, actor=None)
    returning.receive(process, actor=None)
    returning.inspect(process, {row.pk: Finding("new", "restock") for row in process.units.all()}, actor=None)
    form = client.get(act(order, "return-refund")).context["form"]
    assert [(item.label.split(" ")[0], str(item.amount.amount)) for item in form.items] == [
        ("2", "200.00"),
        ("delivery", "4.90"),
    ]
    answers = {f"amount-{order.lines.get().pk}": "200.00", "delivery": "4.90", "reason": "Return"}
    do(client, order, "return-refund", seen="204.90", **answers)
    assert payments.refundable(order.payments.get()) == order.money(0)


@pytest.mark.parametrize("amount", ["100.01", "-1", "abc", ""])
def test_refunds_no_more_than_was_proposed(client, staff, amount) -> None:
    order = make_delivered_order()
    process = open_return(order)
    returning.approve(process, actor=None)
    returning.receive(process, actor=None)
    returning.inspect(process, {process.units.get().pk: Finding("new", "restock")}, actor=None)
    answers = {f"amount-{order.lines.get().pk}": amount, "reason": "x", "seen": amount}
    assert do(client, order, "return-refund", **answers).context["form"].errors
    assert (order.returns.get().status, Refund.objects.count()) == ("inspected", 0)


MOVES = {
    Status.APPROVED: lambda process: returning.approve(process, actor=None),
    Status.RECEIVED: lambda process: returning.receive(process, actor=None),
    Status.INSPECTED: lambda process: returning.inspect(
        process, {row.pk: Finding("new", "restock") for row in process.units.all()}, actor=None
    ),
    Status.REJECTED: lambda process: returning.reject(process, reason="x", actor=None),
    Status.CANCELED: lambda process: returning.cancel(process, actor=None),
    Status.REFUNDED: lambda process: returning.refund(
        process, returning.proposal(process, process.order.money(0)), reason="x", actor=None
    ),
}


@pytest.mark.parametrize(("before", "after"), list(product(Status.values, MOVES)))
def test_moves_by_the_table_only(before: str, after: str) -> None:
    order = make_delivered_order()
    process = open_return(order)
    ended = before in ("refunded", "rejected", "canceled")
    came = before in ("received", "inspected", "refunded")
    now = timezone.now()
    Return.objects.update(status=before, closed_at=now if ended else None, received_at=now if came else None)
    process.refresh_from_db()
    if after in returning.ALLOWED[Status(before)] and after != Status.REFUNDED:
        MOVES[Status(after)](process)
        assert Return.objects.get().status == after
        return
    untouched = (OrderEvent.objects.count(), StockMovement.objects.count(), Refund.objects.count())
    with pytest.raises(OrderError):
        MOVES[Status(after)](process)
    assert Return.objects.get().status == before
    assert (OrderEvent.objects.count(), StockMovement.objects.count(), Refund.objects.count()) == untouched


def test_lists_what_waits_for_staff(client, staff) -> None:
    waiting, coming = make_delivered_order(), make_delivered_order()
    open_return(waiting)
    open_return(coming, reason="mind")
    figures = {figure.label: figure for figure in client.get("/admin/").context["todo"]}
    assert figures["Returns"].count == 1
    listed = client.get(figures["Returns"].url)
    assert [row.order for row in listed.context["cl"].queryset] == [waiting]
    page = client.get(reverse("admin:orders_return_change", args=[waiting.returns.get().pk]))
    assert page.url == reverse("admin:orders_order_change", args=[waiting.pk]) + "#returns"


def test_asks_as_many_queries_for_one_return_as_for_six(client, staff, django_assert_max_num_queries) -> None:
    order = make_delivered_order(lines=[(a_variant(stock=9), 7)])
    for _n in range(6):
        open_return(order)
    with django_assert_max_num_queries(45):
        client.get(links.order_url(order))
    with django_assert_max_num_queries(45):
        client.get(reverse("admin:orders_order_change", args=[order.pk]))
    with django_assert_max_num_queries(14):
        client.get(reverse("admin:orders_return_changelist"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "restock", "grade": "new"},
        {"decision": "scrap"},
        {"grade": "new"},
    ],
)
def test_holds_no_unit_that_makes_no_sense(wrong) -> None:
    open_return(make_delivered_order())
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnUnit.objects.update(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"status": "received"}, {"status": "canceled"}, {"kind": "withdrawal"}]
)
def test_holds_no_return_that_makes_no_sense(wrong) -> None:
    open_return(make_delivered_order())
    with pytest.raises(IntegrityError), transaction.atomic():
        Return.objects.update(**wrong)


def test_reconciliation_finds_units_too_many_and_stock_that_was_not_taken_back() -> None:
    order = make_delivered_order(lines=[(a_variant(sku="DEV"), 1)])
    process = open_return(order)
    ReturnUnit.objects.create(process=process, order_line=order.lines.get())
    variant = order.lines.get().variant
    process.units.filter(pk=process.units.first().pk).update(grade="new", decision="restock", variant=variant)
    assert differences() == [
        "Order line DEV: 2 units in returns, 1 sent",
        f"Order {order.number}, return 1: 1 of variant {variant.pk} to be sold again, 0 taken into stock",
    ]

"""The page of an order in the back office: acts by subject, only facts that tell something, words and not keys."""

import uuid

import pytest
from django.urls import reverse

from devicehub.lib.money import Money
from orders import credit, lifecycle, returning
from orders.admin import history
from orders.admin.acts import ACTS
from orders.models import Order, OrderEvent
from orders.tests.factories import make_delivered_order, make_order, make_paid_order

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/orders/order/"


def show(client, order: Order):
    return client.get(reverse("admin:orders_order_change", args=[order.pk]))


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def offered(client, order: Order) -> dict[str, list[str]]:
    return {str(words): [one.name for one in acts] for words, acts in show(client, order).context["acts"]}


def test_offers_what_can_be_done_by_subject(client, staff) -> None:
    staff("Owner")
    change = ["quantities", "swap", "add", "delivery-address", "invoice-address", "method", "split", "cancel"]
    assert offered(client, make_paid_order()) == {
        "Parcels": ["pack"],
        "Money": ["refund"],
        "Change": change,
        "More": ["note", "hold", "resend"],
    }
    assert offered(client, make_delivered_order()) == {
        "Parcels": ["redate", "tracking"],
        "Money": ["refund"],
        "Returns": ["return-open"],
        "More": ["note", "resend"],
    }


def test_says_of_each_act_what_comes_of_it(client, staff) -> None:
    staff("Owner")
    order = make_order()
    page = client.get(act(order, "cancel")).content.decode()
    assert "The stock is free again, and what was paid goes back. This cannot be undone." in page
    assert [name for name, one in ACTS.items() if not one.help] == ["confirm-vat-number", "note", "hold", "free"]


def test_says_how_much_is_due_before_a_payment_is_recorded(client, staff) -> None:
    staff("Support")
    order = make_order()
    page = client.get(act(order, "paid")).content.decode().replace("\xa0", " ")
    assert f"Due: 204.90 €, reference {order.number}." in page


def shown_facts(client, order: Order) -> set[str]:
    fields = (line for fieldset in show(client, order).context["adminform"] for line in fieldset)
    return {field.field["name"] for line in fields for field in line}


def test_leaves_out_facts_that_say_nothing(client, staff) -> None:
    staff("Support")
    some = {"expires_at", "note", "pickup_place", "cancel_reason", "vat_number_shown"}
    assert shown_facts(client, make_paid_order()) & some == set()
    assert shown_facts(client, make_order(note="Ring twice")) & some == {"expires_at", "note"}


def test_names_ways_to_pay_in_words(client, staff) -> None:
    staff("Support")
    order = make_paid_order()
    make_paid_order(provider="cash_on_delivery")
    assert "<td>Bank transfer</td>" in show(client, order).content.decode()
    answer = client.get(f"{CHANGELIST}?provider=bank_transfer")
    assert [row.pk for row in answer.context["cl"].result_list] == [order.pk]
    assert ">Bank transfer</a>" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "data", "title"),
    [
        ("withdrawn", {}, "The buyer withdrew from the contract"),
        ("return_approved", {"return": 2}, "Return 2 approved"),
        ("packed", {"shipment": 1}, "Parcel 1 packed"),
        ("payment_closed", {}, "Payment closed"),
    ],
)
def test_speaks_to_staff_and_not_to_the_buyer(kind, data, title) -> None:
    assert history.title(OrderEvent(kind=kind, data=data)) == title


def test_says_to_whom_a_mail_goes(client, staff, settings) -> None:
    staff("Support")
    order = make_paid_order(email="gerda@example.org")
    lifecycle.record(order, "refund_failed", data={"amount": "5.00 €", "refund": str(uuid.uuid4())})
    mails = show(client, order).context["panels"]["mails"]
    assert {event.kind: to for event, _title, to, _url in mails} == {
        "placed": "gerda@example.org",
        "paid": "gerda@example.org",
        "refund_failed": settings.SHOP_EMAIL,
    }


def test_inspects_each_unit_under_its_name(client, staff) -> None:
    staff("Owner")
    order = make_delivered_order()
    line = order.lines.get()
    process = returning.accept(order, {line.pk: 2}, reason="fault", note="Dead", key="k", actor=None)
    returning.receive(process, actor=None)
    form = client.get(act(order, "return-inspect")).context["form"]
    assert [heading for heading, _fields in form.sections()] == [f"{n}. {line.product_name}" for n in (1, 2)]
    assert [len(fields) for _heading, fields in form.sections()] == [3, 3]
    assert form.hint == f"{process.label} · It is faulty · 2 × {line.product_name} · Dead"


def test_says_when_another_return_is_meant(client, staff) -> None:
    staff("Owner")
    order = make_delivered_order()
    returning.accept(order, {order.lines.get().pk: 1}, reason="fault", note="", key="k", actor=None)
    answer = client.post(act(order, "return-receive"), {"process": uuid.uuid4()})
    assert "This return has moved on meanwhile. Please look at it again." in answer.content.decode()
    assert order.returns.get().status == "approved"


def test_says_of_each_gift_card_whether_it_can_be_spent(client, staff) -> None:
    staff("Owner")
    good, blocked = (credit.issue_gift_card(Money("10.00", "EUR")) for _n in range(2))
    type(blocked).objects.filter(pk=blocked.pk).update(is_blocked=True)
    over = credit.issue_gift_card(Money("10.00", "EUR"))
    type(over).objects.filter(pk=over.pk).update(expires_on="2020-12-31")
    page = client.get("/admin/orders/creditaccount/")
    admin = page.context["cl"].model_admin
    states = {row.pk: str(admin.state(row)) for row in page.context["cl"].result_list}
    assert states == {good.pk: "can be spent", blocked.pk: "blocked", over.pk: "expired"}

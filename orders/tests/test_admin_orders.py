import uuid
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from catalog.models import StockLevel
from orders import fulfillment, lifecycle
from orders.models import Order, OrderEvent, Refund, Shipment
from orders.tests.factories import a_variant, make_order, make_paid_order

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/orders/order/"


def page(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def stock(order: Order) -> list[tuple[int, int]]:
    variants = [line.variant_id for line in order.lines.all()]
    return list(StockLevel.objects.filter(variant__in=variants).order_by("pk").values_list("on_hand", "reserved"))


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def pack_form(order: Order, units: int = 2) -> dict[str, int]:
    return {f"line-{order.lines.get().pk}": units}


def test_carries_an_order_to_the_door(client, staff):
    packer = staff("Fulfillment")
    order = make_paid_order()
    assert client.post(act(order, "pack"), pack_form(order)).url == act(order, "ship")
    shipment = order.shipments.get()
    answers = {"shipment": shipment.pk, "carrier": "DHL", "tracking_number": "JJD01"}
    assert client.post(act(order, "ship"), answers).url == page(order)
    assert stock(order) == [(3, 0)]
    client.post(act(order, "deliver"), {"shipment": shipment.pk, "day": timezone.localdate()})
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("completed", "delivered")
    told = [(event.kind, event.actor) for event in order.events.all() if event.actor]
    assert told == [("packed", packer), ("shipped", packer), ("delivered", packer)]
    assert LogEntry.objects.filter(user=packer, object_id=str(order.pk)).count() == 3


def test_packs_a_part_and_leaves_the_rest_open(client, staff):
    staff("Fulfillment")
    order = make_paid_order()
    client.post(act(order, "pack"), pack_form(order, 1))
    client.post(act(order, "ship"), {"shipment": order.shipments.get().pk, "carrier": "DHL"})
    assert fresh(order).fulfillment_status == "partial"
    assert stock(order) == [(4, 1)]


@pytest.mark.parametrize("units", [0, -1, 3, "abc", "1.5", "", 10**20])
def test_refuses_a_parcel_that_does_not_fit_the_order(client, staff, units):
    staff("Fulfillment")
    order = make_paid_order()
    answer = client.post(act(order, "pack"), pack_form(order, units))
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not Shipment.objects.exists()


def test_records_the_payment_of_a_bank_transfer(client, staff):
    staff("Support")
    order = make_order()
    assert client.post(act(order, "paid")).url == page(order)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("confirmed", "paid")
    again = client.post(act(order, "paid"))
    assert "There is nothing to pay." in again.content.decode()
    assert order.payments.filter(status="captured").count() == 1


def test_cancels_with_the_stock_restored_once(client, staff):
    actor = staff("Support")
    order = make_order()
    client.post(act(order, "cancel"), {"reason": "Changed his mind"})
    assert client.post(act(order, "cancel"), {"reason": "Again"}).status_code == 200
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("canceled", "Changed his mind")
    assert stock(order) == [(5, 0)]
    assert [event.actor for event in order.events.filter(kind="canceled")] == [actor]


def test_refuses_to_cancel_what_has_left(client, staff):
    staff("Support")
    order = make_paid_order()
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    fulfillment.ship(parcel)
    answer = client.post(act(order, "cancel"), {"reason": "Too late"})
    assert "it cannot be canceled now" in answer.content.decode()
    assert fresh(order).status == "confirmed"
    assert stock(order) == [(3, 0)]


def test_changes_quantities_with_stock_and_money(client, staff):
    staff("Support")
    order = make_order()
    line = order.lines.get()
    client.post(act(order, "quantities"), {f"line-{line.pk}": 1})
    order.refresh_from_db()
    assert order.total == Decimal("104.90")
    assert stock(order) == [(5, 1)]
    answer = client.post(act(order, "quantities"), {f"line-{line.pk}": 6})
    assert "Not enough in stock." in answer.content.decode()
    assert fresh(order).total == Decimal("104.90")
    assert stock(order) == [(5, 1)]


def refund_form(order: Order, **answers) -> dict:
    return {f"line-{order.lines.get().pk}": 0, "reason": "Scratch", "key": uuid.uuid4(), **answers}


def test_shows_the_sum_before_it_refunds(client, staff):
    staff("Support")
    order = make_paid_order()
    answers = refund_form(order, delivery="on", goodwill="5.10", **{f"line-{order.lines.get().pk}": 1})
    asked = client.post(act(order, "refund"), answers)
    assert [str(row[1].amount) for row in asked.context["form"].preview.rows] == ["100.00", "4.90", "5.10"]
    assert 'value="Refund: 110.00\xa0€"' in asked.content.decode()
    assert not Refund.objects.exists()
    assert client.post(act(order, "refund"), {**answers, "seen": "110.00"}).url == page(order)
    assert list(Refund.objects.values_list("amount", "status")) == [(Decimal("110.00"), "pending")]
    assert stock(order) == [(5, 2)]  # money is one decision, stock another


def test_asks_again_when_the_sum_is_not_the_one_that_was_seen(client, staff):
    staff("Support")
    order = make_paid_order()
    asked = client.post(act(order, "refund"), refund_form(order, goodwill="6", seen="5.00"))
    assert 'name="seen" value="6.00"' in asked.content.decode()
    assert not Refund.objects.exists()


def test_refunds_once_however_often_the_button_is_pressed(client, staff):
    staff("Support")
    order = make_paid_order()
    answers = refund_form(order, goodwill="50.00", seen="50.00")
    for _press in range(3):
        assert client.post(act(order, "refund"), answers).status_code == 302
    assert list(Refund.objects.values_list("amount", "status")) == [(Decimal("50.00"), "pending")]
    client.post(act(order, "settle"), {"refund": Refund.objects.get().pk})
    assert fresh(order).payment_status == "partly-refunded"


@pytest.mark.parametrize("amount", ["204.91", "0", "-5", "1e9", "abc", "0.001", "NaN"])
def test_refuses_a_refund_of_more_than_was_paid_or_of_nothing(client, staff, amount):
    staff("Support")
    order = make_paid_order()
    answers = refund_form(order, goodwill=amount, seen=amount)
    assert client.post(act(order, "refund"), answers).status_code == 200
    assert not Refund.objects.exists()


@pytest.mark.parametrize("units", [3, -1, "abc", "1.5", 10**20])
def test_refunds_no_more_units_than_were_bought(client, staff, units):
    staff("Support")
    order = make_paid_order()
    answers = refund_form(order, **{f"line-{order.lines.get().pk}": units}, seen="200.00")
    assert client.post(act(order, "refund"), answers).context["form"].errors
    assert not Refund.objects.exists()


def test_settles_the_refund_of_a_canceled_order(client, staff):
    staff("Support")
    order = make_paid_order()
    client.post(act(order, "cancel"), {"reason": "x"})
    assert client.get(f"{CHANGELIST}?todo=refund").context["cl"].result_count == 1
    client.post(act(order, "settle"), {"refund": Refund.objects.get().pk})
    assert fresh(order).payment_status == "refunded"
    assert client.get(f"{CHANGELIST}?todo=refund").context["cl"].result_count == 0


def test_sends_a_mail_again(client, staff, mailoutbox, django_capture_on_commit_callbacks):
    staff("Support")
    with django_capture_on_commit_callbacks(execute=True):
        order = make_order()
    sent = len(mailoutbox)
    event = order.events.get(kind="placed")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(act(order, "resend"), {"event": event.pk})
    assert len(mailoutbox) == sent + 1
    assert mailoutbox[-1].to == ["guest@example.com"]
    assert order.events.filter(kind="mail_resent", note="placed").count() == 1


PARCELS = {"hand-over", "pack", "ship", "deliver", "unpack"}
CARE = {"note", "hold", "free"}
CHANGES = {"quantities", "swap", "add", "split", "delivery-address", "invoice-address", "method"}
MONEY = {"paid", "cancel", "refund", "settle", "resend"}
WORK = {
    "Owner": PARCELS | CARE | CHANGES | MONEY,
    "Fulfillment": PARCELS | CARE,
    "Support": CARE | CHANGES | MONEY,
    "Catalog": set(),
}


@pytest.mark.parametrize("group", WORK)
def test_lets_each_group_do_its_own_work_and_nothing_else(client, staff, group):
    staff(group)
    order = make_paid_order()
    allowed = {name for name in WORK["Owner"] if client.get(act(order, name)).status_code == 200}
    assert allowed == WORK[group]
    for name in WORK["Owner"] - allowed:
        assert client.post(act(order, name), {"reason": "x"}).status_code == 403
    assert client.get(CHANGELIST).status_code == (403 if group == "Catalog" else 200)
    assert client.get(page(order)).status_code == (403 if group == "Catalog" else 200)
    assert fresh(order).status == "confirmed"
    assert not Shipment.objects.exists()


def test_keeps_shoppers_guests_and_plain_staff_out(client, alice, dave):
    order = make_paid_order()
    addresses = [CHANGELIST, page(order), act(order, "pack"), "/admin/orders/taxrate/"]
    for address in addresses:
        assert client.get(address).status_code == 302
    client.force_login(dave)
    assert [client.get(address).status_code for address in addresses] == [403] * 4
    client.force_login(alice)
    assert {client.get(address).status_code for address in addresses} <= {302, 403}


def test_never_adds_deletes_or_edits_an_order(client, carol):
    client.force_login(carol)
    order = make_paid_order()
    for address in (f"{CHANGELIST}add/", f"{CHANGELIST}{order.pk}/delete/"):
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.post(page(order), {"status": "canceled", "total": "0.01"}).status_code == 403
    client.post(CHANGELIST, {"action": "delete_selected", "_selected_action": [order.pk], "post": "yes"})
    assert fresh(order).status == "confirmed"
    assert fresh(order).total == order.total


@pytest.mark.parametrize("address", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_answers_unknown_orders_and_acts_without_an_error(client, carol, address):
    client.force_login(carol)
    assert client.get(f"{CHANGELIST}{address}/change/").status_code in (302, 404)
    assert client.get(f"{CHANGELIST}{address}/act/pack/").status_code in (302, 404)
    assert client.get(act(make_order(), "explode")).status_code == 404


def test_acts_on_many_orders_and_says_which_refused(client, carol):
    client.force_login(carol)
    waiting, paid = make_order(), make_paid_order()
    chosen = {"_selected_action": [waiting.pk, paid.pk]}
    answer = client.post(CHANGELIST, {"action": "pack_all", **chosen}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == [f"{waiting.number}: Only a confirmed order can be packed.", "1 order done."]
    client.post(CHANGELIST, {"action": "record_payments", "_selected_action": [waiting.pk]})
    assert fresh(waiting).status == "confirmed"


def test_finds_orders_by_number_address_and_sku(client, carol):
    client.force_login(carol)
    order = make_order(lines=[(a_variant(), 1), (a_variant(), 1)], email="gerda@example.org")
    make_order()
    for words in (order.number, "gerda@example.org", order.lines.first().sku):
        found = client.get(CHANGELIST, {"q": words}).context["cl"].queryset
        assert list(found) == [order]


def test_counts_on_the_first_page_what_the_lists_show(client, carol):
    client.force_login(carol)
    make_order()
    packed = make_paid_order()
    fulfillment.create_shipment(packed, {packed.lines.get().pk: 1})
    OrderEvent.objects.filter(order=packed, kind="placed").update(mail_status="failed")
    figures = {figure.label: figure for figure in client.get("/admin/").context["todo"]}
    counts = {label: figure.count for label, figure in figures.items()}
    assert counts == {
        "To pack": 1,
        "Can be packed now": 1,
        "Waiting for goods": 0,
        "To ship": 1,
        "On hold": 0,
        "Waiting for payment": 1,
        "VAT numbers to confirm": 0,
        "Refunds to send": 0,
        "Paid after cancellation": 0,
        "Withdrawals to carry out": 0,
        "Withdrawals overdue": 0,
        "Returns": 0,
        "Mails not sent": 1,
        "Low stock": 2,
        "Sold out": 0,
        "Goods overdue": 0,
        "Reviews to read": 0,
    }
    for figure in figures.values():
        assert client.get(figure.url).context["cl"].result_count == figure.count


def test_shows_each_group_only_its_own_figures(client, staff):
    staff("Catalog")
    assert [figure.label for figure in client.get("/admin/").context["todo"]] == [
        "Low stock",
        "Sold out",
        "Goods overdue",
        "Reviews to read",
    ]


@pytest.mark.parametrize("lines", [1, 12])
def test_needs_the_same_queries_for_one_line_and_for_twelve(client, carol, lines, django_assert_max_num_queries):
    client.force_login(carol)
    order = make_paid_order(lines=[(a_variant(), 1) for _ in range(lines)])
    with django_assert_max_num_queries(22):
        client.get(page(order))
    with django_assert_max_num_queries(12):
        client.get(CHANGELIST)


def test_lists_the_mails_of_an_order_and_shows_how_one_reads(client, carol, dave) -> None:
    order = make_order(email="gerda@example.com")
    event = order.events.get(kind="placed")
    path = f"/admin/orders/order/{order.pk}/mails/{event.pk}/"
    client.force_login(carol)
    page = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert f'<a href="{path}">Order placed</a>' in page
    assert "to be sent" in page
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Thank you for your order" in answer.content.decode()
    assert "This is how the mail reads with the order as it is now." in answer.content.decode()
    assert "is not kept" not in answer.content.decode()
    OrderEvent.objects.filter(pk=event.pk).update(mailed_at=timezone.now())
    assert "is not kept: it may have named other amounts or dates" in client.get(path).content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    silent = lifecycle.record(order, "packed")
    assert client.get(f"/admin/orders/order/{order.pk}/mails/{silent.pk}/").status_code == 404
    client.force_login(dave)
    assert client.get(path).status_code == 403

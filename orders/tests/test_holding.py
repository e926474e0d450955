from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orders import cancellation, fulfillment, holding, payments, story
from orders.exceptions import MoveNotAllowed, PaymentError
from orders.models import Order, Shipment
from orders.tests.factories import make_order, make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled")]

LIST = "/admin/orders/order/"


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def page(client, order: Order) -> str:
    return client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()


def test_stops_packing_and_shipping_and_lets_go_on(client, staff):
    support = staff("Support")
    order = make_paid_order()
    line = order.lines.get()
    parcel = fulfillment.create_shipment(order, {line.pk: 1})
    assert client.post(act(order, "hold"), {"reason": "Looks like fraud"}).status_code == 302
    order.refresh_from_db()
    for verb in (lambda: fulfillment.create_shipment(order, {line.pk: 1}), lambda: fulfillment.ship(parcel)):
        with pytest.raises(MoveNotAllowed, match="Looks like fraud"):
            verb()
    assert order.shipments.count() == 1
    assert "Looks like fraud" in page(client, order)
    client.post(act(order, "free"))
    fulfillment.ship(Shipment.objects.get())
    order.refresh_from_db()
    assert (order.held_at, order.hold_reason, order.fulfillment_status) == (None, "", "partial")
    told = [(event.kind, event.actor, event.note) for event in order.events.filter(kind__in=["held", "freed"])]
    assert told == [("held", support, "Looks like fraud"), ("freed", support, "")]


def test_keeps_a_held_order_from_expiring_and_gives_the_time_back():
    order = make_order(expires_in=timedelta(hours=1))
    holding.hold(order, reason="Asked for a discount", actor=None)
    Order.objects.update(held_at=timezone.now() - timedelta(hours=5), expires_at=timezone.now() - timedelta(hours=4))
    assert cancellation.expire_unpaid() == 0
    order.refresh_from_db()
    holding.free(order, actor=None)
    order.refresh_from_db()
    left = order.expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert cancellation.expire_unpaid(timezone.now() + timedelta(hours=2)) == 1


def test_takes_the_money_of_a_held_order(settings):
    order = make_order(provider="sandbox", expires_in=timedelta(minutes=-1))
    with pytest.raises(PaymentError, match="run out"):
        payments.start(order)
    holding.hold(order, reason="x", actor=None)
    assert payments.start(order).url


def test_refuses_to_hold_twice_or_what_is_closed():
    order = make_order()
    holding.hold(order, reason="First", actor=None)
    with pytest.raises(MoveNotAllowed, match="First"):
        holding.hold(order, reason="Second", actor=None)
    holding.free(order, actor=None)
    with pytest.raises(MoveNotAllowed, match="not on hold"):
        holding.free(order, actor=None)
    cancellation.cancel_order(order)
    with pytest.raises(MoveNotAllowed, match="closed"):
        holding.hold(order, reason="x", actor=None)
    order.refresh_from_db()
    assert order.held_at is None
    assert order.events.filter(kind="held").count() == 1


def test_lists_held_orders_apart_and_out_of_what_is_to_pack(client, staff):
    staff("Fulfillment")
    held, other = make_paid_order(), make_paid_order()
    holding.hold(held, reason="x", actor=None)
    assert list(client.get(f"{LIST}?todo=held").context["cl"].queryset) == [held]
    assert list(client.get(f"{LIST}?todo=pack").context["cl"].queryset) == [other]
    answer = client.post(LIST, {"action": "pack_all", "_selected_action": [held.pk]}, follow=True)
    assert str(next(iter(answer.context["messages"]))) == f"{held.number}: This order is on hold: x"


def test_shows_notes_to_staff_and_never_to_the_buyer(client, staff, alice):
    fulfillment_user = staff("Fulfillment")
    order = make_order(user=alice)
    text = "Rang him: <b>wait</b>\nuntil Monday"
    client.post(act(order, "note"), {"text": text})
    assert "Rang him: &lt;b&gt;wait&lt;/b&gt;<br>until Monday" in page(client, order)
    event = order.events.get(kind="noted")
    assert (event.actor, event.data, event.mail_status) == (fulfillment_user, {"text": text}, "none")
    holding.hold(order, reason="Suspicious", actor=None)
    client.force_login(alice)
    shown = client.get(f"/orders/{order.number}/").content.decode()
    assert "Rang him" not in shown
    assert "Suspicious" not in shown
    assert [entry.title for entry in story.timeline(order.events.all())] == ["Order placed"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_refuses_an_empty_or_endless_note(client, staff, text):
    staff("Support")
    order = make_order()
    assert client.post(act(order, "note"), {"text": text}).status_code == 200
    assert not order.events.filter(kind="noted").exists()

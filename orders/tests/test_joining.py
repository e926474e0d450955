from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.tests.conftest import Visitor, mailed_code
from accounts.tests.factories import PASSWORD
from orders import joining, links
from orders.models import Order
from orders.tests.factories import make_order, make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled")]

CODE = "/accounts/confirm-email/"


def owners() -> list[str | None]:
    return list(Order.objects.order_by("placed_at").values_list("user__email", flat=True))


def test_joins_a_guest_s_orders_when_the_mailbox_is_proved_and_never_before():
    mine, other = make_order(email="Eva@Example.com"), make_order(email="eva@example.com.evil.example")
    visitor = Visitor()
    visitor.sign_up("eva@example.com")
    assert owners() == [None, None]
    visitor.post(CODE, {"code": "AAAAAA"})
    assert owners() == [None, None]
    visitor.post(CODE, {"code": mailed_code()})
    assert owners() == ["eva@example.com", None]
    assert other.events.filter(kind="joined").count() == 0
    event = mine.events.get(kind="joined")
    assert (event.actor.email, event.mail_status) == ("eva@example.com", "none")
    assert mine.number in visitor.get("/orders/").content.decode()


def test_leaves_an_account_that_never_proves_its_address_without_orders():
    order = make_order(email="victim@example.com")
    thief = User.objects.create_user("victim@example.com", password=PASSWORD)
    thief.emailaddress_set.create(email="victim@example.com", primary=True, verified=False)
    assert joining.join_orders(thief) == 0
    client = Client()
    client.force_login(thief)
    assert client.get(f"/orders/{order.number}/").status_code == 404
    assert owners() == [None]


def test_joins_at_log_in_what_was_ordered_since_as_a_guest(alice):
    make_order(email="ALICE@example.com")
    visitor = Visitor()
    visitor.sign_in("alice@example.com", password="correct horse battery")
    assert owners() == ["alice@example.com"]


def test_takes_no_order_from_another_account(alice, bob):
    order = make_order(user=bob, email="alice@example.com")
    assert joining.join_orders(alice) == 0
    order.refresh_from_db()
    assert order.user == bob


def test_leaves_joined_orders_with_the_account_when_its_address_changes(alice):
    make_order(email="alice@example.com")
    assert (joining.join_orders(alice), joining.join_orders(alice)) == (1, 0)
    later = make_order(email="anna@example.com")
    visitor = Visitor()
    visitor.sign_in("alice@example.com", password="correct horse battery")
    visitor.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    visitor.post("/accounts/email/", {"action_add": "", "email": "anna@example.com"})
    later.refresh_from_db()
    assert later.user is None
    visitor.post(CODE, {"code": mailed_code()})
    assert owners() == ["anna@example.com", "anna@example.com"]
    assert Order.objects.filter(events__kind="joined").count() == 2


def test_leads_an_old_link_to_the_log_in_and_strangers_nowhere(client, alice, bob):
    order = make_paid_order(email="alice@example.com")
    old = links.order_url(order)
    assert client.get(old).status_code == 200
    joining.join_orders(alice)
    answer = client.get(old)
    where = urlsplit(answer.url)
    assert (answer.status_code, where.path) == (302, "/accounts/login/")
    assert parse_qs(where.query) == {"next": [f"/orders/{order.number}/"]}
    for act in ("cancel", "pay", "again"):
        assert client.post(old.replace("/?", f"/{act}/?")).url == answer.url
    assert client.get(f"/orders/{order.number}/?key=wrong").status_code == 404
    paid = order.payments.get()
    back = f"/pay/{paid.provider}/return/{paid.pk}/?{urlsplit(old).query}"
    assert client.get(back).url == answer.url
    client.force_login(bob)
    assert client.get(old).status_code == 404
    client.force_login(alice)
    assert client.get(old).status_code == 200
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_mails_a_joined_order_s_link_without_a_key(alice, django_capture_on_commit_callbacks):
    order = make_order(email="alice@example.com")
    joining.join_orders(alice)
    with django_capture_on_commit_callbacks(execute=True):
        Client().post("/orders/find/", {"number": order.number, "email": "alice@example.com"})
    assert "key=" not in mail.outbox[-1].body
    assert order.number in mail.outbox[-1].body

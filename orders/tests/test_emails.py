from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from devicehub.lib.money import Money
from orders import cancellation, emails, fulfillment, lifecycle, links, payments, refunds
from orders.models import Order, OrderEvent
from orders.tests.factories import a_variant, give_goodwill, make_order, make_paid_order

pytestmark = pytest.mark.django_db


def event_of(order: Order, kind: str = "placed") -> OrderEvent:
    return order.events.get(kind=kind)


def mail_of(order: Order, kind: str) -> Any:
    """The mail of an event, sent by itself."""
    mail.outbox.clear()
    now = timezone.now()
    order.events.exclude(kind=kind).update(mail_due_at=now + emails.LEASE, mail_attempts=1)
    order.events.filter(kind=kind).update(mail_due_at=now)
    assert emails.deliver(event_of(order, kind).pk) is True
    (sent,) = mail.outbox
    return sent


def broken(*args: Any, **kwargs: Any) -> None:
    raise SMTPServerDisconnected("Connection lost")


@pytest.fixture
def no_server(monkeypatch) -> None:
    monkeypatch.setattr(emails, "send_mail", broken)


# The outbox


def test_sends_the_mail_right_after_the_commit(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = make_order()
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [["guest@example.com"]]
    event = event_of(order)
    assert (event.mail_status, event.mail_attempts, event.mail_error) == ("sent", 1, "")
    assert event.mailed_at is not None


def test_sends_a_mail_once() -> None:
    event = event_of(make_order())
    assert [emails.deliver(event.pk) for _ in range(3)] == [True, None, None]
    assert len(mail.outbox) == 1


def test_sends_no_mail_of_an_event_without_one() -> None:
    event = lifecycle.record(make_order(), "packed")
    assert emails.deliver(event.pk) is None
    assert mail.outbox == []


def test_leaves_a_mail_alone_that_somebody_else_is_sending() -> None:
    event = event_of(make_order())
    OrderEvent.objects.filter(pk=event.pk).update(mail_due_at=timezone.now() + emails.LEASE)
    assert emails.deliver(event.pk) is None
    assert emails.send_pending() == (0, 0)
    assert mail.outbox == []


def test_sends_after_the_lease_of_one_who_died_while_sending() -> None:
    event = event_of(make_order())
    with patch.object(emails, "send_mail", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        emails.deliver(event.pk)
    assert emails.send_pending() == (0, 0)
    assert emails.send_pending(timezone.now() + emails.LEASE) == (1, 0)
    assert len(mail.outbox) == 1


def test_keeps_the_order_and_the_mail_when_the_server_is_gone(no_server, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = make_order()
    order.refresh_from_db()
    event = event_of(order)
    assert order.status == "pending"
    assert (event.mail_status, event.mail_attempts, event.mail_error) == ("due", 1, "SMTPServerDisconnected")
    assert event.mail_due_at > timezone.now()


def test_tries_again_with_growing_pauses_and_gives_up_in_the_end(no_server) -> None:
    event = event_of(make_order())
    at = event.mail_due_at
    pauses = []
    for _ in emails.PAUSES:
        assert emails.deliver(event.pk, at) is False
        event.refresh_from_db()
        pauses.append(event.mail_due_at - at)
        assert emails.deliver(event.pk, event.mail_due_at - timedelta(seconds=1)) is None
        at = event.mail_due_at
    assert pauses == list(emails.PAUSES)
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=4)
    assert emails.deliver(event.pk, at) is False
    event.refresh_from_db()
    assert (event.mail_status, event.mail_attempts) == ("failed", len(emails.PAUSES) + 1)
    assert emails.deliver(event.pk, at + timedelta(days=9)) is None


def test_sends_what_waited_when_the_server_is_back(monkeypatch) -> None:
    event = event_of(make_order())
    with patch.object(emails, "send_mail", broken):
        assert emails.send_pending() == (0, 1)
    assert emails.send_pending() == (0, 0)
    assert emails.send_pending(timezone.now() + emails.PAUSES[0]) == (1, 0)
    event.refresh_from_db()
    assert (event.mail_status, event.mail_attempts, event.mail_error) == ("sent", 2, "")


def test_leaves_the_rest_for_later_when_the_server_is_gone(no_server) -> None:
    variant = a_variant(stock=9)
    for _ in range(5):
        make_order(lines=[(variant, 1)])
    assert emails.send_pending() == (0, emails.FAILURES_PER_SWEEP)
    assert OrderEvent.objects.filter(mail_attempts=0).count() == 2


def test_sends_pending_mails_by_command(capsys) -> None:
    make_order()
    call_command("send_pending_emails")
    assert capsys.readouterr().out == "1 mails sent, 0 failed and wait for their next turn\n"


def test_sends_again_what_was_sent_or_given_up(django_capture_on_commit_callbacks) -> None:
    event = event_of(make_order())
    OrderEvent.objects.filter(pk=event.pk).update(mail_status="failed", mail_attempts=10)
    with django_capture_on_commit_callbacks(execute=True):
        emails.send_again(event)
    event.refresh_from_db()
    assert (event.mail_status, event.mail_attempts) == ("sent", 1)
    with django_capture_on_commit_callbacks(execute=True):
        emails.send_again(event)
    assert len(mail.outbox) == 2


# What the mails say


def parts(message: Any) -> list[str]:
    return [message.body, message.alternatives[0].content]


def test_tells_a_guest_what_was_ordered_and_gives_the_link() -> None:
    order = make_order(
        email="gerda@example.com", provider="sandbox", lines=[(a_variant("1249.00", name="R&D Phone"), 2)]
    )
    sent = mail_of(order, "placed")
    assert sent.to == ["gerda@example.com"]
    assert sent.subject == f"We have your order {order.number}"
    assert "2 × R&D Phone" in sent.body
    assert "2 × R&amp;D Phone" in parts(sent)[1]
    for body in parts(sent):
        assert str(Money("2502.90", "EUR")) in body
        assert "Gerda Gast" in body
        assert f"/orders/{order.number}/?key=" in body


def test_gives_a_member_a_link_without_a_key(alice) -> None:
    order = make_order(user=alice)
    for body in parts(mail_of(order, "placed")):
        assert f"/orders/{order.number}/" in body
        assert "key=" not in body


def test_tells_how_to_transfer_the_money(settings) -> None:
    settings.SHOP_BANK_ACCOUNT = "IBAN DE02 1203"
    order = make_order(provider="bank_transfer")
    for body in parts(mail_of(order, "placed")):
        assert "IBAN DE02 1203" in body
        assert body.count(order.number) >= 3
        assert str(Money("204.90", "EUR")) in body


def test_asks_no_money_of_an_order_that_was_paid_before_its_mail_went_out(carol) -> None:
    order = make_paid_order()
    for body in parts(mail_of(order, "placed")):
        assert "transfer" not in body


def test_tells_who_pays_at_the_door_what_to_have_ready() -> None:
    order = make_order(provider="cash_on_delivery")
    for body in parts(mail_of(order, "placed")):
        assert "ready when the parcel comes" in body


def test_tells_which_parcel_left_and_how_to_follow_it() -> None:
    order = make_paid_order(lines=[(a_variant(name="Nova"), 2)])
    shipment = fulfillment.create_shipment(order, {order.lines.get().pk: 1})
    fulfillment.ship(shipment, carrier="DHL", tracking_number="003 40")
    sent = mail_of(order, "shipped")
    assert sent.subject == f"A parcel of order {order.number} is on its way"
    for body in parts(sent):
        assert "1 × Nova" in body
        assert "DHL 003 40" in body
        assert "tracking-id=003%2040" in body
        assert "The rest of your order follows" in body


def test_attaches_the_documents_that_the_event_issued() -> None:
    order = make_paid_order(lines=[(a_variant(name="Nova"), 2)])
    line = order.lines.get().pk
    fulfillment.ship(fulfillment.create_shipment(order, {line: 2}))
    (refund,) = refunds.refund(order, refunds.Wish(units={line: 1}), key="a", reason="", actor=None)
    payments.settle(refund)
    for kind, document in (("shipped", order.documents.get(kind="invoice")), ("refunded", order.documents.last())):
        sent = mail_of(order, kind)
        ((name, content, mimetype),) = sent.attachments
        assert (name, mimetype) == (f"{document.number}.pdf", "application/pdf")
        assert content == bytes(document.files.get(format="pdf").content)
        for body in parts(sent):
            assert f"Attached: {document.number}" in body
    assert mail_of(order, "paid").attachments == []


def test_sends_later_what_could_not_be_printed_now(monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_paid_order()
    fulfillment.ship(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
    mail.outbox.clear()
    with monkeypatch.context() as patched:
        patched.setattr(emails.documents, "files_of", broken)
        assert emails.deliver(event_of(order, "shipped").pk) is False
    assert mail.outbox == []
    assert emails.deliver(event_of(order, "shipped").pk, timezone.now() + emails.PAUSES[0]) is True
    assert len(mail.outbox[0].attachments) == 1


def test_tells_about_every_other_turn(carol) -> None:
    paid = make_paid_order()
    give_goodwill(paid.payments.get(), 10, key="a", reason="Scratch", actor=carol)
    cancellation.cancel_order(paid, reason="No <b>more</b>", actor=carol)
    unpaid = make_order(expires_in=timedelta(minutes=-1))
    cancellation.expire_unpaid()
    lifecycle.record(unpaid, "payment_failed")
    lifecycle.record(unpaid, "link_requested")
    for order, kind, words in [
        (paid, "paid", "We have received 204.90 €"),
        (paid, "refunded", "We have sent 10.00 €"),
        (paid, "canceled", "What you paid goes back to you"),
        (unpaid, "expired", "no payment came"),
        (unpaid, "payment_failed", "did not go through"),
        (unpaid, "link_requested", "asked for the link"),
    ]:
        for body in parts(mail_of(order, kind)):
            assert words in body.replace("\xa0", " ").replace("&nbsp;", " ")
    emails.send_again(event_of(paid, "canceled"))
    text, html = parts(mail_of(paid, "canceled"))
    assert "No <b>more</b>" in text
    assert "No &lt;b&gt;more&lt;/b&gt;" in html


@pytest.mark.parametrize("kind", emails.MESSAGES)
def test_has_a_subject_of_one_line_and_two_bodies_for_every_kind(kind: str, carol) -> None:
    order = make_paid_order()
    fulfillment.ship(fulfillment.create_shipment(order, {order.lines.get().pk: 2}))
    OrderEvent.objects.filter(order=order, kind=kind).delete()
    lifecycle.record(order, kind, data={"shipment": 1, "amount": "1.00 €"})
    sent = mail_of(order, kind)
    assert sent.subject
    assert "\n" not in sent.subject
    is_for_shop = kind in emails.TO_SHOP
    assert (
        f"/admin/orders/order/{order.pk}/" if is_for_shop else links.absolute_order_url(order).split("?")[0]
    ) in sent.body
    assert not [line for line in sent.body.splitlines() if "{%" in line or "{{" in line]
    assert len(sent.body) > 200


# Several events in one mail


@pytest.fixture
def together(settings) -> None:
    settings.MAIL_TOGETHER_SECONDS = 120


def paid_and_sent() -> Order:
    order = make_order()
    emails.send_pending()
    payments.record_payment(order, actor=None)
    parcel = fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    fulfillment.ship(parcel, carrier="DHL", tracking_number="JJD01")
    mail.outbox.clear()
    return order


def statuses(order: Order) -> list[tuple[str, str, int]]:
    due = order.events.exclude(mail_status="none").order_by("pk")
    return list(due.values_list("kind", "mail_status", "mail_attempts"))


def test_tells_what_happens_within_a_short_time_in_one_mail(together) -> None:
    order, other = paid_and_sent(), make_paid_order(email="other@example.com")
    assert emails.send_pending(timezone.now() + timedelta(seconds=119)) == (1, 0)  # the other one's placed
    mail.outbox.clear()
    assert emails.send_pending(timezone.now() + timedelta(seconds=121)) == (2, 0)
    by_buyer = {message.to[0]: message for message in mail.outbox}
    news = by_buyer["guest@example.com"]
    assert news.subject == f"News of your order {order.number}: Payment received, Parcel 1 handed to the carrier"
    html = news.alternatives[0].content
    for words in ("204.90", "JJD01", links.order_url(order)):
        assert words in news.body
        assert words.replace("&", "&amp;") in html
    assert by_buyer["other@example.com"].subject == f"Your payment for order {other.number} is here"
    assert statuses(order) == [("placed", "sent", 1), ("paid", "sent", 1), ("shipped", "sent", 1)]
    assert emails.send_pending(timezone.now() + timedelta(days=1)) == (0, 0)


def test_sends_what_must_not_wait_at_once_and_alone(together, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = make_order()
        payments.record_payment(order, actor=None)
        cancellation.cancel_order(order, reason="Gone")
    assert [message.subject for message in mail.outbox] == [
        f"We have your order {order.number}",
        f"Order {order.number} is canceled",
    ]


def test_keeps_all_of_a_mail_that_failed_and_tries_all_again(together) -> None:
    order = paid_and_sent()
    at = timezone.now() + timedelta(seconds=121)
    with patch.object(emails, "send_mail", broken):
        assert emails.send_pending(at) == (0, 1)
    assert statuses(order)[1:] == [("paid", "due", 1), ("shipped", "due", 1)]
    assert emails.send_pending(at + emails.PAUSES[0]) == (1, 0)
    assert statuses(order)[1:] == [("paid", "sent", 2), ("shipped", "sent", 2)]
    assert len(mail.outbox) == 1


def test_leaves_out_of_a_shared_mail_what_somebody_else_is_sending(together) -> None:
    order = paid_and_sent()
    at = timezone.now() + timedelta(seconds=121)
    order.events.filter(kind="paid").update(mail_due_at=at + emails.LEASE, mail_attempts=1)
    assert emails.deliver(event_of(order, "shipped").pk, at) is True
    assert statuses(order)[1:] == [("paid", "due", 1), ("shipped", "sent", 1)]
    assert mail.outbox[0].subject == f"A parcel of order {order.number} is on its way"


def test_has_words_for_every_kind_of_news() -> None:
    order = make_order()
    for kind in sorted(emails.TOGETHER):
        event = OrderEvent.objects.create(order=order, kind=kind, data={"amount": "5 €"})
        assert emails._news(event)["title"]

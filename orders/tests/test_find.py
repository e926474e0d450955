import re
import time

import pytest
from django.core import mail
from django.test import Client, TestCase

from orders import links
from orders.models import OrderEvent
from orders.tests.factories import make_order
from orders.throttle import allows

pytestmark = pytest.mark.django_db

FIND = "/orders/find/"


def ask(client: Client, number: str, email: str) -> tuple[int, str]:
    """What the request answers; the worker has then done its part."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = client.post(FIND, {"number": number, "email": email})
    return response.status_code, getattr(response, "url", "")


def asked() -> int:
    return OrderEvent.objects.filter(kind="link_requested").count()


def test_mails_the_link_that_opens_the_order(client: Client) -> None:
    order = make_order(email="gerda@example.com")
    assert ask(client, order.number, "gerda@example.com") == (302, f"{FIND}?sent=1")
    (sent,) = mail.outbox
    assert sent.to == ["gerda@example.com"]
    path = re.search(rf"http[^/]+//[^/]+(/orders/{order.number}/\?key=\S+)", sent.body)[1]
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("number", [str.lower, lambda number: number.replace("-", " "), lambda n: f" {n} "])
def test_takes_the_number_however_it_is_typed(client: Client, number) -> None:
    order = make_order(email="gerda@example.com")
    ask(client, number(order.number), "GERDA@example.com ")
    assert asked() == 1


def test_answers_wrong_address_and_unknown_number_alike(client: Client) -> None:
    order = make_order(email="gerda@example.com")
    right = ask(client, order.number, "gerda@example.com")
    wrong = ask(client, order.number, "eve@example.com")
    unknown = ask(client, "K7Q2-9XMB-4T0F-V", "gerda@example.com")
    nonsense = ask(client, "12", "gerda@example.com")
    assert right == wrong == unknown == nonsense == (302, f"{FIND}?sent=1")
    assert [message.to for message in mail.outbox] == [["gerda@example.com"]]
    assert "If there is an order" in client.get(f"{FIND}?sent=1").content.decode()


def test_mails_a_member_a_link_that_needs_the_log_in(client: Client, alice) -> None:
    order = make_order(user=alice)
    ask(client, order.number, alice.email)
    assert f"/orders/{order.number}/" in mail.outbox[0].body
    assert "key=" not in mail.outbox[0].body


def test_mails_three_links_an_hour_at_most_and_says_nothing_of_it(client: Client) -> None:
    order, other = make_order(email="gerda@example.com"), make_order(email="gerda@example.com")
    answers = {ask(client, order.number, "gerda@example.com") for _ in range(5)}
    assert answers == {(302, f"{FIND}?sent=1")}
    assert asked() == 3
    ask(client, other.number, "gerda@example.com")
    assert asked() == 4


def test_lets_one_address_ask_twenty_times_an_hour(client: Client) -> None:
    answers = [ask(client, "K7Q2-9XMB-4T0F-V", "eve@example.com")[0] for _ in range(21)]
    assert answers == [302] * 20 + [429]
    forged = client.post(FIND, {"number": "1", "email": "a@example.com"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert forged.status_code == 429
    assert "You have asked very often" in forged.content.decode()
    other = client.post(FIND, {"number": "1", "email": "a@example.com"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 302


@pytest.mark.parametrize(
    ("number", "email"),
    [("", ""), ("x" * 61, "a@example.com"), ("K7Q2", "nobody"), ("K7Q2", "a@" + "b" * 300 + ".com"), (" - ", "a@b")],
)
def test_says_beside_the_field_what_is_wrong(client: Client, number: str, email: str) -> None:
    response = client.post(FIND, {"number": number, "email": email})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert "error-summary" in response.content.decode()


def test_is_closed_to_other_sites() -> None:
    assert Client(enforce_csrf_checks=True).post(FIND, {"number": "1", "email": "a@example.com"}).status_code == 403


def test_keeps_the_request_out_of_the_story(client: Client) -> None:
    order = make_order()
    ask(client, order.number, order.email)
    assert asked() == 1
    assert client.get(links.order_url(order)).content.decode().count("timeline__title") == 1


def test_frees_a_place_after_its_time(db) -> None:
    assert allows("test", "eve", times=1, seconds=1)
    assert not allows("test", "eve", times=1, seconds=1)
    assert allows("test", "bob", times=1, seconds=1)
    assert allows("other", "eve", times=1, seconds=1)
    time.sleep(2.1)  # the database cache counts whole seconds
    assert allows("test", "eve", times=1, seconds=1)

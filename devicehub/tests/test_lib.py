"""The smaller helpers: claims, links, template tags."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from devicehub.lib.db import claim, in_batches, snapshot
from devicehub.lib.money import Money
from devicehub.lib.urls import absolute_url, safe_next


def test_lets_exactly_one_claim_win(alice: Any) -> None:
    waiting = get_user_model().objects.filter(pk=alice.pk, name="Alice Adler")
    assert claim(waiting, name="Taken") is True
    assert claim(waiting, name="Taken twice") is False
    alice.refresh_from_db()
    assert alice.name == "Taken"


def test_hands_out_all_rows_in_order_some_at_a_time(alice: Any, bob: Any, carol: Any) -> None:
    users = get_user_model().objects.exclude(pk=bob.pk)
    keys = [[user.pk for user in batch] for batch in in_batches(users, size=1)]
    assert keys == [[pk] for pk in sorted([alice.pk, carol.pk])]


@pytest.mark.django_db(transaction=True)
def test_reads_one_moment_without_the_writers_lock(alice: Any) -> None:
    with CaptureQueriesContext(connection) as seen, snapshot():
        assert get_user_model().objects.count() == 1
    opened = " ".join(query["sql"] for query in seen)
    assert ("REPEATABLE READ READ ONLY" in opened) is (connection.vendor == "postgresql")
    assert "IMMEDIATE" not in opened
    alice.save()  # and writes afterwards as before


def test_links_to_the_shops_own_address_whatever_the_visitor_says(settings: Any) -> None:
    settings.SITE_URL = "https://shop.example"
    assert absolute_url("/orders/") == "https://shop.example/orders/"


@pytest.mark.parametrize("wanted", ["/cart/", "/products/?q=a&page=2", "http://testserver/cart/"])
def test_goes_on_inside_the_shop(rf: RequestFactory, wanted: str) -> None:
    assert safe_next(rf.get("/", {"next": wanted}), "/") == wanted
    assert safe_next(rf.post("/", {"next": wanted}), "/") == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "\t//x",
    ],
)
def test_never_leads_out_of_the_shop(rf: RequestFactory, wanted: str) -> None:
    assert safe_next(rf.get("/", {"next": wanted}), "/home/") == "/home/"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Money(Decimal("1249"), "EUR"), "1,249.00\N{NO-BREAK SPACE}€"),
        (Decimal("0.5"), "0.50\N{NO-BREAK SPACE}€"),
        (7, "7.00\N{NO-BREAK SPACE}€"),
        (None, ""),
        ("", ""),
    ],
)
def test_prints_money_in_templates(value: Any, printed: str) -> None:
    assert Template("{{ value|money }}").render(Context({"value": value})) == printed


def test_hides_an_icon_that_only_decorates() -> None:
    drawn = Template('{% icon "cart" %}').render(Context())
    assert 'aria-hidden="true"' in drawn
    assert 'href="/static/img/icons.svg#cart"' in drawn


def test_names_an_icon_that_speaks() -> None:
    drawn = Template('{% icon "cart" label=words %}').render(Context({"words": 'Your "cart"'}))
    assert 'role="img" aria-label="Your &quot;cart&quot;"' in drawn

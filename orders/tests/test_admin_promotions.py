"""Promotions and vouchers in the back office: what may be typed, codes by the hundred, and the cart to try them on."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from catalog.tests.factories import make_category
from devicehub.lib.money import shop_money
from orders.models import Cart, Promotion, PromotionUse, Voucher
from orders.tests.factories import a_variant, make_method, make_order, make_promotion, make_rate, make_voucher
from orders.tests.test_checkout import text

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/promotion/"


@pytest.fixture
def owner(client: Client, carol: Any) -> Client:
    client.force_login(carol)
    return client


BACKWARDS = {
    "valid_from_0": "2026-05-02",
    "valid_from_1": "00:00",
    "valid_until_0": "2026-05-01",
    "valid_until_1": "00:00",
}


def page(promotion: Promotion, name: str = "change") -> str:
    return f"{LIST}{promotion.pk}/{name}/"


def typed(*goods: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rows = {f"goods-{number}-{name}": value for number, row in enumerate(goods) for name, value in row.items()}
    return {
        "name": "Ten off",
        "kind": "percent",
        "percent": "10",
        "priority": "0",
        "is_active": "on",
        "is_combinable": "on",
        "goods-TOTAL_FORMS": str(len(goods)),
        "goods-INITIAL_FORMS": "0",
        **rows,
        **fields,
    }


def test_makes_a_promotion_for_some_goods(owner: Client) -> None:
    phones = make_category("Phones")
    response = owner.post(f"{LIST}add/", typed({"role": "bought", "category": phones.pk}, minimum="99.50"))
    assert response.status_code == 302
    promotion = Promotion.objects.get()
    assert (promotion.percent, promotion.minimum, promotion.needs_code) == (10, shop_money("99.50").amount, False)
    assert promotion.goods.get().category == phones


@pytest.mark.parametrize(
    ("fields", "goods", "words"),
    [
        ({"percent": ""}, [], "This kind of promotion needs it."),
        ({"amount": "5"}, [], "This kind of promotion has none: leave it empty."),
        ({"percent": "101"}, [], "less than or equal to 100"),
        ({"percent": "0"}, [], "greater than or equal to 0.01"),
        ({"kind": "amount"}, [], "This kind of promotion needs it."),
        ({"kind": "bundle", "buy": "2"}, [], "This kind of promotion needs it."),
        ({"kind": "fixed", "percent": "", "amount": "5"}, [], "Choose the goods that have the fixed price."),
        ({"kind": "bundle", "buy": "1", "get": "1"}, [{"role": "reward"}], "Choose a category, a brand or a product."),
        ({}, [{"role": "reward", "category": "?"}], "has goods that become cheaper"),
        (BACKWARDS, [], "The end lies before the start."),
        ({"minimum": "0"}, [], "greater than or equal to 0.01"),
    ],
)
def test_says_beside_the_field_what_is_wrong(owner: Client, fields: Any, goods: Any, words: str) -> None:
    phones = make_category("Phones")
    rows = [{**row, **({"category": phones.pk} if "category" in row else {"brand": ""})} for row in goods]
    response = owner.post(f"{LIST}add/", typed(*rows, **fields))
    assert response.status_code == 200
    assert words in text(response)
    assert not Promotion.objects.exists()


def test_keeps_the_count_of_uses_that_grew_while_staff_were_typing(owner: Client, monkeypatch: Any) -> None:
    promotion = make_promotion()
    save = Promotion.full_clean

    def counted_meanwhile(self: Promotion, *args: Any, **options: Any) -> None:
        Promotion.objects.filter(pk=promotion.pk).update(uses=3)
        save(self, *args, **options)

    monkeypatch.setattr(Promotion, "full_clean", counted_meanwhile)
    assert owner.post(page(promotion), typed(name="Eleven off", percent="11")).status_code == 302
    promotion.refresh_from_db()
    assert (promotion.name, promotion.percent, promotion.uses) == ("Eleven off", 11, 3)


def test_lists_promotions_by_what_they_are_at(owner: Client) -> None:
    now = timezone.now()
    make_promotion(name="Runs")
    make_promotion(name="Comes", valid_from=now + timezone.timedelta(days=1))
    make_promotion(name="Ended", valid_until=now)
    make_promotion(name="Spent", max_uses=1, uses=1)
    make_promotion(name="Asleep", is_active=False)
    shown = {
        state: re.findall("Runs|Comes|Ended|Spent|Asleep", text(owner.get(f"{LIST}?state={state}&o=1")))
        for state in ("running", "coming", "over", "off")
    }
    assert shown == {"running": ["Runs"], "coming": ["Comes"], "over": ["Ended", "Spent"], "off": ["Asleep"]}


def test_keeps_what_orders_have_used(owner: Client) -> None:
    voucher = make_voucher(uses=1, promotion=make_promotion(uses=1))
    order = make_order()
    PromotionUse.objects.create(promotion=voucher.promotion, voucher=voucher, order=order, email=order.email)
    for path in (page(voucher.promotion, "delete"), f"/admin/orders/voucher/{voucher.pk}/delete/"):
        assert owner.post(path, {"post": "yes"}, follow=True).status_code == 200
    assert Promotion.objects.exists()
    assert Voucher.objects.exists()


# Codes --------------------------------------------------------------------------------------------------------


def test_makes_codes_by_the_hundred(owner: Client) -> None:
    promotion = make_promotion(needs_code=True)
    response = owner.post(page(promotion, "generate"), {"count": "150", "max_uses": "2"}, follow=True)
    assert "150 codes were made." in text(response)
    codes = list(promotion.vouchers.values_list("code", "max_uses", "uses"))
    assert len(codes) == 150
    assert {(limit, uses) for _code, limit, uses in codes} == {(2, 0)}
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code) for code, _limit, _uses in codes)
    assert "150 codes were made." in LogEntry.objects.latest("pk").change_message


@pytest.mark.parametrize("count", ["0", "5001", "", "many"])
def test_makes_no_codes_of_a_wrong_number(owner: Client, count: str) -> None:
    response = owner.post(page(make_promotion(), "generate"), {"count": count, "max_uses": "1"})
    assert response.status_code == 200
    assert not Voucher.objects.exists()


def test_hands_codes_out_as_a_table(owner: Client) -> None:
    voucher = make_voucher("TENOFF", uses=1)
    other = make_voucher("OTHER")
    data = {"action": "export", "_selected_action": [voucher.pk]}
    response = owner.post("/admin/orders/voucher/", data)
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row[:5] for row in rows] == [
        ["Code", "Promotion", "Used", "Uses", "Active"],
        ["TENOFF", "Ten off", "1", "1", "True"],
    ]
    assert other.code not in str(rows)


def test_takes_a_code_as_it_is_typed_and_refuses_one_that_is_there(owner: Client) -> None:
    promotion = make_promotion(needs_code=True)
    fields = {"promotion": promotion.pk, "code": "wel-come 10", "max_uses": "", "is_active": "on"}
    assert owner.post("/admin/orders/voucher/add/", fields).status_code == 302
    assert promotion.vouchers.get().code == "WELCOME10"
    response = owner.post("/admin/orders/voucher/add/", fields)
    assert "Voucher with this Code already exists." in text(response)
    assert "3 to 32 capital letters and digits." in text(
        owner.post("/admin/orders/voucher/add/", {**fields, "code": "é!"})
    )


def test_switches_codes_off(owner: Client) -> None:
    voucher = make_voucher()
    owner.post("/admin/orders/voucher/", {"action": "switch_off", "_selected_action": [voucher.pk]})
    voucher.refresh_from_db()
    assert not voucher.is_active


# Preview ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sample() -> dict[str, Any]:
    """Two devices of 100.00, as the preview's form sends them."""
    make_rate(19)
    make_method(name="Standard", price="5.00")
    variant = a_variant("100.00", stock=5, sku="DEV")
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {"variant-1": variant.pk, "quantity-1": "2", "country": "DE", "at": at, "codes": "", "email": ""}


def test_prices_a_sample_cart_with_every_adjustment(owner: Client, sample: dict[str, Any]) -> None:
    draft = make_promotion(name="Draft", needs_code=True, is_active=False)
    make_promotion(name="Runs already", kind="amount", amount=20, priority=-1)
    make_voucher("SHIPFREE", make_promotion("delivery", name="On us", needs_code=True))
    assert owner.get(page(draft, "preview")).status_code == 200
    response = owner.get(page(draft, "preview"), {**sample, "codes": "shipfree"})
    shown = text(response)
    assert "This promotion counts." in shown
    assert "SHIPFREE: counts" in shown
    for label, amount in (("Runs already", "-20.00"), ("Draft", "-18.00"), ("On us (SHIPFREE)", "-5.00")):
        assert f"{label} {str(shop_money(amount)).replace(chr(160), ' ')}" in shown
    assert response.context["preview"].summary.totals.total == shop_money("162.00")
    assert not Cart.objects.exists()


@pytest.mark.parametrize(
    ("conditions", "asked", "words"),
    [
        ({"minimum": 250}, {}, "more of what it is for, and it counts."),
        ({"first_order_only": True}, {"email": "old@example.com"}, "This offer is for a first order only."),
        ({"valid_until": timezone.now()}, {"at": "2031-01-01T00:00"}, "This code was valid until"),
        ({"valid_from": timezone.now()}, {"at": "2001-01-01T00:00"}, "It has not begun at that time."),
    ],
)
def test_says_why_a_promotion_does_not_count(
    owner: Client, sample: dict[str, Any], conditions: dict[str, Any], asked: dict[str, Any], words: str
) -> None:
    make_order(email="old@example.com")
    response = owner.get(page(make_promotion(**conditions), "preview"), sample | asked)
    assert "This promotion does not count here:" in text(response)
    assert words in text(response)
    assert not response.context["preview"].summary.totals.adjustments


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"codes": "NONSENSE"}, "There is no code NONSENSE."),
        ({"variant-1": ""}, "Choose a device."),
        ({"variant-1": "x"}, "Select a valid choice."),
        ({"quantity-1": "0"}, "greater than or equal to 1"),
        ({"country": "XX"}, "Select a valid choice."),
        ({"at": "soon"}, "Enter a valid date/time."),
    ],
)
def test_refuses_a_sample_cart_in_words(owner: Client, sample: dict[str, Any], asked: Any, words: str) -> None:
    response = owner.get(page(make_promotion(), "preview"), sample | asked)
    assert response.status_code == 200
    assert words in text(response)
    assert response.context["preview"] is None


# Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "statuses"),
    [
        ("Owner", (200, 200, 200)),
        ("Catalog", (200, 200, 200)),
        ("Support", (200, 200, 403)),
        ("Fulfillment", (403, 403, 403)),
    ],
)
def test_lets_only_those_in_who_may(client: Client, dave: Any, group: str, statuses: tuple[int, ...]) -> None:
    promotion = make_promotion()
    dave.groups.add(Group.objects.get(name=group))
    client.force_login(dave)
    pages = [LIST, page(promotion, "preview"), page(promotion, "generate")]
    assert tuple(client.get(path).status_code for path in pages) == statuses


def test_knows_no_page_of_a_promotion_that_is_not_there(owner: Client) -> None:
    assert owner.get(f"{LIST}999/preview/").status_code == 404
    assert owner.get(f"{LIST}999/generate/").status_code == 404

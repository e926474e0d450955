from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from catalog.models import StockLevel
from orders import cancellation, fulfillment, links, units
from orders.exceptions import MoveNotAllowed, NumbersRefused
from orders.models import DeviceUnit, Order, OrderEvent, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_imei, make_paid_order

pytestmark = pytest.mark.django_db

A, B, C = (make_imei(number) for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def ledger() -> Any:
    yield
    assert differences() == []


def phones(quantity: int = 2, **product: Any) -> Order:
    return make_paid_order(lines=[(a_variant(is_serial_tracked=True, **product), quantity)])


def pack(order: Order, numbers: Sequence[str], quantity: int | None = None) -> Shipment:
    line = order.lines.get()
    count = len(numbers) if quantity is None else quantity
    return fulfillment.create_shipment(order, {line.pk: count}, numbers={line.pk: numbers})


def living() -> list[str]:
    return sorted(DeviceUnit.objects.living().values_list("number", flat=True))


def untouched() -> tuple[Any, ...]:
    return (
        list(Shipment.objects.values_list("status")),
        list(DeviceUnit.objects.values_list("number", "status")),
        OrderEvent.objects.count(),
        list(StockLevel.objects.values_list("on_hand", "reserved")),
    )


# Reading


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("490154203237518", "imei", "490154203237518"),
        (" 49-015420-323751-8\r", "imei", "490154203237518"),
        ("49/015420/323751/8", "imei", "490154203237518"),
        ("IMEI: 490154203237518", "imei", "490154203237518"),
        ("IMEI1 : 49 015420 323751 8", "imei", "490154203237518"),
        ("IMEI 490154203237518", "imei", "490154203237518"),
        ("４９０１５４２０３２３７５１８", "imei", "490154203237518"),
        ("c02xk1yjjg5h", "serial", "C02XK1YJJG5H"),
        ("S/N 5CD-1234-ABC", "serial", "5CD1234ABC"),
        ("SN: R58M30ABCDE", "serial", "R58M30ABCDE"),
        ("S/N490154203237519", "serial", "490154203237519"),
        ("SN12345", "serial", "SN12345"),
        ("1234567", "serial", "1234567"),
    ],
)
def test_reads_a_number_however_it_is_scanned(text: str, kind: str, number: str) -> None:
    assert units.read(text) == (number, kind)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("490154203237519", "no IMEI: a digit is wrong"),
        ("49015420323751", "an IMEI has 15 digits"),
        ("4901542032375188", "an IMEI has 15 digits"),
        ("IMEI: 490154203237519", "no IMEI"),
        ("ABC", "no serial number"),
        ("PHONE", "no serial number"),
        ("A1" * 21, "no serial number"),
        ("R58M30<b>", "no serial number"),
        ("", "no serial number"),
        ("R58M\u0661\u0662", "no serial number"),
    ],
)
def test_refuses_what_is_no_number(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        units.read(text)


# Packing


def test_packs_each_unit_with_its_number() -> None:
    order = phones(3)
    first, second = pack(order, [A, "S/N R58M30ABCDE"]), pack(order, [C])
    line = order.lines.get().pk
    assert units.numbers_of(first) == {line: [f"IMEI {A}", "serial number R58M30ABCDE"]}
    assert units.numbers_of(second) == {line: [f"IMEI {C}"]}
    fulfillment.ship(first)
    assert list(DeviceUnit.objects.values_list("status", flat=True)) == ["sent", "sent", "packed"]


@pytest.mark.parametrize(
    ("numbers", "quantity", "words"),
    [
        ([], 2, "2 numbers are needed, one for each unit; there are 0."),
        ([A], 2, "2 numbers are needed, one for each unit; there are 1."),
        ([A, B, C], 2, "2 numbers are needed, one for each unit; there are 3."),
        ([A, B], 1, "1 number is needed, one for each unit; there are 2."),
        ([A, f" {A[:2]}-{A[2:]}"], 2, f"{A} is here twice."),
        ([A, "490154203237519"], 2, "490154203237519 is no IMEI"),
        ([A, "4006381333931"], 2, "4006381333931 is the article's number"),
        ([A, "phone-1"], 2, "PHONE1 is the article's number"),
    ],
)
def test_refuses_numbers_that_are_not_those_of_the_units(numbers: list[str], quantity: int, words: str) -> None:
    order = phones(2)
    order.lines.update(gtin="4006381333931", sku="PHONE-1")
    before = untouched()
    with pytest.raises(NumbersRefused) as refused:
        pack(order, numbers, quantity)
    (said,) = refused.value.words.values()
    assert len(said) == 1
    assert words in said[0]
    assert untouched() == before


def test_refuses_a_number_in_two_lines_of_a_parcel() -> None:
    order = make_paid_order(lines=[(a_variant(is_serial_tracked=True), 1), (a_variant(is_serial_tracked=True), 1)])
    pks = [line.pk for line in order.lines.all()]
    before = untouched()
    with pytest.raises(NumbersRefused) as refused:
        fulfillment.create_shipment(order, dict.fromkeys(pks, 1), numbers={pk: [A] for pk in pks})
    assert refused.value.words == {pk: [f"{A} is here twice."] for pk in pks}
    assert untouched() == before


def test_refuses_numbers_where_none_are_recorded() -> None:
    order = make_paid_order()
    with pytest.raises(NumbersRefused, match="No numbers are recorded for this device"):
        pack(order, [A, B])


@pytest.mark.parametrize("is_gone", [False, True])
def test_refuses_the_number_of_a_living_unit(is_gone: bool) -> None:
    first, second = phones(1), phones(1)
    parcel = pack(first, [A])
    if is_gone:
        fulfillment.ship(parcel)
    before = untouched()
    with pytest.raises(NumbersRefused, match=f"{A} is in parcel 1 of order {first.number} already"):
        pack(second, [A])
    assert untouched() == before


def test_refuses_a_number_that_another_parcel_takes_at_the_same_moment() -> None:
    """As when both parcels were checked before either was written: the constraint decides."""
    first, second = phones(1), phones(1)
    pack(first, [A])
    before = untouched()
    unchecked = patch.object(units, "check", lambda lines, quantities, typed: {pk: [units.read(A)] for pk in typed})
    with unchecked, pytest.raises(NumbersRefused, match=f"{A} is in parcel 1 of order {first.number} already"):
        pack(second, [A])
    assert untouched() == before


def test_frees_the_numbers_of_what_is_unpacked_or_canceled() -> None:
    first, second, third = phones(1), phones(1), phones(1)
    fulfillment.cancel_shipment(pack(first, [A]))
    assert living() == []
    pack(second, [A])
    cancellation.cancel_order(second)
    assert living() == []
    pack(third, [A])
    assert list(DeviceUnit.objects.values_list("number", "status")) == [(A, "unpacked"), (A, "unpacked"), (A, "packed")]


def test_frees_the_number_of_a_unit_that_comes_back_once() -> None:
    first, second = phones(1), phones(1)
    fulfillment.ship(pack(first, [A]))
    unit = DeviceUnit.objects.get()
    units.take_back(unit)
    assert unit.status == "returned"
    with pytest.raises(MoveNotAllowed, match="is not with the customer"):
        units.take_back(unit)
    pack(second, [A])
    assert living() == [A]


def test_takes_back_nothing_that_has_not_left() -> None:
    pack(phones(1), [A])
    with pytest.raises(MoveNotAllowed):
        units.take_back(DeviceUnit.objects.get(), is_scrapped=True)
    assert living() == [A]


# Correcting


def test_corrects_a_number_until_the_parcel_leaves(carol: Any) -> None:
    order = phones(1)
    parcel = pack(order, [A])
    unit = DeviceUnit.objects.get()
    units.correct(unit, f"IMEI: {B}", actor=carol)
    assert living() == [B]
    event = order.events.get(kind="number_corrected")
    assert event.actor == carol
    assert event.data == {"shipment": 1, "before": f"IMEI {A}", "after": f"IMEI {B}"}
    fulfillment.ship(parcel)
    with pytest.raises(MoveNotAllowed):
        units.correct(unit, C)
    assert living() == [B]


@pytest.mark.parametrize("text", ["", "490154203237519", A, B])
def test_corrects_to_nothing_wrong(text: str) -> None:
    order = phones(2)
    pack(order, [A, B])
    before = untouched()
    with pytest.raises(NumbersRefused):
        units.correct(DeviceUnit.objects.get(number=A), text)
    assert untouched() == before


# In the back office


def act(order: Order, name: str = "pack") -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def test_asks_for_numbers_at_packing_and_says_what_is_wrong_beside_them(admin_client: Client) -> None:
    order = phones(2)
    line = order.lines.get().pk
    assert f'name="numbers-{line}"' in admin_client.get(act(order)).content.decode()
    answers = {f"line-{line}": 2, f"numbers-{line}": f"{A}\r\n\r\n490154203237519\r\n"}
    page = admin_client.post(act(order), answers)
    assert page.status_code == 200
    assert page.context["form"].errors == {
        f"numbers-{line}": [
            "490154203237519 is no IMEI: a digit is wrong.",
        ]
    }
    assert "490154203237519\r\n</textarea>" in page.content.decode()
    assert not Shipment.objects.exists()
    answers[f"numbers-{line}"] = f"{A}\n{B}"
    assert admin_client.post(act(order), answers).status_code == 302
    assert living() == [A, B]


def test_asks_no_numbers_of_what_has_none(admin_client: Client) -> None:
    assert "numbers-" not in admin_client.get(act(make_paid_order())).content.decode()


def test_packs_no_tracked_order_in_bulk(admin_client: Client) -> None:
    tracked, plain = phones(1), make_paid_order()
    data = {"action": "pack_all", "_selected_action": [tracked.pk, plain.pk]}
    page = admin_client.post("/admin/orders/order/", data, follow=True).content.decode()
    assert f"{tracked.number}: 1 number is needed, one for each unit; there are 0." in page
    assert "1 order done." in page
    assert [shipment.order for shipment in Shipment.objects.all()] == [plain]


def test_finds_an_order_by_a_unit_s_number(admin_client: Client) -> None:
    order, other = phones(1), phones(1)
    pack(order, [A])
    page = admin_client.get("/admin/orders/order/", {"q": A}).content.decode()
    assert order.number in page
    assert other.number not in page
    assert f"IMEI {A}" in admin_client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()


def test_lists_units_to_look_up_and_to_leave_alone(admin_client: Client) -> None:
    order = phones(2)
    pack(order, [A, B])
    url = "/admin/orders/deviceunit/"
    page = admin_client.get(url, {"q": A}).content.decode()
    assert A in page
    assert B not in page
    assert reverse("admin:orders_order_change", args=[order.pk]) in page
    unit = DeviceUnit.objects.first()
    assert admin_client.get(f"{url}add/").status_code == 403
    assert admin_client.post(f"{url}{unit.pk}/change/", {"number": C}).status_code == 403
    assert admin_client.post(f"{url}{unit.pk}/delete/", {"post": "yes"}).status_code == 403
    assert living() == [A, B]


def test_lets_staff_correct_a_number_and_refuses_beside_it(admin_client: Client) -> None:
    order = phones(2)
    pack(order, [A, B])
    unit = DeviceUnit.objects.get(number=A)
    page = admin_client.post(act(order, "number"), {"unit": unit.pk, "number": B})
    assert page.context["form"].errors == {"number": [f"{B} is in parcel 1 of order {order.number} already."]}
    assert admin_client.post(act(order, "number"), {"unit": unit.pk, "number": C}).status_code == 302
    assert living() == [B, C]


# On the buyer's page


def test_shows_the_buyer_each_unit_s_number(client: Client) -> None:
    order = phones(2)
    pack(order, [A, "R58M30ABCDE"])
    page = client.get(links.order_url(order)).content.decode()
    assert f"IMEI {A}" in page
    assert "serial number R58M30ABCDE" in page


# Proof


def test_reconciles_numbers_with_parcels() -> None:
    order = phones(2)
    fulfillment.ship(pack(order, [A]))
    row = DeviceUnit.objects.get()
    DeviceUnit.objects.update(status="packed")
    assert differences() == [f"Unit {A}: packed in a parcel that is shipped"]
    DeviceUnit.objects.update(status="sent")
    extra = DeviceUnit.objects.create(shipment_line=row.shipment_line, kind="imei", number=B, status="sent")
    assert differences() == [f"Parcel line {row.shipment_line_id}: 2 numbers of 1 units"]
    extra.delete()


def test_reconciles_a_number_that_lives_twice() -> None:
    """As in a database that has lost its constraint."""
    pack(phones(1), [A])
    pack(phones(1), [B])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX unit_number_once_among_living")
    DeviceUnit.objects.update(number=A)
    assert differences() == [f"Unit {A}: in 2 places"]
    DeviceUnit.objects.filter(shipment_line__shipment__order=Order.objects.first()).update(number=B)

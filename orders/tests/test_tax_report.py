"""Sales of a quarter by country and rate."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from devicehub.lib.money import shop_money
from orders.models import Order, Payment, Refund, RefundLine, Shipment
from orders.tax_report import Quarter, rows_of
from orders.tests.factories import make_order, make_paid_order
from orders.tests.test_checkout import text

pytestmark = pytest.mark.django_db

URL = "/admin/orders/taxrate/report/"
BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def sold(at: str, **fields: Any) -> Order:
    """Paid at a moment: 204.90 with 32.71 tax at 19 %."""
    order = make_paid_order(**fields)
    Payment.objects.filter(order=order).update(captured_at=moment(at))
    return order


def give_back(order: Order, kind: str, amount: str, tax: str, at: str) -> None:
    payment = order.payments.get()
    key = f"{order.pk}-{kind}"[:64]
    refund = Refund.objects.create(payment=payment, amount=amount, currency="EUR", status="done", key=key)
    line = order.lines.get() if kind == "line" else None
    RefundLine.objects.create(
        refund=refund, kind=kind, order_line=line, units=int(kind == "line"), amount=amount, tax_amount=tax
    )
    Refund.objects.filter(pk=refund.pk).update(created_at=moment(at))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("2026-Q1", "2026-01-01", "2026-04-01"), ("2026-Q4", "2026-10-01", "2027-01-01")],
)
def test_knows_a_quarters_bounds_in_the_shops_time(text: str, start: str, end: str) -> None:
    quarter = Quarter.parse(text)
    assert (str(quarter), quarter.start, quarter.end) == (text, moment(start), moment(end))
    assert (quarter.after.before, quarter.before.after) == (quarter, quarter)


@pytest.mark.parametrize("text", ["", "2026", "2026-Q0", "2026-Q5", "x-Q1", "99999-Q1", "2026-Q1-Q2", "2026-Q1\x00"])
def test_refuses_what_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match="is no quarter"):
        Quarter.parse(text)


def test_adds_up_by_treatment_country_and_rate() -> None:
    sold("2026-10-01 00:00")
    sold("2026-12-31 23:59:59")
    sold("2026-11-05 12:00", tax_treatment="oss", tax_country="FR")
    sold("2026-09-30 23:59:59")
    sold("2027-01-01 00:00")
    make_order()  # neither paid nor sent
    german, french = rows_of(Quarter(2026, 4))
    assert (german.treatment, german.country, german.rate, german.orders) == ("domestic", "DE", 19, 2)
    assert (german.net, german.tax) == (shop_money("344.38"), shop_money("65.42"))
    assert (french.treatment, french.country, french.orders) == ("oss", "FR", 1)
    assert (french.net, french.tax) == (shop_money("172.19"), shop_money("32.71"))


def test_counts_a_parcel_that_left_before_its_money_came() -> None:
    order = make_order(provider="cash_on_delivery")
    Shipment.objects.create(order=order, number=1, status="shipped", shipped_at=moment("2026-09-30 10:00"))
    Payment.objects.filter(order=order).update(status="captured", captured_at=moment("2026-10-02 10:00"))
    assert [row.orders for row in rows_of(Quarter(2026, 3))] == [1]
    assert rows_of(Quarter(2026, 4)) == []


def test_corrects_the_quarter_in_which_money_goes_back() -> None:
    order = sold("2026-08-01 10:00")
    give_back(order, "line", "100.00", "15.97", "2026-10-05 10:00")
    give_back(order, "delivery", "4.90", "0.78", "2026-10-05 10:00")
    give_back(order, "goodwill", "10.00", "0", "2026-10-05 10:00")
    [summer], [autumn] = rows_of(Quarter(2026, 3)), rows_of(Quarter(2026, 4))
    assert (summer.net, summer.tax, summer.refunded_tax) == (shop_money("172.19"), shop_money("32.71"), shop_money(0))
    assert (autumn.net, autumn.refunded_net, autumn.refunded_tax) == (
        shop_money(0),
        shop_money("88.15"),
        shop_money("16.75"),
    )
    assert autumn.tax_due == shop_money("-16.75")


def test_leaves_canceled_orders_out() -> None:
    order = sold("2026-11-05 12:00")
    give_back(order, "line", "100.00", "15.97", "2026-11-06 10:00")
    Order.objects.filter(pk=order.pk).update(status="canceled")
    assert rows_of(Quarter(2026, 4)) == []


def test_asks_no_more_for_many_orders(django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        sold("2026-11-05 12:00")
    with django_assert_max_num_queries(6):
        assert rows_of(Quarter(2026, 4))[0].net == shop_money("860.95")


def test_shows_staff_the_quarter_and_hands_it_out(client: Client, carol: Any) -> None:
    sold("2026-11-05 12:00", tax_treatment="oss", tax_country="FR")
    client.force_login(carol)
    page = text(client.get(URL, {"quarter": "2026-Q4"}))
    assert "EU distance sale, destination" in page
    assert "France 19 1 172.19 € 32.71 €" in page
    assert "Nothing was sold in this quarter." in text(client.get(URL, {"quarter": "2026-Q3"}))
    answer = client.get(URL, {"quarter": "2026-Q4", "format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="tax-2026-Q4.csv"'
    assert lines[1] == "2026-Q4,oss,FR,19.000,1,172.19,32.71,0.00,0.00,EUR"
    assert client.get(URL, {"quarter": "nonsense"}).status_code == 404
    assert "/admin/orders/taxrate/report/" in client.get("/admin/orders/taxrate/").content.decode()


def test_is_for_those_who_see_tax_rates(client: Client, dave: Any) -> None:
    client.force_login(dave)
    assert client.get(URL).status_code == 403

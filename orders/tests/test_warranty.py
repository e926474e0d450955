from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from orders import fulfillment, links, warranty
from orders.models import OrderLine, Shipment
from orders.tests.factories import a_variant, make_method, make_paid_order
from orders.warranty import Warranty, add_months


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 3, 5), 24, date(2028, 3, 5)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 5, 31), 36, date(2029, 5, 31)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_adds_calendar_months_and_ends_with_a_shorter_one(day: date, months: int, end: date) -> None:
    assert add_months(day, months) == end


@pytest.mark.parametrize(
    ("today", "left", "is_over"),
    [(date(2028, 3, 3), 2, False), (date(2028, 3, 5), 0, False), (date(2028, 3, 6), 0, True)],
)
def test_counts_the_days_left(today: date, left: int, is_over: bool) -> None:
    covered = Warranty(24, date(2026, 3, 5), date(2028, 3, 5), is_estimated=False)
    with patch.object(timezone, "localdate", lambda: today):
        assert (covered.days_left, covered.is_over) == (left, is_over)


def parcel(months: int = 36, *, shipped: bool = True) -> tuple[OrderLine, Shipment]:
    variant = a_variant(warranty_months=months)
    order = make_paid_order(lines=[(variant, 1)], shipping_method=make_method(days_max=3))
    line = order.lines.get()
    shipment = fulfillment.create_shipment(order, {line.pk: 1})
    if shipped:
        fulfillment.ship(shipment)
        Shipment.objects.update(shipped_at=datetime(2026, 1, 28, 23, 30, tzinfo=UTC))  # the 29th in Berlin
        shipment.refresh_from_db()
    return line, shipment


@pytest.mark.django_db
def test_counts_from_delivery() -> None:
    line, shipment = parcel()
    fulfillment.deliver(shipment, day=date(2026, 1, 31))
    assert warranty.of(line, shipment) == Warranty(36, date(2026, 1, 31), date(2029, 1, 31), is_estimated=False)


@pytest.mark.django_db
def test_counts_from_the_day_by_which_it_should_have_come_and_says_so(client: Client) -> None:
    line, shipment = parcel()
    assert warranty.of(line, shipment) == Warranty(36, date(2026, 2, 1), date(2029, 2, 1), is_estimated=True)
    page = " ".join(client.get(links.order_url(shipment.order)).content.decode().split())
    assert "Warranty until 1 February 2029" in page
    assert "(counted from the day by which the parcel should have come)" in page


@pytest.mark.django_db
def test_counts_nothing_before_the_parcel_has_left() -> None:
    assert warranty.of(*parcel(shipped=False)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("months", "legal", "applied"), [(12, 24, 24), (36, 24, 36), (0, 24, 24), (12, 0, 12)])
def test_never_covers_less_than_the_law_says(settings: Any, months: int, legal: int, applied: int) -> None:
    settings.SHOP_LEGAL_GUARANTEE_MONTHS = legal
    covered = warranty.of(*parcel(months))
    assert covered is not None
    assert covered.months == applied


@pytest.mark.django_db
def test_promises_nothing_where_neither_shop_nor_law_does(settings: Any) -> None:
    settings.SHOP_LEGAL_GUARANTEE_MONTHS = 0
    assert warranty.of(*parcel(0)) is None


@pytest.mark.django_db
def test_gives_lines_sold_before_the_warranty_of_their_device() -> None:
    kept, deleted = (parcel(36, shipped=False)[0] for _ in range(2))
    OrderLine.objects.update(warranty_months=0)
    OrderLine.objects.filter(pk=deleted.pk).update(variant=None)
    import_module("orders.migrations.0005_warranty_of_lines_sold").copy_from_products(apps, None)
    assert dict(OrderLine.objects.values_list("pk", "warranty_months")) == {kept.pk: 36, deleted.pk: 24}

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import inventory
from catalog.models import StockLevel, Variant
from devicehub.lib.db import in_batches
from orders import cancellation, fulfillment, reconciliation
from orders.models import (
    Adjustment,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
    Promotion,
    PromotionUse,
    Refund,
    Shipment,
    ShipmentLine,
    Voucher,
)
from orders.reconciliation import differences
from orders.tests.factories import a_variant, give_goodwill, make_order, make_paid_order, make_promotion, make_voucher

pytestmark = pytest.mark.django_db


def use_voucher(order: Order) -> None:
    voucher = make_voucher("NOTHING", uses=1, promotion=make_promotion(name="Nothing off", needs_code=True, uses=1))
    promotion = voucher.promotion
    PromotionUse.objects.create(promotion=promotion, voucher=voucher, order=order, email=order.email)
    fields = {"kind": "discount", "line": order.lines.get(), "label": promotion.name, "amount": 0}
    Adjustment.objects.create(order=order, source=promotion.source, **fields)


@pytest.fixture
def order() -> Order:
    """Three bought with a voucher for nothing; one delivered, one in a packed parcel, one open; a part refunded."""
    variant = a_variant("100.00", stock=9, sku="DEV")
    order = make_paid_order(lines=[(variant, 3)], number="TEST")
    use_voucher(order)
    line = order.lines.get().pk
    shipment = fulfillment.create_shipment(order, {line: 1})
    fulfillment.ship(shipment)
    fulfillment.deliver(shipment)
    fulfillment.create_shipment(order, {line: 1})
    give_goodwill(order.payments.get(), Decimal("10.00"), key="a", reason="", actor=None)
    return order


def test_finds_nothing_where_all_is_right(order: Order, capsys) -> None:
    make_order()
    cancellation.cancel_order(make_paid_order())
    assert differences() == []
    call_command("reconcile")
    assert capsys.readouterr().out == "3 orders checked: 0 differences\n"


def test_lists_what_is_wrong_and_exits_with_1(order: Order, capsys) -> None:
    StockLevel.objects.filter(variant__sku="DEV").update(on_hand=7)
    with pytest.raises(CommandError, match="1 differences") as failed:
        call_command("reconcile")
    assert failed.value.returncode == 1
    assert capsys.readouterr().out == "Stock of DEV: 7 on hand and 2 reserved, by the ledger 8 and 2\n"


def on_hand(order: Order) -> None:
    StockLevel.objects.filter(variant__sku="DEV").update(on_hand=9)


def reserved(order: Order) -> None:
    StockLevel.objects.filter(variant__sku="DEV").update(reserved=1)


def lost_movement(order: Order) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_stockmovement WHERE kind = 'reserve'")


def movement(order: Order) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_stockmovement SET on_hand_change = 10 WHERE kind = 'receipt'")


def adjustment(order: Order) -> None:
    Adjustment.objects.create(order=order, kind="payment", label="Lost", source="test", amount=-5)


def discount(order: Order) -> None:
    Adjustment.objects.update(amount=-301)


def strange_discount(order: Order) -> None:
    Adjustment.objects.update(order=make_order(number="OTHER"))


def promotion_count(order: Order) -> None:
    Promotion.objects.update(uses=2)


def voucher_count(order: Order) -> None:
    Voucher.objects.update(uses=0)


def lost_use(order: Order) -> None:
    PromotionUse.objects.update(released_at=order.placed_at)


def use_of_canceled(order: Order) -> None:
    Order.objects.update(status="canceled")


def quantity(order: Order) -> None:
    OrderLine.objects.update(quantity=4, total=400)


def total(order: Order) -> None:
    Order.objects.update(total=Decimal("300.00"))


def line_total(order: Order) -> None:
    OrderLine.objects.update(unit_price=50, total=150)


def tax(order: Order) -> None:
    Order.objects.update(tax_total=1)


def payment(order: Order) -> None:
    Payment.objects.update(status="created")


def over_refund(order: Order) -> None:
    Refund.objects.update(amount=1000)


def payment_status(order: Order) -> None:
    Order.objects.update(payment_status="paid")


def delivery_status(order: Order) -> None:
    Order.objects.update(fulfillment_status="shipped")


def parcel(order: Order) -> None:
    ShipmentLine.objects.update(quantity=2)


def lost_parcel(order: Order) -> None:
    Shipment.objects.filter(status="delivered").update(status="canceled")


def status(order: Order) -> None:
    Order.objects.update(status="completed")


def lost_event(order: Order) -> None:
    OrderEvent.objects.filter(kind="paid").delete()


def wild_event(order: Order) -> None:
    OrderEvent.objects.create(order=order, kind="canceled", data={"from": "completed", "to": "canceled"})


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (on_hand, ["Stock of DEV: 9 on hand and 2 reserved, by the ledger 8 and 2"]),
        (reserved, ["Stock of DEV: 8 on hand and 1 reserved, by the ledger 8 and 2"]),
        (lost_movement, ["Stock of DEV: 8 on hand and 2 reserved, by the ledger 8 and -1"]),
        (movement, ["the ledger says 10/0, the row 9/0", "by the ledger 9 and 2"]),
        (quantity, ["2 of variant {variant} reserved, 3 to be sent", "goods is 300.00, its parts make 400"]),
        (total, ["total is 300.00, its parts make 304.90"]),
        (line_total, ["goods is 300.00, its parts make 150"]),
        (adjustment, ["adjustments is 0.00, its parts make -5"]),
        (discount, ["Order TEST: DEV is discounted by 301.00 of 300.00", "adjustments is 0.00, its parts make -301"]),
        (strange_discount, ["Order TEST: DEV has a discount of the order OTHER"]),
        (promotion_count, ["The promotion Nothing off: used 2 times, by its orders 1"]),
        (voucher_count, ["The voucher NOTHING: used 0 times, by its orders 1"]),
        (
            lost_use,
            ["Order TEST does not count its use of promotion:", "The voucher NOTHING: used 1 times, by its orders 0"],
        ),
        (use_of_canceled, ["Order TEST is canceled and counts promotion:"]),
        (tax, ["tax is 1.00, its parts make"]),
        (payment, ["10.00 given back of 0", "payment is partly-refunded, by its payments unpaid"]),
        (over_refund, ["1000.00 given back of 304.90", "by its payments refunded"]),
        (payment_status, ["payment is paid, by its payments partly-refunded"]),
        (delivery_status, ["delivery is shipped, by its parcels partial"]),
        (parcel, ["Order line DEV: 4 units in parcels, 3 bought", "2 of variant {variant} reserved, 1 to be sent"]),
        (lost_parcel, ["delivery is partial, by its parcels unfulfilled"]),
        (status, ["status is completed, by its events confirmed"]),
        (lost_event, ["status is confirmed, by its events pending"]),
        (wild_event, ["event canceled moves completed → canceled from confirmed"]),
    ],
)
def test_names_every_kind_of_harm(order: Order, harm: Callable[[Order], None], named: list[str]) -> None:
    harm(order)
    found = differences()
    for words in named:
        wanted = words.format(variant=order.lines.get().variant_id)
        assert [line for line in found if wanted in line], found


def test_tells_a_program_which_check_found_what(order: Order, capsys) -> None:
    call_command("reconcile", "--json")
    assert json.loads(capsys.readouterr().out) == {"orders": 1, "differences": []}
    total(order)
    with pytest.raises(CommandError):
        call_command("reconcile", "--json")
    words = "Order TEST: total is 300.00, its parts make 304.90"
    assert json.loads(capsys.readouterr().out)["differences"] == [{"check": "order_sums", "words": words}]


def test_looks_at_every_order_some_at_a_time(monkeypatch) -> None:
    for _ in range(5):
        make_paid_order()
    monkeypatch.setattr(reconciliation, "in_batches", lambda rows: in_batches(rows, 2))
    monkeypatch.setattr(reconciliation.stock, "in_batches", lambda rows: in_batches(rows, 2))
    Order.objects.update(tax_total=1)
    assert len([words for words in differences() if "tax is 1.00" in words]) == 5


def test_asks_as_many_queries_for_3_orders_as_for_12(django_assert_num_queries) -> None:
    def more(orders: int) -> None:
        for _ in range(orders):
            make_paid_order()

    more(3)
    with CaptureQueriesContext(connection) as few:
        differences()
    more(9)
    with django_assert_num_queries(len(few)):
        assert differences() == []


def test_sees_units_reserved_for_no_order() -> None:
    variant: Variant = a_variant(stock=3)
    inventory.reserve({variant.pk: 1}, reference="nobody", cause="placed")
    assert differences() == [f"1 of {variant.sku} reserved for nobody, which is no order"]

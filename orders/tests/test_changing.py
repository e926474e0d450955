from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from catalog import inventory
from catalog.models import StockLevel, Variant
from catalog.tests.factories import make_product
from devicehub.lib.money import Money
from orders import balance, changing, emails, fulfillment, payments, refunds
from orders.exceptions import MoveNotAllowed, OrderError, QuantityError
from orders.models import Adjustment, Order, OrderEvent, Refund
from orders.tests.factories import ADDRESS, a_variant, make_method, make_order, make_paid_order, make_rate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciled", "rates")]


@pytest.fixture
def rates(db: None) -> None:
    make_rate(19)


def two_colours(blue: str = "100.00", red: str = "100.00", stock: int = 5) -> tuple[Variant, Variant]:
    variants = [{"price": blue, "stock": stock, "sku": "BLUE"}, {"price": red, "stock": stock, "sku": "RED"}]
    product = make_product(name="Nova 5", variants=variants)
    return product.variants.get(sku="BLUE"), product.variants.get(sku="RED")


def reserved(variant: Variant) -> int:
    return StockLevel.objects.get(variant=variant).reserved


def line_ids(order: Order) -> list[int]:
    return [line.pk for line in order.lines.order_by("position")]


def untouched(order: Order) -> Any:
    rows = [order.lines, order.adjustments, order.addresses, order.events, order.payments]
    return (
        list(Order.objects.filter(pk=order.pk).values()),
        [list(each.order_by("pk").values()) for each in rows],
        list(StockLevel.objects.order_by("pk").values("on_hand", "reserved")),
        list(Refund.objects.values()),
    )


def facts(order: Order) -> list[tuple[Any, ...]]:
    return list(order.lines.order_by("position").values_list("sku", "quantity", "unit_price", "total", "tax_amount"))


def give_discount(order: Order, amount: str) -> None:
    """Ten off the first line, as a promotion would have written it."""
    line = order.lines.first()
    Adjustment.objects.create(order=order, line=line, kind="discount", label="Summer", source="test", amount=amount)
    net = order.money(line.total + Decimal(amount))
    line.tax_amount = net.included(19).amount
    line.save()
    order.adjustments_total = Decimal(amount)
    order.total += Decimal(amount)
    order.tax_total = line.tax_amount + order.shipping_tax
    order.save()
    order.payments.update(amount=order.total)


# Swapping


def test_swaps_a_colour_with_the_stock_at_today_s_price(carol):
    blue, red = two_colours(red="120.00")
    order = make_paid_order(lines=[(blue, 2)])
    changing.swap_variant(order, line_ids(order)[0], red, 1, actor=carol)
    assert facts(order) == [
        ("BLUE", 1, Decimal("100.00"), Decimal("100.00"), Decimal("15.97")),
        ("RED", 1, Decimal("120.00"), Decimal("120.00"), Decimal("19.16")),
    ]
    assert (reserved(blue), reserved(red)) == (1, 1)
    order.refresh_from_db()
    assert (order.total, order.payment_status) == (Decimal("224.90"), "partial")
    event = order.events.get(kind="variant_swapped")
    assert event.actor == carol
    assert event.data["before"]["Total"] == str(Money("204.90", "EUR"))
    assert "RED" in event.data["after"]["Instead of"]


def test_swaps_at_the_old_price_when_asked_to():
    blue, red = two_colours(red="120.00")
    order = make_paid_order(lines=[(blue, 2)])
    changing.swap_variant(order, line_ids(order)[0], red, 2, keep_price=True)
    assert [row[:3] for row in facts(order)] == [("BLUE", 0, Decimal("100.00")), ("RED", 2, Decimal("100.00"))]
    order.refresh_from_db()
    assert (order.total, order.payment_status) == (Decimal("204.90"), "paid")
    assert not Refund.objects.exists()


def test_owes_back_what_a_cheaper_device_costs_less():
    blue, red = two_colours(red="79.99")
    order = make_paid_order(lines=[(blue, 1)])
    changing.swap_variant(order, line_ids(order)[0], red, 1)
    assert list(Refund.objects.values_list("amount", "status")) == [(Decimal("20.01"), "pending")]


@pytest.mark.parametrize("units", [1, 2, 3])
def test_takes_the_units_share_of_a_discount_along_exactly(units):
    blue, red = two_colours()
    order = make_order(lines=[(blue, 3)])
    give_discount(order, "-10.00")
    payments.record_payment(order, actor=None)
    changing.swap_variant(order, line_ids(order)[0], red, units, keep_price=True)
    order.refresh_from_db()
    assert sum(one.amount for one in order.adjustments.all()) == Decimal("-10.00")
    assert (order.total, order.payment_status) == (Decimal("294.90"), "paid")
    kept = {1: "-6.67", 2: "-3.34"}
    by_line = dict(order.adjustments.values_list("line__sku", "amount"))
    assert by_line.get("BLUE") == (Decimal(kept[units]) if units in kept else None)
    for line in order.lines.all():
        worth = line.total + sum(one.amount for one in line.adjustments.all())
        assert order.money(line.tax_amount) == order.money(worth).included(19)


def test_gives_no_more_discount_than_the_new_device_is_worth():
    blue, red = two_colours(red="5.00")
    order = make_order(lines=[(blue, 1)])
    give_discount(order, "-10.00")
    changing.swap_variant(order, line_ids(order)[0], red, 1)
    order.refresh_from_db()
    assert [one.amount for one in order.adjustments.all()] == [Decimal("-5.00")]
    assert order.total == Decimal("4.90")


def test_scales_a_discount_down_with_the_quantity_and_not_up():
    blue, _red = two_colours(stock=9)
    order = make_order(lines=[(blue, 3)])
    give_discount(order, "-10.00")
    (line,) = line_ids(order)
    changing.change_quantities(order, {line: 2})
    assert order.adjustments.get().amount == Decimal("-6.67")
    changing.change_quantities(order, {line: 3})
    assert order.adjustments.get().amount == Decimal("-6.67")
    changing.add_device(order, a_variant("20.00"), 1)
    changing.change_quantities(order, {line: 0})
    order.refresh_from_db()
    assert not order.adjustments.exists()
    assert order.total == Decimal("24.90")


def test_leaves_no_line_below_nothing_when_rounded_shares_are_added():
    order = make_paid_order(lines=[(a_variant("0.35", stock=5), 3)])
    line = order.lines.get()
    for amount in ("-1.00", "-0.05"):
        Adjustment.objects.create(
            order=order, line=line, kind="discount", label="Off", source=f"test {amount}", amount=amount
        )
    changing.change_quantities(order, {line.pk: 1})
    amounts = order.adjustments.order_by("pk").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("-0.34"), Decimal("-0.01")]
    assert order.lines.get().tax_amount == 0


def test_refuses_swaps_that_cannot_be_and_changes_nothing():
    blue, red = two_colours(stock=3)
    other = a_variant("50.00")
    hidden = make_product(is_published=False, variants=[{"price": "10.00", "stock": 3, "sku": ""}]).variants.get()
    order, foreign = make_paid_order(lines=[(blue, 2)]), make_order()
    (line,) = line_ids(order)
    make_order(lines=[(red, 2)])
    before = untouched(order)
    refused = [
        (line, red, 2, False, "Not enough in stock. Left are RED: 1."),
        (line, blue, 1, False, "already"),
        (line, red, 3, False, "choose 1 to 2"),
        (line, red, 0, False, "choose 1 to 2"),
        (line, red, -1, False, "choose 1 to 2"),
        (line, other, 1, True, "same product only"),
        (line, hidden, 1, False, "not for sale"),
        (line_ids(foreign)[0], red, 1, False, "another order"),
    ]
    for pk, variant, units, keep_price, words in refused:
        with pytest.raises(QuantityError, match=words):
            changing.swap_variant(order, pk, variant, units, keep_price=keep_price)
    assert untouched(order) == before


def test_swaps_only_what_is_not_packed():
    blue, red = two_colours()
    order = make_paid_order(lines=[(blue, 3)])
    (line,) = line_ids(order)
    fulfillment.ship(fulfillment.create_shipment(order, {line: 1}))
    fulfillment.create_shipment(order, {line: 1})
    with pytest.raises(QuantityError, match="choose 1 to 1"):
        changing.swap_variant(order, line, red, 2)
    changing.swap_variant(order, line, red, 1)
    assert [row[:2] for row in facts(order)] == [("BLUE", 2), ("RED", 1)]
    order.refresh_from_db()
    assert order.fulfillment_status == "partial"


# Adding


def test_takes_no_unit_out_whose_money_went_back_already():
    blue, red = two_colours()
    order = make_paid_order(lines=[(blue, 3)])
    (line,) = line_ids(order)
    refunds.refund(order, refunds.Wish(units={line: 2}), key="goodwill", reason="Scratched", actor=None)
    before = facts(order)
    for act in (
        lambda: changing.change_quantities(order, {line: 1}),
        lambda: changing.swap_variant(order, line, red, 2),
        lambda: changing.split_order(order, {line: 2}, key="split"),
    ):
        with pytest.raises(QuantityError):
            act()
    assert facts(order) == before
    changing.change_quantities(order, {line: 2})
    assert order.lines.get().quantity == 2


def test_adds_a_device_at_today_s_price_and_asks_for_the_rest(carol):
    order = make_paid_order()
    watch = a_variant("50.00", sku="WATCH")
    changing.add_device(order, watch, 2, actor=carol)
    order.refresh_from_db()
    assert (order.total, order.payment_status, reserved(watch)) == (Decimal("304.90"), "partial", 2)
    with pytest.raises(MoveNotAllowed, match="not paid yet"):
        fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    assert payments.record_payment(order, actor=carol).amount == Decimal("100.00")
    fulfillment.create_shipment(order, fulfillment.open_quantities(order))


def test_asks_again_for_money_that_went_back_when_the_order_was_smaller():
    order = make_paid_order(lines=[(a_variant("100.00"), 2)])
    pk = line_ids(order)[0]
    for units, due, status in [(1, "0.00", "paid"), (2, "100.00", "partial")]:
        changing.change_quantities(order, {pk: units})
        order.refresh_from_db()
        assert (balance.of(order).due.amount, order.payment_status) == (Decimal(due), status)


@pytest.mark.parametrize(("goodwill", "back"), [("0.00", "100.00"), ("20.00", "100.00")])
def test_gives_back_what_a_taken_device_costs_and_leaves_goodwill_given(goodwill, back):
    order = make_paid_order(lines=[(a_variant("100.00"), 2)])
    if amount := order.money(goodwill):
        refunds.refund(order, refunds.Wish(goodwill=amount), key="a", reason="Late", actor=None)
    changing.change_quantities(order, {line_ids(order)[0]: 1})
    assert Refund.objects.get(reason="The order was changed").amount == Decimal(back)
    assert balance.of(order).due.amount == 0


def test_gives_back_for_one_device_after_another_was_refunded():
    order = make_paid_order(lines=[(a_variant("100.00"), 1), (a_variant("50.00"), 1)])
    first, second = line_ids(order)
    refunds.refund(order, refunds.Wish(units={first: 1}), key="a", reason="Broken", actor=None)
    changing.change_quantities(order, {second: 0})
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("100.00"), Decimal("50.00")]


def test_packs_a_grown_order_that_is_paid_at_the_door(carol):
    order = make_order(provider="cash_on_delivery")
    changing.add_device(order, a_variant("50.00"), 1, actor=carol)
    fulfillment.create_shipment(order, fulfillment.open_quantities(order))
    order.refresh_from_db()
    assert order.total == Decimal("254.90")


def test_sells_tax_free_orders_more_devices_tax_free():
    order = make_order(prices_include_tax=False, shipping="0.00")
    order.addresses.update(country="CH")
    Order.objects.update(tax_total=0, total=200, tax_treatment="export", tax_country="CH")
    order.lines.update(tax_rate=0, tax_amount=0)
    order.payments.update(amount=200)
    changing.add_device(order, a_variant("119.00"), 1)
    order.refresh_from_db()
    assert (order.total, order.tax_total) == (Decimal("300.00"), Decimal("0.00"))


# Where it goes and how


def test_changes_the_address_and_tells_before_and_after(carol):
    order = make_paid_order()
    values = {**blank(), **ADDRESS, "line1": "Neue Gasse 1"}
    changing.change_address(order, "delivery", values, actor=carol)
    assert order.addresses.get(kind="delivery").line1 == "Neue Gasse 1"
    assert order.addresses.get(kind="invoice").line1 == "Lindenweg 4"
    data = order.events.get(kind="address_changed").data
    assert "Lindenweg 4" in data["before"]["Delivery address"]
    assert "Neue Gasse 1" in data["after"]["Delivery address"]
    assert "Total" not in data["after"]


def blank() -> dict[str, str]:
    return dict.fromkeys(("company", "line2", "region", "phone", "vat_number"), "")


def test_refuses_an_address_with_other_taxes():
    order = make_paid_order()
    before = untouched(order)
    elsewhere = [
        {"country": "FR", "postcode": "75001", "city": "Paris"},
        {"postcode": "27498", "city": "Helgoland"},  # outside of the VAT area, though in the same country
    ]
    for change in elsewhere:
        with pytest.raises(MoveNotAllowed, match="other taxes"):
            changing.change_address(order, "delivery", {**blank(), **ADDRESS, **change})
    with pytest.raises(OrderError, match="already"):
        changing.change_address(order, "delivery", {**blank(), **ADDRESS})
    assert untouched(order) == before


def test_changes_the_method_with_its_price_and_tax():
    standard, express = make_method(name="Standard"), make_method(name="Express", price="9.90", free_from=None)
    free = make_method(name="Free", price="6.00", free_from="100.00")
    order = make_paid_order(shipping_method=standard)
    changing.change_method(order, express)
    order.refresh_from_db()
    assert (order.shipping_name, order.shipping_total, order.shipping_tax) == (
        "Express",
        Decimal("9.90"),
        Decimal("1.58"),
    )
    assert (order.total, order.payment_status) == (Decimal("209.90"), "partial")
    changing.change_method(order, free)
    order.refresh_from_db()
    assert (order.shipping_total, order.shipping_tax, order.total) == (Decimal("6.00"), 0, Decimal("200.00"))
    assert order.adjustments.get().amount == Decimal("-6.00")
    changing.change_method(order, standard)
    order.refresh_from_db()
    assert (order.total, order.adjustments.count()) == (Decimal("204.90"), 0)


def test_keeps_what_a_promotion_paid_of_delivery():
    order = make_order(shipping="4.90")
    Adjustment.objects.create(order=order, kind="delivery", label="Sent free", source="test", amount="-4.90")
    changing.change_method(order, make_method(name="Express", price="12.90", free_from=None))
    order.refresh_from_db()
    assert order.adjustments.get().amount == Decimal("-4.90")
    assert (order.shipping_total, order.adjustments_total) == (Decimal("12.90"), Decimal("-4.90"))
    assert order.shipping_tax == Money(Decimal("8.00"), "EUR").included(19).amount


def test_refuses_a_method_that_does_not_fit():
    order = make_paid_order(shipping_method=make_method())
    before = untouched(order)
    for method in (make_method(countries=["FR"]), make_method(is_active=False), order.shipping_method):
        with pytest.raises(OrderError):
            changing.change_method(order, method)
    assert untouched(order) == before


def test_refuses_address_and_method_once_something_is_packed():
    order = make_paid_order(shipping_method=make_method())
    parcel = fulfillment.create_shipment(order, {line_ids(order)[0]: 1})
    with pytest.raises(MoveNotAllowed, match="packed"):
        changing.change_address(order, "delivery", {**blank(), **ADDRESS, "line1": "Neue Gasse 1"})
    with pytest.raises(MoveNotAllowed, match="packed"):
        changing.change_method(order, make_method())
    fulfillment.cancel_shipment(parcel)
    changing.change_method(order, make_method(price="5.00"))


# The mail


def test_mails_the_buyer_once_what_changed_and_how_to_pay(django_capture_on_commit_callbacks):
    order = make_paid_order(provider="bank_transfer")
    emails.send_pending()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        changing.add_device(order, a_variant("50.00", name="Tide"), 1)
    (sent,) = mail.outbox
    body = sent.body.replace("\xa0", " ")
    assert sent.subject == f"Your order {order.number} was changed"
    for words in ("Tide", "204.90 €", "254.90 €", "Please transfer 50.00 €", order.number):
        assert words in body
    assert "254.90 €" in sent.alternatives[0].content.replace("\xa0", " ")


def test_mails_what_goes_back(django_capture_on_commit_callbacks):
    blue, red = two_colours(red="79.99")
    order = make_paid_order(lines=[(blue, 1)])
    emails.send_pending()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        changing.swap_variant(order, line_ids(order)[0], red, 1)
    assert "20.01 € goes back to you" in mail.outbox[0].body.replace("\xa0", " ")


# In the back office


def act(order: Order, name: str) -> str:
    return reverse("admin:orders_order_act", args=[order.pk, name])


def shown(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def test_swaps_by_sku_ean_or_name_in_the_back_office(client, staff):
    support = staff("Support")
    blue, _red = two_colours(red="120.00")
    order = make_paid_order(lines=[(blue, 2)])
    (line,) = line_ids(order)
    answers = {"line": line, "units": 1, "variant": "nova", "price": "today"}
    assert "Several fit" in shown(client.post(act(order, "swap"), answers))
    assert "No device on sale fits." in shown(client.post(act(order, "swap"), {**answers, "variant": "zzz"}))
    without_price = {name: answer for name, answer in answers.items() if name != "price"}
    assert client.post(act(order, "swap"), {**without_price, "variant": "RED"}).status_code == 200
    assert not OrderEvent.objects.filter(kind="variant_swapped").exists()
    assert client.post(act(order, "swap"), {**answers, "variant": "red"}).status_code == 302
    assert order.events.get(kind="variant_swapped").actor == support
    page = shown(client.get(reverse("admin:orders_order_change", args=[order.pk])))
    assert "Device swapped" in page
    assert "<del>204.90 €</del> → <ins>224.90 €</ins>" in page


def test_adds_and_changes_terms_in_the_back_office(client, staff):
    staff("Support")
    standard, express = make_method(), make_method(name="Express", price="9.90")
    order = make_paid_order(shipping_method=standard)
    watch = a_variant("50.00", sku="WATCH")
    Variant.objects.filter(pk=watch.pk).update(gtin="4006381333931")
    assert client.post(act(order, "add"), {"variant": "4006381333931", "units": 1}).status_code == 302
    assert reserved(watch) == 1
    address = {**blank(), **ADDRESS, "full_name": "Gerda Neu", "country": "FR"}
    assert client.get(act(order, "delivery-address")).status_code == 200
    assert client.post(act(order, "delivery-address"), address).status_code == 302
    assert order.addresses.get(kind="delivery").full_name == "Gerda Neu"
    assert order.addresses.get(kind="delivery").country == "DE"
    bad = client.post(act(order, "invoice-address"), {**address, "country": "DE", "postcode": "1"})
    assert "as the country writes it" in shown(bad)
    assert client.post(act(order, "invoice-address"), {**address, "country": "DE"}).status_code == 302
    assert client.post(act(order, "method"), {"method": express.pk}).status_code == 302
    order.refresh_from_db()
    assert order.total == Decimal("259.90")
    fulfillment_page = client.get(act(order, "method"))
    assert "Express" not in shown(fulfillment_page).split("<select")[1].split("</select>")[0]


def test_suggests_devices_to_those_who_change_orders_only(client, staff):
    two_colours()
    url = reverse("admin:orders_order_devices")
    staff("Fulfillment")
    assert client.get(url, {"q": "nova"}).status_code == 403
    staff("Support")
    found = client.get(url, {"q": "nova"}).json()["devices"]
    assert [one["sku"] for one in found] == ["BLUE", "RED"]
    assert client.get(url, {"q": "nova red"}).json()["devices"][0]["sku"] == "RED"
    assert client.get(url, {"q": " "}).json() == {"devices": []}


def test_leaves_stock_alone_when_others_were_quicker(client, staff):
    staff("Support")
    blue, red = two_colours(stock=3)
    order = make_paid_order(lines=[(blue, 2)])
    inventory.adjust(red, -3, note="broken")
    before = untouched(order)
    answers = {"line": line_ids(order)[0], "units": 1, "variant": "RED", "price": "kept"}
    assert "Not enough in stock" in shown(client.post(act(order, "swap"), answers))
    assert untouched(order) == before

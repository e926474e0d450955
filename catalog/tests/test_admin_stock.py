"""Stock in the back office: movements only, and a ledger nobody edits."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from catalog import inventory, overview
from catalog.models import PriceChange, Product, StockLevel, StockMovement
from catalog.tests.browsing import errors_of, form_of, send
from catalog.tests.factories import make_product, make_variant

FORM = "stocklevel_form"
ADD = "admin:catalog_stocklevel_add"


@pytest.fixture
def variant(db):
    return make_product("Orvane 5", variants=[{"sku": "ORV-1", "stock": 5}]).variants.get()


@pytest.fixture
def level(variant):
    return variant.stock_levels.get()


@pytest.fixture
def back_office(client, carol):
    client.force_login(carol)
    return client


def page(level):
    return reverse("admin:catalog_stocklevel_change", args=[level.pk])


def figures(level):
    level.refresh_from_db()
    return level.on_hand, level.reserved


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("act", "quantity", "kind", "after"),
    [("receive", "3", "receipt", 8), ("correct", "-2", "adjustment", 3), ("count", "4", "adjustment", 4)],
)
def test_posts_a_movement_with_who_and_why(back_office, level, carol, act, quantity, kind, after):
    response = send(back_office, page(level), FORM, act=act, quantity=quantity, reason="Box 7")
    assert response.status_code == 302
    assert figures(level) == (after, 0)
    movement = StockMovement.objects.first()
    assert (movement.kind, movement.on_hand_after, movement.note, movement.actor) == (kind, after, "Box 7", carol)
    words = LogEntry.objects.get().get_change_message()
    assert words == f"Changed {movement.get_kind_display()}: 5 → {after}."


def test_counts_against_what_is_there_now_and_not_when_the_page_was_opened(back_office, level, variant):
    data = form_of(back_office.get(page(level)), FORM)
    inventory.reserve({variant.pk: 2}, reference="A")
    inventory.commit({variant.pk: 2}, reference="A")
    back_office.post(page(level), data | {"act": "count", "quantity": "4"})
    assert figures(level) == (4, 0)
    assert StockMovement.objects.first().on_hand_change == 1


def test_confirms_a_count_that_is_right_without_a_movement(back_office, level):
    before = StockMovement.objects.count()
    assert send(back_office, page(level), FORM, act="count", quantity="5").status_code == 302
    assert StockMovement.objects.count() == before


def test_changes_the_low_mark_without_touching_the_figures(back_office, level, variant):
    data = form_of(back_office.get(page(level)), FORM)
    inventory.reserve({variant.pk: 2}, reference="A")
    assert back_office.post(page(level), data | {"low_at": "9"}).status_code == 302
    assert figures(level) == (5, 2)
    assert level.low_at == 9
    assert LogEntry.objects.get().get_change_message() == "Changed Low at: 3 → 9."


def test_posts_once_when_pressed_twice(back_office, level):
    data = form_of(back_office.get(page(level)), FORM) | {"act": "receive", "quantity": "3"}
    back_office.post(page(level), data)
    response = back_office.post(page(level), data, follow=True)
    assert "stock was moved since you opened this page" in told(response)[-1]
    assert figures(level) == (8, 0)


def test_keeps_what_is_reserved(back_office, level, variant):
    inventory.reserve({variant.pk: 4}, reference="A")
    response = send(back_office, page(level), FORM, act="correct", quantity="-2", reason="broken")
    assert "reserved for orders" in told(back_office.get(response["Location"]))[0]
    assert figures(level) == (5, 4)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"act": "receive"}, "quantity"),
        ({"act": "receive", "quantity": "0"}, "quantity"),
        ({"act": "receive", "quantity": "-3"}, "quantity"),
        ({"act": "receive", "quantity": "1.5"}, "quantity"),
        ({"act": "receive", "quantity": "1e3"}, "quantity"),
        ({"act": "receive", "quantity": "99999999999999999999"}, "quantity"),
        ({"act": "count", "quantity": "-1"}, "quantity"),
        ({"act": "correct", "quantity": "0", "reason": "x"}, "quantity"),
        ({"act": "correct", "quantity": "2"}, "reason"),
        ({"act": "receive", "quantity": "2", "reason": "x" * 201}, "reason"),
        ({"act": "steal", "quantity": "2"}, "act"),
        ({"low_at": "-1"}, "low_at"),
        ({"low_at": "99999999999999"}, "low_at"),
        ({"last_seen": "x"}, "last_seen"),
    ],
)
def test_refuses_bad_movements_beside_the_field(back_office, level, changes, field):
    before = StockMovement.objects.count()
    response = send(back_office, page(level), FORM, **changes)
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert figures(level) == (5, 0)
    assert StockMovement.objects.count() == before


def test_never_takes_figures_from_the_form(back_office, level):
    send(back_office, page(level), FORM, on_hand="500", reserved="0", place="77", variant="77")
    assert figures(level) == (5, 0)


def test_receives_the_first_units_of_a_variant(back_office, carol):
    product = make_product(variants=[{"sku": "NEW", "stock": 0}])
    variant = product.variants.get()
    response = send(
        back_office,
        reverse(ADD),
        FORM,
        variant=str(variant.pk),
        act="receive",
        quantity="7",
        low_at="2",
        reason="First",
    )
    assert response.status_code == 302
    level = variant.stock_levels.get()
    assert (level.on_hand, level.low_at) == (7, 2)
    assert level.movements.get().actor == carol
    product.refresh_from_db()
    assert product.is_available


def test_leads_to_the_level_that_is_there(back_office, level, variant):
    response = send(back_office, reverse(ADD), FORM, variant=str(variant.pk), act="receive", quantity="7")
    assert page(level) in errors_of(response)["variant"][0]
    assert figures(level) == (5, 0)


def test_makes_no_level_without_units(back_office):
    variant = make_product(variants=[{"stock": 0}]).variants.get()
    response = send(back_office, reverse(ADD), FORM, variant=str(variant.pk), act="receive", quantity="")
    assert list(errors_of(response)) == ["quantity"]
    assert not StockLevel.objects.exists()


def promised(level):
    level.refresh_from_db()
    return level.promise, level.promise_limit, level.expected_at


def test_sells_beyond_stock_up_to_a_limit_and_leaves_what_it_was_before(back_office, level, variant):
    data = {"promise": "backorder", "promise_limit": "3", "expected_at": "2030-12-12"}
    assert send(back_office, page(level), FORM, **data).status_code == 302
    assert promised(level) == ("backorder", 3, date(2030, 12, 12))
    words = LogEntry.objects.get().get_change_message()
    assert "Sold before it is there: – → back-order" in words
    assert "At most: 0 → 3" in words
    assert "Expected on: – → 2030-12-12" in words
    inventory.reserve({variant.pk: 7}, reference="A", promised=[variant.pk])
    response = send(back_office, page(level), FORM, promise_limit="1")
    assert "2 units are promised beyond what is on hand" in errors_of(response)["promise_limit"][0]
    assert "promise_limit" in errors_of(send(back_office, page(level), FORM, promise=""))
    assert promised(level) == ("backorder", 3, date(2030, 12, 12))
    send(back_office, page(level), FORM, act="receive", quantity="2", promise="")
    assert promised(level) == ("backorder", 3, date(2030, 12, 12))  # first receive, then end it
    inventory.receive(variant, 2)
    send(back_office, page(level), FORM, promise="")
    assert promised(level) == ("", 0, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promise_limit": "0"}, "promise_limit"),
        ({"promise_limit": ""}, "promise_limit"),
        ({"promise_limit": "-1"}, "promise_limit"),
        ({"promise_limit": "99999999999999"}, "promise_limit"),
        ({"expected_at": ""}, "expected_at"),
        ({"expected_at": "soon"}, "expected_at"),
        ({"expected_at": "2020-01-01"}, "expected_at"),
        ({"promise": "gift"}, "promise"),
    ],
)
def test_refuses_half_a_promise_beside_the_field(back_office, level, changes, field):
    data = {"promise": "preorder", "promise_limit": "3", "expected_at": "2030-12-12"}
    response = send(back_office, page(level), FORM, **data | changes)
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert promised(level) == ("", 0, None)


def test_offers_a_pre_order_of_what_never_was_there(back_office):
    variant = make_product(variants=[{"sku": "NEW", "stock": 0}]).variants.get()
    data = {"variant": str(variant.pk), "act": "", "promise": "preorder", "promise_limit": "3", "low_at": "2"}
    response = send(back_office, reverse(ADD), FORM, **data, expected_at="2030-12-12")
    assert response.status_code == 302
    level = variant.stock_levels.get()
    assert (level.on_hand, *promised(level)) == (0, "preorder", 3, date(2030, 12, 12))
    assert not level.movements.exists()


@pytest.mark.parametrize("model", ["stockmovement", "pricechange"])
@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_lets_nobody_edit_the_ledgers(back_office, level, model, act):
    row = (StockMovement if model == "stockmovement" else PriceChange).objects.first()
    args = [] if act == "add" else [row.pk]
    url = reverse(f"admin:catalog_{model}_{act}", args=args)
    assert back_office.post(url, {"post": "yes", "note": "changed"}).status_code == 403
    row.refresh_from_db()


def test_lets_nobody_delete_a_level(back_office, level):
    url = reverse("admin:catalog_stocklevel_delete", args=[level.pk])
    assert back_office.post(url, {"post": "yes"}).status_code == 403
    assert StockLevel.objects.exists()


def test_shows_the_ledger_with_what_came_before_and_after(back_office, level, variant):
    inventory.reserve({variant.pk: 2}, reference="K7Q2-9XMB")
    html = back_office.get(reverse("admin:catalog_stockmovement_changelist") + "?q=k7q2").content.decode()
    assert "+2 → 2" in html
    assert "ORV-1" in html


@pytest.mark.parametrize(
    ("name", "query", "skus"),
    [
        ("stocklevel", {}, ["FEW", "NONE", "ORV-1"]),
        ("stocklevel", {"stock": "low"}, ["FEW"]),
        ("stocklevel", {"stock": "out"}, ["NONE"]),
        ("stocklevel", {"stock": "in"}, ["ORV-1"]),
        ("stocklevel", {"q": "orv"}, ["ORV-1"]),
        ("variant", {}, ["FEW", "HID", "NEVER", "NONE", "ORV-1"]),
        ("variant", {"stock": "out", "offered": "1"}, ["NEVER", "NONE"]),
        ("variant", {"stock": "low", "offered": "1"}, ["FEW"]),
        ("variant", {"offered": "0"}, ["HID"]),
        ("variant", {"q": "never"}, ["NEVER"]),
    ],
)
def test_filters_what_runs_out(back_office, variant, name, query, skus):
    none = make_product(variants=[{"sku": "NONE", "stock": 2}, {"sku": "NEVER", "stock": 0}])
    inventory.adjust(none.variants.get(sku="NONE"), -2, note="gone")
    make_product(variants=[{"sku": "FEW", "stock": 3}])
    make_product(variants=[{"sku": "HID", "stock": 0}], is_published=False)
    response = back_office.get(reverse(f"admin:catalog_{name}_changelist"), query)
    rows = [getattr(row, "variant", row) for row in response.context["cl"].result_list]
    assert [row.sku for row in rows] == skus


def test_tells_the_first_page_what_runs_out_and_links_to_it(back_office, variant):
    make_product(variants=[{"sku": "NEVER", "stock": 0}, {"sku": "FEW", "stock": 2}])
    make_product(variants=[{"sku": "OFF", "stock": 0, "is_active": False}])
    low, out, overdue = overview.figures()
    assert (low.count, out.count, overdue.count, overdue.is_urgent) == (2, 1, 0, False)
    for figure, skus in ((low, ["FEW", "NEVER"]), (out, ["NEVER"])):
        shown = back_office.get(figure.url).context["cl"].result_list
        assert [row.sku for row in shown] == skus


def test_says_what_to_order_again_with_what_is_promised_and_sold(back_office, variant):
    inventory.promise(variant, "backorder", limit=9, expected_at=date(2030, 12, 12))
    inventory.reserve({variant.pk: 3}, reference="old")
    with connection.cursor() as cursor:  # the ledger is append-only for everybody else
        cursor.execute("UPDATE catalog_stockmovement SET created_at = '2020-01-01' WHERE reference = 'old'")
    inventory.reserve({variant.pk: 5}, reference="A", promised=[variant.pk])
    inventory.reserve({variant.pk: 2}, reference="B", promised=[variant.pk])
    inventory.release({variant.pk: 1}, reference="A", cause="change 1")
    inventory.commit({variant.pk: 3}, reference="old")
    url = reverse("admin:catalog_variant_changelist") + "?offered=1&stock=mark"
    (row,) = back_office.get(url).context["cl"].result_list
    assert (row.on_hand, row.reserved, row.available_units, row.sold) == (2, 6, -4, 6)
    response = back_office.post(url, {"action": "export", "_selected_action": [variant.pk]})
    (cells,) = csv.DictReader(StringIO(b"".join(response).decode("utf-8-sig")))
    assert (cells["Available"], cells["Low at"], cells["Promised"], cells["Expected"], cells["Sold in 30 days"]) == (
        "'-4",
        "3",
        "4",
        "2030-12-12",
        "6",
    )


def test_tells_of_goods_that_should_have_come(back_office, variant, level):
    inventory.promise(variant, "backorder", limit=9, expected_at=date(2020, 12, 12))
    inventory.reserve({variant.pk: 6}, reference="A", promised=[variant.pk])
    overdue = overview.figures()[2]
    assert (overdue.count, overdue.is_urgent) == (1, True)
    assert list(back_office.get(overdue.url).context["cl"].result_list) == [level]
    inventory.receive(variant, 1)
    assert overview.figures()[2].count == 0


def test_leads_from_a_variant_to_its_product(back_office, variant):
    response = back_office.get(reverse("admin:catalog_variant_change", args=[variant.pk]))
    assert response["Location"] == reverse("admin:catalog_product_change", args=[variant.product_id])


def test_exports_stock_without_formulas(back_office, variant):
    Product.objects.update(name="=1+1")
    data = {"action": "export", "_selected_action": [variant.pk]}
    response = back_office.post(reverse("admin:catalog_variant_changelist"), data)
    (row,) = csv.DictReader(StringIO(b"".join(response).decode("utf-8-sig")))
    assert (row["SKU"], row["Product"], row["On hand"], row["Reserved"]) == ("ORV-1", "'=1+1", "5", "0")


@pytest.mark.parametrize("name", ["stocklevel", "stockmovement", "pricechange", "variant"])
def test_needs_as_many_queries_for_thirty_rows_as_for_three(back_office, django_assert_max_num_queries, name):
    product, counts = make_product(variants=[]), []
    back_office.get(reverse(f"admin:catalog_{name}_changelist"))
    for more in (3, 27):
        for _n in range(more):
            make_variant(product)
        with django_assert_max_num_queries(12) as seen:
            back_office.get(reverse(f"admin:catalog_{name}_changelist"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_lists_in_a_sentence_what_is_sold_before_it_is_there(client, carol):
    client.force_login(carol)
    variant = make_product("Orvane 5", variants=[{"sku": "ORV"}]).variants.get()
    inventory.promise(variant, "backorder", limit=3, expected_at=date(2036, 12, 12))
    page = client.get("/admin/catalog/stocklevel/").content.decode()
    assert "back-order, at most 3, expected on 12 Dec 2036" in page

"""Stock takes in the back office: count, look, post once, keep the record."""

import csv
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog import inventory, stocktake
from catalog.exceptions import CountRefused
from catalog.models import Product, StockCount, StockCountLine, StockLevel, StockMovement
from catalog.tests.factories import make_product
from conftest import make_user

LIST = "admin:catalog_stockcount_changelist"


@pytest.fixture
def back_office(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def phone(db):
    row = {"sku": "ORV-1", "gtin": "4006381333931", "stock": 5}
    return make_product("Orvane 5", variants=[row]).variants.get()


@pytest.fixture
def case(db):
    return make_product("Case", variants=[{"sku": "CASE-1", "stock": 0}]).variants.get()


@pytest.fixture
def count(carol):
    return stocktake.open_count("Year's end", actor=carol)


def act(client, count, name, **data):
    return client.post(reverse(f"admin:catalog_stockcount_{name}", args=[count.pk]), data, follow=True)


def scan(client, count, code, quantity="1"):
    return act(client, count, "scan", code=code, quantity=quantity)


def on_hand(variant):
    return StockLevel.objects.filter(variant=variant).values_list("on_hand", flat=True).first()


def rows(count):
    return list(count.lines.values_list("variant__sku", "expected", "counted"))


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_counts_by_scanner_and_posts_every_difference_with_who_and_why(back_office, phone, case, carol):
    opened = back_office.post(reverse("admin:catalog_stockcount_add"), {"reason": "Year's end", "category": ""})
    count = StockCount.objects.get()
    assert opened["Location"] == reverse("admin:catalog_stockcount_change", args=[count.pk])
    for code, quantity in [("4006381333931", "1"), ("04006381333931", "2"), ("case-1", "3")]:
        assert scan(back_office, count, code, quantity).status_code == 200
    assert rows(count) == [("ORV-1", 5, 3), ("CASE-1", 0, 3)]
    page = back_office.get(opened["Location"]).content.decode()
    assert '<strong class="stock-out">-2</strong>' in page
    assert '<strong class="stock-low">+3</strong>' in page
    assert on_hand(phone) == 5  # nothing is posted yet
    assert "Posted: 2 differences." in told(act(back_office, count, "post"))
    assert (on_hand(phone), on_hand(case)) == (3, 3)
    movements = StockMovement.objects.filter(reference=count.reference).order_by("level__variant_id")
    assert list(movements.values_list("kind", "on_hand_change", "on_hand_after", "cause", "note", "actor")) == [
        ("adjustment", -2, 3, "counted", "Year's end", carol.pk),
        ("adjustment", 3, 3, "counted", "Year's end", carol.pk),
    ]
    count.refresh_from_db()
    assert (count.status, count.posted_by, count.posted_at is not None) == ("posted", carol, True)
    assert Product.objects.get(pk=case.product_id).is_available
    assert LogEntry.objects.first().get_change_message() == "Posted: 2 differences."


def test_posts_once(back_office, phone, count):
    scan(back_office, count, "ORV-1")
    act(back_office, count, "post")
    inventory.receive(phone, 4)
    assert "posted already" in told(act(back_office, count, "post"))
    assert "posted already" in told(act(back_office, count, "discard"))
    assert "posted already" in told(scan(back_office, count, "ORV-1"))
    assert rows(count) == [("ORV-1", 5, 1)]
    assert on_hand(phone) == 5
    with pytest.raises(IntegrityError), transaction.atomic():  # whatever a program does
        inventory.post_count({phone.pk: -1}, note="again", reference=count.reference)


def test_changes_no_difference_while_sales_go_on(back_office, phone, count):
    inventory.reserve({phone.pk: 2}, reference="A")
    scan(back_office, count, "ORV-1", "4")
    inventory.commit({phone.pk: 2}, reference="A")
    act(back_office, count, "post")
    assert on_hand(phone) == 2


def test_refuses_fewer_than_are_reserved_and_names_the_orders(back_office, phone, case, count):
    inventory.reserve({phone.pk: 3}, reference="K7Q2-9XMB")
    inventory.reserve({phone.pk: 1}, reference="P3AA-11BC")
    scan(back_office, count, "ORV-1", "3")
    scan(back_office, count, "CASE-1", "3")
    words = told(act(back_office, count, "post"))
    assert "ORV-1: 3 counted, but more are reserved, for K7Q2-9XMB (3) and P3AA-11BC (1)." in words
    assert (on_hand(phone), on_hand(case)) == (5, None)
    count.refresh_from_db()
    assert (count.status, count.posted_at) == ("open", None)


def test_lists_a_category_to_be_filled_in(back_office, phone, case, carol):
    make_product("Off", variants=[{"sku": "OFF", "is_active": False}], category=phone.product.category)
    data = {"reason": "Phones", "category": phone.product.category_id}
    back_office.post(reverse("admin:catalog_stockcount_add"), data)
    count = StockCount.objects.get()
    skus = [sku for sku, _expected, _counted in rows(count)]
    assert "ORV-1" in skus
    assert "OFF" not in skus
    line = count.lines.get(variant=phone)
    act(back_office, count, "save", **{f"line-{line.pk}": "7", f"initial-line-{line.pk}": ""})
    assert ("ORV-1", 5, 7) in rows(count)
    act(back_office, count, "save", **{f"line-{line.pk}": "", f"initial-line-{line.pk}": "7"})
    assert ("ORV-1", None, None) in rows(count)
    assert "Nothing was counted yet." in told(act(back_office, count, "post"))
    act(back_office, count, "save", remove=str(line.pk))
    assert "ORV-1" not in [sku for sku, _expected, _counted in rows(count)]


def test_writes_over_nothing_that_another_scanned_meanwhile(back_office, phone, case, count):
    scan(back_office, count, "ORV-1", "4")
    scan(back_office, count, "CASE-1", "1")
    first, second = count.lines.order_by("pk")
    stocktake.add(count, phone, 1)
    opened_before = {f"line-{first.pk}": "4", f"initial-line-{first.pk}": "4"}
    act(back_office, count, "save", **opened_before, **{f"line-{second.pk}": "2", f"initial-line-{second.pk}": "1"})
    assert rows(count) == [("ORV-1", 5, 5), ("CASE-1", 0, 2)]


@pytest.mark.parametrize(
    ("code", "quantity", "words"),
    [
        ("NOPE", "1", "No version has the SKU or EAN NOPE."),
        ("", "1", "This field is required."),
        ("ORV-1", "0", "greater than or equal to 1"),
        ("ORV-1", "-3", "greater than or equal to 1"),
        ("ORV-1", "1e3", "Enter a whole number."),
        ("ORV-1", "99999999999999999999", "less than or equal to 1000000"),
        ("TWIN", "1", "Several versions have the EAN"),
    ],
)
def test_refuses_what_cannot_be_counted_beside_its_field(back_office, phone, case, count, code, quantity, words):
    if code == "TWIN":
        make_product(variants=[{"sku": "OTHER", "gtin": phone.gtin}])
        code = phone.gtin
    response = scan(back_office, count, code, quantity)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert rows(count) == []


@pytest.mark.parametrize("figure", ["-1", "1.5", "x", "99999999999999999999"])
def test_refuses_a_wrong_figure_in_the_list_and_keeps_the_others_as_they_are(back_office, phone, count, figure):
    scan(back_office, count, "ORV-1", "4")
    line = count.lines.get()
    response = act(back_office, count, "save", **{f"line-{line.pk}": figure, f"initial-line-{line.pk}": "4"})
    assert response.status_code == 422
    assert rows(count) == [("ORV-1", 5, 4)]


def test_adds_up_to_no_more_than_a_shop_can_have(phone, count):
    stocktake.add(count, phone, stocktake.UNITS_MAX)
    with pytest.raises(CountRefused):
        stocktake.add(count, phone, 1)
    assert rows(count) == [("ORV-1", 5, stocktake.UNITS_MAX)]


def test_opens_no_list_that_is_too_long(back_office, phone, monkeypatch):
    monkeypatch.setattr(stocktake, "LIST_MAX", 0)
    data = {"reason": "Phones", "category": phone.product.category_id}
    response = back_office.post(reverse("admin:catalog_stockcount_add"), data, follow=True)
    assert "take a smaller one" in told(response)
    assert not StockCount.objects.exists()


def test_discards_an_open_one_without_a_trace_in_the_ledger(back_office, phone, count):
    scan(back_office, count, "ORV-1")
    act(back_office, count, "discard")
    assert not StockCount.objects.exists()
    assert not StockCountLine.objects.exists()
    assert on_hand(phone) == 5


def test_keeps_the_record_and_hands_it_out_as_csv_without_formulas(back_office, phone, count):
    Product.objects.update(name="=1+1")
    scan(back_office, count, "ORV-1", "4")
    act(back_office, count, "post")
    response = back_office.get(reverse("admin:catalog_stockcount_csv", args=[count.pk]))
    (row,) = csv.DictReader(StringIO(b"".join(response).decode("utf-8-sig")))
    assert (row["SKU"], row["Product"], row["Expected"], row["Counted"]) == ("ORV-1", "'=1+1", "5", "4")
    assert row["Difference"] == "'-1"
    assert (
        "Count it" not in back_office.get(reverse("admin:catalog_stockcount_change", args=[count.pk])).content.decode()
    )
    shown = back_office.get(reverse(LIST)).context["cl"].result_list
    assert [(one.done, one.wrong) for one in shown] == [(1, 1)]


@pytest.mark.parametrize("group", ["Fulfillment", "Support"])
def test_lets_those_look_who_may_not_move_stock(client, phone, count, group):
    member = make_user("staff@example.com", is_staff=True)
    member.groups.add(Group.objects.get(name=group))
    client.force_login(member)
    page = client.get(reverse("admin:catalog_stockcount_change", args=[count.pk]))
    assert page.status_code == 200
    assert "Count it" not in page.content.decode()
    for name in ("scan", "save", "post", "discard"):
        assert act(client, count, name, code="ORV-1", quantity="1").status_code == 403
    assert client.get(reverse("admin:catalog_stockcount_add")).status_code == 403
    assert rows(count) == []


def test_needs_as_many_queries_for_sixty_lines_as_for_three(back_office, count, django_assert_max_num_queries):
    seen = []
    back_office.get(reverse("admin:catalog_stockcount_change", args=[count.pk]))
    for more in (3, 57):
        for _n in range(more):
            stocktake.add(count, make_product(variants=[{"stock": 1}]).variants.get(), 1)
        with django_assert_max_num_queries(14) as queries:
            back_office.get(reverse("admin:catalog_stockcount_change", args=[count.pk]))
        seen.append(len(queries))
    assert seen[0] == seen[1]

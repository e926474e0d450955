"""The measuring scripts work on a small shop, so that they are there when they are needed."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import connection, transaction

from benchmarks import catalog, growth, load, measuring, orders, pages, report, saves, tables
from benchmarks.catalog_csv import HEADER, write
from benchmarks.devices import LEAVES, TYPES
from benchmarks.measuring import Query
from catalog import inventory, specs
from catalog.models import Brand, Product, SpecValue, Variant
from catalog.tests.factories import make_product
from orders import reconciliation
from orders.models import Order

COUNT = 60


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once for all tests here; each works in a transaction inside this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        load.load(COUNT)
        load.rebuild_indexes()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shop(loaded: None, db: None) -> None:
    """The loaded shop, put back after each test."""


def test_loads_the_products_asked_for_with_the_keys_they_say(shop):
    rows = {row.pk: row for row in catalog.rows(COUNT)}
    assert dict(Product.objects.values_list("pk", "name")) == {pk: row.name for pk, row in rows.items()}
    written = set(Variant.objects.values_list("pk", "sku", "product_id"))
    assert written == {(variant.pk, variant.sku, row.pk) for row in rows.values() for variant in row.variants}
    assert [pk for pk, _sku, _product in sorted(written)] == list(range(1, catalog.first_variant(COUNT + 1)))
    connection.check_constraints()


def test_loads_what_the_shop_itself_would_have_written(shop):
    assert reconciliation.differences() == []
    variants = list(Variant.objects.all())
    specs.refresh_labels(variants)
    assert {variant.pk: variant.label for variant in variants} == {
        variant.pk: variant.label for row in catalog.rows(COUNT) for variant in row.variants
    }
    listed = list(Product.objects.order_by("pk").values("price_from", "is_available"))
    Product.objects.all().refresh_listing()
    assert list(Product.objects.order_by("pk").values("price_from", "is_available")) == listed
    screen = SpecValue.objects.filter(field__key="storage").select_related("field").first()
    assert specs.read_value(screen.field, specs.value_text([screen]))[0].number == screen.number


def test_goes_on_behind_the_keys_that_it_wrote(shop):
    product = make_product("Orvane Nova 7")
    assert product.pk == COUNT + 1
    inventory.receive(product.variants.get(), 3)


def test_fills_its_own_shop_anew_and_leaves_the_shop_of_others_alone(shop):
    load.load(5)
    assert Product.objects.count() == 5
    make_product("Orvane Nova 7", brand=Brand.objects.first())
    with pytest.raises(load.ForeignProducts):
        load.load(3)
    assert Product.objects.count() == 6
    tables.empty([Product])
    brands = Brand.objects.count()
    with pytest.raises(load.ForeignProducts):
        load.load(3)
    assert Brand.objects.count() == brands > 0


def test_finds_the_indexes_again_after_loading(shop):
    before = connection.introspection.get_constraints(connection.cursor(), SpecValue._meta.db_table)
    load.load(3)
    assert connection.introspection.get_constraints(connection.cursor(), SpecValue._meta.db_table) == before


def test_plans_no_query_that_writes(db):
    assert measuring.plan(Query("DELETE FROM catalog_synonym", ())) == ""
    assert "catalog_synonym" in measuring.plan(Query("SELECT id FROM catalog_synonym", ()))


def test_measures_pages_and_saves_and_compares_two_sizes(shop):
    looked = []
    found = pages.measure(repeat=1, seconds=0, look=lambda name, query: looked.append(measuring.plan(query)))
    assert {name for name, row in found.items() if row["status"] != 200} <= {"compare"}
    assert all(row["queries"] and row["database_ms"] and row["bytes"] for row in found.values())
    assert len(looked) == len(found)
    assert any(looked)
    assert set(saves.measure(repeat=2)) == {"text", "spec", "price", "stock"}
    assert reconciliation.differences() == []
    before = report.report(found)
    rows = growth.growth(before, {"rows": {"home": {**found["home"], "total_ms": 2 * found["home"]["total_ms"]}}})
    assert rows["home"]["× total_ms"] == 2
    report.say(before)


def test_places_orders_that_the_proof_accepts(shop):
    orders.place(43)
    assert Order.objects.count() == 43
    assert set(Order.objects.values_list("status", flat=True)) == set(Order.Status.values)
    assert orders.prove()[0] == 0
    listed = list(Product.objects.order_by("pk").values("price_from", "is_available"))
    Product.objects.all().refresh_listing()
    assert list(Product.objects.order_by("pk").values("price_from", "is_available")) == listed


def test_writes_a_file_for_the_import():
    file = StringIO()
    write(COUNT, file)
    file.seek(0)
    lines = list(csv.DictReader(file))
    assert ",".join(lines[0]) == HEADER
    assert len(lines) == catalog.first_variant(COUNT + 1) - 1
    assert len({line["variant_group"] for line in lines}) == COUNT


def test_has_types_with_many_filters_and_about_thirty_categories():
    assert len(TYPES) == 12
    assert len(LEAVES) == 33
    for device in TYPES:
        assert 12 <= len(device.fields) <= 16, device.key
        assert sum(field.facet for field in device.fields) >= 10, device.key

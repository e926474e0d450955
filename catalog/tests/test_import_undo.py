"""Taking an import back: everything or nothing, and what stays in the books."""

from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.urls import reverse

from catalog import inventory, specs
from catalog.models import (
    Brand,
    Category,
    ImportBatch,
    ImportedProduct,
    PriceChange,
    Product,
    SpecField,
    StockLevel,
    StockMovement,
    Variant,
)
from catalog.tests.importing import catalog_rows, plain, run, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    return lambda *rows, **options: run(write_csv(tmp_path / "a.csv", *rows), **options)


def undo(batch_id: int = 0) -> str:
    return run(undo=batch_id or ImportBatch.objects.latest("pk").pk)


OLD = plain("A-1", spec={"size": 5, "modes": ["a", "b"], "note": "old", "colour": "Black"}, variant_group="g")
OTHER = plain("A-2", spec={"colour": "White"}, variant_group="g")


def test_records_who_loaded_what(load, tmp_path):
    said = load(OLD, plain("B-1", price=""))
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.state, batch.lines_added, batch.lines_skipped) == ("a.csv", "applied", 1, 1)
    assert len(batch.sha256) == 64
    assert "line      3  skip    B-1  no price" in batch.report
    assert f"Take it back with --undo {batch.pk}." in said
    assert "a.csv  1 added, 0 changed, 1 skipped, 0 notes" in run(batches=True)


def test_removes_all_that_a_batch_added(load):
    before = catalog_rows()
    load(OLD, OTHER, plain("B-1", category_path="Audio > Headphones", name="Two", brand="Sono"))
    assert "Taken back: 2 products removed, 0 restored, 0 kept off sale." in undo()
    assert catalog_rows() == before
    assert ImportBatch.objects.get().state == "undone"


def test_restores_what_a_batch_changed_to_equal_rows(load):
    load(OLD, OTHER)
    before = catalog_rows()
    load(
        plain(
            "A-1",
            name="New",
            price="89.00",
            brand="Sono",
            category_path="Audio",
            description="Text",
            gtin="96385074",
            variant_group="g",
            spec={"size": 6, "modes": ["b", "c"], "note": "new", "colour": "Blue", "more": True},
        ),
        OTHER,
        plain("A-3", name="New", variant_group="g", spec={"colour": "Red"}, brand="Sono", category_path="Audio"),
    )
    assert catalog_rows() != before
    undo()
    assert catalog_rows() == before
    variant = Variant.objects.get(sku="A-1")
    changes = variant.price_changes.order_by("pk").values_list("old_price", "new_price", "cause")
    assert list(changes)[1:] == [
        (Decimal("99.00"), Decimal("89.00"), "import"),
        (Decimal("89.00"), Decimal("99.00"), f"undo of import {ImportBatch.objects.latest('pk').pk}"),
    ]
    assert Product.objects.get().price_from == Decimal("99.00")


def test_takes_back_one_batch_after_the_other(load):
    load(OLD)
    first = ImportBatch.objects.get()
    load(OLD | {"price": "89.00"})
    second = ImportBatch.objects.latest("pk")
    with pytest.raises(CommandError, match="Lumo One: changed since"):
        undo(first.pk)
    undo(second.pk)
    undo(first.pk)
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda v: Variant.objects.filter(pk=v.pk).update(price=5), "Lumo One: changed since"),
        (lambda v: Product.objects.update(description="Mine"), "Lumo One: changed since"),
        (lambda v: specs.set_values(v.product, {"size": 7}), "Lumo One: changed since"),
        (lambda v: v.product.delete(), "was deleted since"),
        (lambda v: inventory.receive(v, 1), "stock of B-1 was sold, reserved or booked since"),
    ],
)
def test_refuses_what_changed_since_and_changes_nothing(load, act, reason):
    load(plain("B-1", spec={"size": 5}), plain("B-2", name="Untouched"))
    act(Variant.objects.select_related("product").get(sku="B-1"))
    before = catalog_rows()
    with pytest.raises(CommandError, match=reason):
        undo()
    assert catalog_rows() == before
    assert ImportBatch.objects.get().state == "applied"


def test_refuses_what_was_reserved_since(load):
    load(plain("B-1", stock=3))
    inventory.reserve({Variant.objects.get().pk: 1}, reference="order")
    with pytest.raises(CommandError, match="stock of B-1 was sold, reserved or booked since"):
        undo()
    assert StockLevel.objects.get().on_hand == 3


def test_keeps_products_with_stock_in_the_books_off_sale_and_brings_them_back(load):
    load(plain("B-1", stock=3), plain("B-2", name="Without stock"))
    said = undo()
    assert "Taken back: 1 products removed, 0 restored, 1 kept off sale." in said
    variant = Variant.objects.select_related("product").get()
    assert (variant.is_active, variant.product.is_published, variant.product.is_available) == (False, False, False)
    assert list(StockMovement.objects.order_by("pk").values_list("kind", "on_hand_change")) == [
        ("receipt", 3),
        ("adjustment", -3),
    ]
    load(plain("B-1", stock=4), plain("B-2", name="Without stock"))
    variant.refresh_from_db()
    product = Product.objects.get(pk=variant.product_id)
    assert (variant.is_active, product.is_published, product.is_available) == (True, True, True)
    assert StockLevel.objects.get().on_hand == 4
    assert not ImportedProduct.objects.filter(kept=True).exists()
    undo()
    assert StockLevel.objects.get().on_hand == 0
    assert ImportedProduct.objects.filter(kept=True).exists()


def test_leaves_brands_and_fields_that_others_use_meanwhile(load):
    load(plain("B-1", spec={"size": 5}))
    first = ImportBatch.objects.get()
    load(plain("B-2", name="Two", spec={"size": 6}))
    undo(first.pk)
    assert list(Product.objects.values_list("name", flat=True)) == ["Two"]
    assert Brand.objects.exists()
    assert SpecField.objects.exists()
    assert Category.objects.exists()


def test_lets_staff_publish_what_it_may_still_take_back(load):
    load(plain("B-1"), unpublished=True)
    Product.objects.update(is_published=True)
    undo()
    assert not Product.objects.exists()


def test_refuses_a_batch_that_is_not_there_or_undone(load):
    load(plain("B-1"))
    undo()
    with pytest.raises(CommandError, match="it was taken back already"):
        undo()
    with pytest.raises(CommandError, match="There is no import 999999"):
        undo(999999)


def test_leaves_the_first_price_and_opening_stock_in_their_ledgers(load):
    load(plain("B-1", stock=3))
    assert list(PriceChange.objects.values_list("old_price", "new_price", "cause")) == [
        (None, Decimal("99.00"), "import")
    ]
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.on_hand_change, movement.on_hand_after) == ("receipt", 3, 3)
    assert (movement.note, movement.reference) == ("Opening stock of the import", ImportBatch.objects.get().reference)


# In the back office -----------------------------------------------------------------------------------------------


def test_lists_imports_with_report_and_way_back(client, carol, load):
    load(plain("B-1"))
    batch = ImportBatch.objects.get()
    client.force_login(carol)
    listing = reverse("admin:catalog_importbatch_changelist")
    assert "a.csv" in client.get(listing).content.decode()
    report = client.get(reverse("admin:catalog_importbatch_report", args=[batch.pk]))
    assert report["Content-Disposition"] == f'attachment; filename="import-{batch.pk}.txt"'
    assert b"add     B-1" in report.content
    assert client.get(reverse("admin:catalog_importbatch_change", args=[batch.pk])).status_code == 200
    client.post(listing, {"action": "take_back", "_selected_action": [batch.pk]})
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by) == ("undone", carol)
    assert not Product.objects.exists()


def test_hides_imports_from_staff_without_the_right(client, dave, load):
    load(plain("B-1"))
    client.force_login(dave)
    batch = ImportBatch.objects.get()
    assert client.get(reverse("admin:catalog_importbatch_changelist")).status_code == 403
    assert client.get(reverse("admin:catalog_importbatch_report", args=[batch.pk])).status_code == 403


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('{"columns": {"Titel": "name"}, "separators": {"gtin": "/"}}', ""),
        ('{"columns": {"Titel": "title"}}', "is no column of ours"),
        ('{"colums": {}}', "Not known: colums"),
        ("[1]", "The rules are an object"),
        ('{"columns": {"Titel": 5}}', "is an object of texts"),
    ],
)
def test_checks_a_mapping_that_staff_write(client, carol, rules, said):
    client.force_login(carol)
    response = client.post(reverse("admin:catalog_importmapping_add"), {"name": "Lumo AG", "rules": rules})
    assert response.status_code == (200 if said else 302)
    assert said in response.content.decode()

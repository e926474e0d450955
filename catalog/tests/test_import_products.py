import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from catalog.models import (
    Brand,
    Category,
    ImportBatch,
    PriceChange,
    Product,
    SpecField,
    SpecValue,
    StockMovement,
    Variant,
)
from catalog.tests.importing import plain, run, write_csv

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "sample_devices.csv"
HEADER = "sku,name,brand,category_path,price,currency,description,spec,gtin,variant_group\n"

pytestmark = pytest.mark.django_db


def line(sku: str, name: str = "Lumo One", price: str = "99.00", group: str = "", gtin: str = "", **specs) -> str:
    spec = json.dumps(specs).replace('"', '""')
    return f'{sku},{name},Lumo,Phones > Smartphones,{price},EUR,"A <b>good</b> phone","{spec}",{gtin},{group}\n'


@pytest.fixture
def load(tmp_path: Path):
    def load(*lines: str, **options) -> str:
        path = tmp_path / "products.csv"
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        out = StringIO()
        call_command("import_products", path, stdout=out, **options)
        return out.getvalue()

    return load


def rows_of_the_catalog() -> list:
    models = (Category, Brand, Product, Variant, SpecField, SpecValue, PriceChange, StockMovement)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_adds_products_with_their_category_brand_and_typed_specs(load):
    said = load(line("L-1", screen_size=6.1, color="Black", wireless=True, os=["Android", "iOS"]))
    assert "line      2  add     L-1  Lumo One" in said
    product = Product.objects.get()
    assert (product.name, product.brand.name, product.category.name) == ("Lumo One", "Lumo", "Smartphones")
    assert product.description == "A good phone"
    assert product.price_from == Decimal("99.00")
    assert not product.is_available
    values = {value.field.key: value for value in SpecValue.objects.select_related("field", "choice")}
    assert values["screen-size"].number == Decimal("154.94")
    assert values["screen-size"].field.unit == "in"
    assert values["color"].choice.label == "Black"
    assert values["wireless"].flag is True
    assert sorted(SpecValue.objects.filter(field__key="os").values_list("choice__label", flat=True)) == [
        "Android",
        "iOS",
    ]


def test_a_value_that_is_new_to_its_field_is_offered_at_once(load, client):
    def offered() -> list[str]:
        facets = client.get("/products/").context["listing"].facets
        return [choice.label for facet in facets if facet.label == "Color" for choice in facet.choices]

    load(line("L-1", color="Black"), line("L-2", "Lumo Two", color="White"))
    assert offered() == ["Black", "White"]
    load(line("L-3", "Lumo Three", color="Green"))
    assert offered() == ["Black", "White", "Green"]


def test_makes_one_product_of_a_variant_group(load):
    load(line("L-1", group="g", color="Black", microphone=True), line("L-2", group="g", color="White", microphone=True))
    product = Product.objects.get()
    assert [variant.label for variant in product.variants.order_by("sku")] == ["Black", "White"]
    assert SpecField.objects.get(key="color").scope == "variant"
    assert product.spec_values.get(field__key="microphone").variant is None


def test_changes_nothing_the_second_time(load):
    lines = [line("L-1", group="g", color="Black", range=[1, 2]), line("L-2", group="g", color="White", size=5.5)]
    load(*lines)
    before = rows_of_the_catalog()
    said = load(*lines)
    assert "0 to add, 0 to change, 2 unchanged, 0 skipped" in said
    assert "Done: 0 products written." in said
    assert rows_of_the_catalog() == before


def test_only_says_what_it_would_do_in_a_dry_run(load):
    said = load(line("L-1"), dry_run=True)
    assert "1 to add" in said
    assert not Product.objects.exists()
    assert not Category.objects.exists()


def test_says_what_changed_and_leaves_the_price_change(load):
    load(line("L-1", price="99.00", size=5))
    said = load(line("L-1", name="Lumo Two", price="89.00", size=6))
    assert "change  L-1  name: Lumo One → Lumo Two; spec size: 5 → 6; price: 99.00 → 89.00" in said
    variant = Variant.objects.get()
    assert variant.price == Decimal("89.00")
    assert list(variant.price_changes.values_list("old_price", "new_price", "cause").order_by("pk")) == [
        (None, Decimal("99.00"), "import"),
        (Decimal("99.00"), Decimal("89.00"), "import"),
    ]
    assert Product.objects.get().price_from == Decimal("89.00")
    assert Product.objects.get().spec_values.get(field__key="size").number == 6


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("", "no price"),
        ("0", "'0' is no price above zero"),
        ("-5", "'-5' is no price above zero"),
        ("abc", "'abc' is no price"),
        ("NaN", "'NaN' is no price above zero"),
        ("1e200000", "'1e200000' is no price above zero"),
        ("9.999", "'9.999' has fractions of a cent"),
    ],
)
def test_skips_a_line_without_a_usable_price_and_says_why(load, price, reason):
    said = load(line("L-1", price=price), line("L-2"))
    assert f"line      2  skip    L-1  {reason}" in said
    assert list(Variant.objects.values_list("sku", flat=True)) == ["L-2"]


def test_skips_lines_that_do_not_fit_and_says_why(load):
    said = load(
        line("L-1"),
        line("L-1"),
        line("L-4", name=""),
        "L-5,too,few\n",
        'L-6,Six,Lumo,Phones,5.00,EUR,,"{broken",,\n',
        "L-7,Seven,Lumo, > ,5.00,EUR,,,,\n",
    )
    assert "skip    L-1  the SKU stands on line 2 already" in said
    assert "skip    L-4  no name" in said
    assert "skip    L-5  the line has not as many cells as the header" in said
    assert "skip    L-6  spec is no JSON" in said
    assert "skip    L-7  no category_path" in said
    assert list(Variant.objects.values_list("sku", flat=True)) == ["L-1"]


def test_leaves_out_a_gtin_with_a_wrong_check_digit_and_says_so(load):
    said = load(line("L-1", gtin="4006381333932"), line("L-2", name="Other", gtin="4006381333931"))
    assert "note    L-1  GTIN 4006381333932 fails its check digit: left out" in said
    assert dict(Variant.objects.values_list("sku", "gtin")) == {"L-1": "", "L-2": "4006381333931"}


def test_leaves_out_a_value_that_the_field_cannot_hold(load):
    load(line("L-1", size=5))
    said = load(line("L-2", name="Other", size="big"))
    assert "note    L-2  size 'big' does not fit its field (number): left out" in said
    assert not Product.objects.get(name="Other").spec_values.exists()


def test_writes_nothing_when_a_line_fails_half_way(load, monkeypatch):
    load(line("L-0", name="Before"))
    before = rows_of_the_catalog()

    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("catalog.importing.applying.product_changed", fail)
    with pytest.raises(RuntimeError):
        load(line("L-1"), line("L-2", name="Other"))
    assert rows_of_the_catalog() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"sku,name\n", "The header lacks brand, category_path, price."),
        (b"sku,name,brand,category_path,price,sku\n", "The header has a name more than once: sku."),
        (HEADER.encode() + "Größe, Länge".encode() + b"\xff\n", r"is not UTF-8 \(byte 95\)"),
        (HEADER.encode() + b"L-1,\x81\n", "nor plainly anything else"),
        (HEADER.encode() + b'L-1,"never closed\n', "A quote that is opened on line 2 is never closed"),
    ],
)
def test_refuses_a_file_it_cannot_read(tmp_path, content, reason):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call_command("import_products", path)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_products", tmp_path / "missing.csv")


def test_keeps_apart_products_of_the_same_name(load):
    load(line("L-1"), line("L-2"))
    assert sorted(Product.objects.values_list("slug", flat=True)) == ["lumo-one", "lumo-one-2"]


def test_gives_opening_stock_to_new_variants_only(load):
    load(line("L-1"), stock=7)
    load(line("L-1"), line("L-2", name="Other"), stock=3)
    levels = dict(Variant.objects.values_list("sku", "stock_levels__on_hand"))
    assert levels == {"L-1": 7, "L-2": 3}


def test_converts_a_foreign_currency_by_the_rate_and_warns_without_one(load):
    dollars = line("L-1").replace("EUR", "USD")
    assert "1 prices are in USD and the shop sells in EUR" in load(dollars, dry_run=True)
    said = load(dollars, rate=[("USD", Decimal("0.915"))])
    assert "USD" not in said
    assert Variant.objects.get().price == Decimal("90.59")


def test_uses_categories_and_brands_that_are_there_whatever_their_case(load):
    root = Category.objects.add_root({"name": "PHONES", "slug": "phones"})
    Category.objects.add_child(root, {"name": "smartphones", "slug": "smart"})
    brand = Brand.objects.create(name="LUMO", slug="lumo")
    load(line("L-1"))
    product = Product.objects.get()
    assert (product.category.slug, product.brand) == ("smart", brand)
    assert Category.objects.count() == 2


@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared sample data is not there")
def test_loads_the_sample_devices_as_they_are(tmp_path):
    out = StringIO()
    call_command("import_products", SAMPLE, stdout=out)
    assert "629 to add, 0 to change, 0 unchanged, 21 skipped, 36 notes." in out.getvalue()
    assert Variant.objects.count() == 629
    before = rows_of_the_catalog()
    out = StringIO()
    call_command("import_products", SAMPLE, stdout=out)
    assert "0 to add, 0 to change, 629 unchanged, 21 skipped, 36 notes." in out.getvalue()
    assert rows_of_the_catalog() == before


def test_passes_over_a_typed_price_before_and_says_so(load, tmp_path):
    path = tmp_path / "was.csv"
    path.write_text(
        "sku,name,brand,category_path,price,was_price\nL-1,Lumo One,Lumo,Phones,99,149\nL-2,Two,Lumo,Phones,9,\n"
    )
    out = StringIO()
    call_command("import_products", path, stdout=out)
    assert "was_price is computed from the price history, not taken from a file (on 1 lines)." in out.getvalue()
    assert list(Variant.objects.values_list("price", "was_price").order_by("sku")) == [(99, None), (9, None)]


def test_says_in_the_ledgers_who_imported(tmp_path, carol, alice):
    file = write_csv(tmp_path / "new.csv", plain("LUM-1", stock="7"))
    with pytest.raises(CommandError, match="nobody of the staff has the address"):
        run(file, "--by", alice.email)
    assert not StockMovement.objects.exists()
    run(file, "--by", carol.email.upper())
    movement = StockMovement.objects.get()
    assert (movement.actor, movement.on_hand_change, movement.on_hand_after) == (carol, 7, 7)
    assert movement.reference
    assert PriceChange.objects.get().actor == carol
    run("--undo", ImportBatch.objects.get().pk, "--by", carol.email)
    assert StockMovement.objects.first().actor == carol
    assert StockMovement.objects.first().on_hand_after == 0

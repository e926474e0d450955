"""Files of other shapes: their packing, letters, separators, columns and units."""

import gzip
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError

from catalog.models import ImportMapping, Product, SpecField, Variant
from catalog.tests.factories import make_category, make_field, make_product, make_product_type
from catalog.tests.importing import PLAIN, plain, run, values, write_csv

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_recognises_how_letters_are_coded_and_says_so(tmp_path, encoding, said):
    path = write_csv(tmp_path / "a.csv", plain("A-1", name="Kühltheke groß"), encoding=encoding)
    assert f"Read as {said}, parted by commas." in run(path)
    assert Product.objects.get().name == "Kühltheke groß"


@pytest.mark.parametrize(("mark", "said"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_recognises_what_parts_the_cells(tmp_path, mark, said):
    path = write_csv(tmp_path / "a.csv", plain("A-1", price="1.299,00 €", description="a, b; c"), delimiter=mark)
    assert f"parted by {said}" in run(path)
    assert (Variant.objects.get().price, Product.objects.get().description) == (Decimal("1299.00"), "a, b; c")


def test_knows_the_usual_names_of_columns(tmp_path):
    row = {
        "Artikelnummer": "A-1",
        "Title": "Lumo One",
        "Manufacturer": "Lumo",
        "Product Category": "Phones > Smartphones",
        "Price (USD)": "99.00",
        "EAN": "4006381333931",
        "Body": "Good",
        "Shipping weight (kg)": "1,5",
    }
    said = run(write_csv(tmp_path / "a.csv", row), rate=[("USD", Decimal("0.5"))])
    assert "Title → name" in said
    assert "EAN → gtin" in said
    variant = Variant.objects.select_related("product__brand", "product__category").get()
    assert (variant.sku, variant.gtin, variant.price, variant.weight_g) == (
        "A-1",
        "4006381333931",
        Decimal("49.50"),
        1500,
    )
    assert (variant.product.brand.name, variant.product.category.name) == ("Lumo", "Smartphones")
    assert variant.product.description == "Good"


def test_maps_columns_and_keeps_the_mapping_under_a_name(tmp_path):
    row = {"Nr": "A-1", "Was": "Lumo One", "Pfad": "Phones/Smart", "VK": "99,00", "Speicher": "256", "Intern": "x"}
    path = write_csv(tmp_path / "a.csv", row, delimiter=";")
    options = {
        "map": [
            ("Nr", "sku"),
            ("Was", "name"),
            ("Pfad", "category_path"),
            ("VK", "price"),
            ("Intern", "ignore"),
            ("Speicher", "spec:Storage [GB]"),
        ],
        "set": [("brand", "Lumo")],
        "split": [("category_path", "/")],
    }
    run(path, save_mapping="Lumo AG", dry_run=True, **options)
    assert not ImportMapping.objects.exists()
    run(path, save_mapping="Lumo AG", **options)
    product = Product.objects.get()
    assert (product.name, product.brand.name, product.category.name) == ("Lumo One", "Lumo", "Smart")
    assert values(product) == {"storage": "256 GB"}
    write_csv(path, row | {"VK": "89,00"}, delimiter=";")
    said = run(path, mapping="Lumo AG")
    assert "change  A-1  price: 99.00 → 89.00" in said
    assert "Not taken" not in said


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"map": [("Nr", "sku")]}, "The file has no column Nr"),
        ({"map": [("name", "title")]}, "'title' is no column of ours"),
        ({"map": [("name", "sku"), ("sku", "sku")]}, "Several columns are mapped to sku"),
        ({"set": [("colour", "x")]}, "No columns of ours: colour"),
        ({"mapping": "nobody"}, "There is no mapping called 'nobody'"),
        ({"encoding": "klingon"}, "There is no encoding called 'klingon'"),
        ({"delimiter": ";;"}, "The delimiter is one character"),
    ],
)
def test_refuses_rules_that_make_no_sense(tmp_path, options, reason):
    path = write_csv(tmp_path / "a.csv", plain("A-1"))
    with pytest.raises(CommandError, match=reason):
        run(path, **options)
    assert not Product.objects.exists()


def test_takes_units_from_headers_and_from_cells(tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        plain("A-1", **{"Depth (mm)": "7.8", "Storage [GB]": "256", "Screen": '6.1"', "Charging": "20 W"}),
        plain(
            "A-2",
            name="Two",
            **{"Depth (mm)": "0.9 cm", "Storage [GB]": "1 TB", "Screen": "6.7 inch", "Charging": "45W"},
        ),
    )
    run(path)
    assert values(Product.objects.get(name="Lumo One")) == {
        "depth": "7.8 mm",
        "storage": "256 GB",
        "screen": "6.1 in",
        "charging": "20 W",
    }
    assert values(Product.objects.get(name="Two")) == {
        "depth": "9 mm",
        "storage": "1 TB",
        "screen": "6.7 in",
        "charging": "45 W",
    }


def test_infers_numbers_flags_choices_and_texts_from_json_specs(tmp_path):
    spec = {
        "Storage": "1 TB",
        "5G": "Yes",
        "Ports": "4",
        "Network": "5G",
        "Modes": ["a", "b"],
        "Camera": {"Main": "50 MP"},
    }
    path = write_csv(
        tmp_path / "a.csv", plain("A-1", spec=spec), plain("A-2", name="Two", spec=spec | {"Storage": "512 GB"})
    )
    run(path)
    fields = {field.key: (field.kind, field.unit, field.multiple) for field in SpecField.objects.all()}
    assert fields == {
        "storage": ("number", "GB", False) if fields["storage"][1] == "GB" else ("number", "TB", False),
        "5g": ("boolean", "", False),
        "ports": ("number", "", False),
        "network": ("choice", "", False),
        "modes": ("choice", "", True),
        "camera-main": ("number", "MP", False),
    }


def test_reports_columns_nobody_knows_with_an_example(tmp_path):
    path = write_csv(tmp_path / "a.csv", plain("A-1", Lager="Halle 3"), plain("A-2", Lager="Halle 4"))
    said = run(path)
    assert "nobody said what it is: Lager (on 2 lines, first on line 2: 'Halle 3')" in said
    assert not SpecField.objects.exists()
    run(path, other_columns="specs")
    assert values(Product.objects.first()) == {"lager": "Halle 3"}


def test_takes_the_fields_of_the_type_that_a_category_has(tmp_path):
    phone = make_product_type("phone", name="Phone")
    make_field(phone, "screen_size", kind="number", unit="in", label="Screen size")
    category = make_category("Smartphones")
    make_product(category=category, product_type=phone)
    path = write_csv(tmp_path / "a.csv", plain("A-1", category_path="smartphones", spec={"Screen Size": "15.494 cm"}))
    run(path)
    product = Product.objects.get(variants__sku="A-1")
    assert (product.product_type, values(product)) == (phone, {"screen_size": "6.1 in"})


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.json.gz"])
def test_reads_json_files(tmp_path, name):
    rows = [plain("A-1", price=99, spec={"Ports": 4}, gtin=["4006381333931"]), plain("A-2", name="Two", price=12.5)]
    text = "\n".join(map(json.dumps, rows)) if name == "a.jsonl" else json.dumps({"products": rows})
    (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    assert "Read as UTF-8, JSON." in run(tmp_path / name)
    assert dict(Variant.objects.values_list("sku", "price")) == {"A-1": Decimal(99), "A-2": Decimal("12.50")}
    assert Variant.objects.get(sku="A-1").gtin == "4006381333931"


def test_reads_packed_csv(tmp_path):
    plain_file = write_csv(tmp_path / "a.csv", plain("A-1"))
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain_file.read_bytes()))
    run(packed)
    assert Variant.objects.get().sku == "A-1"
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(CommandError, match="cannot be read"):
        run(packed)


def test_puts_the_variants_of_a_group_together_wherever_their_lines_stand(tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        plain("A-1", item_group_id="g", spec={"colour": "Black"}),
        plain("B-1", name="Other", item_group_id="", spec={"colour": "Red"}),
        plain("A-2", item_group_id="g", spec={"colour": "White"}),
    )
    run(path)
    assert [variant.label for variant in Product.objects.get(name=PLAIN["name"]).variants.order_by("sku")] == [
        "Black",
        "White",
    ]

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog import demo
from catalog.cells import guarded, unguarded
from catalog.models import ImportBatch, PriceChange, Product, StockMovement, Variant
from catalog.tests.factories import make_field, make_image, make_product, make_product_type
from catalog.tests.importing import catalog_rows, run, values

pytestmark = pytest.mark.django_db


def exported(path) -> list[dict[str, str]]:
    call_command("export_products", path, stdout=StringIO())
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_writes_a_shop_that_reads_back_as_nothing_to_change(tmp_path):
    demo.load_catalog()
    path = tmp_path / "shop.csv"
    lines = exported(path)
    assert len(lines) == Variant.objects.count()
    before = catalog_rows(), PriceChange.objects.count(), StockMovement.objects.count()
    said = run(path, quiet_lines=True)
    assert f"0 to add, 0 to change, {len(lines)} unchanged, 0 skipped, 0 notes." in said
    assert "Not taken" not in said
    assert (catalog_rows(), PriceChange.objects.count(), StockMovement.objects.count()) == before
    assert not ImportBatch.objects.exists()


def test_writes_what_another_shop_reads_as_the_same_devices(tmp_path):
    kind = make_product_type("phone", name="Phone")
    make_field(kind, "storage", kind="number", unit="GB", scope="variant")
    make_field(kind, "sound", kind="number", unit="Hz")
    make_field(kind, "modes", choices=["A", "B"], multiple=True)
    make_product(
        "Lumo",
        product_type=kind,
        specs={"sound": (20, 20000)},
        mpn="X-1",
        warranty_months=36,
        variants=[{"sku": "A", "options": {"storage": 256}, "stock": 3}, {"sku": "B", "options": {"storage": 1000}}],
    )
    path = tmp_path / "shop.csv"
    lines = exported(path)
    assert [line["spec"] for line in lines] == [
        '{"sound": "20 Hz – 20 kHz", "storage": "256 GB"}',
        '{"sound": "20 Hz – 20 kHz", "storage": "1 TB"}',
    ]
    text = path.read_text().replace("A,Lumo", "C,Lumo").replace("B,Lumo", "D,Lumo").replace(",Phone,", ",Handy,")
    path.write_text(text)
    run(path)
    copy = Product.objects.get(product_type__name="Handy")
    assert (copy.mpn, copy.warranty_months, copy.product_type.key) == ("X-1", 36, "handy")
    assert {variant.sku: variant.label for variant in copy.variants.all()} == {"C": "256 GB", "D": "1 TB"}
    assert values(copy)["sound"] == "20 Hz – 20 kHz"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "'=1", "''-x", "' +", " =1", "\t1", "it's", "'quoted'", "'", "", "5-6", "\n@"]
)
def test_guards_cells_so_that_they_come_back_as_they_were(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))


def test_guards_formulas_and_takes_them_back(tmp_path):
    make_product("=HYPERLINK(1)", mpn="-5", description="@all", variants=[{"sku": "+49"}])
    path = tmp_path / "shop.csv"
    line = exported(path)[0]
    assert (line["name"], line["mpn"], line["description"], line["sku"]) == ("'=HYPERLINK(1)", "'-5", "'@all", "'+49")
    assert "0 to add, 0 to change, 1 unchanged" in run(path)


def test_reads_back_text_as_staff_typed_it(tmp_path):
    make_product("Lumo", description="One\r\n\r\n<b>Two</b>  \r\n5 < 6 &amp; 7", box_contents="A\r\nB")
    path = tmp_path / "shop.csv"
    exported(path)
    assert "0 to add, 0 to change, 1 unchanged" in run(path)


def test_knows_its_own_pictures_again(tmp_path):
    product = make_product("Lumo")
    make_image(product)
    path = tmp_path / "shop.csv"
    assert exported(path)[0]["image_url"].startswith("http")
    assert "0 to add, 0 to change, 1 unchanged" in run(path)


def test_asks_the_same_number_of_queries_for_any_number_of_products(tmp_path, django_assert_num_queries):
    for number in range(4):
        make_product(f"Lumo {number}")
    with django_assert_num_queries(7):
        call_command("export_products", tmp_path / "shop.csv", stdout=StringIO())


def test_writes_to_the_standard_output(capsys):
    make_product("Lumo", variants=[{"sku": "A-1"}])
    call_command("export_products")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("sku,name,brand,category_path")
    assert said[1].startswith("A-1,Lumo,")
    assert len(said) == 2


def test_says_where_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_products", tmp_path / "none" / "shop.csv")

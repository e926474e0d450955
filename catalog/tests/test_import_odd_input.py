"""What suppliers really send: taken, mended or refused, always with the line."""

import json
from decimal import Decimal

import pytest

from catalog.models import Category, Product, SpecValue, StockMovement, Variant
from catalog.tests.importing import plain, run, values, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    return lambda *rows, **options: run(write_csv(tmp_path / "odd.csv", *rows), **options)


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("1.299,00 €", "1299.00"),
        ("$1,299.00", "1299.00"),
        ("EUR 12,50", "12.50"),
        ("1 299,00 EUR", "1299.00"),
        ("12,5", "12.50"),
        ("1,299", "1299.00"),
        ("7", "7.00"),
    ],
)
def test_reads_prices_as_they_are_written(load, written, price):
    load(plain("A-1", price=written))
    assert Variant.objects.get().price == Decimal(price)


@pytest.mark.parametrize("written", ["12 – 15", "€", "1e400", "-3,00 €", "call us", "1.2.3", "0,00", "∞", "5 bananas"])
def test_refuses_what_is_no_price_with_its_line(load, written):
    said = load(plain("A-1", price=written), plain("A-2"))
    assert f"line      2  skip    A-1  {written!r}" in said
    assert Variant.objects.get().sku == "A-2"


def test_takes_the_currency_from_the_sign(load):
    assert "1 prices are in USD" in load(plain("A-1", price="$5.00"), dry_run=True)


def test_cuts_long_names_at_a_word_and_keeps_them_in_the_description(load):
    name = "Charger " * 32 + "end"
    said = load(plain("A-1", name=name, description="<p>Nice.</p>"))
    product = Product.objects.get()
    assert product.name == "Charger " * 24 + "Charger…"
    assert product.description == f"{name}\n\nNice."
    assert "line      2  note    A-1  name has 259 characters, 200 fit: cut" in said
    assert "0 to change, 1 unchanged" in load(plain("A-1", name=name, description="<p>Nice.</p>"))


def test_keeps_the_whole_of_a_long_spec_in_the_description(load):
    text = "word " * 200 + "end"
    rows = [plain("A-1", spec={"Notes": text}), plain("A-2", name="Two", spec={"Notes": "short " * 20})]
    said = load(*rows)
    value = SpecValue.objects.get(product__name="Lumo One")
    assert len(value.text) <= 500
    assert value.text.endswith("word…")
    assert Product.objects.get(name="Lumo One").description == f"Notes: {text}"
    assert "note    A-1  Notes has 1003 characters, 500 fit" in said
    assert "2 unchanged" in load(*rows)


def test_makes_plain_text_of_markup(load):
    load(
        plain(
            "A-1",
            name="Cable &amp; Co <b>new</b>",
            description="<h1>Hi</h1><ul><li>A &lt; B</li><li>C</li></ul><script>alert(1)</script>5 &euro;",
        )
    )
    product = Product.objects.get()
    assert product.name == "Cable & Co new"
    assert product.description == "Hi\n• A < B\n• C\n\n5 €"


def test_leaves_text_alone_that_only_looks_like_markup(load):
    load(plain("A-1", description="5 < 6 & 7 > 3"))
    assert Product.objects.get().description == "5 < 6 & 7 > 3"


def test_takes_out_what_no_database_takes(load):
    load(plain("A-1", name="Lu\x00mo \x07One", spec={"Note": "a\u0000b \ud800"}))
    assert Product.objects.get().name == "Lu mo One"
    assert values(Product.objects.get()) == {"note": "a b"}


def test_leaves_out_numbers_beyond_all_measure(load):
    load(plain("A-1", spec={"Size": 5}))
    row = json.dumps(plain("A-2", name="Two"))[:-1]
    said = load(
        plain("A-2", name="Two", spec='{"Size": 1e999999999}'), plain("A-3", name="Three", spec='{"Size": NaN}')
    )
    assert row
    assert "note    A-2  Size '1E+999999999' does not fit its field (number): left out" in said
    assert "skip    A-3  spec is no JSON" in said


def test_takes_the_first_good_number_of_several_gtins(load):
    said = load(
        plain("A-1", gtin="4006381333932; 4006381333931 | 96385074"),
        plain("A-2", gtin='="036000291452"'),
        plain("A-3", gtin="36000291452"),
        plain("A-4", gtin="4,00638E+12"),
    )
    assert dict(Variant.objects.values_list("sku", "gtin")) == {
        "A-1": "4006381333931",
        "A-2": "036000291452",
        "A-3": "036000291452",
        "A-4": "",
    }
    assert "note    A-1  GTIN 4006381333932 fails its check digit: left out" in said
    assert "note    A-1  several GTINs: 4006381333931 is taken, left out 96385074" in said
    assert "note    A-4  GTIN" in said


def test_takes_stock_below_zero_as_none(load):
    said = load(plain("A-1", stock="-4"), plain("A-2", stock="3.0"), plain("A-3", stock="many"))
    assert "note    A-1  stock -4 is below zero: taken as 0" in said
    assert "skip    A-3  stock 'many' is no whole number" in said
    assert list(StockMovement.objects.values_list("level__variant__sku", "on_hand_change", "kind")) == [
        ("A-2", 3, "receipt")
    ]


def test_says_unbranded_where_no_brand_stands(load):
    said = load(plain("A-1", brand=""))
    assert "note    A-1  no brand: “Unbranded” stands there" in said
    assert Product.objects.get().brand.name == "Unbranded"


def test_takes_forty_levels_of_category_and_refuses_what_the_tree_cannot_hold(load):
    said = load(
        plain("A-1", category_path=" > ".join(f"Level {n}" for n in range(40))),
        plain("A-2", category_path=" > ".join(f"Level {n}" for n in range(70))),
    )
    assert Product.objects.get().category.depth == 40
    assert "skip    A-2  category_path has 70 levels, 63 are possible" in said
    assert Category.objects.count() == 40


def test_gives_products_of_one_title_an_address_each(load):
    load(*(plain(f"A-{n}") for n in range(1, 5)), plain("B-1", name="Lumo One 2"))
    assert sorted(Product.objects.values_list("slug", flat=True)) == [
        "lumo-one",
        "lumo-one-2",
        "lumo-one-2-2",
        "lumo-one-3",
        "lumo-one-4",
    ]


def test_leaves_was_price_to_the_price_history_and_says_so_once(load):
    said = load(plain("A-1", was_price="199.00"), plain("A-2", was_price="149.00"))
    assert said.count("was_price is computed from the price history") == 1
    assert set(Variant.objects.values_list("was_price", flat=True)) == {None}


def test_says_that_stock_of_present_variants_is_not_touched(load):
    load(plain("A-1", stock="3"))
    said = load(plain("A-1", stock="9"))
    assert "Stock is taken for new variants only: 1 lines" in said
    assert "1 unchanged" in said


def test_skips_a_line_that_csv_cannot_read_and_goes_on(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('sku,name,brand,category_path,price\nA-1,"6.1" phone",B,C,5\nA-2,Two,B,C,5\n')
    assert "line      2  skip      the line cannot be read" in run(path)
    assert Variant.objects.get().sku == "A-2"

"""Specs: writing typed values and reading them as sheet, card facts, label and pills."""

from decimal import Decimal

import pytest

from catalog import specs
from catalog.exceptions import SpecError
from catalog.models import SpecChoice, SpecField, SpecValue, Variant
from catalog.tests.factories import make_field, make_product, make_product_type, make_variant

Kind = SpecField.Kind
VARIANT = SpecField.Scope.VARIANT

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    """A type with one field of each sort."""
    phone = make_product_type("phone")
    colour = make_field(phone, "colour", choices=["Black", "Midnight blue"], scope=VARIANT)
    SpecChoice.objects.filter(field=colour, label="Black").update(swatch="#1d1e21")
    make_field(phone, "storage", kind=Kind.NUMBER, unit="GB", scope=VARIANT, on_card=True)
    make_field(phone, "screen_size", kind=Kind.NUMBER, unit="in", group="Display", on_card=True)
    make_field(phone, "panel", choices=["OLED", "LCD"], group="Display", on_card=True)
    make_field(phone, "audio_range", kind=Kind.NUMBER, unit="Hz", group="Sound")
    make_field(phone, "bands", choices=["4G", "5G", "Wi-Fi 7"], multiple=True, group="Radio")
    make_field(phone, "nfc", kind=Kind.BOOLEAN, group="Radio", label="NFC")
    make_field(phone, "chip", kind=Kind.TEXT, group="")
    return phone


@pytest.fixture
def product(phone):
    return make_product(product_type=phone, variants=[{"sku": "A"}])


def sheet(product, variant=None):
    return [(g.title, [(row.key, row.text) for row in g.rows]) for g in specs.data_sheet(product, variant)]


def test_writes_what_was_typed_and_shows_it_in_groups(product):
    typed = {
        "screen_size": "6.1″",
        "panel": "oled",
        "audio_range": "20 Hz – 20 kHz",
        "bands": ["5g", "4G"],
        "nfc": "yes",
        "chip": " Aurora 3 ",
    }
    specs.set_values(product, typed)
    assert sheet(product) == [
        ("Display", [("screen_size", "6.1 in"), ("panel", "OLED")]),
        ("Sound", [("audio_range", "20 Hz – 20 kHz")]),
        ("Radio", [("bands", "4G, 5G"), ("nfc", "Yes")]),
        ("General", [("chip", "Aurora 3")]),
    ]


def test_takes_typed_values_as_files_hold_them(product):
    specs.set_values(product, {"screen_size": 6.1, "audio_range": [20, 20000], "nfc": False, "panel": "lcd"})
    assert sheet(product) == [
        ("Display", [("screen_size", "6.1 in"), ("panel", "LCD")]),
        ("Sound", [("audio_range", "20 Hz – 20 kHz")]),
        ("Radio", [("nfc", "No")]),
    ]
    assert SpecValue.objects.get(field__key="screen_size").number == Decimal("154.94")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"screen_size": "wide"}, "Screen size: “wide” cannot be read."),
        ({"screen_size": True}, "Screen size: “True” cannot be read."),
        ({"screen_size": float("inf")}, "Screen size: “Infinity” cannot be read."),
        ({"screen_size": -6}, "Screen size: “-6” is below zero."),
        ({"audio_range": [20]}, "Audio range: A range has a lower and an upper end."),
        ({"audio_range": [30, 20]}, "Audio range: The range does not run upwards."),
        ({"panel": "plasma"}, "Panel: “plasma” is not one of the choices. Accepted: OLED, LCD."),
        ({"panel": ["oled", "lcd"]}, "Panel: Only one choice is possible."),
        ({"nfc": "perhaps"}, "NFC: “perhaps” is neither yes nor no."),
        ({"chip": "x" * 501}, "Chip: 500 characters at most."),
        ({"wings": 2}, "There is no spec “wings” in this type."),
        ({"storage": 128}, "Storage belongs to the variants."),
    ],
)
def test_refuses_what_does_not_fit_and_writes_nothing(product, values, words):
    with pytest.raises(SpecError) as refusal:
        specs.set_values(product, {"chip": "Aurora 3", **values})
    assert str(refusal.value).startswith(words)
    assert not SpecValue.objects.exists()


def test_refuses_a_product_field_on_a_variant(product):
    with pytest.raises(SpecError, match="Screen size belongs to the product"):
        specs.set_values(product, {"screen_size": 6}, variant=product.variants.get())


def test_tells_what_changed(product):
    specs.set_values(product, {"screen_size": 6.1, "nfc": True, "chip": "Aurora 3"})
    changes = specs.set_values(product, {"screen_size": "6.7 in", "nfc": "yes", "chip": None})
    assert [str(change) for change in changes] == ["Screen size: 6.1 in → 6.7 in", "Chip: Aurora 3 → –"]
    assert sheet(product) == [("Display", [("screen_size", "6.7 in")]), ("Radio", [("nfc", "Yes")])]


def test_writes_nothing_when_nothing_changes(product, django_assert_num_queries):
    values = {"screen_size": 6.1, "bands": ["4g", "5g"], "audio_range": "20–20000"}
    specs.set_values(product, values)
    kept = set(SpecValue.objects.values_list("pk", flat=True))
    with django_assert_num_queries(5):  # savepoint, fields, choices, values, savepoint
        assert specs.set_values(product, values) == []
    assert set(SpecValue.objects.values_list("pk", flat=True)) == kept


def test_removes_for_empty_text_and_empty_lists(product):
    specs.set_values(product, {"screen_size": 6.1, "bands": ["4g"], "chip": "A"})
    specs.set_values(product, {"screen_size": " ", "bands": [], "chip": ""})
    assert sheet(product) == []


def test_keeps_the_label_true(product):
    variant = product.variants.get()
    specs.set_values(product, {"storage": "1 TB", "colour": "midnight-blue"}, variant=variant)
    assert Variant.objects.get().label == "Midnight blue, 1 TB"
    specs.set_values(product, {"storage": None}, variant=variant)
    assert Variant.objects.get().label == "Midnight blue"


def test_says_the_condition_in_the_label_when_it_is_not_new(product):
    variant = make_variant(product, sku="B", condition="refurbished")
    specs.set_values(product, {"colour": "Black"}, variant=variant)
    variant.refresh_from_db()
    assert variant.label == "Black, Refurbished"


def test_adds_the_variants_own_values_to_the_sheet(product):
    variant = product.variants.get()
    specs.set_values(product, {"chip": "Aurora 3"})
    specs.set_values(product, {"storage": 256}, variant=variant)
    assert sheet(product) == [("General", [("chip", "Aurora 3")])]
    assert sheet(product, variant) == [("General", [("storage", "256 GB"), ("chip", "Aurora 3")])]


def test_reads_a_sheet_of_any_size_in_one_query(product, django_assert_num_queries):
    specs.set_values(product, {"screen_size": 6.1, "bands": ["4g", "5g"], "nfc": True, "chip": "A", "panel": "OLED"})
    with django_assert_num_queries(1):
        assert len(sheet(product)) == 3


def test_gives_cards_three_facts_at_most_in_one_query(phone, django_assert_num_queries):
    make_field(phone, "slots", kind=Kind.NUMBER, on_card=True)
    both = make_product(
        product_type=phone,
        specs={"screen_size": 6.1, "panel": "OLED", "slots": 2},
        variants=[{"options": {"storage": 256}}, {"options": {"storage": 1000}}],
    )
    bare = make_product(product_type=phone, specs={"slots": 2})
    with django_assert_num_queries(1):
        facts = specs.card_specs([both.pk, bare.pk, 0])
    assert facts == {both.pk: ["256 GB – 1 TB", "6.1 in", "OLED"], bare.pk: ["Slots: 2"], 0: []}


def test_leaves_variants_off_sale_out_of_card_facts(phone):
    product = make_product(
        product_type=phone, variants=[{"options": {"storage": 256}}, {"options": {"storage": 512}, "is_active": False}]
    )
    assert specs.card_specs([product.pk]) == {product.pk: ["256 GB"]}


@pytest.fixture
def four(phone):
    """Black in 128 and 256 GB, blue in 256 (sold out) and 512 GB."""
    rows = [("BLK-128", "Black", 128, 5), ("BLK-256", "Black", 256, 5), ("BLU-256", "Midnight blue", 256, 0)]
    rows.append(("BLU-512", "Midnight blue", 512, 5))
    options = [
        {"sku": sku, "stock": n, "options": {"colour": colour, "storage": size}} for sku, colour, size, n in rows
    ]
    return make_product(product_type=phone, variants=options)


def pills(product, current=None):
    variants = list(product.variants.all())
    here = next((variant for variant in variants if variant.sku == current), None)
    return {
        option.key: [(c.text, c.sku, c.is_current, c.is_available) for c in option.choices]
        for option in specs.options(product, variants, current=here)
    }


def test_leads_each_pill_to_the_nearest_variant(four):
    assert pills(four, "BLK-256") == {
        "colour": [("Black", "BLK-256", True, True), ("Midnight blue", "BLU-256", False, False)],
        "storage": [
            ("128 GB", "BLK-128", False, True),
            ("256 GB", "BLK-256", True, True),
            ("512 GB", "BLU-512", False, True),
        ],
    }


def test_prefers_a_variant_in_stock_where_two_are_equally_near(four):
    assert pills(four, "BLK-128")["colour"] == [
        ("Black", "BLK-128", True, True),
        ("Midnight blue", "BLU-512", False, True),
    ]


def test_starts_from_the_first_variant(four):
    assert pills(four) == pills(four, "BLK-128")


def test_shows_colours_as_swatches(four):
    colour, storage = specs.options(four, list(four.variants.all()))
    assert (colour.kind, storage.kind) == ("swatch", "pill")
    assert [choice.swatch for choice in colour.choices] == ["#1d1e21", ""]


def test_offers_the_condition_where_it_differs(phone):
    product = make_product(
        product_type=phone,
        variants=[{"sku": "N", "options": {"colour": "Black"}}, {"sku": "R", "condition": "refurbished"}],
    )
    assert pills(product)["condition"] == [("New", "N", True, True), ("Refurbished", "R", False, True)]


def test_has_no_options_without_variants(product):
    assert specs.options(product, []) == []


def test_reads_options_of_any_number_of_variants_in_two_queries(four, django_assert_num_queries):
    variants = list(four.variants.all())
    with django_assert_num_queries(2):
        specs.options(four, variants)

"""Specs: writing typed values and reading them as sheet, card facts, label and pills."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from catalog import search, specs
from catalog.exceptions import SpecError
from catalog.models import SpecChoice, SpecField, SpecValue, Variant
from catalog.publishing import product_changed
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
    make_field(phone, "resolution", kind=Kind.SIZE, unit="px", group="Display")
    make_field(phone, "dimensions", kind=Kind.SIZE, unit="mm", group="Build")
    make_field(phone, "protection", kind=Kind.NUMBER, unit="IP", group="Build")
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
    ("typed", "sides", "text"),
    [
        ("2556 x 1179", (2556, 1179, None), "2556 × 1179 px"),
        ([2560, 1440], (2560, 1440, None), "2560 × 1440 px (QHD)"),
        ("4K", (3840, 2160, None), "3840 × 2160 px (4K UHD)"),
    ],
)
def test_takes_resolutions(product, typed, sides, text):
    specs.set_values(product, {"resolution": typed})
    assert sheet(product) == [("Display", [("resolution", text)])]
    row = SpecValue.objects.get()
    assert (row.number, row.second, row.third, row.number_high) == (*sides, None)
    assert specs.set_values(product, {"resolution": text}) == []


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("147.6 x 71.6 x 7.8", "147.6 × 71.6 × 7.8 mm"),
        ((Decimal("147.6"), 71.6, "0.78 cm"), "147.6 × 71.6 × 7.8 mm"),
        ("14,8 × 7,2 cm", "148 × 72 mm"),
    ],
)
def test_takes_dimensions(product, typed, text):
    specs.set_values(product, {"dimensions": typed})
    assert sheet(product) == [("Build", [("dimensions", text)])]
    assert specs.exact_text(list(SpecValue.objects.select_related("field"))) == text


@pytest.mark.parametrize(
    ("values", "magnitude"),
    [
        ({"screen_size": 6}, Decimal("152.4")),
        ({"audio_range": (20, 20000)}, 20000),
        ({"resolution": "20 x 10"}, 200),
        ({"dimensions": "1 x 2 x 3 cm"}, 6000),
        ({"protection": "IP65/IP68"}, Decimal("8.6")),
        ({"nfc": True}, 1),
        ({"nfc": False}, 0),
        ({"panel": "oled"}, None),
        ({"chip": "A"}, None),
    ],
)
def test_tells_how_much_a_value_is(product, values, magnitude):
    specs.set_values(product, values)
    assert specs.magnitude(SpecValue.objects.get()) == magnitude


@pytest.mark.parametrize(
    "columns",
    [
        {"second": 2},
        {"number": 1, "third": 2},
        {"number": 1, "second": 0},
        {"number": -1, "second": 1},
        {"number": 1, "second": 1, "third": 0},
        {"number": 1, "second": 1, "number_high": 2},
        {"text": "a", "second": 1},
    ],
)
def test_holds_no_half_sizes(product, columns):
    field = product.product_type.fields.get(key="dimensions")
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecValue.objects.create(product=product, field=field, **columns)


def test_knows_no_better_text(phone):
    with pytest.raises(IntegrityError), transaction.atomic():
        phone.fields.filter(key="chip").update(better="higher")
    with pytest.raises(IntegrityError), transaction.atomic():
        phone.fields.filter(key="panel").update(better="lower")
    phone.fields.filter(key__in=["dimensions", "nfc", "screen_size"]).update(better="lower")


def test_finds_a_size_and_a_rating(product):
    specs.set_values(product, {"resolution": "4K", "protection": "IP68"})
    product_changed([product.pk])
    for words in ("4k", "uhd", "3840 2160", "ip68"):
        assert search.search(words).ids == [product.pk]


def test_puts_pills_of_sizes_in_order_of_their_area(phone):
    make_field(phone, "print", kind=Kind.SIZE, unit="cm", scope=VARIANT)
    options = [{"sku": size, "options": {"print": sides}} for size, sides in (("L", (13, 18)), ("S", (40, 2)))]
    product = make_product(product_type=phone, variants=options)
    assert [text for text, *_ in pills(product)["print"]] == ["40 × 2 cm", "13 × 18 cm"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"screen_size": "wide"}, "Screen size: “wide” cannot be read."),
        ({"screen_size": True}, "Screen size: “True” cannot be read."),
        ({"screen_size": float("inf")}, "Screen size: “Infinity” cannot be read."),
        ({"screen_size": -6}, "Screen size: “-6” is below zero."),
        ({"audio_range": [20]}, "Audio range: A range has a lower and an upper end."),
        ({"audio_range": [30, 20]}, "Audio range: The range does not run upwards."),
        ({"resolution": "2556"}, "Resolution: “2556” cannot be read. Accepted: width and height such as 2556 × 1179"),
        ({"resolution": [2556, 1179, 3]}, "Resolution: “2556 px × 1179 px × 3 px” cannot be read."),
        ({"resolution": [2556, 0]}, "Resolution: “2556 px × 0 px” has a side of nothing."),
        ({"dimensions": "10 x 20 GB"}, "Dimensions: “10 x 20 GB” cannot be read."),
        ({"protection": "8.6"}, "Protection: “8.6” cannot be read. Accepted: a rating such as IP68"),
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


def test_refuses_values_read_by_what_a_field_no_longer_is(product, monkeypatch):
    stale = specs.fields_of(product.product_type_id)
    monkeypatch.setattr("catalog.specs.writing.fields_of", lambda _type, **_keys: stale)
    product.product_type.fields.filter(key="chip").update(kind="boolean")
    with pytest.raises(SpecError, match=r"Chip was changed meanwhile\. Try again\."):
        specs.set_values(product, {"screen_size": 6.1, "chip": "Aurora 3"})
    assert not SpecValue.objects.exists()


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

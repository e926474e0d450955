"""Changing what a field is while products have values in it: converted or refused, never half of it."""

from decimal import Decimal

import pytest

from catalog import spec_changes, specs
from catalog.models import SpecChoice, SpecField, SpecValue
from catalog.spec_changes import ChangeRefused
from catalog.tests.factories import make_field, make_image, make_product, make_product_type, make_variant

Kind = SpecField.Kind
PRODUCT, VARIANT = SpecField.Scope.PRODUCT, SpecField.Scope.VARIANT

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    return make_product_type("phone")


def make_values(field, *values):
    """A product for each value; of a variant's field its only variant has it."""
    for number, value in enumerate(values, start=1):
        product = make_product(f"Device {number}", product_type=field.product_type)
        variant = product.variants.get() if field.scope == VARIANT else None
        specs.set_values(product, {field.key: value}, variant=variant)


def change(field, **changes):
    """Save the field so, and its values with it."""
    for name, value in changes.items():
        setattr(field, name, value)
    conversion = spec_changes.plan(field)
    field.save()
    if conversion:
        conversion.apply()
    return conversion


def texts(field):
    rows = SpecValue.objects.filter(field=field).select_related("field", "choice").order_by("product", "variant", "pk")
    return [specs.exact_text([row]) for row in rows]


@pytest.mark.parametrize(
    ("before", "values", "after", "expected"),
    [
        ({"kind": "number"}, [128, 256], {"unit": "GB"}, ["128 GB", "256 GB"]),
        ({"kind": "number"}, [1.8, (1.8, 4)], {"unit": "f/"}, ["f/1.8", "f/1.8 – 4"]),
        ({"kind": "number", "unit": "in"}, [6.1, "39.6 cm"], {"kind": "text", "unit": ""}, ["6.1 in", "396 mm"]),
        ({"kind": "text"}, ["1 TB", "512 gb"], {"kind": "number", "unit": "GB"}, ["1 TB", "512 GB"]),
        ({"kind": "text"}, ["20 Hz – 20 kHz"], {"kind": "number", "unit": "kHz"}, ["20 Hz – 20 kHz"]),
        ({"kind": "text"}, ["2556 x 1179", "4K"], {"kind": "size", "unit": "px"}, ["2556 × 1179 px", "3840 × 2160 px"]),
        ({"kind": "text"}, ["yes", "No"], {"kind": "boolean"}, ["Yes", "No"]),
        ({"kind": "boolean"}, [True, False], {"kind": "text"}, ["Yes", "No"]),
        ({"kind": "boolean"}, [True, False], {"kind": "choice"}, ["Yes", "No"]),
        ({"kind": "choice", "choices": ["IP68", "IPX4"]}, ["IPX4"], {"kind": "number", "unit": "IP"}, ["IPX4"]),
        ({"kind": "size", "unit": "mm"}, ["147 x 71 x 8"], {"kind": "text", "unit": ""}, ["147 × 71 × 8 mm"]),
        ({"kind": "size"}, ["16 x 9"], {"unit": "mm"}, ["16 × 9 mm"]),
    ],
)  # fmt: skip
def test_converts_all_values(phone, before, values, after, expected):
    field = make_field(phone, "thing", **before)
    make_values(field, *values)
    owners = list(SpecValue.objects.order_by("product").values_list("product", "variant"))
    assert len(change(field, **after).rows) == len(values)
    assert texts(field) == expected
    assert list(SpecValue.objects.order_by("product").values_list("product", "variant")) == owners


def test_makes_choices_of_texts(phone):
    field = make_field(phone, "glass", kind=Kind.TEXT)
    make_values(field, "Sapphire", "A+", "sapphire", "A")
    change(field, kind=Kind.CHOICE)
    assert list(field.choices.values_list("value", "label")) == [("sapphire", "Sapphire"), ("a", "A+"), ("a-2", "A")]
    assert texts(field) == ["Sapphire", "A+", "Sapphire", "A"]


def test_takes_choices_that_are_there_already(phone):
    field = make_field(phone, "glass", choices=["Sapphire", "Acrylic"])
    SpecField.objects.filter(pk=field.pk).update(kind=Kind.TEXT)
    field.refresh_from_db()
    make_values(field, "acrylic")
    change(field, kind=Kind.CHOICE)
    assert texts(field) == ["Acrylic"]
    assert SpecChoice.objects.count() == 2


def test_drops_choices_that_nothing_needs_any_more(phone):
    field = make_field(phone, "glass", choices=["Sapphire", "Acrylic"])
    make_values(field, "Acrylic")
    change(field, kind=Kind.TEXT)
    assert texts(field) == ["Acrylic"]
    assert not SpecChoice.objects.exists()


@pytest.mark.parametrize(
    ("before", "values", "after", "about", "words"),
    [
        ({"kind": "number", "unit": "GB"}, [1], {"unit": "Hz"}, "unit", "The values are in GB, which cannot be"),
        ({"kind": "number", "unit": "GB"}, [1], {"unit": ""}, "unit", "The values are in GB, which cannot be"),
        ({"kind": "number"}, [8], {"unit": "IP"}, "unit", "These values cannot be read: “8” (Device 1). Acc"),
        ({"kind": "number", "unit": "in"}, [6], {"kind": "size"}, "kind", "These values cannot be read: “6 in” (De"),
        ({"kind": "text"}, ["1 TB", "big", "huge"], {"kind": "number", "unit": "GB"}, "kind",
         "These values cannot be read: “big” (Device 2), “huge” (Device 3). Accepted: a number such as 8 or 2.5 (GB)"),
        ({"kind": "text"}, list("abcdefg"), {"kind": "boolean"}, "kind",
         "These values cannot be read: “a” (Device 1), “b” (Device 2), “c” (Device 3), “d” (Device 4), “e” (Device 5), "
         "and 2 more. Accepted: yes or no."),
        ({"kind": "text"}, ["x" * 81], {"kind": "choice"}, "kind", "These values cannot be read: “xxx"),
        ({"kind": "text"}, ["100 %"], {"kind": "number", "unit": "GB"}, "kind", "These values cannot be read: “100 %”"),
        ({"kind": "choice", "choices": ["A", "B"], "multiple": True}, [["A", "B"]], {"multiple": False}, "multiple",
         "These have several values: “A, B” (Device 1)."),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_converted(phone, before, values, after, about, words):
    field = make_field(phone, "thing", **before)
    make_values(field, *values)
    kept = list(SpecValue.objects.order_by("pk").values())
    for name, value in after.items():
        setattr(field, name, value)
    with pytest.raises(ChangeRefused) as refusal:
        spec_changes.plan(field)
    assert refusal.value.about == about
    assert str(refusal.value).startswith(words)
    assert list(SpecValue.objects.order_by("pk").values()) == kept


def test_refuses_another_type(phone):
    field = make_field(phone, "thing", kind=Kind.TEXT)
    make_values(field, "a")
    field.product_type = make_product_type("tablet")
    with pytest.raises(ChangeRefused) as refusal:
        spec_changes.plan(field)
    assert refusal.value.about == "product_type"


def test_keeps_choices_that_pictures_belong_to(phone):
    field = make_field(phone, "colour", choices=["Black"])
    make_values(field, "Black")
    make_image(SpecValue.objects.get().product, choice=field.choices.get())
    field.kind = Kind.TEXT
    with pytest.raises(ChangeRefused, match="Pictures belong to choices"):
        spec_changes.plan(field)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ({"kind": "number", "unit": "GB"}, 256, {"unit": "TB"}),
        ({"kind": "number", "unit": "GB"}, 256, {"better": "higher"}),
        ({"kind": "size", "unit": "mm"}, "10 x 20", {"unit": "in"}),
        ({"kind": "choice", "choices": ["A"]}, "A", {"multiple": True}),
    ],
)
def test_leaves_values_that_mean_the_same(phone, before, value, after):
    field = make_field(phone, "thing", **before)
    make_values(field, value)
    kept = list(SpecValue.objects.values())
    assert change(field, **after) is None
    assert list(SpecValue.objects.values()) == kept


def test_has_nothing_to_do_without_values(phone):
    field = make_field(phone, "thing", kind=Kind.NUMBER, unit="GB")
    assert change(field, unit="Hz", scope=VARIANT) is None


def test_gives_each_variant_what_the_product_had(phone):
    field = make_field(phone, "memory", kind=Kind.NUMBER, unit="GB")
    make_values(field, 8, 16)
    product = SpecValue.objects.get(number=8000).product
    make_variant(product, is_active=False)
    change(field, scope=VARIANT)
    assert texts(field) == ["8 GB", "8 GB", "16 GB"]
    assert set(SpecValue.objects.filter(product=product).values_list("variant", flat=True)) == set(
        product.variants.values_list("pk", flat=True)
    )


def test_gives_the_product_what_all_its_variants_have(phone):
    field = make_field(phone, "bands", choices=["4G", "5G"], multiple=True, scope=VARIANT)
    product = make_product(product_type=phone, variants=[{"sku": "A"}, {"sku": "B"}])
    for variant in product.variants.all():
        specs.set_values(product, {"bands": ["5G", "4G"]}, variant=variant)
    change(field, scope=PRODUCT)
    assert texts(field) == ["4G", "5G"]
    assert set(SpecValue.objects.values_list("product", "variant")) == {(product.pk, None)}


@pytest.mark.parametrize("other", [16, None])
def test_refuses_to_make_one_of_variants_that_differ(phone, other):
    field = make_field(phone, "memory", kind=Kind.NUMBER, unit="GB", scope=VARIANT)
    product = make_product("Orvane", product_type=phone, variants=[{"sku": "A"}, {"sku": "B"}])
    for variant, value in zip(product.variants.order_by("sku"), [8, other], strict=True):
        specs.set_values(product, {"memory": value}, variant=variant)
    field.scope = PRODUCT
    with pytest.raises(ChangeRefused, match=r"The variants of these products differ in it: “8 GB” \(Orvane\)\."):
        spec_changes.plan(field)


def test_refuses_to_give_a_value_to_no_variant(phone):
    field = make_field(phone, "memory", kind=Kind.NUMBER, unit="GB")
    product = make_product("Orvane", product_type=phone, variants=[])
    specs.set_values(product, {"memory": 8})
    field.scope = VARIANT
    with pytest.raises(ChangeRefused, match=r"no variant that could take the value: “8 GB” \(Orvane\)\."):
        spec_changes.plan(field)


def test_changes_kind_and_owner_together(phone):
    field = make_field(phone, "memory", kind=Kind.TEXT)
    make_values(field, "8 GB")
    conversion = change(field, kind=Kind.NUMBER, unit="GB", scope=VARIANT)
    assert (conversion.summary, texts(field)) == ("1 value: 8 GB", ["8 GB"])
    assert SpecValue.objects.get().number == Decimal(8000)
    assert SpecValue.objects.get().variant is not None


def test_names_the_first_examples_only(phone):
    field = make_field(phone, "memory", kind=Kind.NUMBER)
    make_values(field, 1, 2, 3, 4, 5, 6)
    assert change(field, unit="GB").summary == "6 values: 1 → 1 GB, 2 → 2 GB, 3 → 3 GB, 4 → 4 GB, 5 → 5 GB, …"


def test_takes_a_constant_number_of_queries(phone, django_assert_num_queries):
    field = make_field(phone, "memory", kind=Kind.NUMBER)
    make_values(field, *range(1, 21))
    field.unit = "GB"
    with django_assert_num_queries(7):  # field, values; savepoint, two deletions, values, savepoint
        spec_changes.plan(field).apply()

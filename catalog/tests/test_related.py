"""Devices close to another: which ones, in what order, and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product, ProductType
from catalog.related import related
from catalog.tests.factories import make_field, make_product, make_product_type, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> ProductType:
    phone = make_product_type("phone")
    numbers = [
        ("screen", "in", "none", True),
        ("weight", "g", "lower", False),
        ("battery_life", "h", "higher", False),
        ("storage", "GB", "higher", False),
        ("camera", "MP", "higher", False),
        ("refresh_rate", "Hz", "higher", False),
        ("battery", "mAh", "higher", False),
        ("depth", "mm", "none", False),
    ]
    for key, unit, better, on_card in numbers:
        scope = "variant" if key == "storage" else "product"
        make_field(phone, key, kind="number", unit=unit, better=better, on_card=on_card, is_facet=False, scope=scope)
    make_field(phone, "nfc", kind="boolean", better="higher", label="NFC")
    make_field(phone, "headphone_socket", kind="boolean", better="higher")
    make_field(phone, "dual_sim", kind="boolean")
    make_field(phone, "colours", kind="choice", choices=["Blue"])
    return phone


def make(phone, name, price="500", **fields):
    return make_product(name, product_type=phone, price=price, **fields)


def names(product):
    known = dict(Product.objects.values_list("pk", "name"))
    return [known[one.product_id] for one in related(product)]


def why(product, other):
    return next(one.reasons for one in related(product) if one.product_id == other.pk)


def test_are_of_the_same_type_and_the_nearest_in_price_first(phone):
    here = make(phone, "Here", price="700")
    for name, price in (("A", "690"), ("B", "5000"), ("C", "100"), ("D", "720"), ("E", "711")):
        make(phone, name, price=price)
    make_product("Elsewhere", price="700", category=here.category)
    assert names(here) == ["A", "E", "D", "C"]


def test_prefers_like_specs_at_a_like_price(phone):
    here = make(phone, "Here", specs={"screen": 6.1, "nfc": True})
    make(phone, "Unlike", price="500", specs={"screen": 12, "nfc": False})
    make(phone, "Alike", price="520", specs={"screen": 6.1, "nfc": True})
    make(phone, "Unknown", price="500")
    assert names(here) == ["Alike", "Unlike", "Unknown"]


def test_leaves_out_what_cannot_be_had_or_seen(phone):
    here = make(phone, "Here")
    make(phone, "Sold out", stock=0)
    make(phone, "Hidden", is_published=False)
    assert names(here) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "reasons"),
    [
        ({"weight": 200}, {"weight": 176}, ["lighter (176 g)"]),
        ({"weight": 176}, {"weight": 200}, []),
        ({"weight": 200}, {"weight": 199}, []),
        ({"battery_life": 10}, {"battery_life": 15}, ["longer battery life (15 h)"]),
        ({"battery_life": 15}, {"battery_life": 10}, []),
        ({"battery": 4000}, {"battery": 5000}, ["larger battery (5,000 mAh)"]),
        ({"refresh_rate": 60}, {"refresh_rate": 120}, ["higher refresh rate (120 Hz)"]),
        ({"camera": 12}, {"camera": 50}, ["camera 50 MP instead of 12 MP"]),
        ({"screen": 6.1}, {"screen": 6.7}, ["larger screen (6.7 in)"]),
        ({"screen": 6.7}, {"screen": 6.1}, ["smaller screen (6.1 in)"]),
        ({"depth": 8}, {"depth": 12}, []),
        ({"nfc": False}, {"nfc": True}, ["with NFC"]),
        ({"headphone_socket": False}, {"headphone_socket": True}, ["with headphone socket"]),
        ({"nfc": True}, {"nfc": False}, []),
        ({}, {"nfc": True}, []),
        ({"dual_sim": False}, {"dual_sim": True}, []),
        ({}, {"weight": 100}, []),
        ({"weight": 100}, {}, []),
        ({"weight": (100, 120)}, {"weight": (110, 130)}, []),
        ({"weight": 200, "battery_life": 10, "camera": 12}, {"weight": 190, "battery_life": 30, "camera": 13},
         ["longer battery life (30 h)", "camera 13 MP instead of 12 MP"]),
    ],
)  # fmt: skip
def test_gives_only_reasons_that_the_figures_carry(phone, ours, theirs, reasons):
    here, other = make(phone, "Here", specs=ours), make(phone, "Other", specs=theirs)
    assert why(here, other) == reasons


def test_says_how_much_cheaper_it_is_but_not_for_a_trifle(phone):
    here = make(phone, "Here", price="500")
    cheap, near, dear = (make(phone, name, price=price) for name, price in (("C", "400"), ("N", "480"), ("D", "900")))
    assert why(here, cheap) == ["100.00\xa0€ cheaper"]
    assert why(here, near) == why(here, dear) == []


def test_promises_more_storage_only_where_every_version_has_more(phone):
    def versions(*sizes):
        return [{"price": "500", "options": {"storage": size}} for size in sizes]

    here = make(phone, "Here", variants=versions(128, 256))
    more, overlapping = make(phone, "M", variants=versions(512, 1000)), make(phone, "O", variants=versions(256, 512))
    assert why(here, more) == ["more storage (512 GB – 1 TB)"]
    assert why(here, overlapping) == []
    make_variant(here, is_active=False, options={"storage": 2000})
    assert why(here, more) == ["more storage (512 GB – 1 TB)"]


def test_asks_the_same_few_questions_of_any_catalog(phone):
    here = make(phone, "Here", specs={"weight": 200})
    make(phone, "First", specs={"weight": 190})
    with CaptureQueriesContext(connection) as few:
        related(here)
    for number in range(12):
        make(phone, f"More {number}", price=str(480 + number), specs={"weight": 150 + number})
    with CaptureQueriesContext(connection) as many:
        assert len(related(here)) == 4
    assert len(many) == len(few) == 2


def test_looks_at_a_bounded_number_on_each_side_of_the_price(phone, monkeypatch):
    monkeypatch.setattr("catalog.related.NEAR", 2)
    here = make(phone, "Here", price="500", specs={"weight": 100})
    for price in (490, 495, 505, 510):
        make(phone, f"At {price}", price=str(price), specs={"weight": 900})
    make(phone, "Like it but far", price="520", specs={"weight": 100})
    assert sorted(names(here)) == ["At 490", "At 495", "At 505", "At 510"]


def test_stand_on_the_page_with_their_reasons(phone, client):
    here = make(phone, "Here", specs={"weight": 200})
    make(phone, "Light", specs={"weight": 150})
    page = client.get(here.get_absolute_url())
    assert [(one.card.name, one.reasons) for one in page.context["around"].related] == [("Light", ("lighter (150 g)",))]
    assert "Close to it" in page.text
    assert "lighter (150 g)" in page.text

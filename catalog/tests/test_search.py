"""The search index on the database at hand."""

import random
import string

import pytest
from django.core.management import call_command

from catalog import search
from catalog.models import Product
from catalog.publishing import product_changed
from catalog.search.words import code, query_words
from catalog.tests.factories import make_brand, make_category, make_product, make_product_type

pytestmark = pytest.mark.django_db


def found(text, engine=search.search):
    ids = engine(text)
    ids = getattr(ids, "ids", ids)
    names = dict(Product.objects.values_list("pk", "name"))
    return [names[pk] for pk in ids]


@pytest.fixture
def phone():
    return make_product(
        "Orvane Meridian 6",
        brand=make_brand("Orvane"),
        category=make_category("Phones", parent=make_category("Mobile")),
        product_type=make_product_type("phone"),
        summary="Compact, with batteries that last.",
        mpn="OV-MR6/EU",
        specs={"screen_size": 6.1, "wireless_charging": True, "nfc": False, "panel": "OLED"},
        variants=[{"sku": "ORV-MR6-128", "gtin": "2799651644364", "label": "Midnight, 128 GB"}],
    )


@pytest.mark.parametrize(
    "text",
    [
        "Meridian",
        "meridián",
        "ORVANE meridian 6",
        "battery",
        "phone",
        "mobile phones",
        "midnight 128 GB",
        "oled wireless charging",
        "6.1",
        "6,1",
        "the phone with the batteries",
        "ORV-MR6-128",
        "orvmr6128",
        "orv mr6 128",
        "OV MR6 EU",
        "ovmr6eu",
        "2799651644364",
    ],
)
def test_finds_a_device_by_any_of_its_facts(phone, text):
    make_product("Quillon Strike", summary="A keyboard.")
    assert found(text) == ["Orvane Meridian 6"]


@pytest.mark.parametrize("text", ["nfc", "laptop", "meridian laptop", "ORV-MR6-256", "", "  ", '"', "🙂"])
def test_finds_nothing_where_nothing_is_meant(phone, text):
    assert found(text) == []


def test_puts_the_name_before_a_mention():
    make_product("Pelkor Case", description="Fits the Meridian and a dozen others. " * 3)
    make_product("Orvane Meridian 6")
    assert found("meridian") == ["Orvane Meridian 6", "Pelkor Case"]


def test_shows_what_has_any_of_the_words_when_asked_for_close_things(phone):
    make_product("Quillon Strike")
    assert sorted(found("meridian strike toaster", search.close)) == ["Orvane Meridian 6", "Quillon Strike"]


def test_suggests_by_the_beginning_of_a_name_or_number(phone):
    make_product("Quillon Strike", description="meridian")
    assert found("orvane meri", search.suggest) == ["Orvane Meridian 6"]
    assert found("orv-mr6-1", search.suggest) == ["Orvane Meridian 6"]
    assert found("eridian", search.suggest) == []


def test_corrects_a_mistyped_name(phone):
    assert search.did_you_mean("orvnae meridain") == "orvane meridian"
    assert search.did_you_mean("orvane") == ""
    assert search.did_you_mean("xylophone") == ""


def test_follows_a_change_of_name(phone):
    phone.name = "Orvane Zenith"
    phone.save()
    product_changed([phone.pk])
    assert (found("meridian"), found("zenith")) == ([], ["Orvane Zenith"])


def test_forgets_a_deleted_product():
    phone = make_product("Orvane Meridian", stock=0)
    pk = phone.pk
    phone.delete()
    product_changed([pk])
    make_product("Other", pk=pk)
    assert found("meridian") == []


def test_rebuilds_from_the_catalog(phone, capsys):
    Product.objects.filter(pk=phone.pk).update(name="Orvane Zenith")
    call_command("rebuild_search")
    assert capsys.readouterr().out == "1 products are in the search index.\n"
    assert (found("meridian"), found("zenith")) == ([], ["Orvane Zenith"])
    assert search.did_you_mean("zenit") == "zenith"
    assert search.did_you_mean("meridain") == ""


def test_takes_any_text(phone):
    chance = random.Random(7)
    odd = string.printable + "'\"*:^(){}[]|&!<>-+~\\%_ʼ’‘“„²½①Ⅷßﬁ١２ กำअ漢\u0301\u200d\ufeff😀"
    for _ in range(300):
        text = "".join(chance.choices(odd, k=chance.randint(1, 30)))
        for engine in (search.search, search.close, search.suggest):
            found(text, engine)
        search.did_you_mean(text)
    for text in (
        "a" * 10_000,
        "a b " * 5_000,
        "NEAR(a b)",
        "a AND OR NOT",
        "'; DROP TABLE catalog_product; --",
        "title:x",
    ):
        assert found(text) == []


def test_indexes_many_products_with_a_constant_number_of_queries(django_assert_num_queries):
    category, kind, brand = make_category(), make_product_type(), make_brand()
    ids = [make_product(category=category, product_type=kind, brand=brand).pk for _ in range(12)]
    with django_assert_num_queries(12):
        product_changed(ids)


def test_reads_words_the_same_way_everywhere():
    assert query_words("Die 5,000 mAh, 6,1″ Wi‑Fi – ＴＢ CAFÉ") == [
        "die",
        "5000",
        "mah",
        "6.1",
        "wi",
        "fi",
        "tb",
        "cafe",
    ]
    assert query_words("of the") == ["of", "the"]
    assert code("ORV-MR6/128 ") == "orvmr6128"

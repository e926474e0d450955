"""Devices side by side: the table, its address, what is better, what is left out."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import publishing
from catalog.comparison import compare
from catalog.models import Category, Product, SpecValue, Variant
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_field,
    make_image,
    make_product,
    make_product_type,
    make_specs,
    make_variant,
)

pytestmark = pytest.mark.django_db

PAGE = "/compare/"


@pytest.fixture
def phone():
    """A type with two sections; the order of its fields is that of its data sheet."""
    kind = make_product_type("phone")
    make_field(kind, "storage", kind="number", unit="GB", scope="variant", better="higher", group="")
    make_field(kind, "screen", kind="number", unit="in", group="Display")
    make_field(kind, "refresh", kind="number", unit="Hz", better="higher", group="Display")
    make_field(kind, "weight", kind="number", unit="g", better="lower", group="Body")
    make_field(kind, "nfc", kind="boolean", better="higher", group="Body")
    make_field(kind, "panel", choices=["OLED", "LCD"], group="Display")
    return kind


@pytest.fixture
def nova(phone):
    return make_product(
        "Nova",
        product_type=phone,
        brand=make_brand("Aurel"),
        specs={"screen": 6.1, "refresh": 120, "weight": 168, "nfc": True, "panel": "OLED"},
        variants=[
            {"sku": "NOVA-128", "price": "700", "was_price": "800", "options": {"storage": 128}},
            {"sku": "NOVA-1T", "price": "900", "stock": 0, "options": {"storage": 1000}},
        ],
    )


@pytest.fixture
def kite(phone):
    return make_product(
        "Kite",
        product_type=phone,
        brand=make_brand("Orvane"),
        specs={"screen": 6.1, "refresh": 60, "weight": 190, "panel": "OLED"},
        variants=[{"sku": "KITE", "price": "400", "condition": "refurbished", "options": {"storage": 128}}],
    )


def get(client, *skus, **query):
    response = client.get(PAGE, {"v": skus, **query})
    assert response.status_code == 200
    return response


def table(comparison, sections=None):
    """As {title: {label: [texts, the better one with a star]}}."""
    return {
        section.title: {row.label: [cell.text + "*" * cell.is_better for cell in row.cells] for row in section.rows}
        for section in (comparison.sections if sections is None else sections)
    }


def shown_rows(text):
    """The spec rows of the page, as keys."""
    return re.findall(r'<tr data-spec="([^"]+)">', text)


# The table -----------------------------------------------------------------------------------------------------


def test_shows_the_specs_of_all_devices_in_the_sections_of_their_type(nova, kite):
    assert table(compare(["NOVA-128", "KITE"])) == {
        "General": {"Storage": ["128 GB", "128 GB"]},
        "Display": {"Screen": ["6.1 in", "6.1 in"], "Refresh": ["120 Hz*", "60 Hz"], "Panel": ["OLED", "OLED"]},
        "Body": {"Weight": ["168 g*", "190 g"], "Nfc": ["Yes", ""]},
    }


def test_keeps_the_order_of_the_address(client, nova, kite):
    assert compare(["KITE", "NOVA-1T"]).skus == ["KITE", "NOVA-1T"]
    page = get(client, "KITE", "NOVA-1T").text
    assert re.findall(r'class="compare__name" href="([^"]+)"', page) == [
        "/products/kite/?variant=KITE",
        "/products/nova/?variant=NOVA-1T",
    ]


def test_compares_two_versions_of_one_device(nova):
    comparison = compare(["NOVA-128", "NOVA-1T"])
    assert table(comparison)["General"] == {"Storage": ["128 GB", "1 TB*"]}
    assert [row.key for section in comparison.sections for row in section.rows if row.differs] == ["storage"]


def test_shows_price_stock_condition_and_brand(client, nova, kite):
    page = " ".join(re.sub(r"<[^>]+>", " ", get(client, "NOVA-128", "NOVA-1T", "KITE").text).split())
    assert "Price now 700.00 € −12 % 30-day low 800.00 € 900.00 € 400.00 €" in page
    assert "Availability In stock Sold out In stock" in page
    assert "Condition New New Refurbished" in page
    assert "Brand Aurel Aurel Orvane" in page


def test_says_unknown_where_nothing_is_known(client, nova, kite):
    page = get(client, "NOVA-128", "KITE").text
    row = re.search(r'<tr data-spec="nfc">.*?</tr>', page, re.S)[0]
    assert "Yes" in row
    assert "Unknown" in row


def test_leaves_out_a_row_of_which_nothing_is_known_of_any_device(phone, nova, kite):
    make_field(phone, "drops", kind="number", unit="m")
    assert "Drops" not in str(table(compare(["NOVA-128", "KITE"])))


def test_shows_the_picture_of_the_versions_own_colour(client, phone):
    colour = make_field(phone, "colour", choices=["Red", "Blue"], scope="variant")
    lamp = make_product(
        "Lamp", product_type=phone, variants=[{"sku": "L-RED", "options": {"colour": "Red"}}, {"sku": "L-BLUE"}]
    )
    blue = make_image(lamp, choice=colour.choices.get(value="blue"), position=0)
    of_all = make_image(lamp, position=1)
    red = make_image(lamp, choice=colour.choices.get(value="red"), position=2)
    make_specs(lamp, {"colour": "Blue"}, variant=lamp.variants.get(sku="L-BLUE"))
    plain = make_variant(lamp, sku="L")
    columns = compare(["L-RED", "L-BLUE", plain.sku]).columns
    assert [column.image.src for column in columns] == [red.file.url, blue.file.url, of_all.file.url]


# Better --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "values", "marked"),
    [
        ("higher", [1, 2], [False, True]),
        ("lower", [1, 2], [True, False]),
        ("none", [1, 2], [False, False]),
        ("higher", [2, 2], [False, False]),
        ("higher", [2, None], [False, False]),
        ("higher", [2, None, 1], [True, False, False]),
        ("higher", [2, 2, 1], [True, True, False]),
        ("higher", [(1, 5), 4], [True, False]),
        ("lower", [(1, 5), 4], [False, True]),
        ("higher", [1024, 999], [True, False]),
    ],
)
def test_marks_the_better_number(better, values, marked):
    kind = make_product_type()
    make_field(kind, "speed", kind="number", unit="GHz", better=better)
    skus = [
        make_product(product_type=kind, specs={} if value is None else {"speed": value}).variants.get().sku
        for value in values
    ]
    (section,) = compare(skus).sections
    assert [cell.is_better for cell in section.rows[0].cells] == marked


@pytest.mark.parametrize(("better", "marked"), [("higher", [True, False]), ("lower", [False, True])])
def test_marks_the_better_of_yes_and_no(better, marked):
    kind = make_product_type()
    make_field(kind, "fan", kind="boolean", better=better)
    skus = [make_product(product_type=kind, specs={"fan": flag}).variants.get().sku for flag in (True, False)]
    assert [cell.is_better for cell in compare(skus).sections[0].rows[0].cells] == marked


def test_marks_nothing_among_words(phone):
    make_field(phone, "ports", choices=["A", "B"], multiple=True)
    skus = [make_product(product_type=phone, specs={"ports": port}).variants.get().sku for port in "AB"]
    assert table(compare(skus)) == {"General": {"Ports": ["A", "B"]}}


def test_marks_the_lowest_price_and_the_better_value_in_words(client, nova, kite):
    page = get(client, "NOVA-128", "KITE").text
    assert [column.is_cheapest for column in compare(["NOVA-128", "KITE"]).columns] == [False, True]
    assert page.count('aria-label="lowest price"') == 1
    assert page.count('aria-label="better"') == 2
    make_product("Twin", variants=[{"sku": "TWIN", "price": "400"}])
    assert [column.is_cheapest for column in compare(["KITE", "TWIN"]).columns] == [False, False]


# Only differences ----------------------------------------------------------------------------------------------


def test_shows_only_what_differs_when_asked(client, nova, kite):
    page = get(client, "NOVA-128", "KITE", only="differences")
    assert shown_rows(page.text) == ["refresh", "weight", "nfc"]
    assert "3 of 6 specs differ" in page.text
    assert shown_rows(get(client, "NOVA-128", "KITE").text) == [
        "storage",
        "screen",
        "refresh",
        "panel",
        "weight",
        "nfc",
    ]


def test_says_so_when_nothing_differs(client, phone):
    skus = [make_product(product_type=phone, specs={"screen": 6}).variants.get().sku for _ in range(2)]
    page = get(client, *skus, only="differences").text
    assert shown_rows(page) == []
    assert "are all the same" in page


def test_switches_by_a_link_that_keeps_the_devices(client, nova, kite):
    assert 'href="/compare/?v=NOVA-128&amp;v=KITE&amp;only=differences"' in get(client, "NOVA-128", "KITE").text
    narrowed = get(client, "NOVA-128", "KITE", only="differences").text
    assert 'href="/compare/?v=NOVA-128&amp;v=KITE"' in narrowed


VALUES = st.one_of(st.none(), st.integers(0, 3))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=2, max_size=4))
def test_shows_exactly_the_rows_in_which_devices_differ(client, devices):
    """Of random data sheets with a number, a choice, a flag, a text and a number of the variant."""
    kind = make_product_type()
    make_field(kind, "number", kind="number", unit="GB", better="higher")
    make_field(kind, "choice", choices=["c0", "c1", "c2", "c3"])
    make_field(kind, "flag", kind="boolean")
    make_field(kind, "text")
    make_field(kind, "own", kind="number", scope="variant")
    skus, sheets = [], []
    for number, choice, flag, text, own in devices:
        typed = {
            "number": number,
            "choice": None if choice is None else f"c{choice}",
            "flag": None if flag is None else flag > 1,
            "text": None if text is None else f"text {text}",
        }
        specs = {key: value for key, value in typed.items() if value is not None}
        options = {} if own is None else {"own": own}
        product = make_product(product_type=kind, specs=specs, variants=[{"options": options}])
        skus.append(product.variants.get().sku)
        sheets.append([*typed.values(), own])
    differing = sum(len(set(values)) > 1 for values in zip(*sheets, strict=True))
    page = get(client, *skus, only="differences")
    assert len(shown_rows(page.text)) == page.context["comparison"].differing == differing


# Different types -----------------------------------------------------------------------------------------------


def test_compares_different_types_on_what_they_share_and_says_so(client, nova):
    laptop = make_product_type("laptop")
    make_field(laptop, "storage", kind="number", unit="TB", better="higher", group="Inside")
    make_field(laptop, "weight", kind="number", unit="kg", better="lower")
    make_field(laptop, "panel", kind="text")  # the same key, but words do not compare with choices
    make_field(laptop, "screen", kind="number", unit="Hz")  # nor inches with Hertz
    make_field(laptop, "keyboard", choices=["DE"])
    specs = {"storage": 1, "weight": 1.2, "panel": "OLED", "screen": 60, "keyboard": "DE"}
    make_product("Book", product_type=laptop, variants=[{"sku": "BOOK"}], specs=specs)
    assert table(compare(["NOVA-1T", "BOOK"])) == {
        "General": {"Storage": ["1 TB", "1 TB"]},
        "Body": {"Weight": ["168 g*", "1.2 kg"]},
    }
    page = get(client, "NOVA-1T", "BOOK", only="differences").text
    assert shown_rows(page) == ["weight"]
    assert "different kinds (Phone, Laptop)" in page
    assert "different kinds" not in get(client, "NOVA-1T", "NOVA-128").text


def test_prints_a_row_in_one_unit():
    kinds = [make_product_type(), make_product_type()]
    for kind, unit in zip(kinds, ("in", "cm"), strict=True):
        make_field(kind, "width", kind="number", unit=unit, better="higher" if unit == "in" else "lower")
    skus = [make_product(product_type=kind, specs={"width": 10}).variants.get().sku for kind in kinds]
    assert table(compare(skus)) == {"General": {"Width": ["10 in", "3.94 in"]}}


def test_says_so_when_they_share_nothing(client, nova):
    make_product("Book", variants=[{"sku": "BOOK"}], specs={"pages": 3})
    page = get(client, "NOVA-1T", "BOOK").text
    assert shown_rows(page) == []
    assert "no spec that these devices have in common" in page


# What is left out ----------------------------------------------------------------------------------------------


def test_leaves_out_what_is_not_sold_and_says_so(client, nova, kite, phone):
    make_product("Hidden", product_type=phone, is_published=False, variants=[{"sku": "HIDDEN"}])
    make_variant(nova, sku="OFF", is_active=False)
    page = get(client, "NOVA-128", "HIDDEN", "OFF", "NOBODY", "KITE")
    assert page.context["comparison"].skus == ["NOVA-128", "KITE"]
    assert "Not sold here (any more), so left out: HIDDEN, OFF, NOBODY." in page.text


def test_counts_a_duplicate_once(client, nova, kite):
    comparison = get(client, "KITE", "NOVA-128", "KITE").context["comparison"]
    assert comparison.skus == ["KITE", "NOVA-128"]
    assert comparison.problems == []


def test_takes_the_first_four_and_names_the_others(client, nova, phone):
    others = [make_product(f"Phone {n}", product_type=phone, variants=[{"sku": f"P-{n}"}]) for n in range(5)]
    page = get(client, "NOVA-128", *(product.variants.get().sku for product in others))
    assert page.context["comparison"].skus == ["NOVA-128", "P-0", "P-1", "P-2"]
    assert "4 devices at most stand side by side. Left out: Phone 3, Phone 4." in page.text
    assert 'id="compare-find"' not in page.text


def test_looks_up_no_more_skus_than_a_person_would_ask_for(client, nova):
    page = get(client, *(f"X{n}" for n in range(300)), "NOVA-128")
    assert page.context["comparison"].skus == []
    assert page.text.count("X1") < 20


@pytest.mark.parametrize("sku", ["", " ", "'", "nova-128", "🙂", "a" * 900, "<b>", "%00"])
def test_answers_any_sku_in_words(client, nova, sku):
    page = get(client, sku, "NOVA-128")
    assert page.context["comparison"].skus == ["NOVA-128"]
    assert "Not sold here" in page.text


@pytest.mark.parametrize("only", ["", "all", "Differences", "1"])
def test_takes_any_other_word_for_no_switch(client, nova, kite, only):
    assert len(shown_rows(get(client, "NOVA-128", "KITE", only=only).text)) == 6


def test_invites_when_nothing_is_chosen(client, db):
    page = get(client)
    assert "Nothing stands here yet" in page.text
    assert "<table" not in page.text


# The page ------------------------------------------------------------------------------------------------------


def test_is_the_same_table_in_a_fresh_browser(client, nova, kite):
    first = get(client, "NOVA-128", "KITE", only="differences")
    again = Client().get(first.request["PATH_INFO"] + "?" + first.request["QUERY_STRING"])
    cut = re.compile(r"<table.*</table>", re.S)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert token.sub("", cut.search(first.text)[0]) == token.sub("", cut.search(again.text)[0])


def test_is_no_page_for_search_engines(client, nova):
    page = get(client, "NOVA-128").text
    assert '<meta name="robots" content="noindex, follow">' in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/compare/">' in page
    assert "Disallow: /compare/" in client.get("/robots.txt").text


def test_sells_from_the_table(client, nova, kite):
    page = get(client, "NOVA-1T", "KITE").text
    forms = re.findall(r'<form method="post" action="/cart/add/">.*?</form>', page, re.S)
    assert len(forms) == 1  # one of the two is sold out
    data = dict(re.findall(r'name="(variant|quantity)" value="([^"]*)"', forms[0]))
    assert data == {"variant": "KITE", "quantity": "1"}
    assert client.post("/cart/add/", data).status_code == 303
    assert "Kite" in client.get("/cart/").text


def test_finds_one_more_by_words_and_offers_to_add_it(client, nova, kite):
    page = get(client, "NOVA-128", q="kite").text
    (form,) = re.findall(r'<form method="post" action="/compare/">(?:(?!</form>).)*Add<.*?</form>', page, re.S)
    assert re.findall(r'name="v" value="([^"]+)"', form) == ["NOVA-128", "KITE"]
    assert "Nothing found for “nova”" in get(client, "NOVA-128", q="nova").text  # it stands there already
    assert "Nothing found for “xyzzy”" in get(client, "NOVA-128", q="xyzzy").text


def test_adds_the_cheapest_version(client, nova, kite):
    assert 'name="v" value="NOVA-128"' in get(client, "KITE", q="nova").text
    Variant.objects.filter(sku="NOVA-128").update(price=Decimal(950), was_price=None, reduced_at=None)
    assert 'name="v" value="NOVA-1T"' in get(client, "KITE", q="nova").text


def test_offers_the_other_versions_of_a_column(client, nova, kite):
    page = get(client, "KITE", "NOVA-128").text
    (choice,) = re.findall(r"<select.*?</select>", page, re.S)  # the other device has one version only
    assert re.findall(r'<option value="([^"]+)"( selected)?', choice) == [("NOVA-128", " selected"), ("NOVA-1T", "")]
    form = re.search(r'<form method="post" action="/compare/" data-autosubmit>(.*?)<select', page, re.S)[1]
    assert re.findall(r'name="v" value="([^"]+)"', form) == ["KITE"]  # before it, so that the order stays


def test_removes_a_device_by_a_form_that_names_the_others(client, nova, kite):
    page = get(client, "KITE", "NOVA-128", only="differences").text
    forms = re.findall(r'<form method="post" action="/compare/">(.*?)</form>', page, re.S)
    named = {re.search('aria-label="(Remove [^"]+)"', form)[1]: form for form in forms if "Remove" in form}
    assert re.findall(r'name="(v|only)" value="([^"]+)"', named["Remove Kite"]) == [
        ("v", "NOVA-128"),
        ("only", "differences"),
    ]


def test_asks_as_often_for_four_devices_and_many_rows_as_for_two(client, alice, phone, nova, kite):
    client.force_login(alice)

    def queries(*skus, **words):
        get(client, *skus, **words)
        with CaptureQueriesContext(connection) as asked:
            get(client, *skus, **words)
        return [query["sql"] for query in asked]

    publishing.merge()
    few = queries("NOVA-128", "KITE")
    category = make_category("Phones")
    for n in range(12):
        make_field(phone, f"figure-{n}", kind="number", unit="GB", better="higher")
    for n in range(8):
        specs = {f"figure-{one}": n + one for one in range(12)}
        product = make_product(f"Phone {n}", category=category, product_type=phone, specs=specs, picture=True)
        for _ in range(5):
            make_variant(product, options={"storage": 64})
    publishing.merge()
    skus = list(Product.objects.get(name="Phone 0").variants.values_list("sku", flat=True)[:3])
    many = queries("KITE", *skus[:2])
    assert len(many) == len(few) <= 8, "\n".join(many)
    assert len(queries("KITE", *skus[:2], q="phone")) <= len(many) + 8  # what a search costs
    assert len(queries("KITE", *skus, q="phone")) == len(many)  # a full table searches for nothing
    assert SpecValue.objects.count() > 100
    assert Category.objects.count() > 1

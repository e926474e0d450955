"""The address form knows what each country needs."""

import pytest
from django_countries import countries
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms import AddressForm
from accounts.postal import rules_for
from accounts.tests.factories import GERMAN

WRITTEN = "Enter the postcode as the country writes it (for example %s)."
PHONE = "Enter a phone number, for example 030 123456 or +49 30 123456."


def form_of(country, **changes):
    return AddressForm({**GERMAN, "postcode": "", "city": "Town", "country": country, **changes})


@pytest.mark.parametrize(
    ("country", "changes"),
    [
        ("DE", {"postcode": "10969"}),
        ("US", {"postcode": "94103", "region": "CA"}),
        ("US", {"postcode": "94103", "region": "california"}),
        ("US", {"postcode": "22162-1010", "region": "Virginia"}),
        ("GB", {"postcode": "SW1A 1AA"}),
        ("GB", {"postcode": "sw1a1aa"}),
        ("GB", {"postcode": "BFPO 57"}),
        ("CN", {"postcode": "100096", "region": "北京市"}),
        ("CN", {"postcode": "100096", "region": "Beijing Shi"}),
        ("JP", {"postcode": "154-0023", "region": "東京都", "city": ""}),
        ("JP", {"postcode": "1540023", "region": "Tokyo", "city": ""}),
        ("IE", {}),
        ("IE", {"postcode": "A65 F4E2", "region": "Co. Dublin"}),
        ("HK", {"region": "Kowloon", "city": ""}),
        ("AQ", {}),
    ],
)
def test_takes_what_the_country_asks_for(country, changes):
    assert form_of(country, **changes).errors == {}


@pytest.mark.parametrize(
    ("country", "changes", "field", "words"),
    [
        ("DE", {}, "postcode", "Enter the postcode."),
        ("DE", {"postcode": "1096"}, "postcode", WRITTEN % "26133"),
        ("DE", {"postcode": "D-10969"}, "postcode", WRITTEN % "26133"),
        ("DE", {"postcode": "10969", "city": ""}, "city", "Enter the town or city."),
        ("DE", {"postcode": "10969", "line1": " "}, "line1", "Enter the street and house number."),
        ("DE", {"postcode": "10969", "full_name": ""}, "full_name", "Enter the name of who receives it."),
        ("US", {"postcode": "94103"}, "region", "Choose the state."),
        ("US", {"postcode": "94103", "region": "Bavaria"}, "region", "Choose one of the list."),
        ("US", {"region": "CA"}, "postcode", "Enter the ZIP code."),
        ("US", {"postcode": "10001", "region": "CA"}, "postcode", "This ZIP code does not lie in the chosen state."),
        (
            "GB",
            {"postcode": "SW1A 1AAx"},
            "postcode",
            WRITTEN % "EC1Y 8SY",
        ),
        ("GB", {}, "postcode", "Enter the postcode."),
        ("CN", {"postcode": "100096"}, "region", "Choose the province."),
        ("CN", {"postcode": "1000", "region": "北京市"}, "postcode", WRITTEN % "266033"),
        ("JP", {"postcode": "154-0023", "city": ""}, "region", "Choose the prefecture."),
        ("JP", {"postcode": "154", "region": "Tokyo"}, "postcode", WRITTEN % "154-0023"),
        ("IE", {"postcode": "12345"}, "postcode", "Enter the Eircode as the country writes it (for example A65 F4E2)."),
        ("IE", {"region": "Kent"}, "region", "Choose one of the list."),
        ("", {}, "country", "Choose a country."),
        ("ZZ", {}, "country", "Choose a country of the list."),
        ("all", {}, "country", "Choose a country of the list."),
        ("../../etc/passwd", {}, "country", "Choose a country of the list."),
        ("DE", {"postcode": "10969", "phone": "12"}, "phone", PHONE),
    ],
)
def test_says_beside_the_field_what_is_wrong(country, changes, field, words):
    form = form_of(country, **changes)
    assert {name: list(errors) for name, errors in form.errors.items()} == {field: [words]}


def test_keeps_what_was_typed():
    form = form_of("GB", postcode="sw1a 1aa", city="London", full_name="anna  o'Neil\n")
    assert form.is_valid()
    values = form.cleaned_data
    assert (values["postcode"], values["city"], values["full_name"]) == ("sw1a 1aa", "London", "anna o'Neil")


@pytest.mark.parametrize(
    ("country", "region", "typed", "stored"),
    [
        ("US", {"postcode": "94103", "region": "CA"}, "(415) 555-2671", "+14155552671"),
        ("DE", {"postcode": "10969"}, "030 55501234", "+493055501234"),
        ("DE", {"postcode": "10969"}, "+44 20 7946 0958", "+442079460958"),
    ],
)
def test_reads_a_phone_number_as_the_country_does(country, region, typed, stored):
    form = form_of(country, phone=typed, **region)
    assert form.is_valid()
    assert form.cleaned_data["phone"].as_e164 == stored


def test_forgets_a_region_where_the_country_has_none():
    form = form_of("DE", postcode="10969", region="CA")
    assert form.is_valid()
    assert form.cleaned_data["region"] == ""


def test_offers_the_regions_of_the_country_by_all_their_names():
    html = str(form_of("JP", region="tokyo")["region"])
    assert '<option value="東京都" selected>Tokyo · 東京都</option>' in html
    assert html.count("<option") == 48


def test_names_the_parts_as_the_country_does():
    labels = {
        country: [str(form_of(country)[name].label) for name in ("postcode", "region")]
        for country in ("US", "GB", "IE", "JP", "IN")
    }
    assert labels["US"] == ["ZIP code", "State"]
    assert labels["GB"][0] == "Postcode"
    assert labels["IE"] == ["Eircode", "County"]
    assert labels["JP"] == ["Postcode", "Prefecture"]
    assert labels["IN"] == ["PIN code", "State"]


def test_tells_browsers_what_each_field_is():
    tokens = {name: field.widget.attrs["autocomplete"] for name, field in form_of("US").fields.items()}
    assert tokens == {
        "country": "country",
        "full_name": "name",
        "company": "organization",
        "vat_number": "off",
        "line1": "address-line1",
        "line2": "address-line2",
        "postcode": "postal-code",
        "city": "address-level2",
        "region": "address-level1",
        "phone": "tel",
    }


def test_tells_two_addresses_of_one_page_apart():
    form = type("InvoiceForm", (AddressForm,), {"autocomplete_section": "billing"})(prefix="invoice")
    html = str(form["line1"]) + str(form["country"])
    assert 'autocomplete="billing address-line1"' in html
    assert 'name="invoice-line1"' in html
    assert "data-address-country" in html


def test_reads_the_country_of_a_form_with_a_prefix():
    form = AddressForm({f"to-{name}": value for name, value in GERMAN.items()} | {"to-country": "US"}, prefix="to")
    assert set(form.errors) == {"region"}


def test_has_rules_for_every_country_and_region():
    for country in countries.countries:
        rules = rules_for(country)
        assert rules
        for key, _names in rules.region_choices():
            assert rules_for(country, key)


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=300) for name in GERMAN}
        | {"country": st.one_of(st.sampled_from(["DE", "US", "GB", "CN", "JP", "IE", ""]), st.text(max_size=10))}
    )
)
def test_answers_any_text_with_words_never_with_a_crash(values):
    form = AddressForm(values)
    if form.is_valid():
        assert all(len(str(form.cleaned_data[name])) <= 160 for name in GERMAN)

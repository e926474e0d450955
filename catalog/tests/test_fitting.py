"""What fits what: the comparisons as a table, lists out of the database, the pages, the rules in the back office."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, RestrictedError
from django.test.utils import CaptureQueriesContext

from catalog import accessories, fitting
from catalog.fitting import Comparison, Value, Verdict, compare
from catalog.models import FitCondition, FitRule, Product, ProductType, SpecField
from catalog.tests.factories import make_field, make_fit_rule, make_product, make_product_type, make_variant

pytestmark = pytest.mark.django_db

SLOW = "The charger gives {accessory}, the phone takes up to {device}: it will charge slowly."


# Comparing ----------------------------------------------------------------------------------------------------


def number(low, high=None):
    return Value("", Decimal(low), Decimal(high or low))


def words(*those):
    return Value("", words=frozenset(those))


@pytest.mark.parametrize(
    ("ours", "comparison", "theirs", "holds"),
    [
        (number(20), "at-least", number(20), True),
        (number(20), "at-least", number(45), False),
        (number(5, 65), "at-least", number(45), True),
        (number(30), "at-least", number(18, 45), False),
        (number(20), "at-most", number(20), True),
        (number(21), "at-most", number(20), False),
        (number(1, 30), "at-most", number(20), False),
        (number(20), "equal", number(20), True),
        (number(20), "equal", number(20, 30), False),
        (number(20, 30), "equal", number(20, 30), True),
        (number(25), "one-of", number(20, 30), True),
        (number(25, 35), "one-of", number(20, 30), False),
        (number(20, 30), "contains", number(25), True),
        (number(20, 30), "contains", number(25, 31), False),
        (words("usb-c"), "equal", words("usb-c"), True),
        (words("usb-c"), "equal", words("usb-c", "usb-a"), False),
        (words("sd"), "one-of", words("sd", "microsd"), True),
        (words("sd", "cf"), "one-of", words("sd", "microsd"), False),
        (words("usb-c", "usb-a"), "contains", words("usb-c"), True),
        (words("usb-a"), "contains", words("usb-c"), False),
        # Missing on either side, or of another kind: never an answer.
        *((None, comparison, number(1), None) for comparison in Comparison.values),
        *((number(1), comparison, None, None) for comparison in Comparison.values),
        *((None, comparison, None, None) for comparison in Comparison.values),
        *((number(1), comparison, words("1"), None) for comparison in Comparison.values),
        (words("a"), "at-least", words("a"), None),
        (words("a"), "at-most", words("a"), None),
    ],
)
def test_compares_numbers_ranges_and_choices(ours, comparison, theirs, holds):
    assert compare(Comparison(comparison), ours, theirs) is holds


# Judging ------------------------------------------------------------------------------------------------------


@pytest.fixture
def chargers():
    """A rule as shops have it: the plug must be there, the power should be."""
    charger, phone = make_product_type("charger", name="Charger"), make_product_type("phone", name="Phone")
    for owner, key in ((charger, "plugs"), (phone, "socket")):
        make_field(owner, key, choices=["USB-C", "Barrel"], multiple=owner == charger)
    for owner, key in ((charger, "power"), (phone, "charging")):
        make_field(owner, key, kind="number", unit="W")
    return make_fit_rule(
        "charger",
        "phone",
        [("plugs", "contains", "socket"), ("power", "at-least", "charging", False, SLOW)],
        included="charger_included",
    )


def charger(name, **specs):
    return make_product(name, product_type=ProductType.objects.get(key="charger"), specs=specs)


def phone(name="Phone", **specs):
    return make_product(name, product_type=ProductType.objects.get(key="phone"), specs=specs)


def judge(accessory, device):
    [rule] = fitting.rules(Q(device_type__key="phone"))
    sheets = fitting.sheets([accessory.pk, device.pk], [rule])
    return fitting.answer(rule, sheets[accessory.pk].of(0), sheets[device.pk].of(0))


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict", "reasons"),
    [
        ({"plugs": "USB-C", "power": 65}, {"socket": "USB-C", "charging": 45}, "fits", []),
        (
            {"plugs": "USB-C", "power": 20},
            {"socket": "USB-C", "charging": 45},
            "fits",
            ["The charger gives 20 W, the phone takes up to 45 W: it will charge slowly."],
        ),
        (
            {"plugs": "Barrel", "power": 65},
            {"socket": "USB-C", "charging": 45},
            "no",
            ["Plugs of the charger: Barrel. Socket of the phone: USB-C."],
        ),
        ({"power": 65}, {"socket": "USB-C", "charging": 45}, "unknown", ["Not known of the charger: Plugs."]),
        ({"plugs": "USB-C"}, {"socket": "USB-C", "charging": 45}, "unknown", ["Not known of the charger: Power."]),
        ({"plugs": "USB-C", "power": 65}, {"charging": 45}, "unknown", ["Not known of the phone: Socket."]),
        ({"plugs": "USB-C", "power": 65}, {"socket": "USB-C"}, "unknown", ["Not known of the phone: Charging."]),
        # What is known to be wrong is wrong, whatever else is missing.
        (
            {"plugs": "Barrel"},
            {"socket": "USB-C"},
            "no",
            ["Plugs of the charger: Barrel. Socket of the phone: USB-C."],
        ),
        ({}, {}, "unknown", ["Not known of the charger: Plugs.", "Not known of the charger: Power."]),
    ],
)
def test_answers_with_yes_no_or_not_known_and_says_why(chargers, ours, theirs, verdict, reasons):
    found = judge(charger("Plug", **ours), phone(**theirs))
    assert (found.verdict, list(found.reasons)) == (verdict, reasons)


def test_says_nothing_by_a_rule_without_conditions():
    make_fit_rule("charger", "phone")
    assert fitting.rules(Q(device_type__key="phone")) == []


def test_compares_across_units(chargers):
    SpecField.objects.filter(key="power").update(unit="kW")
    found = judge(charger("Plug", plugs="USB-C", power=0.065), phone(socket="USB-C", charging=45))
    assert found.is_plain_yes


# Out of the database ------------------------------------------------------------------------------------------


def fits_of(device, sku=""):
    variant = device.variants.get(sku=sku) if sku else device.variants.first()
    return accessories.for_device(device, variant, accessories.rules_about(device))


def names(fits):
    return [fit.name for fit in fits.found]


def test_lists_what_fits_in_stock_first_and_counts_what_is_not_known(chargers):
    device = phone(socket="USB-C", charging=45)
    sold_out = charger("Sold out", plugs="USB-C", power=65)
    sold_out.variants.update(is_active=True)
    Product.objects.filter(pk=sold_out.pk).update(is_available=False)
    charger("Slow", plugs="USB-C", power=20)
    charger("Good", plugs="USB-C", power=65)
    charger("Wrong", plugs="Barrel", power=65)
    charger("Silent", plugs="USB-C")
    charger("Wrong and silent", plugs="Barrel")
    make_product("Hidden", product_type=ProductType.objects.get(key="charger"), is_published=False)
    fits = fits_of(device)
    assert names(fits) == ["Good", "Slow", "Sold out"]
    assert fits.unknown == 1


def test_lists_nothing_for_a_device_of_which_too_little_is_known(chargers):
    charger("Good", plugs="USB-C", power=65)
    charger("Wrong", plugs="Barrel", power=65)
    fits = fits_of(phone(charging=45))
    assert (names(fits), fits.unknown) == ([], 2)


def test_looks_at_a_bounded_number_but_finds_the_one_that_fits(chargers, monkeypatch):
    monkeypatch.setattr("catalog.accessories.CANDIDATES", 2)
    monkeypatch.setattr("catalog.accessories.LOOKED_AT", 3)
    for count in range(6):
        charger(f"Wrong {count}", plugs="Barrel", power=65)
        charger(f"Silent {count}", power=65)
    charger("Good", plugs="USB-C", power=65)
    fits = fits_of(phone(socket="USB-C", charging=45))
    assert names(fits) == ["Good"]
    assert 0 < fits.unknown <= 3


def test_says_that_there_may_be_more_of_which_nothing_is_known(chargers, monkeypatch):
    monkeypatch.setattr("catalog.accessories.UNKNOWN_MAX", 2)
    for count in range(4):
        charger(f"Silent {count}")
    fits = fits_of(phone(socket="USB-C", charging=45))
    assert (fits.unknown, fits.is_more) == (2, True)


def test_names_the_version_that_fits():
    sleeves, laptops = make_product_type("sleeve"), make_product_type("laptop")
    make_field(sleeves, "inner_width", kind="number", unit="mm", scope="variant")
    make_field(laptops, "width", kind="number", unit="in")
    make_fit_rule("sleeve", "laptop", [("inner_width", "at-least", "width")])
    sleeve = make_product(
        "Sleeve",
        product_type=sleeves,
        variants=[{"sku": f"S-{size}", "options": {"inner_width": size}} for size in (250, 310)],
    )
    laptop = make_product("Laptop", product_type=laptops, specs={"width": 12})
    [fit] = fits_of(laptop).found
    assert fit.variant_id == sleeve.variants.get(sku="S-310").pk
    [device] = accessories.for_accessory(sleeve, accessories.rules_about(sleeve)).found
    assert device.name == "Laptop"


def test_is_sure_of_a_device_only_when_all_its_versions_agree():
    cases, watches = make_product_type("strap"), make_product_type("watch", name="Watch")
    make_field(cases, "fits_size", kind="number", unit="mm")
    make_field(watches, "size", kind="number", unit="mm", scope="variant")
    make_fit_rule("strap", "watch", [("fits_size", "equal", "size")])
    strap = make_product("Strap", product_type=cases, specs={"fits_size": 41})
    both = [{"sku": f"W-{size}", "options": {"size": size}} for size in (41, 45)]
    mixed = make_product("Mixed", product_type=watches, variants=both)
    make_product("Small", product_type=watches, variants=[{"options": {"size": 41}}])
    half = make_product("Half told", product_type=watches, variants=[{"options": {"size": 41}}])
    make_variant(half, options={})
    fits = accessories.for_accessory(strap, accessories.rules_about(strap))
    assert names(fits) == ["Small"]
    assert fits.unknown == 2
    answers = {
        one.name: (one.answer.verdict, one.answer.reasons)
        for one in accessories.search_devices(strap, "mixed", accessories.rules_about(strap))
    }
    assert answers == {"Mixed": (Verdict.UNKNOWN, ("It depends on the version of the watch.",))}
    assert names(accessories.for_device(mixed, mixed.variants.get(sku="W-41"), accessories.rules_about(mixed))) == [
        "Strap"
    ]
    assert names(accessories.for_device(mixed, mixed.variants.get(sku="W-45"), accessories.rules_about(mixed))) == []


@pytest.mark.parametrize("comparison", Comparison.values)
def test_picks_from_both_sides_what_the_comparison_says(comparison):
    """The database may pick too many, never too few: what Python judges to fit is in both lists."""
    make_fit_rule("part", "machine", [("has", comparison, "needs")])
    part, machine = (ProductType.objects.get(key=key) for key in ("part", "machine"))
    sizes = (10, 20, (10, 20), (15, 30))
    parts = [make_product(product_type=part, specs={"has": size}) for size in sizes]
    machines = [make_product(product_type=machine, specs={"needs": size}) for size in sizes]
    [rule] = fitting.rules(Q(device_type=machine))
    sheets = fitting.sheets([product.pk for product in (*parts, *machines)], [rule])
    pairs = {
        (one.name, other.name)
        for one in parts
        for other in machines
        if fitting.answer(rule, sheets[one.pk].of(0), sheets[other.pk].of(0)).fits
    }
    assert {(fit.name, other.name) for other in machines for fit in fits_of(other).found} == pairs
    by_part = {(one.name, fit.name) for one in parts for fit in accessories.for_accessory(one, [rule]).found}
    assert by_part == pairs
    assert pairs


def test_asks_as_often_for_many_as_for_few(chargers):
    device = phone(socket="USB-C", charging=45)
    charger("First", plugs="USB-C", power=65)
    with CaptureQueriesContext(connection) as few:
        fits_of(device)
    for count in range(30):
        charger(f"More {count}", plugs="USB-C", power=65)
    with CaptureQueriesContext(connection) as many:
        assert len(fits_of(device).found) == 24
    assert len(few) == len(many) == 6  # one of them for the variant


# Pages --------------------------------------------------------------------------------------------------------


def test_shows_on_the_devices_page_what_fits(chargers, client):
    device = phone("Meridian", socket="USB-C", charging=45)
    charger("Slow plug", plugs="USB-C", power=20)
    charger("Wrong plug", plugs="Barrel", power=65)
    charger("Silent plug", plugs="USB-C")
    page = client.get(device.get_absolute_url())
    assert [one.card.name for one in page.context["around"].what_fits] == ["Slow plug"]
    assert "The charger gives 20 W, the phone takes up to 45 W: it will charge slowly." in page.text
    assert "Of 1 in the shop we do not know whether it fits" in page.text
    assert "Wrong plug" not in page.text
    assert "Does it fit my device?" not in page.text


def test_answers_on_the_accessorys_page(chargers, client):
    plug = charger("Plug 20", plugs="USB-C", power=20)
    phone("Meridian", socket="USB-C", charging=45)
    phone("Old Meridian", socket="Barrel", charging=10)
    phone("Odd Meridian")
    page = client.get(plug.get_absolute_url())
    assert "Does it fit my device?" in page.text
    assert [fit.name for fit in page.context["around"].devices.found] == ["Meridian"]
    asked = client.get(plug.get_fits_url(), {"device": "meridian"})
    found = {fit.name: fit.answer.verdict for fit in asked.context["answers"]}
    assert found == {"Meridian": "fits", "Old Meridian": "no", "Odd Meridian": "unknown"}
    for text in ("does not fit", "not known", "Plugs of the charger: USB-C. Socket of the phone: Barrel.", "noindex"):
        assert text in asked.text


@pytest.mark.parametrize("text", ["", "   ", "nothing like it", "'; --", "🙂", "a" * 3000, "<script>"])
def test_takes_any_words_for_a_device(chargers, client, text):
    plug = charger("Plug 20", plugs="USB-C", power=20)
    response = client.get(plug.get_fits_url(), {"device": text})
    assert (response.status_code, response.context["answers"]) == (200, [])
    assert "<script>" not in response.text.replace("<script src", "").replace("<script type", "") or text != "<script>"


def test_has_no_page_where_no_rule_speaks(client):
    assert client.get(make_product("Alone").get_fits_url()).status_code == 404
    assert client.get("/products/nothing/fits/").status_code == 404
    assert "What fits" not in client.get("/products/alone/").text


# Back office --------------------------------------------------------------------------------------------------


def test_has_each_pair_of_types_once_and_never_a_type_with_itself(chargers):
    again = FitRule(accessory_type=chargers.accessory_type, device_type=chargers.device_type)
    with pytest.raises(ValidationError, match="There is a rule for these two types already"):
        again.full_clean()
    with pytest.raises(ValidationError, match="A rule joins two different types"):
        FitRule(accessory_type=chargers.device_type, device_type=chargers.device_type).full_clean()


def test_keeps_a_field_that_a_rule_compares_but_lets_a_whole_type_go(chargers):
    """A condition that vanished with its field would let things fit that do not."""
    with pytest.raises(RestrictedError):
        SpecField.objects.get(key="power").delete()
    assert FitCondition.objects.count() == 2
    chargers.accessory_type.delete()
    assert (FitRule.objects.count(), FitCondition.objects.count()) == (0, 0)


def page_of(rule):
    return f"/admin/catalog/fitrule/{rule.pk}/change/"


def posted(rule, **row):
    fields = {"position": 0, "accessory_field": "", "comparison": "", "device_field": "", "words": "", **row}
    total = {"conditions-TOTAL_FORMS": 1, "conditions-INITIAL_FORMS": 0}
    return {"position": 0, "included_field": "", **total, **{f"conditions-0-{name}": v for name, v in fields.items()}}


def key_of(key):
    return SpecField.objects.get(key=key).pk


def test_is_made_in_two_steps_types_first(client, carol):
    charger, phone = make_product_type("charger"), make_product_type("phone")
    client.force_login(carol)
    types = {"accessory_type": charger.pk, "device_type": phone.pk, "position": 0}
    response = client.post("/admin/catalog/fitrule/add/", types)
    assert response["Location"] == page_of(FitRule.objects.get())


def test_offers_the_fields_of_the_two_types_and_shows_what_the_rule_says(chargers, client, carol):
    charger("Slow plug", plugs="USB-C", power=20)
    phone("Meridian", socket="USB-C", charging=45)
    make_field(make_product_type("camera"), "lens", kind="text", label="Lens of the camera")
    client.force_login(carol)
    page = client.get(page_of(chargers)).text
    assert "Power (W)" in page
    assert "Lens of the camera" not in page
    assert "the phone takes up to 45 W" in page
    assert "Slow plug" in page


def test_takes_a_condition_and_names_it_in_its_history(client, carol):
    rule = make_fit_rule("charger", "phone")
    make_field(rule.accessory_type, "power", kind="number", unit="W")
    make_field(rule.device_type, "charging", kind="number", unit="W")
    client.force_login(carol)
    row = {"accessory_field": key_of("power"), "comparison": "at-least", "device_field": key_of("charging")}
    assert client.post(page_of(rule), posted(rule, **row, words=SLOW)).status_code == 302
    condition = rule.conditions.get()
    assert (condition.comparison, condition.is_needed, condition.words) == ("at-least", False, SLOW)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"accessory_field": "power", "device_field": "socket"}, "A number cannot be compared with a choice."),
        ({"accessory_field": "plugs", "device_field": "socket"}, "Only numbers are at least or at most something."),
        ({"accessory_field": "power", "device_field": "weight"}, "measure different things"),
        ({"accessory_field": "power", "device_field": "charging", "words": "{power} is little"}, "not {power}"),
        ({"accessory_field": "charging", "device_field": "charging"}, "Select a valid choice"),
    ],
)
def test_refuses_what_cannot_be_compared(chargers, client, carol, row, problem):
    make_field(chargers.device_type, "weight", kind="number", unit="g")
    client.force_login(carol)
    before = FitCondition.objects.count()
    keys = {name: key_of(value) if name.endswith("field") else value for name, value in row.items()}
    response = client.post(page_of(chargers), posted(chargers, comparison="at-least", **keys))
    assert response.status_code == 200
    assert problem in response.text.replace("&#x27;", "'")
    assert FitCondition.objects.count() == before


def test_tells_in_the_back_office_why_a_compared_field_stays(chargers, client, carol):
    client.force_login(carol)
    field = SpecField.objects.get(key="power")
    response = client.post(f"/admin/catalog/specfield/{field.pk}/delete/", {"post": "yes"})
    assert SpecField.objects.filter(pk=field.pk).exists()
    assert response.status_code == 200
    assert "Condition: Power (W) is at least Charging (W)" in response.text

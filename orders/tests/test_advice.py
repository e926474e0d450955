"""What the cart points out about goods that are to work together. Never because of what is not known."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ProductType, SpecField
from catalog.tests.factories import make_field, make_fit_rule, make_product, make_product_type
from orders import advice
from orders.tests.factories import make_cart, make_method, make_rate

pytestmark = pytest.mark.django_db

SLOW = "The charger gives {accessory}, the phone takes up to {device}: it will charge slowly."
IS_SLOW = "For Meridian: The charger gives 20 W, the phone takes up to 45 W: it will charge slowly."


@pytest.fixture(autouse=True)
def rule():
    charger, phone = make_product_type("charger", name="Charger"), make_product_type("phone", name="Phone")
    for owner, key in ((charger, "plug"), (phone, "socket")):
        make_field(owner, key, choices=["USB-C", "Barrel"])
    for owner, key in ((charger, "power"), (phone, "charging")):
        make_field(owner, key, kind="number", unit="W")
    words = "The charger has {accessory}, the phone {device}."
    conditions = [("plug", "contains", "socket", True, words), ("power", "at-least", "charging", False, SLOW)]
    return make_fit_rule("charger", "phone", conditions, included="charger_included")


def make(key, name, **specs):
    product_type = ProductType.objects.get(key=key)
    return make_product(name, product_type=product_type, specs=specs).variants.select_related("product").get()


def phone(name="Meridian", charging=45, socket="USB-C", box=True):
    known = {"charging": charging, "socket": socket, "charger_included": box}
    return make("phone", name, **{key: value for key, value in known.items() if value is not None})


def charger(name="Plug", power=65, plug="USB-C"):
    return make("charger", name, **{key: value for key, value in {"power": power, "plug": plug}.items() if value})


def said(*variants):
    found = advice.remarks(variants)
    return {variant.product.name: [one.text for one in found[variant.pk]] for variant in variants if found[variant.pk]}


BOX = ["No charger in the box."]
WRONG = ["Does not fit Meridian: The charger has Barrel, the phone USB-C."]


@pytest.mark.parametrize(
    ("device", "accessory", "remarks"),
    [
        ({}, None, {}),
        ({}, {}, {}),
        ({}, {"power": 20}, {"Plug": [IS_SLOW]}),
        ({}, {"plug": "Barrel"}, {"Plug": WRONG}),
        ({"box": False}, None, {"Meridian": BOX}),
        ({"box": False}, {}, {}),
        ({"box": False}, {"power": 20}, {"Plug": [IS_SLOW]}),
        ({"box": False}, {"plug": "Barrel"}, {"Meridian": BOX, "Plug": WRONG}),
        # Not known: no word.
        ({"box": None}, None, {}),
        ({"box": False}, {"plug": None}, {}),
        ({"box": False}, {"power": None}, {}),
        ({"charging": None}, {"power": 20}, {}),
        ({"socket": None}, {"plug": "Barrel"}, {}),
    ],
)
def test_says_what_the_figures_carry_and_no_more(device, accessory, remarks):
    goods = [phone(**device)] if accessory is None else [phone(**device), charger(**accessory)]
    assert said(*goods) == remarks


def test_is_quiet_about_an_accessory_that_suits_another_device_in_the_cart():
    fast, slow, plug = phone(), phone("Easy", charging=5), charger(power=20)
    assert said(fast, slow, plug) == {}
    assert said(fast, plug) == {"Plug": [IS_SLOW]}


def test_is_quiet_when_it_may_suit_another_one():
    assert said(phone(), phone("Unknown", charging=None), charger(power=20)) == {}


def test_names_the_device_that_it_comes_nearest_to():
    plug = charger(power=20)
    assert said(phone("Old", socket="Barrel"), phone(), plug) == {"Plug": [IS_SLOW]}


def test_has_no_rule_no_word():
    other = make_product("Case", product_type=make_product_type("case")).variants.select_related("product").get()
    assert said(other, phone()) == {}
    assert said(charger(power=20)) == {}
    assert advice.remarks([]) == {}


def test_stand_in_the_cart_and_hold_nothing_up(client):
    make_rate()
    make_method()
    device, plug = phone(box=False), charger(power=20)
    cart = make_cart([(plug, 1), (device, 1)])
    session = client.session
    session["cart_id"] = str(cart.pk)
    session.save()
    page = client.get("/cart/")
    assert IS_SLOW in page.text
    assert f"{device.product.get_fits_url()}?variant={device.sku}" in page.text
    assert page.context["summary"].is_blocked is False
    cart.lines.get(variant=plug).delete()
    assert "No charger in the box." in client.get("/cart/").text
    device.product.is_published = False
    device.product.save()
    assert "No charger in the box." not in client.get("/cart/").text


def test_asks_twice_whatever_lies_in_the_cart():
    def asked(goods):
        with CaptureQueriesContext(connection) as queries:
            advice.remarks(goods)
        return len(queries)

    few = [phone(), charger(power=20)]
    many = few + [phone(f"Phone {number}") for number in range(8)] + [charger(f"Plug {number}") for number in range(8)]
    assert asked(few) == asked(many) == 2


def test_follows_the_values_of_the_version_in_the_cart():
    product_type = ProductType.objects.get(key="phone")
    SpecField.objects.filter(key="charging").update(scope="variant")
    versions = [{"sku": f"M-{watts}", "options": {"charging": watts}} for watts in (15, 45)]
    product = make_product("Meridian", product_type=product_type, specs={"socket": "USB-C"}, variants=versions)
    small, large = product.variants.select_related("product").order_by("sku")
    plug = charger(power=20)
    assert said(small, plug) == {}
    assert said(large, plug) == {"Plug": [IS_SLOW]}

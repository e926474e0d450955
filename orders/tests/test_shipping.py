from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django_countries import countries

from devicehub.lib.money import shop_money
from orders.demo import load_delivery
from orders.models import ShippingMethod, ShippingZone
from orders.shipping import Offer, cheapest, methods_for, offer
from orders.taxation import terms_for
from orders.tests.factories import make_method

pytestmark = pytest.mark.django_db


def names(country: str = "DE", weight_g: int = 500, goods: str = "100.00") -> list[str]:
    return [one.method.name for one in offers(country, weight_g, goods)]


def offers(country: str = "DE", weight_g: int = 0, goods: str = "1.00") -> list[Offer]:
    terms = terms_for(None, None, date(2026, 11, 26))
    return [offer(method, shop_money(goods), terms) for method in methods_for(country, weight_g)]


def test_offers_exactly_the_methods_that_fit() -> None:
    make_method(name="Parcel", max_weight_g=10_000, position=1)
    make_method(name="Freight", max_weight_g=None, position=2)
    make_method(name="Retired", is_active=False)
    make_method(name="Abroad", countries=["AT", "FR"])
    assert names() == ["Parcel", "Freight"]
    assert names(weight_g=10_000) == ["Parcel", "Freight"]
    assert names(weight_g=10_001) == ["Freight"]
    assert names("FR") == ["Abroad"]
    assert names("CH") == []


def test_reads_two_letter_codes_whole() -> None:
    make_method(name="Austria and Denmark", countries=["AT", "DK"])
    assert names("TD") == []  # stored as "AT,DK"


def test_joins_the_methods_of_all_zones_of_a_country() -> None:
    make_method(name="European", countries=["DE", "AT"], zone="Europe", position=2)
    make_method(name="National", countries=["DE"], zone="Germany", position=1)
    assert names() == ["National", "European"]


@pytest.mark.parametrize(
    ("goods", "is_free", "fee"), [("49.99", False, "4.90"), ("50.00", True, "0"), ("51", True, "0")]
)
def test_waives_the_price_from_an_amount(goods: str, is_free: bool, fee: str) -> None:
    make_method(price="4.90", free_from="50.00")
    [one] = offers(goods=goods)
    assert (one.is_free, one.fee, one.price) == (is_free, shop_money(fee), shop_money("4.90"))


def test_never_waives_a_method_without_such_an_amount() -> None:
    make_method(free_from=None)
    [one] = offers(goods="99999")
    assert not one.is_free


def test_finds_the_cheapest_after_waiving() -> None:
    make_method(name="Slow", price="3.90", free_from=None)
    make_method(name="Free", price="6.90", free_from="50.00")
    assert cheapest(offers(goods="60")).method.name == "Free"
    assert cheapest([]) is None


def test_says_the_days_in_words() -> None:
    make_method(days_min=2, days_max=3, position=1)
    make_method(days_min=1, days_max=1, position=2)
    assert [one.days for one in offers()] == ["2 to 3 working days", "1 working day"]


def test_gives_a_new_shop_delivery_to_every_country_once() -> None:
    assert load_delivery() is True
    every = [code for zone in ShippingZone.objects.all() for code in [country.code for country in zone.countries]]
    assert sorted(every) == sorted(code for code, _name in countries)
    assert names(settings.SHOP_COUNTRY, goods="20.00") == ["Standard", "Express", "Pickup in Berlin"]
    assert names("FR") == ["Standard", "Express"]
    assert names("US") == ["International"]
    ShippingMethod.objects.filter(name="Express").update(price=Decimal("1.00"))
    assert load_delivery() is False
    assert ShippingMethod.objects.count() == 6
    assert ShippingMethod.objects.filter(name="Express", price=1).count() == 2

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from catalog import prices
from catalog.exceptions import CatalogError
from catalog.models import PriceChange, Product, Variant
from catalog.tests.factories import make_product, make_variant

pytestmark = pytest.mark.django_db


def changes(variant) -> list[tuple]:
    rows = PriceChange.objects.filter(variant=variant).order_by("pk")
    return [(row.old_price, row.new_price, row.new_was_price, row.cause, row.actor) for row in rows]


def test_every_saved_price_leaves_a_row(carol):
    variant = make_product(price="100.00").variants.get()
    prices.set_price(variant, Decimal("90.00"), Decimal("100.00"), actor=carol, cause="sale")
    variant.weight_g = 200
    variant.save()
    assert changes(variant) == [
        (None, Decimal("100.00"), None, "saved", None),
        (Decimal("100.00"), Decimal("90.00"), Decimal("100.00"), "sale", carol),
    ]


def test_drops_a_was_price_that_is_no_higher():
    variant = make_product(price="100.00").variants.get()
    prices.set_price(variant, Decimal("100.00"), Decimal("100.00"), cause="saved")
    assert Variant.objects.get().was_price is None


def test_changes_prices_in_per_cent_and_keeps_the_former_one(carol):
    product = make_product(price="99.99")
    cheap, dear = product.variants.get(), make_variant(product, price="200.00", was_price="250.00")
    assert prices.change_by_percent([cheap, dear], Decimal("-10"), actor=carol) == 2
    assert sorted(Variant.objects.values_list("price", "was_price")) == [
        (Decimal("89.99"), Decimal("99.99")),
        (Decimal("180.00"), Decimal("250.00")),
    ]
    assert changes(cheap)[-1] == (Decimal("99.99"), Decimal("89.99"), Decimal("99.99"), "-10 %", carol)
    assert Product.objects.get().price_from == Decimal("89.99")


def test_raises_prices_and_drops_a_was_price_that_is_passed():
    variant = make_product(variants=[{"price": "90.00", "was_price": "95.00"}]).variants.get()
    prices.change_by_percent([variant], Decimal("10"))
    assert Variant.objects.values_list("price", "was_price").get() == (Decimal("99.00"), None)


def test_changes_no_price_when_one_would_not_stay_above_zero():
    product = make_product(price="100.00")
    variants = [product.variants.get(), make_variant(product, price="0.01")]
    with pytest.raises(CatalogError, match="the price would be"):
        prices.change_by_percent(variants, Decimal("-60"))
    assert sorted(Variant.objects.values_list("price", flat=True)) == [Decimal("0.01"), Decimal("100.00")]
    assert PriceChange.objects.count() == 2


@pytest.mark.parametrize("columns", [{"price": 0}, {"price": -1}, {"was_price": "499.00"}, {"sku": ""}])
def test_the_database_refuses_impossible_prices(columns):
    variant = make_product(price="499.00").variants.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Variant.objects.filter(pk=variant.pk).update(**columns)


def test_the_cheapest_active_variant_makes_the_products_price():
    product = make_product(price="100.00", stock=0)
    cheap = make_variant(product, price="50.00")
    assert Product.objects.get().price_from == Decimal("50.00")
    cheap.is_active = False
    cheap.save()
    assert Product.objects.get().price_from == Decimal("100.00")
    product.variants.get(is_active=True).delete()
    assert Product.objects.get().price_from is None

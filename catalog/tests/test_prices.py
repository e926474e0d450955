from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog import prices
from catalog.exceptions import CatalogError
from catalog.models import PriceChange, Product, Variant
from catalog.publishing import product_changed
from catalog.tests.factories import REDUCED, days_ago, make_product, make_variant
from devicehub.lib.schedule import run_due

pytestmark = pytest.mark.django_db


def changes(variant) -> list[tuple]:
    rows = PriceChange.objects.filter(variant=variant).order_by("pk")
    return [(row.old_price, row.new_price, row.cause, row.actor) for row in rows]


def test_every_saved_price_leaves_a_row(carol):
    variant = make_product(price="100.00").variants.get()
    prices.set_price(variant, Decimal("90.00"), actor=carol, cause="sale")
    variant.weight_g = 200
    variant.save()
    assert changes(variant) == [
        (None, Decimal("100.00"), "saved", None),
        (Decimal("100.00"), Decimal("90.00"), "sale", carol),
    ]


def test_a_cut_brings_the_price_before_and_a_rise_takes_it():
    variant = make_product(price="100.00").variants.get()
    for price, was in (("90", "100"), ("80", "100"), ("85", None), ("84", None), ("79", "80"), ("500", None)):
        prices.set_price(variant, Decimal(price), cause="saved")
        expected = Decimal(was) if was else None
        assert (variant.was_price, Variant.objects.get().was_price) == (expected, expected)
        assert (Variant.objects.get().reduced_at is None) == (was is None)


def test_nobody_types_the_price_before():
    variant = make_product(price="100.00").variants.get()
    variant.was_price, variant.reduced_at = Decimal("999.00"), timezone.now()
    variant.save()
    assert Variant.objects.values_list("was_price", "reduced_at").get() == (None, None)
    make_variant(variant.product, sku="NEW", price="10")
    fresh = Variant(product=variant.product, sku="FRESH", price=Decimal(10), was_price=Decimal(20))
    fresh.save()
    assert set(Variant.objects.values_list("was_price", flat=True)) == {None}


def test_a_price_that_stays_keeps_its_reduction():
    variant = make_product(variants=[{"price": "80", "was_price": "100"}]).variants.get()
    began = variant.reduced_at
    variant.weight_g = 300
    variant.save(update_fields=["weight_g"])
    assert Variant.objects.values_list("was_price", "reduced_at").get() == (Decimal(100), began)


def test_a_reduction_ends_by_the_clock(settings):
    make_product(variants=[{"price": "80", "was_price": "100", "sku": "R-1"}, {"price": "70", "sku": "R-2"}])
    settings.SHOP_REDUCTION_DAYS = REDUCED + 1
    assert prices.end_old_reductions() == 0
    settings.SHOP_REDUCTION_DAYS = REDUCED - 1
    assert prices.end_old_reductions() == 1
    assert set(Variant.objects.values_list("was_price", "reduced_at")) == {(None, None)}
    assert PriceChange.objects.count() == 3


def test_the_worker_ends_reductions_by_itself(settings):
    settings.SHOP_REDUCTION_DAYS = REDUCED - 1
    product = make_product()
    Variant.objects.update(was_price=Decimal(999), reduced_at=days_ago(REDUCED))
    cache.clear()
    assert "catalog.tasks.end_old_reductions" in run_due()
    assert product.variants.get().was_price is None


def test_a_product_counts_prices_since_its_first_day_on_sale():
    product = make_product(variants=[{"price": "80", "was_price": "100"}])
    product.published_from = days_ago(REDUCED - 1)
    product.save()
    product_changed([product.pk])
    assert product.variants.get().was_price is None
    product.published_from = days_ago(REDUCED + 2)
    product.save()
    product_changed([product.pk])
    assert product.variants.get().was_price == Decimal(100)


def test_looks_no_further_where_no_price_ever_changed(django_assert_num_queries):
    make_product()
    with django_assert_num_queries(1):
        Variant.objects.refresh_was_prices()


def test_changes_prices_in_per_cent(carol):
    product = make_product(price="99.99")
    cheap, dear = product.variants.get(), make_variant(product, price="200.00", was_price="250.00")
    assert prices.change_by_percent([cheap, dear], Decimal("-10"), actor=carol) == 2
    assert sorted(Variant.objects.values_list("price", "was_price")) == [
        (Decimal("89.99"), Decimal("99.99")),
        (Decimal("180.00"), Decimal("250.00")),
    ]
    assert changes(cheap)[-1] == (Decimal("99.99"), Decimal("89.99"), "-10 %", carol)
    assert Product.objects.get().price_from == Decimal("89.99")


def test_a_rise_in_per_cent_ends_a_reduction():
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


@pytest.mark.parametrize("columns", [{"price": 0}, {"price": -1}, {"was_price": "600.00"}, {"sku": ""}])
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

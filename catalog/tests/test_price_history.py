"""The price chart of the product page."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localtime

from catalog.models import PriceChange, Product
from catalog.offers import of_products
from catalog.price_history import price_history
from catalog.tests.factories import days_ago, make_product, make_variant

pytestmark = pytest.mark.django_db

PAGE = "/products/meridian/"


def make_history(*prices, **fields):
    """A product whose only variant had these prices, as (days ago, price)."""
    product = make_product("Meridian", variants=[], **fields)
    variant = make_variant(product, sku="M-1", price=prices[0][1])
    PriceChange.objects.update(created_at=days_ago(prices[0][0]))
    for days, price in prices[1:]:
        variant.price = Decimal(price)
        variant.save(at=days_ago(days))
    return product


def shown(product, **moment):
    return price_history(of_products([product])[0], **moment)


def told(history):
    """(days ago begun, days ago ended, price)"""
    return [
        (days(period.begun), period.ended and days(period.ended), int(period.price.amount))
        for period in history.periods
    ]


def days(moment):
    return round((days_ago(0) - moment) / timedelta(days=1))


def test_shows_nothing_where_the_price_never_changed(client):
    make_product("Meridian")
    assert "Price history" not in client.get(PAGE).text


def test_shows_nothing_of_changes_of_more_than_a_year_ago():
    assert shown(make_history((399, 100), (380, 90))) is None


def test_shows_nothing_of_prices_before_the_first_day_on_sale():
    assert shown(make_history((60, 100), (50, 90), published_from=days_ago(40))) is None


def test_shows_the_prices_of_twelve_months():
    history = shown(make_history((390, 120), (380, 110), (200, 100), (20, 80)))
    assert told(history) == [(365, 200, 110), (200, 20, 100), (20, None, 80)]
    assert (history.lowest.amount, history.highest.amount, history.now.amount) == (80, 110, 80)


def test_marks_the_low_before_the_reduction():
    history = shown(make_history((100, 120), (40, 100), (20, 80)))
    assert history.is_reduced
    low = history.low
    assert (days(low.begun), days(low.ended), low.price.amount) == (70, 40, 120)
    assert low.price.amount == Product.objects.get().variants.get().was_price


def test_marks_the_low_of_the_last_30_days_without_a_reduction():
    history = shown(make_history((100, 90), (60, 80), (25, 95)))
    assert not history.is_reduced
    assert (days(history.low.begun), days(history.low.ended), history.low.price.amount) == (30, 0, 80)


def test_draws_steps_from_left_to_right():
    end = datetime(2026, 6, 1, tzinfo=UTC)
    product = make_product("Meridian", published_from=end - timedelta(days=100))
    variant = product.variants.get()
    for number, price in ((0, 100), (50, 80), (75, 90)):
        variant.price = price
        variant.save(at=end - timedelta(days=100 - number))
    variant.price_changes.filter(old_price=None).delete()
    history = price_history(of_products([product])[0], at=end)
    assert history.line == "M0.0 8.0V8.0H182.5V92.0H273.8V50.0H365.0"
    assert history.low_line == "M255.5 92.0H365.0"


def test_tells_readers_the_same_in_a_table(client):
    product = make_history((100, 90), (60, 80), (25, 95))
    page = client.get(PAGE).text
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", page)
    begun = [f"{localtime(period.begun):%-d %b %Y}" for period in shown(product).newest_first]
    assert rows == [
        (begun[0], "today", "95.00\xa0€"),
        (begun[1], begun[0], "80.00\xa0€"),
        (begun[2], begun[1], "90.00\xa0€"),
    ]
    section = re.search(r'aria-labelledby="price-history".*?</section>', page, re.S)[0]
    words = re.search(r'role="img" aria-label="([^"]+)"', section)[1]
    assert "between 80.00\xa0€ and 95.00\xa0€, now 95.00\xa0€" in words
    assert "style=" not in section
    assert (
        "style="
        not in re.search(r'<section class="section" aria-labelledby="price-history".*?</section>', page, re.S)[0]
    )


def test_costs_one_query_for_any_number_of_changes(django_assert_num_queries):
    product = make_history((390, 500), *((380 - number, 500 - number) for number in range(60)))
    offer = of_products([product])[0]
    with django_assert_num_queries(1):
        assert len(price_history(offer).periods) > 40

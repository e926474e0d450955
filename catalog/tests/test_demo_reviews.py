"""The demo shop has reviews enough to see what they do."""

from datetime import timedelta

import pytest
from django.db.models import Count, Q, Sum
from django.utils import timezone

from catalog import demo
from catalog.models import Product, Review

pytestmark = pytest.mark.django_db


def test_reviews_about_two_thirds_of_the_demo_devices(monkeypatch):
    monkeypatch.setattr(demo, "store_upload", lambda file: file)
    total = demo.load_catalog()
    reviewed = Product.objects.annotate(written=Count("reviews")).filter(written__gt=0)
    numbers = list(reviewed.values_list("written", flat=True))
    assert 0.6 < len(numbers) / total < 0.75
    assert (min(numbers), max(numbers)) == (2, 9)
    assert set(Review.objects.values_list("stars", flat=True)) == {1, 2, 3, 4, 5}
    assert Review.objects.pending().count() == 3
    assert Review.objects.exclude(answer="").count() >= 5
    shown = Q(reviews__state="published")
    told = Product.objects.annotate(sum=Sum("reviews__stars", filter=shown), number=Count("reviews", filter=shown))
    assert [(row.rating_sum, row.review_count) for row in told] == [(row.sum or 0, row.number) for row in told]


def test_tells_of_the_same_buyers_on_the_same_days_each_time():
    product = Product(pk=1, slug="nova", published_from=timezone.now() - timedelta(days=100))
    row = {"stars": 4, "title": "Good", "text": "Very good."}
    first, second = (demo._review(product, 0, row) for _ in range(2))
    assert first.author_name == second.author_name
    assert second.created_at - first.created_at < timedelta(seconds=1)
    assert product.published_from < first.created_at < first.published_at < timezone.now()

"""Reviews of the demo shop; orders/tests/test_demo.py loads all of it."""

from datetime import timedelta

from django.utils import timezone

from catalog import demo
from catalog.models import Product


def test_tells_of_the_same_buyers_on_the_same_days_each_time():
    product = Product(pk=1, slug="nova", published_from=timezone.now() - timedelta(days=100))
    row = {"stars": 4, "title": "Good", "text": "Very good."}
    first, second = (demo._review(product, 0, row) for _ in range(2))
    assert first.author_name == second.author_name
    assert second.created_at - first.created_at < timedelta(seconds=1)
    assert product.published_from < first.created_at < first.published_at < timezone.now()

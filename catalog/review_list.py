"""What a product page shows of its reviews: how many of each number of stars, and a page of them, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count

from catalog.models import Product, Rating, Review
from catalog.models.review import STARS_MAX

PAGE_SIZE = 10


@dataclass(frozen=True)
class Share:
    """Of one number of stars."""

    stars: int
    count: int
    per_cent: int


class ReviewList:
    """Of a product; two queries, and none where nobody has reviewed it.

    Raises InvalidPage for the number of a page that is none.
    """

    def __init__(self, product: Product, number: str = "1") -> None:
        self.product = product
        self.page: Page = Paginator(self, PAGE_SIZE).page(number)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return self.product.review_count

    def __getitem__(self, places: slice) -> Sequence[Review]:
        found = Review.objects.published().filter(product=self.product)
        return list(found.order_by("-created_at", "-pk")[places]) if self.product.review_count else []

    @property
    def rating(self) -> Rating | None:
        return self.product.rating

    @cached_property
    def shares(self) -> list[Share]:
        """From five stars down to one."""
        rows = Review.objects.published().filter(product=self.product).order_by().values_list("stars")
        counts = dict(rows.annotate(number=Count("pk")))
        total = sum(counts.values())
        return [
            Share(stars, counts.get(stars, 0), round(100 * counts.get(stars, 0) / total))
            for stars in range(STARS_MAX, 0, -1)
        ]

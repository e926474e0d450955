"""What buyers say of a product."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User

STARS_MAX = 5


@dataclass(frozen=True)
class Rating:
    """What reviews make together; of one review at least."""

    sum: int
    count: int

    @property
    def average(self) -> Decimal:
        """As it is printed, with one decimal. Filters and comparison go by this figure, which is the one seen."""
        return (Decimal(self.sum) / self.count).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def floor(self) -> int:
        """The whole stars reached."""
        return int(self.average)

    @property
    def rank(self) -> int:
        """The greater, the better rated; of two alike the one that more have reviewed. 48 bits at most."""
        return (self.sum * 10_000 // self.count) << 32 | min(self.count, (1 << 32) - 1)

    @property
    def reviews(self) -> str:
        count = number_format(self.count, force_grouping=True)
        return ngettext("%(count)s review", "%(count)s reviews", self.count) % {"count": count}

    @property
    def words(self) -> str:
        facts = {"figure": self.average, "most": STARS_MAX, "reviews": self.reviews}
        return _("%(figure)s of %(most)d stars, %(reviews)s") % facts


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> ReviewQuerySet:
        return self.filter(state=Review.State.PUBLISHED)

    def pending(self) -> ReviewQuerySet:
        return self.filter(state=Review.State.PENDING)


class Review(models.Model):
    """One buyer's word on one product, shown once staff have read it.

    `purchase` is what the invitation names, of no meaning here: one purchase, one review. `catalog.reviews` writes and
    moves reviews, since a product repeats what the published ones make together.
    """

    class State(models.TextChoices):
        PENDING = "pending", gettext_lazy("waiting")
        PUBLISHED = "published", gettext_lazy("published")
        REJECTED = "rejected", gettext_lazy("rejected")

    TITLE_MAX, TEXT_MAX, NAME_MAX = 100, 4000, 60

    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="reviews", verbose_name=gettext_lazy("product")
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=gettext_lazy("account")
    )
    purchase = models.CharField(gettext_lazy("purchase"), max_length=64)
    stars = models.PositiveSmallIntegerField(gettext_lazy("stars"))
    title = models.CharField(gettext_lazy("title"), max_length=TITLE_MAX)
    text = models.TextField(gettext_lazy("text"), max_length=TEXT_MAX)
    author_name = models.CharField(gettext_lazy("name shown"), max_length=NAME_MAX, blank=True)
    state = models.CharField(gettext_lazy("state"), max_length=10, choices=State, default=State.PENDING)
    answer = models.TextField(gettext_lazy("answer of the shop"), max_length=TEXT_MAX, blank=True)
    created_at = models.DateTimeField(gettext_lazy("written"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(gettext_lazy("published"), null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("review")
        verbose_name_plural = gettext_lazy("reviews")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["product", "state", "-created_at"], name="review_of_product"),
            models.Index(fields=["created_at"], condition=Q(state="pending"), name="review_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["product", "purchase"], name="review_once_per_purchase"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=STARS_MAX), name="review_stars_1_to_5"),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
                name="review_published_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}/{STARS_MAX} {self.title}"

    @property
    def author(self) -> str:
        return self.author_name or _("A buyer")

    @property
    def rating(self) -> Rating:
        """Of this one alone, to be drawn as stars."""
        return Rating(self.stars, 1)

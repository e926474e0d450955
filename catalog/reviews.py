"""Reviews by buyers: who is invited, what is written, and what staff let stand.

Orders lie above the catalog. Whoever sold a device invites its buyer by a signed value that names the product and a
`purchase`, which means nothing here; only who holds one can write, and once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalog.models import Product, Review
from catalog.publishing import product_changed
from devicehub.lib.codes import sign, unsign

SALT = "review"
MAX_AGE = 2 * 365 * 24 * 3600  # as long as a guest's link to the order

State = Review.State


@dataclass(frozen=True)
class Invitation:
    """`author_name` is proposed to the buyer, who may change it; `user_id` is the member, if one bought."""

    product_id: int
    purchase: str
    author_name: str = ""
    user_id: int | None = None


def invitation_url(product: Product, *, purchase: str, author_name: str, user_id: int | None = None) -> str:
    """The page on which this buyer writes the review, later reads what was written."""
    token = sign(astuple(Invitation(product.pk, purchase, author_name[: Review.NAME_MAX], user_id)), SALT)
    return f"{reverse('catalog:review', args=[product.slug])}?{urlencode({'i': token})}"


def read_invitation(token: str, product: Product) -> Invitation | None:
    """None for what is forged, too old, or for another product."""
    values = unsign(token, SALT, MAX_AGE)
    invitation = Invitation(*values) if values else None
    return invitation if invitation and invitation.product_id == product.pk else None


def written(invitation: Invitation) -> Review | None:
    return Review.objects.filter(product=invitation.product_id, purchase=invitation.purchase).first()


def write(invitation: Invitation, *, stars: int, title: str, text: str, author_name: str) -> Review:
    """A review that waits for staff. Of many posts at once one is written, and all get that one."""
    review, _created = Review.objects.get_or_create(
        product_id=invitation.product_id,
        purchase=invitation.purchase,
        defaults={
            "user": User.objects.filter(pk=invitation.user_id).first() if invitation.user_id else None,
            "stars": stars,
            "title": title,
            "text": text,
            "author_name": author_name,
        },
    )
    return review


@transaction.atomic
def move(review_ids: Iterable[int], state: str) -> list[Review]:
    """Publish or reject; returns those that were not so before, as they were. The products' figures follow."""
    others = Review.objects.filter(pk__in=list(review_ids)).exclude(state=state)
    moved = list(others.select_for_update().order_by("pk"))
    published_at = timezone.now() if state == State.PUBLISHED else None
    Review.objects.filter(pk__in=[row.pk for row in moved]).update(state=state, published_at=published_at)
    if moved:
        product_changed(row.product_id for row in moved)
    return moved


def forget_authors(reviews: QuerySet[Review]) -> int:
    """The words stay, nothing says any more whose they are; returns of how many reviews."""
    return reviews.update(author_name="", user=None)

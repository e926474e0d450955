"""The picture of a variant beside a line of a cart."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q

from catalog.models import Image


def thumbnails(variant_ids: Iterable[int]) -> dict[int, str]:
    """The address of one small picture by variant id: one of the variant's own colour before one of all. One query."""
    images = (
        Image.objects.annotate(variant_id=F("product__variants"))
        .filter(variant_id__in=list(variant_ids))
        .filter(Q(choice=None) | Q(choice__values__variant=F("variant_id")))
        .order_by(F("choice").asc(nulls_last=True), "position", "pk")
    )
    urls: dict[int, str] = {}
    for image in images:
        urls.setdefault(image.variant_id, image.file.url)
    return urls

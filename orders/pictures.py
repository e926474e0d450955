"""The picture of a variant beside a line of a cart or an order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When

from catalog.images import name_at
from catalog.models import Image, SpecValue


def thumbnails(variant_ids: Iterable[int]) -> dict[int, str]:
    """The address of one small picture by variant id: its own colour before one of all, other colours last.

    One query, where `catalog.images.pictures_of` takes two to offer every width.
    """
    urls: dict[int, str] = {}
    for image in _by_fitness(list(variant_ids)):
        urls.setdefault(image.variant_id, _smallest(image))
    return urls


def _by_fitness(variant_ids: list[int]) -> QuerySet[Any]:
    own = SpecValue.objects.filter(variant=OuterRef("variant_id"), choice=OuterRef("choice"))
    fitness = Case(When(choice=None, then=Value(1)), When(Exists(own), then=Value(0)), default=Value(2))
    images = Image.objects.annotate(variant_id=F("product__variants")).filter(variant_id__in=variant_ids)
    return images.order_by(fitness, "position", "pk")


def _smallest(image: Image) -> str:
    return name_at(image.file.url, min(image.widths)) if image.widths else image.file.url

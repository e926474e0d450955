"""Addresses that were: an old slug keeps leading to what it once named."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model

from catalog.models import Brand, Category, OldSlug, Product

Kind = OldSlug.Kind
KINDS: dict[type[Model], str] = {Product: Kind.PRODUCT, Category: Kind.CATEGORY, Brand: Kind.BRAND}


def remember(row: Product | Category | Brand) -> None:
    """Before a row is saved: keep the slug it had, and free the one that it takes."""
    kind = KINDS[type(row)]
    model: type[Model] = type(row)
    before = model._default_manager.filter(pk=row.pk).values_list("slug", flat=True).first() if row.pk else None
    if before == row.slug:
        return
    with transaction.atomic():
        OldSlug.objects.filter(kind=kind, slug=row.slug).delete()
        if before:
            OldSlug.objects.update_or_create(kind=kind, slug=before, defaults={"target_id": row.pk})


def forget(row: Product | Category | Brand) -> None:
    """After a row is deleted: its old addresses lead nowhere."""
    OldSlug.objects.filter(kind=KINDS[type(row)], target_id=row.pk).delete()


def moved_to(model: type[Model], slug: str) -> Model | None:
    """What an old slug means today."""
    target = OldSlug.objects.filter(kind=KINDS[model], slug=slug).values("target_id")
    return model._default_manager.filter(pk__in=target).first()

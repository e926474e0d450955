"""Addresses for many new rows at a time, that nobody else of the model has."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model
from django.utils.text import slugify

from catalog.models import Brand, Category, OldSlug, Product

KINDS: dict[type[Model], str] = {
    Product: OldSlug.Kind.PRODUCT,
    Category: OldSlug.Kind.CATEGORY,
    Brand: OldSlug.Kind.BRAND,
}
NUMBER_ROOM = 7  # "-123456"


class Slugs:
    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._longest = (getattr(model._meta.get_field("slug"), "max_length", 0) or 0) - NUMBER_ROOM
        self._taken: set[str] = set()
        self._expected: set[str] = set()
        self._next: dict[str, int] = {}
        self._given: list[str] = []

    def expect(self, names: Iterable[str]) -> None:
        """Ask once about the addresses that these names would like to have."""
        stems = {self._stem(name) for name in names} - self._expected
        if not stems:
            return
        self._taken |= self._there(stems)
        self._expected |= stems

    def new(self, name: str) -> str:
        """The name as an address, with a number behind it where it is taken."""
        stem = self._stem(name)
        self.expect([name])
        number = self._next.get(stem, 1)
        slug = stem if number == 1 else f"{stem}-{number}"
        while slug in self._taken or (number > 1 and self._there([slug])):
            number += 1
            slug = f"{stem}-{number}"
        self._next[stem] = number
        self._taken.add(slug)
        self._given.append(slug)
        return slug

    def free_old(self) -> None:
        """What a new row is called leads to it, no longer to a row that was once called so."""
        given, self._given = self._given, []
        OldSlug.objects.filter(kind=KINDS[self._model], slug__in=given).delete()

    def _stem(self, name: str) -> str:
        return slugify(name)[: self._longest].strip("-") or str(self._model._meta.model_name)

    def _there(self, slugs: Iterable[str]) -> set[str]:
        found = self._model._default_manager.filter(slug__in=list(slugs))
        return set(found.values_list("slug", flat=True))

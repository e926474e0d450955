"""The category tree: a materialized path, so that a subtree is one prefix query."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


class CategoryQuerySet(MP_NodeQuerySet):
    def visible(self) -> CategoryQuerySet:
        return self.filter(is_visible=True)

    def top_level(self) -> CategoryQuerySet:
        return self.filter(depth=1)

    def ancestors_and_self(self, path: str) -> CategoryQuerySet:
        """From the root down to the node at `path`; one query, no node needed."""
        steps = range(Category.steplen, len(path) + 1, Category.steplen)
        return self.filter(path__in=[path[:end] for end in steps]).order_by("path")


class CategoryManager(MP_NodeManager.from_queryset(CategoryQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CategoryQuerySet:
        return CategoryQuerySet(self.model, using=self._db).order_by("path")


class Category(MP_Node):
    """A place in the shop. Create with `Category.objects.add_root({...})` and `add_child(node, {...})`."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    description = models.TextField(_("description"), blank=True)
    image = models.ImageField(_("tile picture"), upload_to="categories/", blank=True)
    is_visible = models.BooleanField(_("visible"), default=True)

    objects = CategoryManager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])

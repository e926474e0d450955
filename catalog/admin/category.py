"""The category tree and the brands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from treebeard.admin import TreeAdmin
from treebeard.forms import movenodeform_factory

from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.admin.pictures import PictureField
from catalog.models import Brand, Category

TreeForm = movenodeform_factory(Category, exclude=("path", "depth", "numchild"))


class CategoryForm(TreeForm):  # type: ignore[misc, valid-type]
    image = PictureField(label=_("Tile picture"), required=False)


@admin.register(Category)
class CategoryAdmin(KeepsWhatIsUsed, RecordedAdmin, TreeAdmin):
    """Moved by drag and drop, or by position and neighbour in the form.

    Either way treebeard saves the moved node in the end, so `catalog.receivers` bring menu and search index in line.
    """

    form = CategoryForm
    list_display = ("name", "slug", "is_visible")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    list_per_page = 200

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """treebeard sets the parent only where it shows one level, but its template asks for it after a POST too."""
        if not hasattr(request, "_treebeard_parent"):
            request._treebeard_parent = None  # type: ignore[attr-defined]
        return super().get_queryset(request)

    def children_view(self, request: HttpRequest, parent_id: str) -> HttpResponse:
        if not parent_id.isdecimal():
            raise Http404
        return super().children_view(request, parent_id)


class BrandForm(forms.ModelForm):
    logo = PictureField(label=_("Logo"), required=False)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("The maker's own, beginning with https://"),
    )


@admin.register(Brand)
class BrandAdmin(KeepsWhatIsUsed, RecordedAdmin):
    form = BrandForm
    list_display = ("name", "slug", "product_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @admin.display(description=_("products"), ordering="product_count")
    def product_count(self, brand: Any) -> int:
        return brand.product_count

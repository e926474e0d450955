"""The category tree and the brands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from treebeard.admin import TreeAdmin
from treebeard.forms import movenodeform_factory

from catalog import navigation, search
from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.admin.pictures import PictureField
from catalog.models import Brand, Category, Product

TreeForm = movenodeform_factory(Category, exclude=("path", "depth", "numchild"))


class CategoryForm(TreeForm):  # type: ignore[misc, valid-type]
    image = PictureField(label=_("Tile picture"), required=False)


@admin.register(Category)
class CategoryAdmin(KeepsWhatIsUsed, RecordedAdmin, TreeAdmin):
    form = CategoryForm
    list_display = ("name", "slug", "is_visible")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    list_per_page = 200

    def move_node(self, request: HttpRequest) -> HttpResponse:
        """A move writes SQL past the models: menu and search index learn of it here."""
        response = super().move_node(request)
        if response.status_code == 200:
            self._tree_moved(request.POST.get("node", ""))
        return response

    def save_model(self, request: HttpRequest, obj: Category, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._tree_moved(str(obj.pk))

    def _tree_moved(self, pk: str) -> None:
        navigation.forget()
        moved = Category.objects.filter(pk=pk).first()
        if moved:
            search.index(Product.objects.in_category(moved).values_list("pk", flat=True))


@admin.register(Brand)
class BrandAdmin(KeepsWhatIsUsed, RecordedAdmin):
    list_display = ("name", "slug", "product_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @admin.display(description=_("products"), ordering="product_count")
    def product_count(self, brand: Any) -> int:
        return brand.product_count

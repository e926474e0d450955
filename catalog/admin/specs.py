"""Types, their spec fields and the choices: what a data sheet consists of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog import specs, units
from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.models import Product, ProductType, SpecChoice, SpecField, SpecValue, Variant
from catalog.publishing import product_changed

FROZEN = ("kind", "unit", "scope", "multiple", "product_type")
COLOUR = r"#[0-9a-fA-F]{6}"


def unit_choices(present: str = "") -> list[tuple[str, Any]]:
    """The known units in their families; one that is in use stays, known or not."""
    families = groupby(units.TABLE, key=lambda unit: unit.family)
    grouped = [(family, [(unit.symbol, unit.symbol) for unit in group]) for family, group in families]
    own = [(present, present)] if present and present not in units.SYMBOLS else []
    return [("", _("none")), *own, *grouped]


class FieldForm(forms.ModelForm):
    """What a field is stays as it is while values of it exist: they would mean something else."""

    unit = forms.ChoiceField(label=_("Unit"), required=False, help_text=_("For numbers."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].choices = unit_choices(self.instance.unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        changed = [name for name in FROZEN if name in self.changed_data]
        if self.instance.pk and changed and SpecValue.objects.filter(field=self.instance.pk).exists():
            for name in changed:
                self.add_error(name, _("Products have values in this field already, so this cannot be changed."))
        if data.get("kind") != SpecField.Kind.NUMBER and data.get("unit"):
            self.add_error("unit", _("Only numbers have a unit."))
        if data.get("kind") != SpecField.Kind.CHOICE and data.get("multiple"):
            self.add_error("multiple", _("Only choices can have several values."))
        return data


class ChoiceForm(forms.ModelForm):
    swatch = forms.RegexField(
        COLOUR,
        label=_("Colour"),
        required=False,
        widget=forms.TextInput(attrs={"size": 8}),
        help_text=_("#rrggbb, for colours."),
        error_messages={"invalid": _("A colour is written #rrggbb, as #1d1e21.")},
    )


class FieldInline(admin.TabularInline):
    model = SpecField
    form = FieldForm
    fields = ("position", "key", "label", "group", "kind", "unit", "scope", "multiple", "better", "is_facet", "on_card")
    extra = 0
    show_change_link = True


class ChoiceInline(admin.TabularInline):
    model = SpecChoice
    form = ChoiceForm
    fields = ("position", "value", "label", "swatch")
    extra = 0


class SpecsAdmin(KeepsWhatIsUsed, RecordedAdmin):
    """Labels of variants and the search index repeat words that are edited here."""

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        formsets = list(formsets)
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            rewrite_words(self.products_of(form.instance))

    def products_of(self, row: Any) -> QuerySet[Product]:
        raise NotImplementedError


def rewrite_words(products: QuerySet[Product]) -> None:
    specs.refresh_labels(Variant.objects.filter(product__in=products))
    product_changed(products.values_list("pk", flat=True))


@admin.register(ProductType)
class ProductTypeAdmin(SpecsAdmin):
    list_display = ("name", "key", "field_count", "product_count")
    search_fields = ("name", "key")
    prepopulated_fields = {"key": ("name",)}
    inlines = (FieldInline,)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductType]:
        counts = {"fields_total": Count("fields", distinct=True), "products_total": Count("products", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    def products_of(self, row: ProductType) -> QuerySet[Product]:
        return Product.objects.filter(product_type=row)

    @admin.display(description=_("fields"), ordering="fields_total")
    def field_count(self, product_type: Any) -> int:
        return product_type.fields_total

    @admin.display(description=_("products"), ordering="products_total")
    def product_count(self, product_type: Any) -> int:
        return product_type.products_total


@admin.register(SpecField)
class SpecFieldAdmin(SpecsAdmin):
    form = FieldForm
    list_display = ("label", "key", "product_type", "group", "kind", "unit", "scope", "is_facet", "on_card", "position")
    list_filter = ("product_type", "kind", "scope", "is_facet", "on_card")
    list_select_related = ("product_type",)
    search_fields = ("label", "key")
    autocomplete_fields = ("product_type",)
    ordering = ("product_type", "position", "pk")
    inlines = (ChoiceInline,)

    def products_of(self, row: SpecField) -> QuerySet[Product]:
        return Product.objects.filter(product_type=row.product_type_id)

    def get_inlines(self, request: HttpRequest, obj: SpecField | None = None) -> Any:
        return self.inlines if obj is not None and obj.kind == SpecField.Kind.CHOICE else ()

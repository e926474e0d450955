"""Types, their spec fields and the choices: what a data sheet consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog import spec_changes, specs, units
from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.facet_index.facts import INDEXED
from catalog.models import Product, ProductType, SpecChoice, SpecField, Variant
from catalog.publishing import words_changed
from catalog.spec_changes import ChangeRefused, Conversion

Kind = SpecField.Kind
COLOUR = r"#[0-9a-fA-F]{6}"
MEASURED = (Kind.NUMBER, Kind.SIZE)
COMPARED = (Kind.NUMBER, Kind.SIZE, Kind.BOOLEAN)


def unit_choices(present: str = "") -> list[tuple[str, Any]]:
    """The known units under their headings; one that is in use stays, known or not."""
    sections = groupby(units.TABLE, key=lambda unit: unit.section)
    grouped = [(section, [(unit.symbol, unit.symbol) for unit in group]) for section, group in sections]
    own = [(present, present)] if present and present not in units.SYMBOLS else []
    return [("", _("none")), *own, *grouped]


class KindSelect(forms.Select):
    """Kinds that need no unit say themselves what is accepted, for the script beside."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value and value not in MEASURED:
            option["attrs"]["data-accepted"] = specs.accepted(value)
        return option


class UnitSelect(forms.Select):
    """A unit with what may be written in a field of it; `kind` is the field's at first."""

    kind = ""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        for kind in MEASURED:
            option["attrs"][f"data-{kind}"] = specs.accepted(kind, str(value))
        return option

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        help_text = specs.accepted(self.kind, value or "") if self.kind else ""
        select = super().render(name, value, attrs, renderer)
        return format_html('{}<span class="help spec-help" data-spec-help>{}</span>', select, help_text)


class FieldForm(forms.ModelForm):
    """What a field is can be changed while values of it exist, if all of them can be converted and that is wanted."""

    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=UnitSelect)
    convert = forms.BooleanField(label=_("Convert the values"), required=False, widget=forms.HiddenInput)
    spec_names = frozenset({"convert"})  # no facts of the field: the history leaves them out

    class Meta:
        widgets = {"kind": KindSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversion: Conversion | None = None
        self.spec_changes: list[str] = []
        if "unit" in self.fields:
            self.fields["unit"].choices = unit_choices(self.instance.unit)
            self.fields["unit"].widget.kind = self["kind"].value() if "kind" in self.fields else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._refuse_nonsense(data)
        if self.instance.pk and not self.errors:
            self._plan(data)
        return data

    def _refuse_nonsense(self, data: dict[str, Any]) -> None:
        kind, unit = data.get("kind"), data.get("unit")
        if unit and kind not in MEASURED:
            self.add_error("unit", _("Only numbers and sizes have a unit."))
        if unit and kind == Kind.SIZE and units.BY_SYMBOL[unit].family not in units.SIDES:
            self.add_error("unit", _("Sizes are measured in a unit of length, or in px."))
        if data.get("multiple") and kind != Kind.CHOICE:
            self.add_error("multiple", _("Only choices can have several values."))
        if data.get("better") != SpecField.Better.NONE and kind not in COMPARED:
            self.add_error("better", _("Neither text nor choices have a better value."))
        if data.get("is_facet") and kind not in INDEXED:
            self.add_error("is_facet", _("Listings cannot be filtered by text."))

    def _plan(self, data: dict[str, Any]) -> None:
        """Ask before values are rewritten."""
        after = copy(self.instance)
        for name in self.fields.keys() & {"kind", "unit", "scope", "multiple", "product_type"}:
            setattr(after, name, data[name])
        try:
            self.conversion = spec_changes.plan(after)
        except ChangeRefused as refusal:
            self.add_error(refusal.about if refusal.about in self.fields else None, str(refusal))
            return
        if self.conversion and not data.get("convert"):
            self._ask(self.conversion)

    def _ask(self, conversion: Conversion) -> None:
        if "convert" in self.fields:
            self.fields["convert"].widget = forms.CheckboxInput()
            words = _("This rewrites %(values)s. Tick here and save again to convert them.")
            self.add_error("convert", words % {"values": conversion.summary})
        else:
            words = _("This would rewrite %(values)s. Change it on the field’s own page.")
            self.add_error(conversion.about, words % {"values": conversion.summary})


class FieldRowForm(FieldForm):
    """In the rows of a type, where there is no room to ask whether values shall be converted."""

    convert = None


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
    form = FieldRowForm
    fields = ("position", "key", "label", "group", "kind", "unit", "scope", "multiple", "better", "is_facet", "on_card")
    extra = 0
    show_change_link = True


class ChoiceInline(admin.TabularInline):
    model = SpecChoice
    form = ChoiceForm
    fields = ("position", "value", "label", "swatch")
    extra = 0


class SpecsAdmin(KeepsWhatIsUsed, RecordedAdmin):
    """Labels of variants and the search index repeat words that are edited here. A subclass tells in which products."""

    products_of: Callable[[Any], QuerySet[Product]]

    class Media:
        css = {"all": ("css/admin/catalog.css",)}
        js = ("js/spec_help.js",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        formsets = list(formsets)
        super().save_related(request, form, formsets, change)
        if conversion := getattr(form, "conversion", None):
            conversion.apply()
            form.spec_changes = [_("Converted %(values)s") % {"values": conversion.summary}]
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            rewrite_words(self.products_of(form.instance))


def rewrite_words(products: QuerySet[Product]) -> None:
    specs.refresh_labels(Variant.objects.filter(product__in=products))
    words_changed(products.values_list("pk", flat=True))


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
    fieldsets = (
        (None, {"fields": ["product_type", "label", "key", "group", "position"]}),
        (_("What it holds"), {"fields": ["kind", "unit", "scope", "multiple", "convert"]}),
        (_("What it is used for"), {"fields": ["better", "is_facet", "on_card"]}),
    )

    def products_of(self, row: SpecField) -> QuerySet[Product]:
        """Those that have a value in it: its words stand nowhere else."""
        return Product.objects.filter(pk__in=row.values.values("product"))

    def get_inlines(self, request: HttpRequest, obj: SpecField | None = None) -> Any:
        return self.inlines if obj is not None and obj.kind == SpecField.Kind.CHOICE else ()

"""Fitting rules: which field of an accessory is held against which field of a device, with what that says now."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from catalog import fitting
from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.fitting import Answer, Rule
from catalog.models import FitCondition, FitRule, Product, ProductType, SpecField

DEVICES_SHOWN, ACCESSORIES_SHOWN = 4, 8
EMPTY = ("", "---------")


def choices_of(fields: QuerySet[SpecField]) -> list[tuple[Any, str]]:
    """Read once: left to themselves the rows of the page ask again each."""
    return [EMPTY, *((field.pk, f"{field.label} ({field.unit or field.get_kind_display()})") for field in fields)]


class ConditionForm(forms.ModelForm):
    def clean_words(self) -> str:
        words = self.cleaned_data["words"]
        if unknown := set(re.findall(r"{[^}]*}", words)) - {fitting.ACCESSORY, fitting.DEVICE}:
            raise ValidationError(
                _("Only {accessory} and {device} stand for values, not %(unknown)s."),
                params={"unknown": ", ".join(sorted(unknown))},
            )
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        ours, theirs, comparison = (data.get(name) for name in ("accessory_field", "device_field", "comparison"))
        if ours and theirs and comparison and (problem := fitting.problem(comparison, ours, theirs)):
            self.add_error("comparison", problem)
        return data


class ConditionInline(admin.TabularInline):
    model = FitCondition
    form = ConditionForm
    fields = ("position", "accessory_field", "comparison", "device_field", "is_needed", "words")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[FitCondition]:
        return super().get_queryset(request).select_related("accessory_field", "device_field")

    def get_formset(self, request: HttpRequest, obj: FitRule | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        for name, owner in (("accessory_field", "accessory_type"), ("device_field", "device_type")):
            if obj is not None and name in formset.form.base_fields:
                of_type = SpecField.objects.filter(product_type=getattr(obj, f"{owner}_id"), kind__in=fitting.COMPARED)
                formset.form.base_fields[name].queryset = of_type
                formset.form.base_fields[name].choices = choices_of(of_type)
        return formset


@admin.register(FitRule)
class FitRuleAdmin(KeepsWhatIsUsed, RecordedAdmin):
    """First the two types; once they are saved, the page offers their fields."""

    list_display = ("accessory_type", "device_type", "included_field", "condition_count", "position")
    list_display_links = ("accessory_type", "device_type")
    list_select_related = ("accessory_type", "device_type", "included_field")
    list_filter = ("device_type", "accessory_type")
    autocomplete_fields = ("accessory_type", "device_type")
    ordering = ("position", "pk")
    inlines = (ConditionInline,)

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[FitRule]:
        return super().get_queryset(request).annotate(conditions_total=Count("conditions"))

    def get_fields(self, request: HttpRequest, obj: FitRule | None = None) -> list[str]:
        types = ["accessory_type", "device_type", "position"]
        return types if obj is None else [*types, "included_field", "says"]

    def get_readonly_fields(self, request: HttpRequest, obj: FitRule | None = None) -> tuple[str, ...]:
        """Other types have other fields, so the conditions would be left without meaning."""
        return () if obj is None else ("accessory_type", "device_type", "says")

    def get_inlines(self, request: HttpRequest, obj: FitRule | None = None) -> Any:
        return self.inlines if obj is not None else ()

    def get_form(self, request: HttpRequest, obj: FitRule | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "included_field" in form.base_fields:
            told = SpecField.objects.filter(product_type=obj.device_type_id, kind=SpecField.Kind.BOOLEAN)
            form.base_fields["included_field"].queryset = told
        return form

    def response_add(self, request: HttpRequest, obj: FitRule, post_url_continue: str | None = None) -> Any:
        """The fields can only be offered once the types are known: go on to the page that offers them."""
        request.POST = request.POST.copy()
        request.POST.setdefault("_continue", "1")
        return super().response_add(request, obj, post_url_continue)

    @admin.display(description=_("conditions"), ordering="conditions_total")
    def condition_count(self, rule: Any) -> int:
        return rule.conditions_total

    @admin.display(description=_("what it says now"))
    def says(self, row: FitRule) -> str:
        """The saved conditions, tried on a few products."""
        found = fitting.rules(Q(pk=row.pk))
        devices, accessories, lines = table(found[0]) if found else ([], [], [])
        context = {"rule": row, "devices": devices, "accessories": accessories, "lines": lines}
        return render_to_string("admin/catalog/_fitting.html", context)


def table(rule: Rule) -> tuple[list[Product], list[Product], list[tuple[Product, list[Answer]]]]:
    """Devices, accessories, and for each accessory the answers about the devices. Three queries."""
    devices, accessories = _some(rule.device_type, DEVICES_SHOWN), _some(rule.accessory_type, ACCESSORIES_SHOWN)
    sheets = fitting.sheets([product.pk for product in (*devices, *accessories)], [rule])

    def versions(product: Product) -> list[fitting.Facts]:
        sheet = sheets[product.pk]
        return [sheet.of(version) for version in sheet.own or [0]]

    lines = [
        (accessory, [fitting.answer_for(rule, versions(accessory), versions(device)) for device in devices])
        for accessory in accessories
    ]
    return devices, accessories, lines


def _some(product_type: ProductType, number: int) -> list[Product]:
    visible = Product.objects.visible().filter(product_type=product_type)
    return list(visible.order_by("-is_available", "price_from", "pk")[:number])

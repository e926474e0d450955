"""Form fields made from a type's spec fields: one input each, with its unit or its choices."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog import specs
from catalog.exceptions import SpecError
from catalog.models import Product, SpecField, SpecValue, Variant

PREFIX = "spec_"
EMPTY = ("", "–")
SIZES = {SpecField.Kind.NUMBER: 14, SpecField.Kind.SIZE: 24, SpecField.Kind.TEXT: 40}

FieldSets = list[tuple[Any, dict[str, Any]]]


def name_of(field: SpecField) -> str:
    return f"{PREFIX}{field.key}"


def fields_for(request: HttpRequest, product: Product | None, scope: str) -> list[SpecField]:
    """The type's fields of one scope; a page asks many times, the database is asked once."""
    if product is None:
        return []
    known: dict[int, list[SpecField]] = request.__dict__.setdefault("_spec_fields", {})
    type_id = product.product_type_id
    if type_id not in known:
        known[type_id] = specs.fields_of(type_id)
    return [field for field in known[type_id] if field.scope == scope]


def fieldsets_for(fields: list[SpecField]) -> FieldSets:
    """A section for each heading of the data sheet."""
    return [
        (title or _("Specs"), {"fields": [name_of(field) for field in group], "classes": ["specs"]})
        for title, group in groupby(fields, key=lambda field: field.group)
    ]


def with_specs(form: type[forms.ModelForm], fields: list[SpecField]) -> type[forms.ModelForm]:
    """The form with an input for each spec field."""
    inputs = {name_of(field): form_field(field) for field in fields}
    return type(form)(form.__name__, (form,), {**inputs, "spec_fields": fields, "spec_names": frozenset(inputs)})


def form_field(field: SpecField) -> forms.Field:
    label = field.label
    if field.kind == SpecField.Kind.CHOICE:
        choices = [(choice.value, choice.label) for choice in field.choices.all()]
        if field.multiple:
            return forms.MultipleChoiceField(
                label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
        return forms.ChoiceField(label=label, choices=[EMPTY, *choices], required=False)
    if field.kind == SpecField.Kind.BOOLEAN:
        return forms.ChoiceField(label=label, choices=[EMPTY, ("yes", _("Yes")), ("no", _("No"))], required=False)
    return TypedField(field)


class TypedField(forms.CharField):
    """A number with its unit, a size, or text, as it is typed; refused with the accepted forms named."""

    def __init__(self, field: SpecField) -> None:
        form = specs.accepted(field.kind, field.unit)
        size = SIZES[SpecField.Kind(field.kind)]
        widget = AdminTextInputWidget(attrs={"size": size, "class": "spec-input", "title": form})
        super().__init__(label=field.label, required=False, widget=widget, help_text=field.unit)
        self.spec = field

    def __deepcopy__(self, memo: dict[int, Any]) -> TypedField:
        copy = super().__deepcopy__(memo)
        copy.spec = self.spec
        return copy

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            specs.read_value(self.spec, text)
        except SpecError as error:
            raise ValidationError(str(error).removeprefix(f"{self.spec.label}: ")) from error
        return text


class SpecsForm(forms.ModelForm):
    """Base of the forms that `with_specs` extends; `save_specs` writes what was typed."""

    spec_fields: list[SpecField] = []
    spec_names: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.spec_changes: list[specs.Change] = []
        instance = kwargs.get("instance")
        if self.spec_fields and instance is not None and instance.pk:
            kwargs["initial"] = {**spec_initial(self.spec_fields, instance), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def save_specs(self, product: Product, variant: Variant | None = None) -> None:
        """Write the inputs that were changed, so that what others wrote meanwhile in the rest stays."""
        typed = {
            field.key: self.cleaned_data.get(name_of(field))
            for field in self.spec_fields
            if name_of(field) in self.changed_data
        }
        self.spec_changes = specs.set_values(product, typed, variant=variant) if typed else []


def spec_initial(fields: list[SpecField], owner: Product | Variant) -> dict[str, Any]:
    """What the inputs show at first. A variant's rows may be prefetched as `spec_values`."""
    rows: dict[int, list[SpecValue]] = {}
    for row in _rows(owner):
        rows.setdefault(row.field_id, []).append(row)
    return {name_of(field): _initial(field, rows.get(field.pk, [])) for field in fields}


def _rows(owner: Product | Variant) -> list[SpecValue]:
    if isinstance(owner, Variant):
        return list(owner.spec_values.all())
    return list(owner.spec_values.filter(variant=None).select_related("field", "choice"))


def _initial(field: SpecField, rows: list[SpecValue]) -> Any:
    if field.kind == SpecField.Kind.CHOICE:
        values = [row.choice.value for row in rows if row.choice]
        return values if field.multiple else (values[0] if values else "")
    if field.kind == SpecField.Kind.BOOLEAN:
        return {True: "yes", False: "no"}.get(rows[0].flag, "") if rows else ""
    return specs.exact_text(rows)

"""What the catalog's admin pages share: a trail with before and after, and refusals in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import transaction
from django.db.models import ForeignKey, Model, ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import Truncator
from django.utils.translation import gettext as _

SHOWN_MAX = 80
NOTHING = "–"
KEY = re.compile("[0-9]{1,18}")


class KeySelect(AutocompleteSelect):
    """Django asks the database for whatever was posted, and breaks on what can be no key."""

    def optgroups(self, name: str, value: list[str], attr: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, [one for one in value if KEY.fullmatch(one)], attr)


class RecordedAdmin(admin.ModelAdmin):
    """Its history says "Name: Orvane 5 → Orvane 5a", not only that the name was changed."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def construct_change_message(
        self, request: HttpRequest, form: forms.ModelForm, formsets: Iterable[Any] | None, add: bool = False
    ) -> list[dict[str, Any]]:
        message: list[dict[str, Any]] = [{"added": {}}] if add else []
        if not add and (fields := changes_of(form)):
            message.append({"changed": {"fields": fields}})
        for formset in formsets or []:
            message += [{"added": named(row)} for row in formset.new_objects]
            message += [
                {"changed": {**named(row.instance), "fields": changes_of(row)}}
                for row in formset.initial_forms
                if row.has_changed() and row not in formset.deleted_forms
            ]
            message += [{"deleted": named(row)} for row in formset.deleted_objects]
        return message

    def log_field_change(self, request: HttpRequest, row: Model, label: str, before: object, after: object) -> None:
        """The trail of a bulk action, in the words that a form leaves."""
        text = f"{label}: {shown(before)} → {shown(after)}"
        self.log_change(request, row, [{"changed": {"fields": [text]}}])


def named(row: Model) -> dict[str, str]:
    return {"name": str(row._meta.verbose_name), "object": str(row)}


def changes_of(form: forms.BaseForm) -> list[str]:
    """What a form changed, as "Label: before → after"; specs tell their own changes once they are written."""
    told = [str(change) for change in getattr(form, "spec_changes", [])]
    hidden = getattr(form, "spec_names", ())
    names = [name for name in form.changed_data if name in form.fields and name not in hidden]
    return [_change(form, name) for name in names] + told


def _change(form: forms.BaseForm, name: str) -> str:
    field = form.fields[name]
    label = field.label or name.replace("_", " ")
    if isinstance(field, forms.FileField):
        return str(label)
    before = form.get_initial_for_field(field, name)
    return f"{label}: {_shown_by(field, before)} → {_shown_by(field, form.cleaned_data.get(name))}"


def _shown_by(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField):
        row = value if isinstance(value, Model) else field.queryset.filter(pk=value).first() if value else None
        return shown(row)
    if isinstance(field, forms.ChoiceField) and value:
        return shown(dict(field.choices).get(value, value))
    return shown(value)


def shown(value: object) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return Truncator(str(value)).chars(SHOWN_MAX)


class KeepsWhatIsUsed(admin.ModelAdmin):
    """Deleting a row that others need says so; what appears between question and click is no error page either."""

    in_use = ""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, RestrictedError) as error:
            return self._refuse(request, error)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except (ProtectedError, RestrictedError) as error:
            return self._refuse(request, error)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)

    def _refuse(self, request: HttpRequest, error: ProtectedError | RestrictedError) -> HttpResponse:
        rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        users = sorted({str(row._meta.verbose_name_plural) for row in rows})
        words = self.in_use or _("Not deleted: it is still used by %(users)s.")
        self.message_user(request, words % {"users": ", ".join(users)}, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path().split("delete/")[0])


class ReadOnlyAdmin(admin.ModelAdmin):
    """A ledger: to be read, never edited."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

"""Imports in the back office: the mappings, and what was imported, with its report and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import RecordedAdmin
from catalog.importing import ImportRefused, UndoRefused, check_rules, undo
from catalog.models import ImportBatch, ImportMapping


class MappingForm(forms.ModelForm):
    class Meta:
        model = ImportMapping
        fields = ("name", "rules")

    def clean_rules(self) -> dict[str, Any]:
        rules = self.cleaned_data["rules"]
        try:
            ImportMapping(rules=rules).clean()
            check_rules(rules)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        except ImportRefused as error:
            raise ValidationError(str(error)) from error
        return rules


@admin.register(ImportMapping)
class ImportMappingAdmin(RecordedAdmin):
    form = MappingForm
    list_display = ("name", "updated_at")
    search_fields = ("name",)


@admin.register(ImportBatch)
class ImportBatchAdmin(RecordedAdmin):
    """To be read, and taken back: an import itself is made by a file."""

    list_display = (
        "pk",
        "file_name",
        "created_at",
        "actor",
        "state",
        *(f"lines_{n}" for n in ("added", "changed")),
        "lines_skipped",
        "notes",
        "report_link",
    )
    list_select_related = ("actor",)
    list_filter = ("state", "created_at")
    search_fields = ("file_name", "sha256")
    fields = (
        "file_name",
        "sha256",
        "created_at",
        "actor",
        "state",
        "undone_at",
        "undone_by",
        "lines_added",
        "lines_changed",
        "lines_unchanged",
        "lines_skipped",
        "notes",
        "report_link",
    )
    readonly_fields = fields
    actions = ("take_back",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).defer("report", "added_rows")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        report = path("<int:pk>/report/", self.admin_site.admin_view(self.report), name="catalog_importbatch_report")
        return [report, *super().get_urls()]

    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        batch = get_object_or_404(ImportBatch, pk=pk)
        headers = {"Content-Disposition": f'attachment; filename="import-{batch.pk}.txt"'}
        return HttpResponse(batch.report, content_type="text/plain; charset=utf-8", headers=headers)

    @admin.display(description=_("report"))
    def report_link(self, batch: ImportBatch) -> SafeString:
        address = reverse("admin:catalog_importbatch_report", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', address, _("Download"))

    @admin.action(description=_("Take back"), permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[ImportBatch]) -> None:
        """The latest first, as an earlier one may have been changed by it. Each stands or falls by itself."""
        for batch in queryset.order_by("-pk"):
            try:
                result = undo(batch, actor=request.user)  # type: ignore[arg-type]
            except UndoRefused as error:
                self.message_user(request, str(error), messages.ERROR)
                return
            self.log_field_change(request, batch, _("state"), _("applied"), _("undone"))
            self.message_user(request, "\n".join([result.words, *result.kept]), messages.SUCCESS)

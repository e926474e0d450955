"""What staff teach the search, and what shoppers looked for."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import ReadOnlyAdmin, RecordedAdmin
from catalog.models import SearchCount, Synonym


@admin.register(Synonym)
class SynonymAdmin(RecordedAdmin):
    list_display = ("words",)
    search_fields = ("words",)


class ResultsFilter(admin.SimpleListFilter):
    title = _("results")
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Nothing found")), ("some", _("Something found"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SearchCount]) -> QuerySet[SearchCount]:
        wanted = {"none": {"results": 0}, "some": {"results__gt": 0}}.get(self.value() or "", {})
        return queryset.filter(**wanted)


@admin.register(SearchCount)
class SearchCountAdmin(ReadOnlyAdmin):
    """What was searched without result is what the shop lacks, or calls by another name: see synonyms."""

    list_display = ("words", "searches", "results", "day")
    list_filter = (ResultsFilter, "day")
    ordering = ("-searches", "-day", "words")
    search_fields = ("words",)
    list_per_page = 50
    show_full_result_count = False

"""Reviews: staff read, publish or reject, and answer. The words and stars are the buyer's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import reviews
from catalog.admin.base import RecordedAdmin
from catalog.models import Review

State = Review.State


class AnsweredFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Answered")), ("no", _("Not answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if self.value() == "yes":
            return queryset.exclude(answer="")
        return queryset.filter(answer="") if self.value() == "no" else queryset


@admin.register(Review)
class ReviewAdmin(RecordedAdmin):
    list_display = ("title", "stars", "product", "author", "state", "is_answered", "created_at")
    list_filter = ("state", "stars", AnsweredFilter, "created_at")
    list_select_related = ("product",)
    search_fields = ("title", "text", "author_name", "product__name", "purchase")
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"
    actions = ("publish", "reject", "forget_author")
    readonly_fields = (
        *("product", "stars", "title", "text", "author", "user", "purchase", "created_at", "published_at"),
    )
    fieldsets = (
        (None, {"fields": ("product", "stars", "title", "text", "author", "created_at")}),
        (_("What the shop does"), {"fields": ("state", "answer", "published_at")}),
        (_("Who bought"), {"fields": ("purchase", "user")}),
    )

    @admin.display(description=_("name shown"), ordering="author_name")
    def author(self, review: Review) -> str:
        return review.author

    @admin.display(description=_("answered"), boolean=True)
    def is_answered(self, review: Review) -> bool:
        return bool(review.answer)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only buyers write."""
        return False

    def save_model(self, request: HttpRequest, obj: Review, form: forms.ModelForm, change: bool) -> None:
        """The state moves as by the actions, with what follows from it."""
        Review.objects.filter(pk=obj.pk).update(answer=obj.answer)
        reviews.move([obj.pk], obj.state)

    @admin.action(description=_("Publish selected reviews"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._move(request, queryset, State.PUBLISHED)

    @admin.action(description=_("Reject selected reviews"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._move(request, queryset, State.REJECTED)

    def _move(self, request: HttpRequest, queryset: QuerySet[Review], state: State) -> None:
        moved = reviews.move(queryset.values_list("pk", flat=True), state)
        for review in moved:
            self.log_field_change(request, review, _("State"), review.get_state_display(), state.label)
        words = ngettext("%d review is %s.", "%d reviews are %s.", len(moved)) % (len(moved), state.label)
        self.message_user(request, words, messages.SUCCESS if moved else messages.WARNING)

    @admin.action(description=_("Take the name from selected reviews"), permissions=["change"])
    def forget_author(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """For buyers who ask for it; what the name was is not written into the trail either."""
        named = list(queryset.exclude(author_name="", user=None))
        reviews.forget_authors(queryset.filter(pk__in=[review.pk for review in named]))
        for review in named:
            self.log_change(request, review, [{"changed": {"fields": [str(_("Name shown"))]}}])
        words = ngettext("%d name was taken away.", "%d names were taken away.", len(named)) % len(named)
        self.message_user(request, words, messages.SUCCESS if named else messages.WARNING)

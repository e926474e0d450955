"""Returns as a list to work through; the acts stand on the page of the order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders import withdrawal
from orders.admin.due import shown
from orders.models import Return


class WorkFilter(admin.SimpleListFilter):
    title = _("what to do")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("staff", _("Waiting for us")),
            ("overdue", _("Refund overdue")),
            ("buyer", _("On their way to us")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Return]) -> QuerySet[Return] | None:
        if self.value() == "staff":
            return queryset.filter(pk__in=Return.objects.to_do().values("pk"))
        if self.value() == "overdue":
            return queryset.filter(pk__in=withdrawal.overdue_returns().values("pk"))
        return queryset.filter(status=Return.Status.APPROVED) if self.value() == "buyer" else None


@admin.register(Return)
class ReturnAdmin(admin.ModelAdmin):
    list_display = (
        *("label", "status", "why", "email"),
        *("requested_at", "received_at", "refund_due", "closed_at"),
    )
    list_filter = (WorkFilter, "status", "kind", "reason", "requested_at")
    list_select_related = ("order",)
    search_fields = ("order__number", "order__email", "units__device__number", "units__order_line__sku")
    search_help_text = _("Order, e-mail address, SKU, IMEI or serial number")
    date_hierarchy = "requested_at"
    ordering = ("requested_at",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("e-mail address"), ordering="order__email")
    def email(self, process: Return) -> str:
        return process.order.email

    @admin.display(description=_("why"), ordering="reason")
    def why(self, process: Return) -> str:
        return process.get_reason_display() if process.reason else process.get_kind_display()

    @admin.display(description=_("refund due"), empty_value="", ordering="requested_at")
    def refund_due(self, process: Return) -> str | None:
        return shown(withdrawal.refund_due_of(process))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A return is worked on at its order's page."""
        process = self.get_object(request, object_id)
        if process is None or not self.has_view_permission(request, process):
            return super().change_view(request, object_id, *args, **kwargs)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[process.order_id]) + "#returns")

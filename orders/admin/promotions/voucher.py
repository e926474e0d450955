"""The codes: one list of all, to filter, switch off and download."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.admin.export import csv_response
from orders.admin.promotions.forms import VoucherForm
from orders.models import Voucher


class SpentFilter(admin.SimpleListFilter):
    title = _("uses")
    parameter_name = "spent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unused", _("Never used")), ("open", _("Can be used")), ("spent", _("Used up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> QuerySet[Voucher]:
        if self.value() == "unused":
            return queryset.filter(uses=0)
        if self.value() == "open":
            return queryset.filter(pk__in=Voucher.objects.unspent())
        return queryset.filter(uses__gte=F("max_uses")) if self.value() == "spent" else queryset


@admin.register(Voucher)
class VoucherAdmin(KeepsWhatIsUsed, RecordedAdmin):
    form = VoucherForm
    list_display = ("code", "promotion", "uses", "max_uses", "is_active", "created_at")
    list_filter = (SpentFilter, "is_active", ("promotion", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("promotion",)
    list_per_page = 50
    search_fields = ("code", "promotion__name")
    search_help_text = _("Code or promotion")
    autocomplete_fields = ("promotion",)
    readonly_fields = ("uses",)
    actions = ("switch_off", "export")
    show_full_result_count = False
    in_use = _("Orders have used it. Switch it off instead.")

    def save_model(self, request: HttpRequest, obj: Voucher, form: Any, change: bool) -> None:
        """Only what was typed: orders count their uses meanwhile."""
        obj.save(update_fields=[*form.changed_data, "updated_at"] if change else None)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> None:
        for voucher in queryset.filter(is_active=True):
            voucher.is_active = False
            voucher.save(update_fields=["is_active", "updated_at"])
            self.log_field_change(request, voucher, str(_("Active")), True, False)

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> StreamingHttpResponse:
        heads = ("Code", "Promotion", "Used", "Uses", "Active", "Made")
        columns = ("code", "promotion__name", "uses", "max_uses", "is_active", "created_at")
        return csv_response("vouchers", heads, queryset.order_by("pk").values_list(*columns).iterator())

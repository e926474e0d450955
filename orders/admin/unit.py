"""Device units in the back office: to look a number up, never to type into; numbers are corrected on the order."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orders.models import DeviceUnit


@admin.register(DeviceUnit)
class DeviceUnitAdmin(admin.ModelAdmin):
    list_display = ("number", "kind", "status", "device", "order", "updated_at")
    list_filter = ("status", "kind")
    list_select_related = ("shipment_line__order_line", "shipment_line__shipment__order")
    list_display_links = None
    search_fields = ("number", "shipment_line__shipment__order__number", "shipment_line__order_line__sku")
    search_help_text = _("IMEI, serial number, order number or SKU")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("device"))
    def device(self, unit: DeviceUnit) -> str:
        return f"{unit.shipment_line.order_line.product_name} · {unit.shipment_line.order_line.sku}"

    @admin.display(description=_("order"))
    def order(self, unit: DeviceUnit) -> SafeString:
        shipment = unit.shipment_line.shipment
        url = reverse("admin:orders_order_change", args=[shipment.order_id])
        return format_html('<a href="{}">{} / {}</a>', url, shipment.order.number, shipment.number)

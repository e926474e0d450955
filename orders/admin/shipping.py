"""Delivery zones and methods, pickup places and the shop's closed days in the back office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orders.models import ClosedDays, PickupPlace, ShippingMethod, ShippingZone


class MethodInline(admin.TabularInline):
    model = ShippingMethod
    extra = 0
    fields = (
        "name",
        "carrier",
        "pickup_place",
        "price",
        "free_from",
        "max_weight_g",
        "days_min",
        "days_max",
        "tax_class",
        "position",
        "is_active",
    )


@admin.register(ShippingZone)
class ShippingZoneAdmin(admin.ModelAdmin):
    list_display = ("name", "country_names")
    search_fields = ("name",)
    inlines = (MethodInline,)

    @admin.display(description=_("countries"))
    def country_names(self, zone: ShippingZone) -> str:
        names = [country.name for country in zone.countries]
        return ", ".join(names[:6]) + (f" + {len(names) - 6}" if len(names) > 6 else "")


@admin.register(PickupPlace)
class PickupPlaceAdmin(admin.ModelAdmin):
    list_display = ("name", "line1", "postcode", "city", "country")
    search_fields = ("name", "city", "postcode")


@admin.register(ClosedDays)
class ClosedDaysAdmin(admin.ModelAdmin):
    list_display = ("name", "first_day", "last_day")
    search_fields = ("name",)
    date_hierarchy = "first_day"

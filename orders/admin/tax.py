"""Tax rates in the back office."""

from django.contrib import admin

from orders.models import TaxRate


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin):
    list_display = ("country", "tax_class", "rate", "valid_from", "valid_until")
    list_filter = ("tax_class", "country")
    search_fields = ("country",)
    date_hierarchy = "valid_from"

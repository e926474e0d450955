"""Tax rates in the back office, and what was sold at them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.admin.export import csv_response
from orders.models import TaxRate
from orders.tax_report import Quarter, Row, rows_of

COLUMNS = (
    "quarter",
    "treatment",
    "country",
    "rate",
    "orders",
    "net",
    "tax",
    "refunded_net",
    "refunded_tax",
    "currency",
)


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin):
    list_display = ("country", "tax_class", "rate", "valid_from", "valid_until")
    list_filter = ("tax_class", "country")
    search_fields = ("country",)
    date_hierarchy = "valid_from"
    change_list_template = "admin/orders/taxrate/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        report = path("report/", self.admin_site.admin_view(self.report_view), name="orders_taxrate_report")
        return [report, *super().get_urls()]

    def report_view(self, request: HttpRequest) -> HttpResponseBase:
        """?quarter=2026-Q4, this one by default; &format=csv for a spreadsheet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        quarter = _quarter(request.GET.get("quarter", ""))
        rows = rows_of(quarter)
        if request.GET.get("format") == "csv":
            return csv_response(f"tax-{quarter}", COLUMNS, [_cells(quarter, row) for row in rows])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sales by country and tax rate"),
            "quarter": quarter,
            "rows": rows,
        }
        return render(request, "admin/orders/taxrate/report.html", context)


def _quarter(text: str) -> Quarter:
    if not text:
        return Quarter.of(timezone.localdate())
    try:
        return Quarter.parse(text)
    except ValueError:
        raise Http404 from None


def _cells(quarter: Quarter, row: Row) -> list[object]:
    amounts = (row.net, row.tax, row.refunded_net, row.refunded_tax)
    facts = (quarter, row.treatment, row.country, row.rate, row.orders)
    return [*facts, *(amount.amount for amount in amounts), row.net.currency]

"""Files for staff on an order's page: its documents, and what is printed for its parcels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders import documents, units
from orders.models import Order, Shipment
from orders.views.documents import download, file_response

Slip = tuple[str | Promise, Callable[[Shipment], bytes]]

SLIPS: dict[str, Slip] = {
    "packing-slip": (_("Packing slip"), lambda parcel: documents.packing_slip(parcel, units.numbers_of(parcel))),
    "address-label": (_("Address label"), documents.address_label),
}


class PrintingMixin:
    """Two addresses below an order's page in the back office."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:pk>/documents/<slug:number>.<slug:format>", wrap(self.document), name="orders_order_document"),
            path("<uuid:pk>/parcels/<int:parcel>/<slug:slip>.pdf", wrap(self.slip), name="orders_order_slip"),
            *super().get_urls(),
        ]

    def document(self, request: HttpRequest, pk: Any, number: str, format: str) -> HttpResponse:
        return file_response(self._order(request, pk), number, format)

    def slip(self, request: HttpRequest, pk: Any, parcel: int, slip: str) -> HttpResponse:
        shipment = self._order(request, pk).shipments.filter(number=parcel).first()
        if shipment is None or slip not in SLIPS:
            raise Http404
        _label, make = SLIPS[slip]
        return download(make(shipment), "application/pdf", f"{shipment.order.number}-{parcel}-{slip}.pdf")

    def _order(self, request: HttpRequest, pk: Any) -> Order:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Order, pk=pk)


def panels(order: Order) -> dict[str, Any]:
    """What the page of the order lists of them."""

    def document_url(number: str, format: str) -> str:
        return reverse("admin:orders_order_document", args=[order.pk, number, format])

    def slip_urls(parcel: Shipment) -> list[tuple[str | Promise, str]]:
        return [
            (label, reverse("admin:orders_order_slip", args=[order.pk, parcel.number, name]))
            for name, (label, _make) in SLIPS.items()
        ]

    return {
        "documents": documents.listed(order, document_url),
        "slips": [(parcel, slip_urls(parcel)) for parcel in order.shipments.all() if parcel.status != "canceled"],
    }

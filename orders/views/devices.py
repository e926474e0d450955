"""The member's own devices, and the page of one: its passport."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404
from django.views.generic import ListView, TemplateView

from orders import devices, links
from orders.models import ShipmentLine
from orders.views.order import OrderAccess, private


class DevicesView(LoginRequiredMixin, ListView):
    """All that left the shop for this member, the last first."""

    template_name = "orders/devices.html"
    paginate_by = 12

    def get_queryset(self) -> QuerySet[ShipmentLine]:
        return devices.owned_by(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"devices": devices.describe(context["page_obj"]), "query": self.request.GET}


@private
class DeviceView(OrderAccess, TemplateView):
    """One device for its owner or whoever holds the order's key."""

    template_name = "orders/device.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key = self.request.GET.get("key", "")
        device = devices.find(self.order, self.kwargs["device"], key)
        if device is None:
            raise Http404
        order_url = links.with_key(self.order.get_absolute_url(), key)
        return super().get_context_data(**{**kwargs, "device": device, "order": self.order, "order_url": order_url})

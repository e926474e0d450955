"""The member's own orders, and finding a guest's again."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, ListView

from orders import documents, finding, links, story
from orders.forms import FindOrderForm
from orders.models import Order
from orders.throttle import allows
from orders.views.order import private


class HistoryView(LoginRequiredMixin, ListView):
    """The member's own orders, newest first."""

    template_name = "orders/history.html"
    paginate_by = 15

    def get_queryset(self) -> QuerySet[Order]:
        return Order.objects.visible_to(self.request.user).prefetch_related("lines").order_by("-placed_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        orders = context["page_obj"]
        issued = documents.listed_by_order([order.pk for order in orders], links.document_path)
        rows = [_row(order, issued.get(order.pk, [])) for order in orders]
        return context | {"rows": rows, "query": self.request.GET}


def _row(order: Order, issued: list[documents.Listed]) -> dict[str, Any]:
    lines = [line for line in order.lines.all() if line.quantity]
    return {
        "order": order,
        "headline": story.headline(order),
        "total": order.money(order.total),
        "units": sum(line.quantity for line in lines),
        "devices": ", ".join(dict.fromkeys(line.product_name for line in lines)),
        "documents": issued,
    }


@private
class FindView(FormView):
    """A guest asks for the link to an order or a device of it. The answer is the same whether or not there is one."""

    template_name = "orders/find.html"
    form_class = FindOrderForm
    asks_per_hour = 20
    too_often = gettext_lazy("You have asked very often. Please try again in an hour.")

    def form_valid(self, form: FindOrderForm) -> HttpResponse:
        who = get_adapter().get_client_ip(self.request)
        if not allows("find-order", who, times=self.asks_per_hour, seconds=3600):
            form.add_error(None, self.too_often)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        finding.mail_link.enqueue(form.cleaned_data["number"], form.cleaned_data["email"])
        return redirect(f"{reverse('orders:find')}?sent=1")

    def form_invalid(self, form: FindOrderForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_sent="sent" in self.request.GET, **kwargs)

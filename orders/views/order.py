"""One order as its buyer sees it, and what can be done with it there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView, View

from orders import (
    balance,
    cancellation,
    delivery_times,
    documents,
    invitations,
    links,
    parcels,
    payments,
    receipts,
    reordering,
    returning,
    story,
    transfer,
    withdrawal,
)
from orders.exceptions import OrderError, TooOften
from orders.models import Order, OrderAddress, Return
from orders.views.handover import leads_to_payment
from orders.views.visitor import SeeOther, held_id, member, remember, too_often, traces

# A page that a signed key opens has no session, so the middleware cannot know that it is private.
private = method_decorator(cache_control(private=True, no_store=True), name="dispatch")


def keep_out(request: HttpRequest, order: Order) -> HttpResponse | None:
    """None for who may see the order, the way to the log-in for an outdated link, Http404 for all others."""
    key = request.GET.get("key", "")
    if links.may_see(order, member(request), key):
        return None
    if links.is_outdated(order, member(request), key):
        return redirect_to_login(order.get_absolute_url())
    raise Http404


class OrderAccess(View):
    """The order of the address, for its owner or whoever holds its key. All others get what an unknown number gets.

    A guest's link to an order that has joined an account leads to the log-in.
    """

    order: Order

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        orders = Order.objects.select_related("pickup_place").filter(number=kwargs["number"])
        order = balance.with_money(orders).first()
        if order is None:
            raise Http404
        refusal = keep_out(request, order)
        if refusal is not None:
            return refusal
        self.order = order
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> HttpResponse:
        """To the order's page, with the key by which the visitor came."""
        return SeeOther(links.with_key(self.order.get_absolute_url(), self.request.GET.get("key", "")))


@private
class OrderView(OrderAccess, TemplateView):
    template_name = "orders/order.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.order
        prefetch_related_objects([order], "addresses", "lines")  # read again and again below
        addresses = {address.kind: address for address in order.addresses.all()}
        adjustments = list(order.adjustments.all()) if order.adjustments_total else []
        money = balance.known(order)
        goods = list(receipts.with_goods(order.lines.all()))
        delivery_address = addresses.get(OrderAddress.Kind.DELIVERY)
        return super().get_context_data(
            order=order,
            headline=story.headline(order),
            lines=receipts.lines(
                order,
                goods,
                review_urls=invitations.review_urls(order, goods, delivery_address),
                adjustments=adjustments,
            ),
            totals=receipts.totals(order, adjustments),
            delivery_address=delivery_address,
            invoice_address=_other_invoice(addresses),
            promise=delivery_times.of_order(order) if is_awaited(order) else None,
            parcels=parcels.of(order, self.request.GET.get("key", "")),
            documents=documents.listed(order, self.document_url) if has_left(order) else [],
            timeline=story.timeline(order.events.all()),
            provider=payments.get_provider(order.payment_provider),
            due=money.due,
            owed=money.owed,
            refunded=money.refunded,
            transfer=transfer.instructions(order, money.due),
            pay_url=self.act("orders:pay") if can_pay_online(order, bool(money.due)) else "",
            again_url=self.act("orders:again"),
            cancel_url=self.act("orders:cancel") if cancellation.can_cancel(order) else "",
            returns=returns(order, self.request.GET.get("key", "")),
            return_url=self.act("orders:return") if returning.reasons(order) else "",
            withdraw_url=self.act("orders:order_withdraw") if withdrawal.is_open(order) else "",
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        page = super().render_to_response(context, **kwargs)
        return leads_to_payment(page, context["provider"]) if context["pay_url"] else page

    def document_url(self, number: str, format: str) -> str:
        return links.document_path(self.order.number, number, format, self.request.GET.get("key", ""))

    def act(self, name: str) -> str:
        return links.with_key(reverse(name, args=[self.order.number]), self.request.GET.get("key", ""))


def has_left(order: Order) -> bool:
    """Whether a parcel was handed over: before that there is no document."""
    return order.fulfillment_status != Order.FulfillmentStatus.UNFULFILLED


def is_awaited(order: Order) -> bool:
    """Whether the buyer still asks himself when it comes."""
    came = (Order.FulfillmentStatus.SHIPPED, Order.FulfillmentStatus.DELIVERED) if order.is_pickup else ("delivered",)
    return order.status != Order.Status.CANCELED and order.fulfillment_status not in came


def returns(order: Order, key: str) -> list[dict[str, Any]]:
    """Each return with its devices, its label, and where to give it up as long as it has not come."""
    rows = order.returns.prefetch_related("units__order_line").select_related("order")
    return [
        {
            "process": process,
            "lines": returning.lines_of(process.units.all()),
            "label_url": links.return_path("orders:return_label", process, key)
            if process.status == Return.Status.APPROVED
            else "",
            "cancel_url": links.return_path("orders:return_cancel", process, key)
            if Return.Status.CANCELED in returning.ALLOWED[Return.Status(process.status)]
            else "",
        }
        for process in rows
    ]


def can_pay_online(order: Order, is_due: bool) -> bool:
    if not is_due or order.status == Order.Status.CANCELED:
        return False
    return not order.is_overdue(timezone.now()) and not payments.get_provider(order.payment_provider).is_manual


class CancelView(OrderAccess):
    """The buyer's own cancel, before dispatch."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            cancellation.cancel_order(
                self.order, reason=_("Canceled by the buyer"), actor=member(request), by=_("guest")
            )
        except OrderError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your order is canceled."))
        return self.back()


class AgainView(OrderAccess):
    """The same devices once more, into the visitor's cart."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        result = reordering.order_again(self.order, user=member(request), cart_id=held_id(request))
        for note in result.notes:
            messages.warning(request, note)
        if result.cart is None:
            return self.back()
        remember(request, result.cart)
        words = ngettext("%(n)d device is in your cart.", "%(n)d devices are in your cart.", result.units)
        messages.success(request, words % {"n": result.units})
        return SeeOther(reverse("orders:cart"))


class PayView(OrderAccess):
    """On to the payment page, for what is still due."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            handover = payments.start(self.order, traces=traces(request))
        except TooOften as error:
            return too_often(request, error, links.with_key(self.order.get_absolute_url(), request.GET.get("key", "")))
        except OrderError as error:
            messages.error(request, str(error))
            return self.back()
        return SeeOther(handover.url) if handover.url else self.back()


def _other_invoice(addresses: dict[str, OrderAddress]) -> OrderAddress | None:
    """The invoice's address when it is not the parcel's."""
    delivery, invoice = addresses.get(OrderAddress.Kind.DELIVERY), addresses.get(OrderAddress.Kind.INVOICE)
    if delivery and invoice and delivery.address_values() == invoice.address_values():
        return None
    return invoice

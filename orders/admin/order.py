"""Orders in the back office: facts to read and acts to do; nothing is typed into an order, and none is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalog.exceptions import CatalogError
from catalog.inventory import promise_words
from devicehub.lib.money import Money
from orders import (
    carriers,
    delivery_times,
    fulfillment,
    notes,
    payments,
    receipts,
    vat_confirmation,
    waiting,
    withdrawal,
)
from orders.admin import devices, due, history, mailing, printing
from orders.admin.acts import ACTS, Act, offered
from orders.admin.acts.base import Standing
from orders.admin.staff_orders import BeginView, MakeView
from orders.exceptions import OrderError
from orders.models import Order, Payment, Refund, Return, Shipment, ShipmentLine

LISTS = {
    "pack": _("To pack"),
    "now": _("Can be packed now"),
    "goods": _("Waiting for goods"),
    "ship": _("To ship"),
    "held": _("On hold"),
    "withdrawal": _("Withdrawals to carry out"),
    "refund": _("Refunds to send"),
    "late": _("Paid after cancellation"),
    "vat": _("VAT numbers to confirm"),
    "mail": _("Mails not sent"),
}


RETURNED = ("order_line", "device", "variant")


class TodoFilter(admin.SimpleListFilter):
    title = _("what to do")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LISTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order] | None:
        chosen = {
            "pack": Order.objects.to_pack,
            "now": waiting.packable,
            "goods": waiting.for_goods,
            "ship": Order.objects.to_ship,
            "held": Order.objects.on_hold,
            "withdrawal": Order.objects.with_stuck_withdrawal,
            "refund": Order.objects.to_refund,
            "late": Order.objects.paid_in_vain,
            "vat": Order.objects.with_vat_number_to_confirm,
            "mail": Order.objects.with_unsent_mail,
        }.get(self.value() or "")
        return queryset.filter(pk__in=chosen().values("pk")) if chosen else None


class ProviderFilter(admin.SimpleListFilter):
    """Of those that are offered, by the names that buyers read."""

    title = _("payment method")
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(provider.key, provider.label) for provider in payments.providers(at_counter=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order] | None:
        return queryset.filter(payment_provider=self.value()) if self.value() else None


class SourceFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("where it was ordered")


@admin.register(Order)
class OrderAdmin(printing.PrintingMixin, mailing.MailingMixin, admin.ModelAdmin):
    list_display = ("number", "placed_at", "email", "total_shown", "status", "payment_status", "fulfillment_status")
    list_filter = (
        TodoFilter,
        "status",
        "payment_status",
        "fulfillment_status",
        ProviderFilter,
        ("source", SourceFilter),
    )
    search_fields = ("number", "email", "lines__sku", "addresses__full_name", "shipments__lines__devices__number")
    search_help_text = _("Number, e-mail address, SKU, name, IMEI or serial number")
    date_hierarchy = "placed_at"
    ordering = ("-placed_at",)
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # that page is the buyer's alone
    actions = ("record_payments", "pack_all", "deliver_all")
    change_form_template = "admin/orders/order/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("status", "payment_status", "fulfillment_status"),
                    ("total_shown", "placed_at", "expires_at", "source"),
                )
            },
        ),
        (_("Buyer"), {"fields": ("email", "account", "delivery_address", "invoice_address", "note")}),
        (_("Terms"), {"fields": ("payment_method", "shipping_name", "pickup_place", "promise", "cancel_reason")}),
        (_("Tax"), {"fields": ("tax_treatment", "tax_country", "vat_number_shown")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Without the rows that say nothing of this order."""
        return [
            (name, {**options, "fields": _telling(options["fields"], obj)})
            for name, options in super().get_fieldsets(request, obj)
        ]

    # To look at, never to type into ---------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_refund_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.refund_order")

    def has_fulfill_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.fulfill_order")

    @admin.display(description=_("total"), ordering="total")
    def total_shown(self, order: Order) -> str:
        return str(order.money(order.total))

    @admin.display(description=_("account"))
    def account(self, order: Order) -> str:
        return str(order.user) if order.user_id else str(_("guest"))

    @admin.display(description=_("payment method"))
    def payment_method(self, order: Order) -> str:
        return str(payments.get_provider(order.payment_provider).label)

    @admin.display(description=_("delivery to"))
    def delivery_address(self, order: Order) -> str:
        return self._address(order, "delivery")

    @admin.display(description=_("invoice to"))
    def invoice_address(self, order: Order) -> str:
        return self._address(order, "invoice")

    @admin.display(description=_("promised for"))
    def promise(self, order: Order) -> str:
        return str(delivery_times.of_order(order) or _("no day yet"))

    @admin.display(description=_("VAT number"))
    def vat_number_shown(self, order: Order) -> str:
        return vat_confirmation.words(order)

    def _address(self, order: Order, kind: str) -> str:
        return next((str(address) for address in order.addresses.all() if address.kind == kind), "")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What is to be packed comes in the order of placing: who ordered first gets the goods first."""
        return ("placed_at",) if request.GET.get("todo") in ("pack", "now", "goods") else self.ordering

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The day of a refund where money is what the list is about."""
        number, *rest = self.list_display
        return (number, "refund_due", *rest) if _is_about_refunds(request) else self.list_display

    @admin.display(description=_("refund due"), empty_value="")
    def refund_due(self, order: Any) -> str | None:
        return due.shown(withdrawal.refund_due(order.withdrawn_at)) if order.withdrawn_at else None

    # The page of one order ------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        orders = super().get_queryset(request).select_related("user", "shipping_method", "pickup_place")
        if request.resolver_match and request.resolver_match.url_name == "orders_order_changelist":
            return orders.with_withdrawn_at() if _is_about_refunds(request) else orders
        parcels = Shipment.objects.prefetch_related(
            Prefetch("lines", ShipmentLine.objects.select_related("order_line").prefetch_related("devices"))
        )
        return orders.prefetch_related(
            "lines",
            "adjustments",
            "addresses",
            "events__actor",
            Prefetch(
                "returns", Return.objects.prefetch_related("units__order_line", "units__device", "units__variant")
            ),
            Prefetch("payments", Payment.objects.prefetch_related("refunds__lines__order_line")),
            Prefetch("shipments", parcels),
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        standing = Standing(context["original"])
        context |= {"order": standing.order, "panels": panels(standing), "acts": offered(standing, request.user)}
        return super().render_change_form(request, context, **kwargs)

    # Acts -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/act/<slug:name>/", view(self.act_view), name="orders_order_act"),
            path("make/", view(BeginView.as_view()), name="orders_order_begin"),
            path("make/<uuid:pk>/", view(MakeView.as_view()), name="orders_order_make"),
            path("devices/", view(require_safe(self.devices_view)), name="orders_order_devices"),
            *super().get_urls(),
        ]

    def devices_view(self, request: HttpRequest) -> HttpResponse:
        """Suggestions for static/js/devices.js."""
        if not any(request.user.has_perm(f"orders.{name}") for name in ("edit_order_lines", "create_order")):
            raise PermissionDenied
        found = devices.find(request.GET.get("q", "")[:200])
        return JsonResponse({"devices": [{"sku": one.sku, "words": devices.describe(one)} for one in found]})

    def act_view(self, request: HttpRequest, pk: Any, name: str) -> HttpResponse:
        if name not in ACTS:
            raise Http404
        act = ACTS[name]
        if not (self.has_view_permission(request) and act.is_allowed(request.user)):
            raise PermissionDenied
        order = get_object_or_404(self.get_queryset(request), pk=pk)
        form = act.form(request.POST if request.method == "POST" else None, order=order)
        if request.method == "POST" and form.is_valid() and form.is_confirmed and self._run(request, act, form):
            return HttpResponseRedirect(self._after(order, act))
        context = {**self.admin_site.each_context(request), "order": order, "act": act, "form": form}
        context |= {
            "opts": self.opts,
            "title": f"{act.label} · {order.number}",
            "total": order.money(order.total),
            "is_possible": act.is_possible(Standing(order)),
        }
        return render(request, "admin/orders/order/act.html", context)

    def _run(self, request: HttpRequest, act: Act, form: Any) -> bool:
        """Call the verb; what it refuses stands beside the form."""
        try:
            act.run(form, request.user)
        except (OrderError, CatalogError) as error:
            form.refuse(error)
            return False
        self.log_change(request, form.order, str(act.label))
        self.message_user(request, act.done, messages.SUCCESS)
        return True

    def _after(self, order: Order, act: Act) -> str:
        """A packed parcel is mostly handed over next."""
        if act.name == "pack":
            return reverse("admin:orders_order_act", args=[order.pk, "ready" if order.is_pickup else "ship"])
        return reverse("admin:orders_order_change", args=[order.pk])

    @admin.action(description=_("Payment received"), permissions=["refund"])
    def record_payments(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._for_each(request, orders, lambda order: payments.record_payment(order, actor=request.user), "paid")

    @admin.action(description=_("Pack all that is open, one parcel an order"), permissions=["fulfill"])
    def pack_all(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        def pack(order: Order) -> None:
            fulfillment.create_shipment(order, fulfillment.open_quantities(order), actor=request.user)

        self._for_each(request, orders, pack, "pack")

    @admin.action(description=_("All shipped parcels were delivered"), permissions=["fulfill"])
    def deliver_all(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        def deliver(order: Order) -> None:
            for shipment in order.shipments.filter(status=Shipment.Status.SHIPPED):
                fulfillment.deliver(shipment, actor=request.user)

        self._for_each(request, orders, deliver, "deliver")

    def _for_each(self, request: HttpRequest, orders: QuerySet[Order], verb: Any, name: str) -> None:
        """Each order by itself: what one refuses is said and does not keep the others."""
        done = 0
        for order in orders:
            try:
                verb(order)
            except (OrderError, CatalogError) as error:
                self.message_user(request, f"{order.number}: {error}", messages.WARNING)
            else:
                self.log_change(request, order, str(ACTS[name].label))
                done += 1
        words = ngettext("%(n)d order done.", "%(n)d orders done.", done) % {"n": done}
        self.message_user(request, words, messages.SUCCESS if done else messages.INFO)


# Facts that only some orders have, and how to tell.
ONLY_SOME: dict[str, Callable[[Order], Any]] = {
    "expires_at": lambda order: order.status == Order.Status.PENDING,
    "note": lambda order: order.note,
    "pickup_place": lambda order: order.pickup_place_id,
    "cancel_reason": lambda order: order.cancel_reason,
    "vat_number_shown": lambda order: order.vat_number,
}


def _telling(fields: Any, order: Order | None) -> tuple[Any, ...]:
    rows = (_telling(row, order) if isinstance(row, tuple) else row for row in fields)
    return tuple(row for row in rows if order is None or row not in ONLY_SOME or ONLY_SOME[row](order))


def _is_about_refunds(request: HttpRequest) -> bool:
    return request.GET.get("todo") in ("withdrawal", "refund")


def panels(standing: Standing) -> dict[str, Any]:
    """Everything beside the facts: lines with what is open, parcels, money, history."""
    order, left = standing.order, standing.open
    events = list(order.events.all())
    there = fulfillment.packable_quantities(order, left)
    return {
        "lines": [
            {
                "line": line,
                "unit_price": order.money(line.unit_price),
                "total": order.money(line.total),
                "tax": order.money(line.tax_amount),
                "left": left[line.pk],
                "there": there[line.pk],
                "promise": promise_words(line.promise, line.expected_at) if line.expected_at else "",
            }
            for line in order.lines.all()
        ],
        "sums": _sums(order),
        "parcels": [
            {"parcel": parcel, "url": carriers.tracking_url(parcel.carrier, parcel.tracking_number)}
            for parcel in order.shipments.all()
        ],
        "payments": [
            {
                "payment": payment,
                "provider": payments.get_provider(payment.provider).label,
                "amount": Money(payment.amount, payment.currency),
                "refunds": [_refund(refund) for refund in payment.refunds.all()],
            }
            for payment in order.payments.all()
        ],
        "returns": [(process, due.shown(withdrawal.refund_due_of(process))) for process in order.returns.all()],
        "withdrawal": _stuck_withdrawal(order),
        "history": history.rows(events),
        "notes": notes.of(events),
        **printing.panels(order),
        **mailing.panels(order),
    }


def _stuck_withdrawal(order: Order) -> dict[str, Any] | None:
    event = withdrawal.stuck_event(order)
    return {"event": event, "due": due.shown(withdrawal.refund_due(event.created_at))} if event else None


def _refund(refund: Refund) -> dict[str, Any]:
    contents = [
        f"{line.units} × {line.order_line.sku}" if line.order_line and line.units else line.get_kind_display()
        for line in refund.lines.all()
    ]
    return {"refund": refund, "amount": Money(refund.amount, refund.currency), "contents": ", ".join(contents)}


def _sums(order: Order) -> list[tuple[str, Money]]:
    rows = [(_("Goods"), order.money(order.lines_total)), (_("Delivery"), order.money(order.shipping_total))]
    changes = [(adjustment.label, order.money(adjustment.amount)) for adjustment in order.adjustments.all()]
    rows += [(label, amount) for label, amount, _kind in receipts.summed(changes)]
    tax = _("Tax contained") if order.prices_include_tax else _("Tax")
    return [*rows, (tax, order.money(order.tax_total)), (_("Total"), order.money(order.total))]

"""Making an order by phone or at the counter: one page over a cart, each of its forms writes a part of the answers."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from catalog.exceptions import InsufficientStock
from devicehub.lib.money import Money
from orders import carts, checkout, payments, staff_orders
from orders.admin.devices import DeviceField
from orders.admin.staff_codes import CodesMixin
from orders.exceptions import AlreadyPlaced, CheckoutIncomplete, OrderError, PriceChanged
from orders.forms import (
    AddressStepForm,
    CartLineForm,
    DeliveryStepForm,
    GiftCardForm,
    PaymentStepForm,
    PlaceForm,
    ReviewForm,
    VoucherForm,
)
from orders.models import MAX_LINE_QUANTITY, Cart, CartLine, Order, Source
from orders.summaries import Summary, summarize

TITLES = {
    Source.PHONE: gettext_lazy("New order by phone"),
    Source.COUNTER: gettext_lazy("New order at the counter"),
}


class BeginForm(forms.Form):
    source = forms.ChoiceField(
        label=gettext_lazy("the buyer orders"),
        choices=[(Source.PHONE, gettext_lazy("by phone")), (Source.COUNTER, gettext_lazy("at the counter"))],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("buyer's e-mail address"),
        max_length=254,
        help_text=gettext_lazy("If it is that of an account, the order belongs to it; else to a guest."),
    )


class AddForm(forms.Form):
    variant = DeviceField()
    quantity = forms.IntegerField(label=gettext_lazy("how many"), min_value=1, max_value=MAX_LINE_QUANTITY, initial=1)


class StaffView(View):
    """A page of the back office for who may make orders."""

    template_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("orders.create_order"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def page(self, title: str | Promise, **context: Any) -> HttpResponse:
        common = {**site.each_context(self.request), "title": title, "opts": Order._meta}
        status = 422 if context.pop("is_refused", False) else 200
        return render(self.request, self.template_name, {**common, **context}, status=status)


class BeginView(StaffView):
    """Whose order it is; and the orders that were begun and not placed."""

    template_name = "admin/orders/order/begin.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(BeginForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BeginForm(request.POST)
        if not form.is_valid():
            return self.show(form, is_refused=True)
        cart = staff_orders.begin(**form.cleaned_data)
        return HttpResponseRedirect(reverse("admin:orders_order_make", args=[cart.pk]))

    def show(self, form: BeginForm, **context: Any) -> HttpResponse:
        begun = Cart.objects.by_staff().select_related("user").order_by("-created_at")[:10]
        return self.page(_("New order"), form=form, begun=begun, **context)


class MakeView(CodesMixin, StaffView):
    """One cart: devices, codes, buyer and addresses, delivery and payment, and the button that places it."""

    template_name = "admin/orders/order/make.html"
    cart: Cart
    refused: dict[str, Any]  # the forms that were refused, by name

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.refused = {}
        carts_ = Cart.objects.exclude(source=Source.WEB)
        cart = carts_.select_related("user", "delivery_address", "invoice_address").filter(pk=kwargs["pk"]).first()
        if cart is None:
            raise Http404
        self.cart = cart
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        if self.cart.status != Cart.Status.OPEN:
            return self.to_order()
        return self.show()

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        if self.cart.status != Cart.Status.OPEN:
            return self.to_order()
        act = self.ACTS.get(request.POST.get("do", ""))
        if act is None:
            return self.show(is_refused=True)
        try:
            done = act(self)
        except OrderError as error:
            messages.warning(request, str(error))
            done = None
        if isinstance(done, HttpResponseBase):
            return done
        return self.show(is_refused=True) if self.refused else HttpResponseRedirect(request.path)

    def to_order(self) -> HttpResponse:
        order = checkout.order_of(self.cart)
        if order is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

    # Acts: each reads its form and calls the verb that the shop's own pages call ------------------------------

    def add(self) -> None:
        form = AddForm(self.request.POST)
        if not form.is_valid():
            self.refused["add"] = form
            return
        try:
            carts.add_line(self.cart, form.cleaned_data["variant"], form.cleaned_data["quantity"])
        except OrderError as error:
            form.add_error(None, str(error))
            self.refused["add"] = form

    def change_line(self) -> None:
        line = self._line()
        if "remove" in self.request.POST:
            carts.remove(line)
        elif "accept" in self.request.POST:
            carts.accept_changes(line)
        else:
            form = CartLineForm(self.request.POST, line=line)
            if form.is_valid():
                carts.set_quantity(line, form.cleaned_data["quantity"])
            else:
                self.refused[f"line-{line.pk}"] = form

    def _line(self) -> CartLine:
        pk = self.request.POST.get("line", "")
        lines = self.cart.lines.select_related("cart", "variant__product")
        line = lines.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
        if line is None:
            raise Http404
        return line

    def address(self) -> None:
        form = AddressStepForm(self.request.POST, instance=self.cart, asked={})
        if form.is_valid():
            checkout.fill_in_addresses(self.cart, **form.answers)
        else:
            self.refused["address"] = form

    def terms(self) -> None:
        delivery = DeliveryStepForm(self.request.POST, instance=self.cart, offers=summarize(self.cart).offers)
        payment = PaymentStepForm(self.request.POST, instance=self.cart)
        if delivery.is_valid() and payment.is_valid():
            checkout.fill_in(self.cart, **delivery.cleaned_data, **payment.cleaned_data)
        else:
            self.refused |= {"delivery": delivery, "payment": payment}

    def discard(self) -> HttpResponse:
        staff_orders.give_up(self.cart)
        return HttpResponseRedirect(reverse("admin:orders_order_changelist"))

    def place(self) -> HttpResponseBase | None:
        consent, note = PlaceForm(self.request.POST), ReviewForm(self.request.POST, instance=self.cart)
        if not consent.is_valid() or not note.is_valid():
            self.refused["note"] = note
            return None
        total, left = consent.cleaned_data["total"], consent.cleaned_data["left"]
        seen = Money(total, self.cart.currency)
        seen_left = Money(total if left is None else left, self.cart.currency)
        try:
            checkout.fill_in(self.cart, **note.cleaned_data)
            order = checkout.place_order(self.cart, seen_total=seen, seen_left=seen_left, actor=self.request.user)
        except AlreadyPlaced:
            return self.to_order()
        except PriceChanged as error:
            words = _("The total is %(new)s now, not %(seen)s. Nothing was ordered: tell the buyer and press again.")
            raise CheckoutIncomplete("review", words % {"new": error.total, "seen": seen}) from error
        except InsufficientStock as error:
            raise CheckoutIncomplete("cart", _("Somebody was quicker: not everything is left.")) from error
        return self._placed(order)

    def _placed(self, order: Order) -> HttpResponse:
        LogEntry.objects.log_actions(self.request.user.pk, [order], ADDITION, str(order.get_source_display()))
        messages.success(self.request, _("Order %(number)s is placed.") % {"number": order.number})
        if not payments.get_provider(order.payment_provider).is_manual:
            messages.info(self.request, _("The buyer gets the link to the payment by mail."))
        is_in_hand = order.source == Source.COUNTER and order.status == Order.Status.CONFIRMED
        if is_in_hand and self.request.user.has_perm("orders.fulfill_order"):
            return HttpResponseRedirect(reverse("admin:orders_order_act", args=[order.pk, "hand-over"]))
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))

    ACTS: ClassVar = {
        "add": add,
        "line": change_line,
        "voucher": CodesMixin.voucher,
        "gift-card": CodesMixin.gift_card,
        "address": address,
        "terms": terms,
        "discard": discard,
        "place": place,
    }

    # The page -------------------------------------------------------------------------------------------------

    def show(self, **context: Any) -> HttpResponse:
        cart = self.cart
        summary = summarize(cart)
        forms_ = {
            "add": AddForm(),
            "voucher": VoucherForm(),
            "gift_card": GiftCardForm(),
            "address": self._address_form(),
            "delivery": self._delivery_form(summary),
            "payment": PaymentStepForm(instance=cart),
            "note": ReviewForm(instance=cart),
        }
        return self.page(
            TITLES[Source(cart.source)],
            cart=cart,
            email=checkout.email_of(cart),
            summary=summary,
            lines=[(line, self._line_form(line.row)) for line in summary.lines],
            forms={**forms_, **self.refused},
            own_credit=self.own_credit(summary),
            missing=checkout.next_step(summary),
            **context,
        )

    def _line_form(self, row: CartLine) -> CartLineForm:
        return self.refused.get(f"line-{row.pk}") or CartLineForm(line=row)

    def _address_form(self) -> AddressStepForm:
        return AddressStepForm(instance=self.cart, asked=self.request.GET)

    def _delivery_form(self, summary: Summary) -> DeliveryStepForm:
        return named_offers(DeliveryStepForm(instance=self.cart, offers=summary.offers), summary)


def named_offers(form: DeliveryStepForm, summary: Summary) -> DeliveryStepForm:
    """With the price of each method beside its name."""
    fees = {offer.method.pk: offer.fee for offer in summary.offers}
    form.fields["shipping_method"].label_from_instance = lambda method: f"{method.name} · {fees[method.pk]}"
    return form

"""The cart's page and the changes to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from catalog.forms import BuyForm
from devicehub.lib.urls import safe_next
from orders import advice, carts, vouchers
from orders.exceptions import CartError, QuantityRefused, VoucherRefused
from orders.forms import CartLineForm, VoucherForm
from orders.models import Cart, CartLine
from orders.summaries import SummaryLine
from orders.views.codes import CodeView
from orders.views.visitor import SeeOther, current_cart, current_summary, held_id, member, remember


class CartView(TemplateView):
    template_name = "orders/cart.html"
    refused: CartLineForm | None = None  # the form of `refused_line`, with what is wrong about it
    refused_line: CartLine | None = None
    voucher_form: VoucherForm | None = None  # with what is wrong about the code

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        summary = current_summary(self.request)
        lines = summary.lines if summary else []
        remarks = advice.remarks(line.row.variant for line in lines if not line.is_gone)
        entries = [(line, self.form_of(line), remarks.get(line.row.variant_id, [])) for line in lines]
        count = summary.units if summary else 0
        return super().get_context_data(
            summary=summary,
            entries=entries,
            cart_count=count,
            voucher_form=self.voucher_form or VoucherForm(),
            **kwargs,
        )

    def form_of(self, line: SummaryLine) -> CartLineForm:
        if self.refused and self.refused_line and line.row.pk == self.refused_line.pk:
            return self.refused
        return CartLineForm(line=line.row)


class CartAddView(FormView):
    """Takes the buy box of a product page. What it refuses it shows again on a small page of its own."""

    http_method_names = ["post", "options"]
    form_class = BuyForm
    template_name = "orders/cart_add.html"

    def form_valid(self, form: BuyForm) -> HttpResponse:
        variant = form.cleaned_data["variant"]
        try:
            cart = carts.add(member(self.request), held_id(self.request), variant, form.cleaned_data["quantity"])
        except CartError as error:
            form.add_error("quantity", str(error))
            return self.form_invalid(form)
        remember(self.request, cart)
        messages.success(self.request, _("%(name)s is in your cart.") % {"name": name_of(variant)})
        return SeeOther(safe_next(self.request, reverse("orders:cart")))

    def form_invalid(self, form: BuyForm) -> HttpResponse:
        variant = form.cleaned_data.get("variant")
        return self.render_to_response(self.get_context_data(form=form, variant=variant), status=422)


class CartLineView(View):
    """One line: a new quantity, `accept` what changed, or `remove`."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lines = CartLine.objects.select_related("cart", "variant__product")
        line = get_object_or_404(lines, pk=pk, cart=current_cart(request))
        try:
            return self.change(line)
        except CartError as error:
            messages.warning(request, str(error))
            return self.back()

    def change(self, line: CartLine) -> HttpResponse:
        if "remove" in self.request.POST:
            carts.remove(line)
            messages.info(self.request, _("%(name)s was taken out of your cart.") % {"name": name_of(line.variant)})
        elif "accept" in self.request.POST:
            carts.accept_changes(line)
        else:
            return self.set_quantity(line)
        return self.back()

    def set_quantity(self, line: CartLine) -> HttpResponse:
        form = CartLineForm(self.request.POST, line=line)
        if not form.is_valid():
            return self.refuse(line, form)
        try:
            carts.set_quantity(line, form.cleaned_data["quantity"])
        except QuantityRefused as error:
            form.add_error("quantity", str(error))
            return self.refuse(line, form)
        return self.back()

    def back(self) -> HttpResponse:
        return SeeOther(safe_next(self.request, reverse("orders:cart")))

    def refuse(self, line: CartLine, form: CartLineForm) -> HttpResponse:
        page = CartView(refused=form, refused_line=line)
        page.setup(self.request)
        return page.render_to_response(page.get_context_data(), status=422)


class CartVoucherView(CodeView):
    """Takes a code, or takes the one that `remove` names out again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        cart = current_cart(request)
        if cart is None:
            return SeeOther(reverse("orders:cart"))
        try:
            return self.take_out(cart) if "remove" in request.POST else self.enter(cart)
        except CartError as error:
            messages.warning(request, str(error))
            return SeeOther(reverse("orders:cart"))

    def take_out(self, cart: Cart) -> HttpResponse:
        if vouchers.take_out(cart, self.request.POST["remove"]):
            messages.info(self.request, _("The code was taken out."))
        return SeeOther(reverse("orders:cart"))

    def enter(self, cart: Cart) -> HttpResponse:
        form = VoucherForm(self.request.POST)
        if not form.is_valid():
            return self.refuse(form, 422)
        if not self.may_try():
            form.add_error("code", self.too_often)
            return self.refuse(form, 429)
        try:
            vouchers.enter(cart, form.cleaned_data["code"])
        except VoucherRefused as error:
            form.add_error("code", str(error))
            return self.refuse(form, 422)
        return SeeOther(reverse("orders:cart"))

    def refuse(self, form: VoucherForm, status: int) -> HttpResponse:
        page = CartView(voucher_form=form)
        page.setup(self.request)
        return page.render_to_response(page.get_context_data(), status=status)


def name_of(variant: Any) -> str:
    return f"{variant.product.name}, {variant.label}" if variant.label else variant.product.name

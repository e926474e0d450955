"""Gift cards and store credit: the member's own, and those that pay a cart at the payment step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from orders import credit, credit_statements
from orders.exceptions import CreditRefused
from orders.forms import GiftCardForm
from orders.models import Cart
from orders.views.checkout import CheckoutPaymentView
from orders.views.codes import CodeView
from orders.views.visitor import SeeOther, current_cart


class CreditView(LoginRequiredMixin, TemplateView):
    """What the member can spend, and how it came and went."""

    template_name = "orders/credit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(statements=credit_statements.of(self.request.user), **kwargs)


class CheckoutCreditView(CodeView):
    """Takes a gift card's code, a member's own credit (`own`), or out what `remove` names."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        cart = current_cart(request)
        if cart is None:
            return SeeOther(reverse("orders:cart"))
        if "remove" in request.POST:
            return self.take_out(cart)
        return self.use_own(cart) if "own" in request.POST else self.enter(cart)

    def take_out(self, cart: Cart) -> HttpResponse:
        try:
            credit.take_out(cart, UUID(self.request.POST["remove"]))
        except ValueError:
            pass  # it names nothing that could be in there
        return self.back()

    def use_own(self, cart: Cart) -> HttpResponse:
        try:
            credit.use_store_credit(cart)
        except CreditRefused as error:
            messages.warning(self.request, str(error))
        return self.back()

    def enter(self, cart: Cart) -> HttpResponse:
        form = GiftCardForm(self.request.POST)
        if not form.is_valid():
            return self.refuse(form, 422)
        if not self.may_try():
            form.add_error("code", self.too_often)
            return self.refuse(form, 429)
        try:
            credit.enter(cart, form.cleaned_data["code"])
        except CreditRefused as error:
            form.add_error("code", str(error))
            return self.refuse(form, 422)
        return self.back()

    def back(self) -> HttpResponse:
        return SeeOther(reverse("orders:checkout_payment"))

    def refuse(self, form: GiftCardForm, status: int) -> HttpResponse:
        page = CheckoutPaymentView(gift_card_form=form)
        page.setup(self.request)
        # The way to pay was not asked yet, so its form has no errors.
        return page.prepare() or page.render_to_response(page.get_context_data(form=page.unbound()), status=status)

"""Withdrawing from a purchase and sending devices back, by members, by guests with their link and by guests without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from orders import returning, withdrawal
from orders.exceptions import OrderError
from orders.forms import OrderWithdrawForm, ReturnForm, WithdrawForm
from orders.models import Order
from orders.throttle import allows
from orders.views.order import OrderAccess, private
from orders.views.visitor import member


class TwoSteps(FormView):
    """A statement is written, read once more and confirmed: only the second press acts."""

    template_name = "orders/withdraw.html"
    confirm: Callable[[Any], HttpResponse]  # what the second press does

    def form_valid(self, form: Any) -> HttpResponse:
        if "confirm" not in self.request.POST:
            lines = withdrawal.lines(self.order, form.units()) if hasattr(self, "order") else []
            return self.render_to_response(self.get_context_data(form=form, is_statement=True, statement_lines=lines))
        return self.confirm(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@private
class WithdrawView(TwoSteps):
    """Without log-in and without link. Whether there is such an order is told by mail only."""

    form_class = WithdrawForm
    asks_per_hour = 20
    statements_per_hour = 5
    too_often = gettext_lazy("You have asked very often. Please try again in an hour, or write to us.")

    def confirm(self, form: WithdrawForm) -> HttpResponse:
        who = get_adapter().get_client_ip(self.request)
        if not allows("withdraw", who, times=self.asks_per_hour, seconds=3600):
            form.add_error(None, self.too_often)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        self.receive(form)
        return redirect(f"{reverse('orders:withdraw')}?sent=1")

    def receive(self, form: WithdrawForm) -> None:
        answers = form.cleaned_data
        order = Order.objects.filter(number=answers["number"], email__iexact=answers["email"]).first()
        if order and allows("withdrawal", str(order.pk), times=self.statements_per_hour, seconds=3600):
            withdrawal.withdraw(order, form.statement)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_sent="sent" in self.request.GET, **kwargs)


@private
class OrderWithdrawView(OrderAccess, TwoSteps):
    form_class = OrderWithdrawForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.too_late() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.too_late() or super().post(request, *args, **kwargs)

    def too_late(self) -> HttpResponse | None:
        """Back to the order when there is nothing to withdraw from."""
        if withdrawal.is_open(self.order):
            return None
        messages.error(self.request, _("There is nothing left to withdraw from, or its time is over."))
        return self.back()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"order": self.order}

    def confirm(self, form: OrderWithdrawForm) -> HttpResponse:
        try:
            withdrawal.withdraw(self.order, form.statement, actor=member(self.request))
        except OrderError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("You have withdrawn. The receipt is on its way to your mailbox."))
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(order=self.order, last_day=withdrawal.last_day(self.order), **kwargs)


@private
class ReturnView(OrderAccess, FormView):
    """Announce what comes back."""

    template_name = "orders/return.html"
    form_class = ReturnForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not returning.reasons(self.order):
            messages.error(request, _("There is nothing that can come back now."))
            return self.back()
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"order": self.order}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A second press finds its return although nothing is left to send back."""
        if self.order.returns.filter(key=request.POST.get("key", "")[:64]).exists():
            return self.back()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: ReturnForm) -> HttpResponse:
        answers = form.cleaned_data
        try:
            returning.request(
                self.order,
                form.units(),
                reason=answers["reason"],
                note=answers["note"],
                key=str(answers["key"]),
                actor=member(self.request),
                by=_("guest"),
            )
        except OrderError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Your return is announced. We have mailed you what to do next."))
        return self.back()

    def form_invalid(self, form: ReturnForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_free = returning.is_for_pleasure(self.order)
        return super().get_context_data(
            order=self.order, is_free=is_free, last_day=returning.last_day(self.order), **kwargs
        )


class CancelView(OrderAccess):
    """The buyer keeps it after all."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        process = get_object_or_404(self.order.returns, number=kwargs["return_number"])
        try:
            returning.cancel(process, actor=member(request), by=_("guest"))
        except OrderError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The return is canceled; the devices stay with you."))
        return self.back()

"""Money that came in by hand, and money that goes back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from devicehub.lib.money import Money
from orders import balance, payments
from orders.admin.acts.base import Act, OrderActForm
from orders.models import Order, Payment, Refund


class RefundForm(OrderActForm):
    """`key` makes a button that is pressed twice one refund."""

    payment = forms.ModelChoiceField(Payment.objects.none(), label=_("payment"), empty_label=None)
    amount = forms.DecimalField(label=_("amount"), min_value=0, max_digits=12, decimal_places=2)
    reason = forms.CharField(label=_("reason"), max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        captured = self.order.payments.filter(status=Payment.Status.CAPTURED)
        self.fields["payment"].queryset = captured
        self.fields["payment"].label_from_instance = self.label_of
        self.fields["key"].initial = uuid.uuid4
        if len(captured) == 1:
            self.fields["amount"].initial = payments.refundable(captured[0]).amount

    @staticmethod
    def label_of(payment: Payment) -> str:
        words = _("%(amount)s by %(provider)s, %(left)s can go back") % {
            "amount": Money(payment.amount, payment.currency),
            "provider": payment.provider,
            "left": payments.refundable(payment),
        }
        return str(words)


class SettleForm(OrderActForm):
    refund = forms.ModelChoiceField(Refund.objects.none(), label=_("refund"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Refund.objects.filter(payment__order=self.order, status=Refund.Status.PENDING)
        self.fields["refund"].queryset = waiting
        self.fields["refund"].label_from_instance = lambda refund: str(Money(refund.amount, refund.currency))


def _refund(form: RefundForm, actor: User) -> object:
    answers = form.cleaned_data
    key = f"staff-{answers['key']}"
    return payments.refund(answers["payment"], answers["amount"], key=key, reason=answers["reason"], actor=actor)


def _is_paid_by_hand(order: Order) -> bool:
    return payments.get_provider(order.payment_provider).is_manual and bool(balance.of(order).due)


def _has_refundable(order: Order) -> bool:
    return any(payments.refundable(payment) for payment in order.payments.all())


def _has_open_refund(order: Order) -> bool:
    return any(refund.status == "pending" for payment in order.payments.all() for refund in payment.refunds.all())


ACTS = (
    Act(
        "paid",
        _("Payment received"),
        "refund_order",
        OrderActForm,
        lambda form, actor: payments.record_payment(form.order, actor=actor),
        _is_paid_by_hand,
        _("The payment is recorded."),
    ),
    Act(
        "refund",
        _("Refund"),
        "refund_order",
        RefundForm,
        _refund,
        _has_refundable,
        _("The refund is recorded."),
    ),
    Act(
        "settle",
        _("Refund was sent"),
        "refund_order",
        SettleForm,
        lambda form, actor: payments.settle(form.cleaned_data["refund"], actor=actor),
        _has_open_refund,
        _("The refund is done."),
    ),
)

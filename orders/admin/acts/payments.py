"""Money that came in by hand, and money that goes back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from devicehub.lib.money import Money
from orders import balance, payments, refunds
from orders.admin.acts.base import Act, LineQuantitiesForm, OrderActForm, Preview, Standing
from orders.exceptions import OrderError
from orders.models import Order, Refund


class PaidForm(OrderActForm):
    """Says how much is due; what came is exactly that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"amount": balance.of(self.order).due, "number": self.order.number}
        self.hint = _("Due: %(amount)s, reference %(number)s.") % words


class RefundForm(LineQuantitiesForm):
    """What goes back, shown with its sum before it is done. `key` makes a button that is pressed twice one refund."""

    asks_first = True

    delivery = forms.BooleanField(required=False)
    goodwill = forms.DecimalField(
        label=_("goodwill"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("An amount for trouble. What was sold, its invoice and its tax stay as they are."),
    )
    reason = forms.CharField(label=_("reason"), max_length=200, help_text=_("The buyer reads it too."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        left = refunds.units_left(self.order)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=0)
        delivery = refunds.delivery_left(self.order)
        self.fields["delivery"].label = _("delivery, %(amount)s") % {"amount": delivery}
        if not delivery:
            del self.fields["delivery"]
        lines = [name for name in self.fields if name.startswith("line-")]
        self.order_fields([*lines, "delivery", "goodwill", "reason", "key"])

    def clean(self) -> None:
        if self.errors or self.is_known:
            return
        try:
            items = refunds.quote(self.order, self.wish)
        except OrderError as error:
            raise forms.ValidationError(str(error)) from error
        self.preview = Preview([(item.label, item.amount) for item in items], refunds.total(items, self.order))

    @property
    def wish(self) -> refunds.Wish:
        answers, order = self.cleaned_data, self.order
        return refunds.Wish(
            units=self.quantities(),
            delivery=refunds.delivery_left(order) if answers.get("delivery") else None,
            goodwill=order.money(answers["goodwill"]) if answers["goodwill"] else None,
        )

    @property
    def staff_key(self) -> str:
        return f"staff-{self.cleaned_data['key']}"

    @property
    def is_known(self) -> bool:
        return refunds.is_known(self.order, self.staff_key)

    @property
    def is_confirmed(self) -> bool:
        """The sum that was seen is the sum that it is now; a refund that was made already is made."""
        return self.preview is None or self.data.get("seen") == str(self.preview.total.amount)


class SettleForm(OrderActForm):
    refund = forms.ModelChoiceField(Refund.objects.none(), label=_("refund"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [refund.pk for refund in _to_be_sent(self.order)]
        self.fields["refund"].queryset = Refund.objects.filter(pk__in=waiting)
        self.fields["refund"].label_from_instance = lambda refund: str(Money(refund.amount, refund.currency))


def _refund(form: RefundForm, actor: User) -> object:
    reason = form.cleaned_data["reason"]
    return refunds.refund(form.order, form.wish, key=form.staff_key, reason=reason, actor=actor)


def _is_paid_by_hand(standing: Standing) -> bool:
    return payments.get_provider(standing.order.payment_provider).is_manual and bool(standing.money.due)


def _has_refundable(standing: Standing) -> bool:
    return bool(standing.money.kept)


def _to_be_sent(order: Order) -> list[Refund]:
    """By hand: what a provider gives back, it tells itself."""
    by_hand = [payment for payment in order.payments.all() if payments.get_provider(payment.provider).is_manual]
    return [refund for payment in by_hand for refund in payment.refunds.all() if refund.status == "pending"]


def _has_open_refund(standing: Standing) -> bool:
    return bool(_to_be_sent(standing.order))


ACTS = (
    Act(
        "paid",
        _("Payment received"),
        "refund_order",
        PaidForm,
        lambda form, actor: payments.record_payment(form.order, actor=actor),
        _is_paid_by_hand,
        _("The payment is recorded."),
        help=_("Only when the money is there: all that is due counts as received."),
    ),
    Act(
        "refund",
        _("Refund"),
        "refund_order",
        RefundForm,
        _refund,
        _has_refundable,
        _("The refund is on its way; what was paid by hand is to be sent by hand."),
        help=_("Money only; no stock moves. The sum is shown first, and goes back with the second press."),
    ),
    Act(
        "settle",
        _("Refund was sent"),
        "refund_order",
        SettleForm,
        lambda form, actor: payments.settle(form.cleaned_data["refund"], actor=actor),
        _has_open_refund,
        _("The refund is done."),
        help=_("When the transfer is on its way. The buyer is told by mail."),
    ),
)

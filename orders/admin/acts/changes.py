"""Changing an order before dispatch, and giving it up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders import cancellation, changing, fulfillment, lifecycle
from orders.admin.acts.base import Act, LineQuantitiesForm, OrderActForm
from orders.models import MAX_LINE_QUANTITY, Order


class QuantitiesForm(LineQuantitiesForm):
    """What is in a parcel already cannot be taken out of the order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = fulfillment.open_quantities(self.order)
        for line in self.order.lines.all():
            packed = line.quantity - left[line.pk]
            self.add_line(line, least=packed, most=MAX_LINE_QUANTITY, initial=line.quantity)


class CancelForm(OrderActForm):
    reason = forms.CharField(label=_("reason"), max_length=200, help_text=_("The buyer reads it too."))


def _can_change(order: Order) -> bool:
    return order.status in lifecycle.LIVING and any(fulfillment.open_quantities(order).values())


ACTS = (
    Act(
        "quantities",
        _("Change quantities"),
        "edit_order_lines",
        QuantitiesForm,
        lambda form, actor: changing.change_quantities(form.order, form.quantities(), actor=actor),
        _can_change,
        _("The quantities are changed, stock and total with them."),
    ),
    Act(
        "cancel",
        _("Cancel the order"),
        "cancel_order",
        CancelForm,
        lambda form, actor: cancellation.cancel_order(form.order, reason=form.cleaned_data["reason"], actor=actor),
        cancellation.can_cancel,
        _("The order is canceled and its stock is free again."),
    ),
)

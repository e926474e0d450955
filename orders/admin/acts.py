"""The acts of the back office on one order: who may, when it makes sense, what is asked, and the verb behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders import balance, emails, fulfillment, lifecycle, payments
from orders.admin import forms
from orders.models import Order, Shipment

Status = Order.Status


@dataclass(frozen=True)
class Act:
    """`run` calls a verb and may raise OrderError, whose words are shown beside the form."""

    name: str
    label: str
    permission: str
    form: type[forms.OrderActForm]
    run: Callable[[Any, User], object]
    is_possible: Callable[[Order], bool]
    done: str

    def is_allowed(self, user: User) -> bool:
        return user.has_perm(f"orders.{self.permission}")


def _pack(form: forms.PackForm, actor: User) -> object:
    return fulfillment.create_shipment(form.order, form.quantities(), actor=actor)


def _ship(form: forms.ShipForm, actor: User) -> object:
    answers = form.cleaned_data
    return fulfillment.ship(
        answers["shipment"], carrier=answers["carrier"], tracking_number=answers["tracking_number"], actor=actor
    )


def _refund(form: forms.RefundForm, actor: User) -> object:
    answers = form.cleaned_data
    key = f"staff-{answers['key']}"
    return payments.refund(answers["payment"], answers["amount"], key=key, reason=answers["reason"], actor=actor)


def _resend(form: forms.ResendForm, actor: User) -> object:
    event = form.cleaned_data["event"]
    emails.send_again(event)
    return lifecycle.record(form.order, "mail_resent", actor=actor, note=event.kind)


def _has_open_units(order: Order) -> bool:
    return order.status == Status.CONFIRMED and any(fulfillment.open_quantities(order).values())


def _has_parcel(status: str) -> Callable[[Order], bool]:
    return lambda order: any(shipment.status == status for shipment in order.shipments.all())


def _can_change(order: Order) -> bool:
    return order.status in fulfillment.LIVING and any(fulfillment.open_quantities(order).values())


def _is_paid_by_hand(order: Order) -> bool:
    return payments.get_provider(order.payment_provider).is_manual and bool(balance.of(order).due)


def _has_refundable(order: Order) -> bool:
    return any(payments.refundable(payment) for payment in order.payments.all())


def _has_open_refund(order: Order) -> bool:
    return any(refund.status == "pending" for payment in order.payments.all() for refund in payment.refunds.all())


ACTS = {
    act.name: act
    for act in (
        Act(
            "paid",
            _("Payment received"),
            "refund_order",
            forms.OrderActForm,
            lambda form, actor: payments.record_payment(form.order, actor=actor),
            _is_paid_by_hand,
            _("The payment is recorded."),
        ),
        Act("pack", _("Pack"), "fulfill_order", forms.PackForm, _pack, _has_open_units, _("The parcel is packed.")),
        Act(
            "ship",
            _("Ship"),
            "fulfill_order",
            forms.ShipForm,
            _ship,
            _has_parcel(Shipment.Status.PACKED),
            _("The parcel is on its way."),
        ),
        Act(
            "deliver",
            _("Delivered"),
            "fulfill_order",
            forms.DeliverForm,
            lambda form, actor: fulfillment.deliver(form.cleaned_data["shipment"], actor=actor),
            _has_parcel(Shipment.Status.SHIPPED),
            _("The parcel has arrived."),
        ),
        Act(
            "unpack",
            _("Unpack"),
            "fulfill_order",
            forms.ShipmentForm,
            lambda form, actor: fulfillment.cancel_shipment(form.cleaned_data["shipment"], actor=actor),
            _has_parcel(Shipment.Status.PACKED),
            _("The parcel is unpacked; its units stay reserved for the order."),
        ),
        Act(
            "quantities",
            _("Change quantities"),
            "edit_order_lines",
            forms.QuantitiesForm,
            lambda form, actor: fulfillment.change_quantities(form.order, form.quantities(), actor=actor),
            _can_change,
            _("The quantities are changed, stock and total with them."),
        ),
        Act(
            "cancel",
            _("Cancel the order"),
            "cancel_order",
            forms.CancelForm,
            lambda form, actor: fulfillment.cancel_order(form.order, reason=form.cleaned_data["reason"], actor=actor),
            fulfillment.can_cancel,
            _("The order is canceled and its stock is free again."),
        ),
        Act(
            "refund",
            _("Refund"),
            "refund_order",
            forms.RefundForm,
            _refund,
            _has_refundable,
            _("The refund is recorded."),
        ),
        Act(
            "settle",
            _("Refund was sent"),
            "refund_order",
            forms.SettleForm,
            lambda form, actor: payments.settle(form.cleaned_data["refund"], actor=actor),
            _has_open_refund,
            _("The refund is done."),
        ),
        Act(
            "resend",
            _("Send a mail again"),
            "resend_mail",
            forms.ResendForm,
            _resend,
            lambda order: any(event.mail_status != "none" for event in order.events.all()),
            _("The mail goes out again."),
        ),
    )
}


def offered(order: Order, user: User) -> list[Act]:
    """What this member of staff can do with this order now."""
    return [act for act in ACTS.values() if act.is_allowed(user) and act.is_possible(order)]

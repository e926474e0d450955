"""What staff type to act on an order. Every choice is among the order's own rows."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from devicehub.lib.money import Money
from orders import fulfillment, payments
from orders.models import MAX_LINE_QUANTITY, Order, OrderEvent, OrderLine, Payment, Refund, Shipment


class OrderActForm(forms.Form):
    """An act on `order`; without fields it is a question to be answered by pressing the button."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order


class LineQuantitiesForm(OrderActForm):
    """A whole number for each line of the order; `quantities()` gives line id → units."""

    def add_line(self, line: OrderLine, *, least: int, most: int, initial: int) -> None:
        label = f"{line.product_name} {line.variant_label} · {line.sku}".replace("  ", " ")
        self.fields[f"line-{line.pk}"] = forms.IntegerField(
            label=label, min_value=least, max_value=most, initial=initial, help_text=f"{least} – {most}"
        )

    def quantities(self) -> dict[int, int]:
        return {int(name.removeprefix("line-")): units for name, units in self.cleaned_data.items()}


class PackForm(LineQuantitiesForm):
    """All that is open lies in the parcel, unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = fulfillment.open_quantities(self.order)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=left[line.pk])


class QuantitiesForm(LineQuantitiesForm):
    """What is in a parcel already cannot be taken out of the order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = fulfillment.open_quantities(self.order)
        for line in self.order.lines.all():
            packed = line.quantity - left[line.pk]
            self.add_line(line, least=packed, most=MAX_LINE_QUANTITY, initial=line.quantity)


class ShipmentForm(OrderActForm):
    """A parcel of the order in the status that the act starts from."""

    status = Shipment.Status.PACKED

    shipment = forms.ModelChoiceField(Shipment.objects.none(), label=_("parcel"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipment"].queryset = self.order.shipments.filter(status=self.status)
        self.fields["shipment"].label_from_instance = self.label_of

    @staticmethod
    def label_of(shipment: Shipment) -> str:
        lines = shipment.lines.select_related("order_line")
        return f"{shipment.number}: " + ", ".join(f"{line.quantity} × {line.order_line.sku}" for line in lines)


class ShipForm(ShipmentForm):
    carrier = forms.CharField(label=_("carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("tracking number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method = self.order.shipping_method
        self.fields["carrier"].initial = method.carrier if method else ""


class DeliverForm(ShipmentForm):
    status = Shipment.Status.SHIPPED


class CancelForm(OrderActForm):
    reason = forms.CharField(label=_("reason"), max_length=200, help_text=_("The buyer reads it too."))


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


class ResendForm(OrderActForm):
    event = forms.ModelChoiceField(OrderEvent.objects.none(), label=_("mail"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = with_mail(self.order)
        self.fields["event"].label_from_instance = lambda event: (
            f"{event.kind} · {event.created_at:%Y-%m-%d %H:%M} · {event.get_mail_status_display()}"
        )


def with_mail(order: Order) -> QuerySet[OrderEvent]:
    return order.events.exclude(mail_status=OrderEvent.MailStatus.NONE)

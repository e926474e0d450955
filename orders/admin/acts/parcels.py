"""Packing, shipping, delivering, unpacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders import fulfillment, units
from orders.admin.acts.base import Act, LineQuantitiesForm, OrderActForm, Standing
from orders.exceptions import DayRefused, NumbersRefused
from orders.models import MAX_LINE_QUANTITY, DeviceUnit, Order, OrderLine, Shipment, Source


class PackForm(LineQuantitiesForm):
    """All that is open and here lies in the parcel, unless told otherwise. A scanner's Enter begins the next line of
    a text area, so it cannot send the form too early.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = fulfillment.open_quantities(self.order)
        there = fulfillment.packable_quantities(self.order, left)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=there[line.pk])
                if line.is_serial_tracked:
                    self._add_numbers(line, left[line.pk])

    def _add_numbers(self, line: OrderLine, most: int) -> None:
        attributes = {"rows": min(most, 12) + 1, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        self.fields[f"numbers-{line.pk}"] = forms.CharField(
            label=_("IMEI or serial number, %(sku)s") % {"sku": line.sku},
            max_length=100 * MAX_LINE_QUANTITY,
            required=False,
            widget=forms.Textarea(attrs=attributes),
            help_text=_("One of each unit, a line each. Write S/N in front of a serial number of 14 to 17 digits."),
        )

    def numbers(self) -> dict[int, list[str]]:
        fields = {name: text for name, text in self.cleaned_data.items() if name.startswith("numbers-")}
        return {
            int(name.removeprefix("numbers-")): [row for row in text.splitlines() if row.strip()]
            for name, text in fields.items()
        }

    def refuse(self, error: Exception) -> None:
        if isinstance(error, NumbersRefused):
            for line_id, words in error.words.items():
                self.add_error(f"numbers-{line_id}", list(words))
        else:
            super().refuse(error)


class ShipmentForm(OrderActForm):
    """A parcel of the order in the status that the act starts from."""

    statuses: tuple[str, ...] = (Shipment.Status.PACKED,)

    shipment = forms.ModelChoiceField(Shipment.objects.none(), label=_("parcel"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipment"].queryset = self.order.shipments.filter(status__in=self.statuses)
        self.fields["shipment"].label_from_instance = self.label_of

    @staticmethod
    def label_of(shipment: Shipment) -> str:
        lines = shipment.lines.select_related("order_line")
        return f"{shipment.number}: " + ", ".join(f"{line.quantity} × {line.order_line.sku}" for line in lines)


class NumberForm(OrderActForm):
    """A unit in a parcel that has not left, and what its number is instead."""

    unit = forms.ModelChoiceField(DeviceUnit.objects.none(), label=_("device unit"), empty_label=None)
    number = forms.CharField(
        label=_("IMEI or serial number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units.correctable(self.order)

    def refuse(self, error: Exception) -> None:
        self.add_error("number" if isinstance(error, NumbersRefused) else None, str(error))


class ShipForm(ShipmentForm):
    carrier = forms.CharField(label=_("carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("tracking number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method = self.order.shipping_method
        self.fields["carrier"].initial = method.carrier if method else ""


class DeliverForm(ShipmentForm):
    statuses = (Shipment.Status.SHIPPED,)

    day = forms.DateField(
        label=_("arrived on"),
        required=False,
        help_text=_("Today, unless told otherwise."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate
        self.fields["day"].widget.attrs["max"] = timezone.localdate().isoformat()

    def refuse(self, error: Exception) -> None:
        self.add_error("day" if isinstance(error, DayRefused) else None, str(error))


class RedateForm(DeliverForm):
    statuses = (Shipment.Status.DELIVERED,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].required = True

    @staticmethod
    def label_of(shipment: Shipment) -> str:
        return f"{shipment.number}: {date_format(timezone.localdate(shipment.delivered_at))}"


class TrackingForm(ShipmentForm):
    statuses = (Shipment.Status.SHIPPED, Shipment.Status.DELIVERED)

    carrier = forms.CharField(label=_("carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("tracking number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parcels = self.fields["shipment"].queryset
        if len(parcels) == 1:
            self.initial = {"carrier": parcels[0].carrier, "tracking_number": parcels[0].tracking_number}

    @staticmethod
    def label_of(shipment: Shipment) -> str:
        return f"{shipment.number}: {shipment.carrier} {shipment.tracking_number}"


def _pack(form: PackForm, actor: User) -> object:
    return fulfillment.create_shipment(form.order, form.quantities(), numbers=form.numbers(), actor=actor)


def _ship(form: ShipForm, actor: User) -> object:
    answers = form.cleaned_data
    return fulfillment.ship(
        answers["shipment"], carrier=answers["carrier"], tracking_number=answers["tracking_number"], actor=actor
    )


def _deliver(form: DeliverForm, actor: User) -> object:
    return fulfillment.deliver(form.cleaned_data["shipment"], day=form.cleaned_data["day"], actor=actor)


def _hand_over(form: PackForm, actor: User) -> object:
    return fulfillment.hand_over(form.order, form.quantities(), numbers=form.numbers(), actor=actor)


def _is_at_counter(standing: Standing) -> bool:
    return standing.order.source == Source.COUNTER and _has_open_units(standing)


def _has_open_units(standing: Standing) -> bool:
    order = standing.order
    is_free = order.status == Order.Status.CONFIRMED and order.held_at is None
    return is_free and any(standing.open.values())


def _has_parcel(*statuses: str, pickup: bool | None = None) -> Callable[[Standing], bool]:
    """Whether a parcel has one of these statuses, in an order that is sent or picked up where that matters."""

    def is_possible(standing: Standing) -> bool:
        order = standing.order
        fits = pickup is None or order.is_pickup == pickup
        return fits and any(shipment.status in statuses for shipment in order.shipments.all())

    return is_possible


def _may_leave(*, pickup: bool) -> Callable[[Standing], bool]:
    has_packed = _has_parcel(Shipment.Status.PACKED, pickup=pickup)
    return lambda standing: standing.order.held_at is None and has_packed(standing)


def _has_numbers(standing: Standing) -> bool:
    """Of units whose parcels have not left."""
    packed = [shipment for shipment in standing.order.shipments.all() if shipment.status == Shipment.Status.PACKED]
    return any(line.devices.all() for shipment in packed for line in shipment.lines.all())


ACTS = (
    Act(
        "hand-over",
        _("Hand over"),
        "fulfill_order",
        PackForm,
        _hand_over,
        _is_at_counter,
        _("The devices are handed over."),
        help=_("The devices leave the stock, the invoice is issued, and the order is done."),
    ),
    Act(
        "pack",
        _("Pack"),
        "fulfill_order",
        PackForm,
        _pack,
        _has_open_units,
        _("The parcel is packed."),
        help=_("What lies in one parcel. What is not here cannot be packed; the rest can follow in another parcel."),
    ),
    Act(
        "ship",
        _("Ship"),
        "fulfill_order",
        ShipForm,
        _ship,
        _may_leave(pickup=False),
        _("The parcel is on its way."),
        help=_("The units leave the stock, and the buyer gets the invoice and the tracking number by mail."),
    ),
    Act(
        "ready",
        _("Ready for pickup"),
        "fulfill_order",
        ShipmentForm,
        lambda form, actor: fulfillment.ship(form.cleaned_data["shipment"], actor=actor),
        _may_leave(pickup=True),
        _("The parcel lies ready; the buyer is told where and when to fetch it."),
        help=_(
            "The units leave the stock, and the buyer gets the invoice and where and when to fetch the parcel by mail."
        ),
    ),
    Act(
        "deliver",
        _("Delivered"),
        "fulfill_order",
        DeliverForm,
        _deliver,
        _has_parcel(Shipment.Status.SHIPPED, pickup=False),
        _("The parcel has arrived."),
        help=_("Warranty and the time to withdraw count from this day."),
    ),
    Act(
        "picked-up",
        _("Picked up"),
        "fulfill_order",
        DeliverForm,
        _deliver,
        _has_parcel(Shipment.Status.SHIPPED, pickup=True),
        _("The buyer has the parcel."),
        help=_("Warranty and the time to withdraw count from this day."),
    ),
    Act(
        "redate",
        _("Correct the day of delivery"),
        "fulfill_order",
        RedateForm,
        lambda form, actor: fulfillment.correct_delivery(
            form.cleaned_data["shipment"], form.cleaned_data["day"], actor=actor
        ),
        _has_parcel(Shipment.Status.DELIVERED),
        _("The day of delivery is corrected."),
        help=_("Warranty and the time to withdraw count from this day."),
    ),
    Act(
        "tracking",
        _("Correct the tracking number"),
        "fulfill_order",
        TrackingForm,
        lambda form, actor: fulfillment.correct_tracking(
            form.cleaned_data["shipment"],
            carrier=form.cleaned_data["carrier"],
            tracking_number=form.cleaned_data["tracking_number"],
            actor=actor,
        ),
        _has_parcel(Shipment.Status.SHIPPED, Shipment.Status.DELIVERED, pickup=False),
        _("The tracking number is corrected. Send the mail again to tell the buyer."),
        help=_("The buyer sees it at once, but gets no mail by himself."),
    ),
    Act(
        "number",
        _("Correct a serial number"),
        "fulfill_order",
        NumberForm,
        lambda form, actor: units.correct(form.cleaned_data["unit"], form.cleaned_data["number"], actor=actor),
        _has_numbers,
        _("The number is corrected."),
        help=_("As long as the parcel has not left."),
    ),
    Act(
        "unpack",
        _("Unpack"),
        "fulfill_order",
        ShipmentForm,
        lambda form, actor: fulfillment.cancel_shipment(form.cleaned_data["shipment"], actor=actor),
        _has_parcel(Shipment.Status.PACKED),
        _("The parcel is unpacked; its units stay reserved for the order."),
        help=_("Its units stay reserved for the order, and their numbers can be packed again."),
    ),
)

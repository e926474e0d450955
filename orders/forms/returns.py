"""Withdrawing from an order, and sending back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devicehub.lib.codes import grouped
from orders import returning, withdrawal
from orders.forms.finding import FindOrderForm
from orders.models import Order, OrderAddress, Return


class UnitsForm(forms.Form):
    """How many of each line of an order; `units()` gives line id → count."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order

    def add_units(self, most: Mapping[int, int], *, initial: Mapping[int, int]) -> None:
        for line in self.order.lines.all():
            if most[line.pk]:
                self.fields[f"units-{line.pk}"] = forms.IntegerField(
                    label=f"{line.product_name} {line.variant_label}".strip(),
                    min_value=0,
                    max_value=most[line.pk],
                    initial=initial.get(line.pk, 0),
                    help_text=_("How many, of %(most)s") % {"most": most[line.pk]},
                    error_messages={
                        "required": _("Enter how many, 0 for none."),
                        "invalid": _("Enter a number."),
                        "min_value": _("0 is the least."),
                        "max_value": _("At most %(limit_value)s."),
                    },
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                )

    def units(self) -> dict[int, int]:
        answers = self.cleaned_data.items()
        return {int(name.removeprefix("units-")): count for name, count in answers if name.startswith("units-")}

    def clean(self) -> None:
        if not self.errors and not any(self.units().values()):
            raise forms.ValidationError(_("Choose at least one device."))


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )


class WithdrawForm(FindOrderForm):
    """The statement of withdrawal of somebody who has no link at hand: from the whole order."""

    name = _name_field()
    field_order = ["name", "number", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]  # a device's number names no contract
        number.label, number.help_text = _("Order number"), _("It stands in every mail about the order.")

    def clean_number(self) -> str:
        """As it is stored, however it was typed."""
        return grouped(self.cleaned_data["number"])

    @property
    def statement(self) -> withdrawal.Statement:
        return withdrawal.Statement(self.cleaned_data["name"], self.cleaned_data["email"])


class OrderWithdrawForm(UnitsForm):
    """The statement of withdrawal from the order's own page: from all of it or a part."""

    name = _name_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.order.addresses.filter(kind=OrderAddress.Kind.INVOICE).first()
        self.fields["name"].initial = address.full_name if address else ""
        most = withdrawal.units(self.order)
        self.add_units(most, initial=most)

    @property
    def statement(self) -> withdrawal.Statement:
        return withdrawal.Statement(self.cleaned_data["name"], self.order.email, self.units())


class ReturnForm(UnitsForm):
    """What the buyer sends back, and why. `key` makes a button that is pressed twice one return."""

    reason = forms.ChoiceField(
        label=_("Why do you send it back?"), error_messages={"required": _("Choose the reason.")}
    )
    note = forms.CharField(
        label=_("What should we know? (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = returning.returnable(self.order)
        self.add_units(most, initial=most if sum(most.values()) == 1 else {})
        labels = dict(Return.Reason.choices)
        choices = [(reason, labels[reason]) for reason in returning.reasons(self.order)]
        self.fields["reason"].choices = [("", _("Please choose")), *choices] if len(choices) > 1 else choices
        self.fields["key"].initial = uuid.uuid4
        self.order_fields([*[name for name in self.fields if name.startswith("units-")], "reason", "note", "key"])

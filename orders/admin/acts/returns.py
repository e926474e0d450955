"""What staff do with returns. An order with several has them done one by one, the oldest first."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Variant
from orders import refunds, returning, withdrawal
from orders.admin.acts.base import Act, LineQuantitiesForm, OrderActForm, Preview, Standing
from orders.exceptions import OrderError
from orders.models import Return, ReturnUnit

Status = Return.Status


class ReturnActForm(OrderActForm):
    """An act on the oldest return in one of `statuses`. Its key is sent along, so that no other is meant instead."""

    statuses: tuple[str, ...] = ()

    process = forms.ModelChoiceField(
        Return.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This return has moved on meanwhile. Please look at it again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.order.returns.filter(status__in=self.statuses).select_related("order")
        self.current = waiting.first()
        self.fields["process"].queryset = waiting.filter(pk=self.current.pk) if self.current else waiting
        if self.current:
            self.fields["process"].initial = self.current.pk
            self.hint = self.words_of(self.current)

    @staticmethod
    def words_of(process: Return) -> str:
        lines = ", ".join(returning.lines_of(process.units.select_related("order_line")))
        why = process.get_reason_display() if process.reason else process.get_kind_display()
        return " · ".join(str(word) for word in (process.label, why, lines, process.note) if word)


class ApproveForm(ReturnActForm):
    statuses = (Status.REQUESTED,)

    note = forms.CharField(label=_("words for the buyer"), max_length=300, required=False)


class ReceiveForm(ReturnActForm):
    statuses = (Status.APPROVED,)


class RejectForm(ReturnActForm):
    statuses = (Status.REQUESTED, Status.INSPECTED)

    reason = forms.CharField(label=_("reason"), max_length=300, help_text=_("The buyer reads it too."))


class GiveUpForm(ReturnActForm):
    statuses = (Status.REQUESTED, Status.APPROVED)

    reason = forms.CharField(label=_("reason"), max_length=300, help_text=_("The buyer reads it too."))


class InspectForm(ReturnActForm):
    """Every unit with its number, its condition and where it goes."""

    statuses = (Status.RECEIVED,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(self.current.units.select_related("order_line")) if self.current else []
        for row in self.rows:
            self._add(row)

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each unit under its name."""
        return [
            (f"{place}. {row.order_line.product_name} {row.order_line.variant_label}".strip(), self._of(row))
            for place, row in enumerate(self.rows, 1)
        ]

    def _of(self, row: ReturnUnit) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name.endswith(f"-{row.pk}")]

    def _add(self, row: ReturnUnit) -> None:
        if row.order_line.is_serial_tracked:
            self.fields[f"number-{row.pk}"] = forms.CharField(label=_("IMEI or serial number"), max_length=60)
        for field, label, choices in (
            ("grade", _("condition"), ReturnUnit.Grade.choices),
            ("decision", _("decision"), ReturnUnit.Decision.choices),
        ):
            self.fields[f"{field}-{row.pk}"] = forms.ChoiceField(label=label, choices=[("", "—"), *choices])
        self.fields[f"sku-{row.pk}"] = forms.CharField(
            label=_("other article, SKU"),
            max_length=64,
            required=False,
            help_text=_("Only when it is sold as another article, such as an open box."),
        )

    def clean(self) -> None:
        for row in self.rows:
            sku = self.cleaned_data.get(f"sku-{row.pk}", "")
            self.cleaned_data[f"variant-{row.pk}"] = Variant.objects.filter(sku=sku).first() if sku else None
            if sku and not self.cleaned_data[f"variant-{row.pk}"]:
                self.add_error(f"sku-{row.pk}", _("There is no article with this SKU."))

    def findings(self) -> dict[int, returning.Finding]:
        answers = self.cleaned_data
        return {
            row.pk: returning.Finding(
                answers[f"grade-{row.pk}"],
                answers[f"decision-{row.pk}"],
                answers.get(f"number-{row.pk}", ""),
                answers[f"variant-{row.pk}"],
            )
            for row in self.rows
        }


class RefundReturnForm(ReturnActForm):
    """The money for what was taken: proposed, and less only with a reason that the buyer reads."""

    statuses = (Status.INSPECTED,)
    asks_first = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items: list[refunds.Item] = []
        if self.current is None:
            return
        self.proposal = returning.proposal(self.current, withdrawal.standard_delivery(self.order))
        try:
            self.items = refunds.quote(self.order, self.proposal)
        except OrderError as error:
            self.hint = f"{self.hint} · {error}"
        for item in self.items:
            self.fields[self.name_of(item)] = forms.DecimalField(
                label=item.label,
                min_value=0,
                max_value=item.amount.amount,
                max_digits=12,
                decimal_places=2,
                initial=item.amount.amount,
                help_text=_("at most %(amount)s") % {"amount": item.amount},
            )
        self.fields["reason"] = forms.CharField(
            label=_("reason"),
            max_length=200,
            initial=_("Return %(number)s") % {"number": self.current.label},
            help_text=_("The buyer reads it too. If you give less back, say why."),
        )

    @staticmethod
    def name_of(item: refunds.Item) -> str:
        return f"amount-{item.line.pk}" if item.line else item.kind

    @property
    def wish(self) -> refunds.Wish:
        amounts: dict[str, Decimal] = self.cleaned_data
        order = self.order
        lines = [item for item in self.items if item.line]
        return refunds.Wish(
            units={item.line.pk: item.units for item in lines if item.line},
            reduced={item.line.pk: order.money(amounts[self.name_of(item)]) for item in lines if item.line},
            delivery=order.money(amounts["delivery"]) if amounts.get("delivery") else None,
        )

    def clean(self) -> None:
        if self.errors:
            return
        if not self.items:
            raise forms.ValidationError(_("Nothing was taken, or nothing was paid: reject the return instead."))
        try:
            items = refunds.quote(self.order, self.wish)
        except OrderError as error:
            raise forms.ValidationError(str(error)) from error
        self.preview = Preview([(item.label, item.amount) for item in items], refunds.total(items, self.order))

    @property
    def is_confirmed(self) -> bool:
        return self.preview is None or self.data.get("seen") == str(self.preview.total.amount)


class OpenForm(LineQuantitiesForm):
    """A return that the buyer announced by phone or letter; it is approved at once."""

    reason = forms.ChoiceField(label=_("reason"), choices=[row for row in Return.Reason.choices if row[0]])
    note = forms.CharField(label=_("buyer's words"), max_length=500, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        left = returning.returnable(self.order)
        for line in self.order.lines.all():
            if left[line.pk]:
                self.add_line(line, least=0, most=left[line.pk], initial=0)
        lines = [name for name in self.fields if name.startswith("line-")]
        self.order_fields([*lines, "reason", "note", "key"])


class CarriedOutForm(OrderActForm):
    """Of a withdrawal that did not work by itself."""

    note = forms.CharField(
        label=_("what was done"),
        max_length=200,
        help_text=_("Only colleagues read it, in the history. The money must be on its way or promised."),
    )


def _open(form: OpenForm, actor: User) -> object:
    answers = form.cleaned_data
    return returning.accept(
        form.order,
        form.quantities(),
        reason=answers["reason"],
        note=answers["note"],
        key=str(answers["key"]),
        actor=actor,
    )


def _has(*statuses: str) -> Callable[[Standing], bool]:
    return lambda standing: any(process.status in statuses for process in standing.order.returns.all())


def _has_left(standing: Standing) -> bool:
    return standing.order.fulfillment_status != "unfulfilled" and any(standing.returnable.values())


def _process(form: ReturnActForm) -> Return:
    return form.cleaned_data["process"]


def _refund(form: RefundReturnForm, actor: User) -> object:
    return returning.refund(_process(form), form.wish, reason=form.cleaned_data["reason"], actor=actor)


ACTS = (
    Act(
        "return-open",
        _("Open a return"),
        "handle_return",
        OpenForm,
        _open,
        _has_left,
        _("The return is open; the buyer is told where to send it."),
        help=_("For a buyer who asked by phone or letter. It needs no approval any more."),
    ),
    Act(
        "return-approve",
        _("Approve the return"),
        "handle_return",
        ApproveForm,
        lambda form, actor: returning.approve(_process(form), actor=actor, note=form.cleaned_data["note"]),
        _has(*ApproveForm.statuses),
        _("The return is approved; the buyer is told where to send it."),
        help=_("The buyer gets the address and the number for the parcel by mail."),
    ),
    Act(
        "return-receive",
        _("Return arrived"),
        "handle_return",
        ReceiveForm,
        lambda form, actor: returning.receive(_process(form), actor=actor),
        _has(*ReceiveForm.statuses),
        _("The return has arrived; inspect it next."),
        help=_("The buyer is told that it is here. Inspect it next."),
    ),
    Act(
        "return-inspect",
        _("Inspect the return"),
        "handle_return",
        InspectForm,
        lambda form, actor: returning.inspect(_process(form), form.findings(), actor=actor),
        _has(*InspectForm.statuses),
        _("The return is inspected; what can be sold again is in stock. Now the money."),
        help=_("Each unit is graded and goes where you say; the unit that comes back must be one that left."),
    ),
    Act(
        "return-refund",
        _("Refund the return"),
        "refund_order",
        RefundReturnForm,
        _refund,
        _has(*RefundReturnForm.statuses),
        _("The return is closed and its refund is on its way; what was paid by hand is to be sent by hand."),
        help=_("Less than proposed only with a reason. The sum is shown first, and goes back with the second press."),
    ),
    Act(
        "return-reject",
        _("Reject the return"),
        "handle_return",
        RejectForm,
        lambda form, actor: returning.reject(_process(form), reason=form.cleaned_data["reason"], actor=actor),
        _has(*RejectForm.statuses),
        _("The return is rejected; the buyer is told why."),
        help=_("When nothing of it is taken. The buyer keeps the devices or gets them back."),
    ),
    Act(
        "return-cancel",
        _("Cancel the return"),
        "handle_return",
        GiveUpForm,
        lambda form, actor: returning.cancel(_process(form), reason=form.cleaned_data["reason"], actor=actor),
        _has(*GiveUpForm.statuses),
        _("The return is canceled."),
        help=_("When the buyer keeps the devices, or they never came."),
    ),
    Act(
        "withdrawal-done",
        _("Withdrawal carried out"),
        "handle_return",
        CarriedOutForm,
        lambda form, actor: withdrawal.settle(form.order, note=form.cleaned_data["note"], actor=actor),
        lambda standing: withdrawal.stuck_event(standing.order) is not None,
        _("The withdrawal is carried out."),
        help=_("When you have canceled, opened a return or refunded by hand."),
    ),
)

"""Looking after an order: notes for colleagues, stopping it and letting it go on."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders import holding, lifecycle, notes
from orders.admin.acts.base import Act, OrderActForm


class NoteForm(OrderActForm):
    text = forms.CharField(
        label=_("note"),
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only colleagues read it."),
    )


class HoldForm(OrderActForm):
    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        help_text=_("Only colleagues read it. Nothing is packed or sent, and the time to pay stands still."),
    )


ACTS = (
    Act(
        "note",
        _("Write a note"),
        "note_order",
        NoteForm,
        lambda form, actor: notes.write(form.order, form.cleaned_data["text"], actor=actor),
        lambda standing: True,
        _("The note is written."),
    ),
    Act(
        "hold",
        _("Put on hold"),
        "hold_order",
        HoldForm,
        lambda form, actor: holding.hold(form.order, reason=form.cleaned_data["reason"], actor=actor),
        lambda standing: standing.order.status in lifecycle.LIVING and standing.order.held_at is None,
        _("The order is on hold."),
    ),
    Act(
        "free",
        _("Release from hold"),
        "hold_order",
        OrderActForm,
        lambda form, actor: holding.free(form.order, actor=actor),
        lambda standing: standing.order.held_at is not None,
        _("The order goes on."),
    ),
)

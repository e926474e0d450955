"""What staff learn of a buyer's VAT number."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders import vat_confirmation
from orders.admin.acts.base import Act, OrderActForm


class ConfirmForm(OrderActForm):
    reference = forms.CharField(
        label=_("consultation number"),
        max_length=60,
        required=False,
        help_text=_(
            "Ask VIES (ec.europa.eu/taxation_customs/vies) first, and press only if it knows the number. "
            "The shop asks nobody by itself."
        ),
    )


ACTS = (
    Act(
        "confirm-vat-number",
        _("VAT number confirmed"),
        "confirm_vat_number",
        ConfirmForm,
        lambda form, actor: vat_confirmation.confirm(form.order, reference=form.cleaned_data["reference"], actor=actor),
        lambda standing: vat_confirmation.can_confirm(standing.order),
        _("It is recorded that the VAT number was confirmed."),
    ),
)

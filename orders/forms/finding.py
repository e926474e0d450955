"""What a guest knows of his order."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FindOrderForm(forms.Form):
    """What a guest knows of his order. Whether it is right is never told here, only by mail."""

    number = forms.CharField(
        label=_("Order number, IMEI or serial number"),
        max_length=60,
        help_text=_("An order's number stands in every mail about it. A phone that dials *#06# shows its IMEI."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the number.")},
    )
    email = forms.EmailField(
        label=_("E-mail address of the order"),
        max_length=254,
        error_messages={"required": _("Enter the address that you gave with the order.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

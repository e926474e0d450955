"""Codes of vouchers and gift cards, typed or pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CODE_TYPED_MAX = 64  # with spaces and hyphens


class VoucherForm(forms.Form):
    """A code, typed or pasted."""

    ids = "voucher-%s"

    code = forms.CharField(
        label=_("Voucher code"),
        max_length=CODE_TYPED_MAX,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "done",
            }
        ),
        error_messages={"required": _("Enter the code.")},
    )

    error_id = "voucher-error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=self.ids, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self.fields["code"].widget.attrs |= {
            "class": "form-control is-invalid",
            "aria-invalid": "true",
            "aria-describedby": self.error_id,
        }


class GiftCardForm(VoucherForm):
    ids = "gift-card-%s"
    error_id = "gift-card-error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Gift card code")

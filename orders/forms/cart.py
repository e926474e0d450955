"""How many of a device in the cart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import MAX_LINE_QUANTITY, CartLine


class CartLineForm(forms.Form):
    """How many of a device."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MAX_LINE_QUANTITY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, line: CartLine, **kwargs: Any) -> None:
        super().__init__(*args, initial={"quantity": line.quantity}, auto_id=f"line-{line.pk}-%s", **kwargs)
        self.error_id = f"line-{line.pk}-error"

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self.fields["quantity"].widget.attrs |= {"aria-invalid": "true", "aria-describedby": self.error_id}

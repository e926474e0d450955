"""The checkout's further steps: delivery, payment, and everything once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders import payments
from orders.models import Cart, ShippingMethod, Source
from orders.shipping import Offer


class DeliveryStepForm(forms.ModelForm):
    """One of the methods that fit."""

    shipping_method = forms.ModelChoiceField(
        label=_("Delivery"),
        queryset=ShippingMethod.objects.none(),
        error_messages={
            "required": _("Choose how we deliver."),
            "invalid_choice": _("This way of delivery is not possible for your cart. Choose another."),
        },
    )

    class Meta:
        model = Cart
        fields = ("shipping_method",)

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [offer.method.pk for offer in offers]
        self.fields["shipping_method"].queryset = ShippingMethod.objects.filter(pk__in=possible)
        if self.initial.get("shipping_method") not in possible:
            self.initial["shipping_method"] = next(iter(possible), None)


class PaymentStepForm(forms.ModelForm):
    """One of the ways to pay that the shop offers."""

    payment_provider = forms.ChoiceField(
        label=_("Payment"),
        error_messages={
            "required": _("Choose how you pay."),
            "invalid_choice": _("This way to pay is not offered. Choose another."),
        },
    )

    class Meta:
        model = Cart
        fields = ("payment_provider",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.providers = payments.providers(at_counter=self.instance.source == Source.COUNTER)
        keys = [provider.key for provider in self.providers]
        self.fields["payment_provider"].choices = [(provider.key, provider.label) for provider in self.providers]
        if self.initial.get("payment_provider") not in keys:
            self.initial["payment_provider"] = next(iter(keys), None)


class ReviewForm(forms.ModelForm):
    """The buyer's note. What else the page sends (key, total) is his consent, see PlaceForm."""

    class Meta:
        model = Cart
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}
        labels = {"note": _("Note to us (optional)")}


class PlaceForm(forms.Form):
    """`key` is the cart's id and makes pressing twice one order; `total` and what gift cards
    leave of it to pay are what the buyer saw."""

    key = forms.UUIDField()
    total = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    left = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, required=False)

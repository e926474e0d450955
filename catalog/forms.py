"""What visitors send to the catalog."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Review, Variant

MAX_QUANTITY = 99


def buyable_variants() -> QuerySet[Variant]:
    """What may be put into a cart: on sale, of a product that the shop shows. Asked row by row, as one SKU is named."""
    return Variant.objects.on_sale().filter(Exists(Product.objects.visible().filter(pk=OuterRef("product_id"))))


class BuyForm(forms.Form):
    """The buy box: which variant (by SKU) and how many. Prices and stock are never part of it."""

    variant = forms.ModelChoiceField(
        queryset=Variant.objects.none(),
        to_field_name="sku",
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This device is no longer sold."), "required": _("Choose a device first.")},
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MAX_QUANTITY,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].queryset = buyable_variants().select_related("product")


class ReviewForm(forms.ModelForm):
    """What a buyer says of a device; the invitation says of which."""

    stars = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=[
            (1, _("1 star: very poor")),
            (2, _("2 stars: poor")),
            (3, _("3 stars: middling")),
            (4, _("4 stars: good")),
            (5, _("5 stars: very good")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars.")},
    )

    class Meta:
        model = Review
        fields = ("stars", "title", "text", "author_name")
        labels = {"title": _("In a few words"), "text": _("Your review")}
        help_texts = {
            "text": _("What is it like in use? What should others know before they buy?"),
            "author_name": _("This is shown with your review. Leave it empty to be “a buyer”."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 7}),
            "author_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
        }
        error_messages = {
            "title": {"required": _("Sum it up in a few words.")},
            "text": {"required": _("Write what you think of it.")},
        }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Field("stars", template="catalog/_stars_field.html"), "title", "text", "author_name")
        return helper

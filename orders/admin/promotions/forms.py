"""What staff type about promotions and codes; a refusal stands beside its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orders.models import Promotion, PromotionGoods, Voucher
from orders.vouchers import normalize

Kind, Role = Promotion.Kind, PromotionGoods.Role

FIGURES = ("percent", "amount", "buy", "get")
NEEDED = {
    Kind.PERCENT: {"percent"},
    Kind.AMOUNT: {"amount"},
    Kind.FIXED: {"amount"},
    Kind.BUNDLE: {"buy", "get", "percent"},
    Kind.DELIVERY: set(),
}
POSSIBLE = {**NEEDED, Kind.DELIVERY: {"amount"}}


class PromotionForm(forms.ModelForm):
    """Each kind has its own figures."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if kind := values.get("kind"):
            for name in FIGURES:
                self._check_figure(name, kind, is_given=values.get(name) is not None)
        return values

    def _check_figure(self, name: str, kind: str, *, is_given: bool) -> None:
        if name in self.errors:
            return
        if name in NEEDED[Kind(kind)] and not is_given:
            self.add_error(name, _("This kind of promotion needs it."))
        if name not in POSSIBLE[Kind(kind)] and is_given:
            self.add_error(name, _("This kind of promotion has none: leave it empty."))


class GoodsFormSet(forms.BaseInlineFormSet):
    """What a promotion is for: every row names something, a fixed price is for something."""

    def clean(self) -> None:
        super().clean()
        rows = [
            form for form in self.forms if getattr(form, "cleaned_data", None) and not self._should_delete_form(form)
        ]
        for form in rows:
            if not form.errors and not any(form.cleaned_data.get(name) for name in ("category", "brand", "product")):
                form.add_error("category", _("Choose a category, a brand or a product."))
        self._check_kind({form.cleaned_data.get("role") for form in rows})

    def _check_kind(self, roles: set[str | None]) -> None:
        if self.instance.kind == Kind.FIXED and Role.BOUGHT not in roles:
            raise ValidationError(_("Choose the goods that have the fixed price."))
        if self.instance.kind != Kind.BUNDLE and Role.REWARD in roles:
            raise ValidationError(_("Only “buy some, get some cheaper” has goods that become cheaper."))


class CodeField(forms.CharField):
    """Typed in any way, kept in one."""

    def to_python(self, value: Any) -> str:
        return normalize(super().to_python(value))


class VoucherForm(forms.ModelForm):
    class Meta:
        model = Voucher
        fields = ("promotion", "code", "max_uses", "is_active")
        field_classes = {"code": CodeField}


class GenerateForm(forms.Form):
    """So many codes at once."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=5000, initial=100)
    max_uses = forms.IntegerField(
        label=_("Uses of each"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        required=False,
        help_text=_("Orders that may use one code; empty is without limit."),
    )

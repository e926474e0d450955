"""Gift cards and store credit in the back office: issued, corrected with a reason, blocked; never typed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.admin.base import RecordedAdmin
from devicehub.lib.money import Money, shop_money
from orders import credit
from orders.exceptions import CreditRefused
from orders.models import CreditAccount, CreditEntry

READ_BY_MEMBER = _("Of store credit the member reads it.")
FACTS = ("kind", "masked", "email", "user", "balance_shown")


class IssueForm(forms.ModelForm):
    """A gift card for whoever gets its code, or credit for a member."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_digits=12, decimal_places=2)
    note = forms.CharField(label=_("reason"), max_length=200, help_text=READ_BY_MEMBER)

    class Meta:
        model = CreditAccount
        fields = ("kind", "email", "expires_on")
        help_texts = {"email": _("Of the member, or of whoever shall get the gift card's code. Empty: print the code.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = credit.expiry

    def clean_amount(self) -> Money:
        amount = shop_money(self.cleaned_data["amount"])
        if not amount:
            raise ValidationError(_("Give something."))
        return amount

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("kind") == CreditAccount.Kind.STORE_CREDIT:
            self.member = User.objects.filter(email__iexact=answers.get("email", "")).first()
            if self.member is None:
                self.add_error("email", _("No member has this address."))
        return answers


class CorrectForm(forms.ModelForm):
    """Blocking and dates as they are; money only by a difference with a reason."""

    difference = forms.DecimalField(
        label=_("change the balance by"), max_digits=12, decimal_places=2, required=False, help_text=_("Such as -5.00.")
    )
    note = forms.CharField(label=_("reason"), max_length=200, required=False, help_text=READ_BY_MEMBER)

    class Meta:
        model = CreditAccount
        fields = ("expires_on", "is_blocked")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        difference = answers.get("difference")
        if difference and not answers.get("note"):
            self.add_error("note", _("Say why the balance changes."))
        if difference and self.instance.balance + difference < 0:
            self.add_error("difference", _("Only %(amount)s is on it.") % {"amount": balance_of(self.instance)})
        return answers


class EntryInline(admin.TabularInline):
    model = CreditEntry
    extra = 0
    can_delete = False
    fields = readonly_fields = ("created_at", "kind", "amount", "balance_after", "order", "note", "actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("order"))
    def order(self, entry: CreditEntry) -> str:
        return entry.payment.order.number if entry.payment else ""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("payment__order", "actor")


@admin.register(CreditAccount)
class CreditAccountAdmin(RecordedAdmin):
    list_display = ("__str__", "email", "user", "balance_shown", "expires_on", "state", "created_at")
    list_filter = ("kind", "is_blocked")
    list_select_related = ("user",)
    search_fields = ("code", "email", "user__email")
    inlines = (EntryInline,)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=CorrectForm if obj else IssueForm, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("kind", "amount", "email", "expires_on", "note")
        return (*FACTS, "expires_on", "is_blocked", "difference", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FACTS if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: CreditAccount, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            self._correct(request, obj, form.cleaned_data)
        else:
            self._issue(request, obj, form)

    def _correct(self, request: HttpRequest, account: CreditAccount, answers: dict[str, Any]) -> None:
        if not answers["difference"]:
            return
        try:
            difference = Money(answers["difference"], account.currency)
            credit.correct(account, difference, note=answers["note"], actor=request.user)
        except CreditRefused as error:  # spent since the form was looked at
            self.message_user(request, str(error), messages.ERROR)

    def _issue(self, request: HttpRequest, obj: CreditAccount, form: Any) -> None:
        """The admin goes on with the given object, so it becomes the row that the verb wrote."""
        answers, issued = form.cleaned_data, {"note": form.cleaned_data["note"], "actor": request.user}
        if answers["kind"] == CreditAccount.Kind.STORE_CREDIT:
            account = credit.give_credit(form.member, answers["amount"], **issued)
        else:
            account = credit.issue_gift_card(
                answers["amount"], email=answers["email"], expires_on=answers["expires_on"], **issued
            )
            self.message_user(request, _("The code is %(code)s.") % {"code": account.code}, messages.SUCCESS)
        obj.pk, obj._state.adding = account.pk, False
        obj.refresh_from_db()

    @admin.display(description=_("balance"), ordering="balance")
    def balance_shown(self, account: CreditAccount) -> Money:
        return balance_of(account)

    @admin.display(description=_("state"))
    def state(self, account: CreditAccount) -> str:
        if account.is_blocked:
            return _("blocked")
        is_over = account.expires_on is not None and account.expires_on < timezone.localdate()
        return _("expired") if is_over else _("can be spent")

    @admin.display(description=_("code"))
    def masked(self, account: CreditAccount) -> str:
        return account.masked_code


def balance_of(account: CreditAccount) -> Money:
    return Money(account.balance, account.currency)

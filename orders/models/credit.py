"""Money that the shop owes: gift cards, which belong to whoever holds their code, and the store credit of members."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NoReturn

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from devicehub.lib.db import TimeStamped
from orders.models.cart import Cart
from orders.models.payment import Payment


class CreditAccountQuerySet(models.QuerySet["CreditAccount"]):
    def usable(self, on: date) -> CreditAccountQuerySet:
        """With something on it that may be spent on that day."""
        in_time = Q(expires_on=None) | Q(expires_on__gte=on)
        return self.filter(in_time, is_blocked=False, balance__gt=0)


class CreditAccount(TimeStamped):
    """`balance` is changed by `orders.credit` only, which writes the entry beside it."""

    class Kind(models.TextChoices):
        GIFT_CARD = "gift-card", _("gift card")
        STORE_CREDIT = "store-credit", _("store credit")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    code = models.CharField(_("code"), max_length=24, unique=True, null=True, blank=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("member")
    )
    email = models.EmailField(_("sent to"), max_length=254, blank=True)
    currency = models.CharField(max_length=3)
    balance = models.DecimalField(_("balance"), max_digits=12, decimal_places=2, default=0)
    expires_on = models.DateField(_("can be spent until"), null=True, blank=True)
    is_blocked = models.BooleanField(_("blocked"), default=False)

    objects = CreditAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift card or credit")
        verbose_name_plural = _("gift cards and credit")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="credit_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="gift-card", code__isnull=False) | Q(kind="store-credit", code=None),
                name="credit_code_of_gift_cards_only",
            ),
            models.UniqueConstraint(
                fields=["user", "currency"], condition=Q(kind="store-credit"), name="credit_once_per_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked_code}".strip()

    @property
    def masked_code(self) -> str:
        """Enough to know it again, too little to spend it."""
        return f"…{self.code[-6:]}" if self.code else ""


class CreditEntry(models.Model):
    """One change of an account, never changed itself. An entry with a reference is unique per (account, kind)."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")  # a new gift card, or credit given by staff
        SPENT = "spent", _("spent")
        RETURNED = "returned", _("came back")  # the refund of what was spent
        CORRECTED = "corrected", _("corrected")  # by staff, with a reason

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    balance_after = models.DecimalField(
        _("balance after"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="credit_entries", null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("credit entry")
        verbose_name_plural = _("credit entries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="spent", amount__lt=0, payment__isnull=False)
                | Q(kind="returned", amount__gt=0, payment__isnull=False)
                | Q(kind="issued", amount__gt=0, payment=None)
                | Q(kind="corrected", payment=None) & ~Q(amount=0),
                name="credit_entry_has_the_sign_of_its_kind",
            ),
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="credit_entry_balance_not_negative"),
            models.UniqueConstraint(
                fields=["account", "kind", "reference"], condition=~Q(reference=""), name="credit_entry_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Credit entries are never changed: post another one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Credit entries are never deleted: post another one.")


class CartCredit(models.Model):
    """An account that the buyer wants to pay this cart from, as far as it goes."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="credits")
    account = models.ForeignKey(CreditAccount, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("credit in a cart")
        verbose_name_plural = _("credit in carts")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cart", "account"], name="cart_credit_once")]

    def __str__(self) -> str:
        return f"{self.cart_id} {self.account_id}"

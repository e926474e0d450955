"""Money in and back. A payment moves forward only; the provider's notices are stored once each."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from devicehub.lib.db import TimeStamped
from orders.models.order import Order, OrderLine


class Payment(TimeStamped):
    """One attempt to pay an order."""

    class Status(models.TextChoices):
        CREATED = "created", _("waiting")  # the buyer is to pay, or is at the provider
        CAPTURED = "captured", _("received")  # the money is ours
        FAILED = "failed", _("declined")  # the provider said no; another payment may follow
        CANCELED = "canceled", _("canceled")  # given up with its order, or replaced by another attempt

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(_("provider"), max_length=30)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CREATED)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reference = models.CharField(_("provider's reference"), max_length=120, blank=True, db_index=True)
    captured_at = models.DateTimeField(_("received"), null=True, blank=True)
    # The payment that the buyer made, when this is the share of an order that was split off; refunds go out through it.
    moved_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="payment_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.amount} {self.currency}"


class Refund(TimeStamped):
    """Money given back. `key` makes asking for it twice one refund."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")  # asked for at the provider
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    key = models.CharField(max_length=100, unique=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class RefundLine(models.Model):
    """What a refund gives money back for; the lines of a refund sum to it.

    A refund without lines gives back what the order does not cost: it was canceled, changed or paid twice.
    `amount` is money, so it contains `tax_amount`. When one unit's money comes from two payments, the unit stands
    in the first refund's line and the second has a line of 0 units.
    """

    class Kind(models.TextChoices):
        LINE = "line", _("devices")  # units of an order line
        DELIVERY = "delivery", _("delivery")
        GOODWILL = "goodwill", _("goodwill")  # for trouble: what was sold stays as it was, and so does its tax

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(_("what for"), max_length=10, choices=Kind)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines", null=True)
    units = models.PositiveSmallIntegerField(_("units"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tax_amount = models.DecimalField(_("tax"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="line", order_line__isnull=False) | ~Q(kind="line") & Q(order_line=None, units=0),
                name="refund_line_knows_its_line",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(units__gt=0), name="refund_line_not_empty"),
            models.CheckConstraint(
                condition=Q(tax_amount__gte=0, tax_amount__lte=F("amount")), name="refund_line_tax_in_amount"
            ),
            models.UniqueConstraint(fields=["refund", "order_line"], name="refund_line_once_per_order_line"),
            models.UniqueConstraint(
                fields=["refund", "kind"], condition=Q(order_line=None), name="refund_line_once_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class ProviderNotice(models.Model):
    """A notice of a payment provider, stored once by its own id: repeats are harmless."""

    provider = models.CharField(max_length=30)
    event_id = models.CharField(max_length=120)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="notices", null=True)
    kind = models.CharField(max_length=40)
    outcome = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("provider's notice")
        verbose_name_plural = _("providers' notices")
        ordering = ["received_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_notice_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"

"""What comes back: one dated process per return, and its units one by one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Variant
from devicehub.lib.db import TimeStamped
from orders.models.order import Order, OrderLine
from orders.models.unit import DeviceUnit


class ReturnQuerySet(models.QuerySet["Return"]):
    def living(self) -> ReturnQuerySet:
        """Those that are not given up: their units cannot be announced again."""
        return self.exclude(status__in=[Return.Status.REJECTED, Return.Status.CANCELED])

    def to_do(self) -> ReturnQuerySet:
        """Those that wait for staff, not for the buyer or the carrier."""
        return self.filter(status__in=[Return.Status.REQUESTED, Return.Status.RECEIVED, Return.Status.INSPECTED])


class Return(TimeStamped):
    """Units of an order on their way back. Moves by `orders.returning` only; each move leaves its date."""

    class Kind(models.TextChoices):
        WITHDRAWAL = "withdrawal", _("withdrawal")  # the consumer's right; nobody has to agree to it
        RETURN = "return", _("return")  # by the shop's own terms, or for a fault

    class Reason(models.TextChoices):
        NONE = "", _("no reason")  # a withdrawal needs none
        MIND = "mind", _("I changed my mind")
        FAULT = "fault", _("It is faulty")
        WRONG = "wrong", _("It is not what I ordered")
        DAMAGED = "damaged", _("It arrived damaged")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("to be approved")  # the buyer asks, staff answer
        APPROVED = "approved", _("to be sent to us")  # the buyer sends it
        RECEIVED = "received", _("arrived, to be inspected")
        INSPECTED = "inspected", _("inspected")  # each unit is graded; the money is to be decided
        REFUNDED = "refunded", _("refunded")
        REJECTED = "rejected", _("rejected")
        CANCELED = "canceled", _("canceled")  # by the buyer, or it never came

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField(_("return"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    note = models.CharField(_("buyer's words"), max_length=500, blank=True)
    answer = models.CharField(_("our answer"), max_length=300, blank=True)
    key = models.CharField(max_length=64, unique=True)  # asked twice it is one return
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("inspected"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["requested_at", "pk"]
        permissions = [("handle_return", "Can approve, receive, inspect, reject and cancel returns")]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="return_number_once_per_order"),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", reason="") | Q(kind="return") & ~Q(reason=""),
                name="return_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "approved", "canceled", "rejected"])
                | Q(received_at__isnull=False),
                name="return_came_before_it_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["refunded", "rejected", "canceled"], closed_at__isnull=False)
                | Q(status__in=["requested", "approved", "received", "inspected"], closed_at=None),
                name="return_closed_at_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the buyer writes on the parcel."""
        return f"{self.order.number}-R{self.number}"


class ReturnUnit(models.Model):
    """One unit that comes back, and what inspection made of it."""

    class Grade(models.TextChoices):
        NEW = "new", _("as new, sealed")
        OPENED = "opened", _("opened, as new")
        USED = "used", _("traces of use")
        DAMAGED = "damaged", _("damaged")
        INCOMPLETE = "incomplete", _("incomplete")

    class Decision(models.TextChoices):
        RESTOCK = "restock", _("back on sale as it was")
        OTHER = "other", _("on sale as another article (open box, refurbished)")
        SCRAP = "scrap", _("scrap")
        SEND_BACK = "send_back", _("send back to the buyer")  # it stays the buyer's: not taken, not refunded

    process = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="units")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returned_units")
    device = models.ForeignKey(DeviceUnit, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    grade = models.CharField(_("condition"), max_length=10, choices=Grade, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("returned unit")
        verbose_name_plural = _("returned units")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["restock", "other"], variant__isnull=False)
                | Q(decision__in=["", "scrap", "send_back"], variant=None),
                name="returned_unit_knows_its_stock",
            ),
            models.CheckConstraint(
                condition=Q(grade="", decision="") | ~Q(grade="") & ~Q(decision=""),
                name="returned_unit_graded_and_decided",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(decision__in=["restock", "other", "scrap"]),
                name="returned_unit_once_per_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line.sku}"

"""Devices one by one: which unit, by its number, lies or left in which parcel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devicehub.lib.db import TimeStamped
from orders.models.shipping import Shipment, ShipmentLine


class DeviceUnitQuerySet(models.QuerySet["DeviceUnit"]):
    def living(self) -> DeviceUnitQuerySet:
        """In a parcel or with a customer: their numbers are taken."""
        return self.filter(status__in=DeviceUnit.LIVING)

    def in_parcel(self, shipment: Shipment) -> DeviceUnitQuerySet:
        return self.filter(shipment_line__shipment=shipment)


class DeviceUnit(TimeStamped):
    """One unit of a serial-tracked product, from the moment it is packed. `number` is as `orders.units.read` writes it.

    A unit that came back and is sold again gets a new row, so each row tells of one journey.
    """

    class Kind(models.TextChoices):
        IMEI = "imei", _("IMEI")  # of whatever can join a mobile network: 15 digits, the last one checks the others
        SERIAL = "serial", _("serial number")  # the maker's own

    class Status(models.TextChoices):
        PACKED = "packed", _("packed")  # in a parcel that has not left
        SENT = "sent", _("with the customer")  # its parcel has left, or arrived
        UNPACKED = "unpacked", _("unpacked")  # its parcel was opened before dispatch
        RETURNED = "returned", _("came back")
        SCRAPPED = "scrapped", _("scrapped")  # came back and will not be sold again

    LIVING = (Status.PACKED, Status.SENT)

    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="devices", verbose_name=_("parcel")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    number = models.CharField(_("number"), max_length=40, db_index=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PACKED)

    objects = DeviceUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("device unit")
        verbose_name_plural = _("device units")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(status__in=["packed", "sent"]), name="unit_number_once_among_living"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="unit_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

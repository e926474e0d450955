"""How parcels travel: zones and methods before the sale, shipments after it."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from catalog.models import Variant
from devicehub.lib.db import TimeStamped

MAX_DAYS = 120  # no delivery takes longer


class ShippingZone(models.Model):
    """Countries that share delivery methods. A country may lie in several zones."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    countries = CountryField(_("countries"), multiple=True)

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PickupPlace(models.Model):
    """A store where buyers fetch what they ordered."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    line1 = models.CharField(_("street and number"), max_length=160)
    postcode = models.CharField(_("postcode"), max_length=20)
    city = models.CharField(_("town or city"), max_length=120)
    country = CountryField(_("country"))
    opening_hours = models.TextField(
        _("opening hours"), max_length=600, help_text=_("One line each, as buyers read them: Mon–Fri 10:00–18:00")
    )

    class Meta:
        verbose_name = _("pickup place")
        verbose_name_plural = _("pickup places")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def address_values(self) -> dict[str, str]:
        """What an order keeps of it, but for the buyer's name."""
        names = ("line1", "postcode", "city", "country")
        return {"company": self.name, **{name: getattr(self, name) for name in names}}

    @property
    def address_line(self) -> str:
        return f"{self.line1}, {self.postcode} {self.city}"


class ClosedDays(models.Model):
    """When the shop does not pack, besides weekends and public holidays."""

    name = models.CharField(_("name"), max_length=80, help_text=_("Stocktaking, company holidays …"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), db_index=True, help_text=_("The same as the first for a single day."))

    class Meta:
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="closed_days_forwards",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.first_day} – {self.last_day}"


class ShippingMethod(models.Model):
    """A way of delivery into a zone. The price is with or without tax as the catalog's prices are.

    With a `pickup_place` buyers of the zone fetch the goods there, and the days are the shop's own.
    """

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods", verbose_name=_("zone"))
    name = models.CharField(_("name"), max_length=80)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    pickup_place = models.ForeignKey(
        PickupPlace,
        on_delete=models.PROTECT,
        related_name="methods",
        null=True,
        blank=True,
        verbose_name=_("pickup place"),
        help_text=_("Only where buyers fetch the goods themselves; the days are then those until they lie ready."),
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    free_from = models.DecimalField(
        _("free from"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Value of the goods.")
    )
    max_weight_g = models.PositiveIntegerField(_("weight limit, g"), null=True, blank=True)
    days_min = models.PositiveSmallIntegerField(
        _("days, from"), default=1, validators=[MaxValueValidator(MAX_DAYS)], help_text=_("Working days on the way.")
    )
    days_max = models.PositiveSmallIntegerField(_("days, to"), default=3, validators=[MaxValueValidator(MAX_DAYS)])
    tax_class = models.CharField(
        _("tax class"), max_length=12, choices=Variant.TaxClass, default=Variant.TaxClass.STANDARD
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("shipping method")
        verbose_name_plural = _("shipping methods")
        ordering = ["position", "price", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="shipping_price_not_negative"),
            models.CheckConstraint(condition=Q(days_max__gte=F("days_min")), name="shipping_days_forwards"),
            models.UniqueConstraint(fields=["zone", "name"], name="shipping_method_once_per_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.zone})"

    @property
    def is_pickup(self) -> bool:
        return self.pickup_place_id is not None


class Shipment(TimeStamped):
    """A parcel of an order."""

    class Status(models.TextChoices):
        PACKED = "packed", _("packed")  # goods set aside, label not yet with the carrier
        SHIPPED = "shipped", _("shipped")  # handed to the carrier: its stock has left the shop
        DELIVERED = "delivered", _("delivered")
        CANCELED = "canceled", _("canceled")  # unpacked again before dispatch

    GONE = (Status.SHIPPED, Status.DELIVERED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shipments")
    number = models.PositiveSmallIntegerField(_("parcel"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PACKED)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="shipment_number_once_per_order"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(shipped_at__isnull=False, delivered_at__gte=F("shipped_at")),
                name="shipment_delivered_after_it_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} / {self.number}"


class ShipmentLine(models.Model):
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveSmallIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"

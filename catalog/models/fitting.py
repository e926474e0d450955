"""Which accessory fits which device: rules between the spec fields of two types, kept by staff."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.specs import ProductType, SpecField


class FitRule(models.Model):
    """An accessory of one type fits a device of another when every condition that is needed holds.

    Without conditions a rule says nothing. `included_field` is the device's yes-or-no field that tells whether such
    an accessory lies in its box already.
    """

    accessory_type = models.ForeignKey(
        ProductType, on_delete=models.CASCADE, related_name="fits_as_accessory", verbose_name=_("accessory")
    )
    device_type = models.ForeignKey(
        ProductType, on_delete=models.CASCADE, related_name="fits_as_device", verbose_name=_("device")
    )
    included_field = models.ForeignKey(
        SpecField,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("in the box, says"),
        help_text=_("The device's yes-or-no field. Where it says no, the cart points out that none lies in the box."),
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("fitting rule")
        verbose_name_plural = _("fitting rules")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["accessory_type", "device_type"],
                name="fit_rule_once_per_pair",
                violation_error_message=_("There is a rule for these two types already."),
            ),
            models.CheckConstraint(
                condition=~Q(accessory_type=F("device_type")),
                name="fit_rule_between_two_types",
                violation_error_message=_("A rule joins two different types."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accessory_type} → {self.device_type}"


class FitCondition(models.Model):
    """One comparison of a rule: a field of the accessory with a field of the device."""

    class Comparison(models.TextChoices):
        EQUAL = "equal", _("is the same as")
        ONE_OF = "one-of", _("is one of")  # a plug among the device's sockets
        CONTAINS = "contains", _("contains")  # a cable's two ends, one of them the device's socket
        AT_LEAST = "at-least", _("is at least")
        AT_MOST = "at-most", _("is at most")

    rule = models.ForeignKey(FitRule, on_delete=models.CASCADE, related_name="conditions")
    accessory_field = models.ForeignKey(
        SpecField, on_delete=models.RESTRICT, related_name="+", verbose_name=_("field of the accessory")
    )
    comparison = models.CharField(_("comparison"), max_length=10, choices=Comparison)
    device_field = models.ForeignKey(
        SpecField, on_delete=models.RESTRICT, related_name="+", verbose_name=_("field of the device")
    )
    is_needed = models.BooleanField(
        _("needed"),
        default=True,
        help_text=_("Without it the accessory does not fit. Unticked: it fits all the same, and the words are told."),
    )
    words = models.CharField(
        _("words when it fails"),
        max_length=200,
        blank=True,
        help_text=_(
            "What shoppers read, as in: “The charger gives {accessory}, the phone takes up to {device}: it will charge"
            " slowly.” Left empty, both values are named."
        ),
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "accessory_field", "comparison", "device_field"], name="fit_condition_once_per_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accessory_field} {self.get_comparison_display()} {self.device_field}"

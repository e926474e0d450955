"""Typed specs: a product type has fields, a product or one of its variants has values."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ProductType(models.Model):
    """What kind of device it is, and so which spec fields it has: phone, laptop, monitor."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("product type")
        verbose_name_plural = _("product types")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SpecField(models.Model):
    """One line of a type's data sheet."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("number")  # with or without a unit, or a range of numbers
        CHOICE = "choice", _("choice")  # one of, or some of, the field's choices
        SIZE = "size", _("size")  # two or three sides: resolution, dimensions
        BOOLEAN = "boolean", _("yes or no")
        TEXT = "text", _("text")

    class Scope(models.TextChoices):
        PRODUCT = "product", _("product")  # the same for all variants: screen size
        VARIANT = "variant", _("variant")  # what the buyer chooses: colour, storage

    class Better(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")
        NONE = "none", _("neither")

    product_type = models.ForeignKey(ProductType, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField(_("key"), max_length=60, help_text=_("Stands in addresses: ?spec-screen-size=…"))
    label = models.CharField(_("label"), max_length=80)
    group = models.CharField(_("group"), max_length=80, blank=True, help_text=_("Heading on the data sheet."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    unit = models.CharField(_("unit"), max_length=16, blank=True, help_text=_("For numbers and sizes."))
    scope = models.CharField(_("belongs to"), max_length=10, choices=Scope, default=Scope.PRODUCT)
    multiple = models.BooleanField(_("several values"), default=False, help_text=_("For choices only."))
    better = models.CharField(
        _("better value"),
        max_length=10,
        choices=Better,
        default=Better.NONE,
        help_text=_("For numbers, sizes and yes or no: which one a comparison marks."),
    )
    is_facet = models.BooleanField(_("filter"), default=False, help_text=_("Offered as a filter on listings."))
    on_card = models.BooleanField(_("on the card"), default=False, help_text=_("Three at most are shown."))
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("spec field")
        verbose_name_plural = _("spec fields")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product_type", "key"], name="spec_field_key_once_per_type"),
            models.CheckConstraint(
                condition=Q(kind__in=["number", "size"]) | Q(unit=""),
                name="spec_field_unit_only_for_numbers",
                violation_error_message=_("Only numbers and sizes have a unit."),
            ),
            models.CheckConstraint(
                condition=Q(kind="choice") | Q(multiple=False),
                name="spec_field_multiple_only_for_choices",
                violation_error_message=_("Only choices can have several values."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["number", "size", "boolean"]) | Q(better="none"),
                name="spec_field_better_only_where_compared",
                violation_error_message=_("Neither text nor choices have a better value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


class SpecChoice(models.Model):
    """One allowed value of a choice field."""

    field = models.ForeignKey(SpecField, on_delete=models.CASCADE, related_name="choices")
    value = models.SlugField(_("value"), max_length=60, allow_unicode=True)
    label = models.CharField(_("label"), max_length=80)
    swatch = models.CharField(_("colour"), max_length=7, blank=True, help_text=_("#rrggbb, for colours."))
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="spec_choice_once_per_field")]

    def __str__(self) -> str:
        return self.label


class SpecValueQuerySet(models.QuerySet["SpecValue"]):
    def in_order(self, *first: str) -> Self:
        """As a data sheet lists them, after the columns named, with field and choice at hand."""
        order = (*first, "field__position", "field_id", "choice__position", "choice_id")
        return self.select_related("field", "choice").order_by(*order)


class SpecValue(models.Model):
    """What one product (or one of its variants) has in one field. A multiple choice has a row per choice.

    Exactly one of `number`, `choice`, `flag`, `text` is filled, as the field's kind says. Numbers are in the base
    unit of the field's unit, as `catalog.units` has it. `number_high` is the upper end of a range, `second` and `third`
    are the further sides of a size, whose first is `number`; all are empty otherwise.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="spec_values")
    # Its index leaves out the many values without variant: SQLite would look among them for those of a product.
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.CASCADE, related_name="spec_values", null=True, blank=True, db_index=False
    )
    field = models.ForeignKey(SpecField, on_delete=models.PROTECT, related_name="values")
    number = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    number_high = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    second = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    third = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    choice = models.ForeignKey(SpecChoice, on_delete=models.PROTECT, related_name="values", null=True, blank=True)
    flag = models.BooleanField(null=True, blank=True)
    text = models.CharField(max_length=500, blank=True)

    objects = SpecValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("spec value")
        verbose_name_plural = _("spec values")
        indexes = [
            models.Index(fields=["field", "choice", "product"], name="spec_value_by_choice"),
            models.Index(fields=["field", "number", "product"], name="spec_value_by_number"),
            models.Index(fields=["variant"], name="spec_value_of_variant", condition=Q(variant__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "field"],
                condition=Q(variant=None, choice=None),
                name="spec_value_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["product", "field", "choice"],
                condition=Q(variant=None, choice__isnull=False),
                name="spec_choice_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["variant", "field"],
                condition=Q(variant__isnull=False, choice=None),
                name="spec_value_once_per_variant",
            ),
            models.UniqueConstraint(
                fields=["variant", "field", "choice"],
                condition=Q(variant__isnull=False, choice__isnull=False),
                name="spec_choice_once_per_variant",
            ),
            models.CheckConstraint(
                condition=(
                    Q(number__isnull=False, choice=None, flag=None, text="")
                    | Q(number=None, choice__isnull=False, flag=None, text="")
                    | Q(number=None, choice=None, flag__isnull=False, text="")
                    | (Q(number=None, choice=None, flag=None) & ~Q(text=""))
                ),
                name="spec_value_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(number_high=None) | Q(number_high__gte=F("number")), name="spec_value_range_upwards"
            ),
            models.CheckConstraint(
                condition=(
                    Q(second=None, third=None)
                    | Q(number__isnull=False, number__gt=0, number_high=None, second__isnull=False, second__gt=0)
                    & (Q(third=None) | Q(third__gt=0))
                ),
                name="spec_value_sides_of_a_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.number or self.choice_id or self.flag or self.text}"

    @property
    def upper(self) -> Decimal | None:
        """Of a range its upper end, else the number itself."""
        return self.number if self.number_high is None else self.number_high

"""How many there are: a level per variant and place, and an append-only ledger of every change."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models.product import Variant


class StockPlace(models.Model):
    """Where units lie. One is in use; the table is there for the second."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("stock place")
        verbose_name_plural = _("stock places")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Promise(models.TextChoices):
    """As what a device is sold that is not there yet."""

    PREORDER = "preorder", _("pre-order")  # not released yet: it ships from that day
    BACKORDER = "backorder", _("back-order")  # more are coming: they are expected that day


class StockLevel(models.Model):
    """Units of a variant at a place. Changed by `catalog.inventory` only, which writes the movement beside it.

    `promise_limit` units may be promised beyond what is on hand; with 0, the usual case, there is no promise.
    """

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="stock_levels")
    place = models.ForeignKey(StockPlace, on_delete=models.PROTECT, related_name="levels")
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    low_at = models.PositiveIntegerField(_("low at"), default=3, help_text=_("Listed as low at this figure or below."))
    promise = models.CharField(
        _("sold before it is there"), max_length=10, choices=Promise, blank=True, default="", db_default=""
    )
    promise_limit = models.PositiveIntegerField(
        _("at most"), default=0, db_default=0, help_text=_("Units that may be promised beyond what is on hand.")
    )
    expected_at = models.DateField(
        _("expected on"),
        null=True,
        blank=True,
        help_text=_("Buyers read this day. From the day after, nothing more is promised."),
    )

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ["variant"]
        indexes = [
            models.Index(fields=["variant"], name="stock_level_short", condition=Q(reserved__gt=F("on_hand"))),
        ]
        constraints = [
            models.UniqueConstraint(fields=["variant", "place"], name="stock_level_once_per_place"),
            models.CheckConstraint(condition=Q(on_hand__gte=0, reserved__gte=0), name="stock_level_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand") + F("promise_limit")), name="stock_level_not_oversold"
            ),
            models.CheckConstraint(
                condition=Q(promise="", promise_limit=0, expected_at=None)
                | (~Q(promise="") & Q(promise_limit__gte=1, expected_at__isnull=False)),
                name="stock_level_promise_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.available} of {self.on_hand}"

    @property
    def available(self) -> int:
        """Units on hand that nobody was promised; below zero as many as buyers wait for."""
        return self.on_hand - self.reserved

    @property
    def owed(self) -> int:
        """Units promised that are not there."""
        return max(0, self.reserved - self.on_hand)


class AppendOnlyQuerySet(models.QuerySet["StockMovement"]):
    def update(self, **changes: Any) -> NoReturn:
        raise TypeError("Stock movements are never changed: post another one.")

    def delete(self) -> NoReturn:
        raise TypeError("Stock movements are never deleted: post another one.")


class StockMovement(models.Model):
    """One change of a level, with its cause. `reference` is the caller's word for it, such as an order number.

    A movement with a reference is unique per (level, kind, reference, cause), so that repeating an act cannot
    move stock twice. `on_hand_after` and `reserved_after` make the ledger readable by itself.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("goods received")
        ADJUSTMENT = "adjustment", _("correction")  # count, loss, damage: the note says why
        RESERVE = "reserve", _("reserved")
        RELEASE = "release", _("reservation freed")
        COMMIT = "commit", _("dispatched")
        RESTOCK = "restock", _("taken back")

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    on_hand_change = models.IntegerField(_("on hand"), default=0)
    reserved_change = models.IntegerField(_("reserved"), default=0)
    on_hand_after = models.PositiveIntegerField(_("on hand after"))
    reserved_after = models.PositiveIntegerField(_("reserved after"))
    reference = models.CharField(_("reference"), max_length=64, blank=True, db_index=True)
    cause = models.CharField(_("cause"), max_length=64, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["level", "created_at"], name="stock_movement_of_level")]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "kind", "reference", "cause"],
                condition=~Q(reference=""),
                name="stock_movement_once_per_cause",
            ),
            models.CheckConstraint(
                condition=~Q(on_hand_change=0, reserved_change=0), name="stock_movement_moves_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on_hand_change:+d}/{self.reserved_change:+d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Stock movements are never changed: post another one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Stock movements are never deleted: post another one.")

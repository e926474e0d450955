"""A stock take: what staff counted at a place, what was expected, and who posted the difference when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models.product import Variant
from catalog.models.stock import StockPlace
from devicehub.lib.db import TimeStamped


class StockCount(TimeStamped):
    """Open while people count; once posted it is a record that nobody changes."""

    class Status(models.TextChoices):
        OPEN = "open", _("being counted")
        POSTED = "posted", _("posted")

    place = models.ForeignKey(StockPlace, on_delete=models.PROTECT, related_name="+", editable=False)
    reason = models.CharField(_("reason"), max_length=200, help_text=_("Stands in the ledger beside each difference."))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False)
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    posted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    posted_at = models.DateTimeField(_("posted"), null=True, editable=False)

    class Meta:
        verbose_name = _("stock take")
        verbose_name_plural = _("stock takes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", posted_at=None) | Q(status="posted", posted_at__isnull=False),
                name="stock_count_posted_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}: {self.reason}"

    @property
    def reference(self) -> str:
        """Under which its differences stand in the ledger, once each."""
        return f"count-{self.pk}"


class StockCountLine(models.Model):
    """`expected` is what was on hand when it was counted, so that sales going on meanwhile change no difference."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    counted = models.PositiveIntegerField(_("counted"), null=True)
    expected = models.PositiveIntegerField(_("expected"), null=True)

    class Meta:
        verbose_name = _("counted variant")
        verbose_name_plural = _("counted variants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["count", "variant"], name="stock_count_line_once"),
            models.CheckConstraint(
                condition=Q(counted=None, expected=None) | Q(counted__isnull=False, expected__isnull=False),
                name="stock_count_line_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.counted} of {self.expected}"

    @property
    def difference(self) -> int | None:
        return None if self.counted is None or self.expected is None else self.counted - self.expected

"""Who tried what, for limits only: kept a day, and no address or session can be read from it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.payment import Payment


class Attempt(models.Model):
    """One act that a stranger may do only so often. `trace` is a scope and a digest, such as address:3f…"""

    kind = models.CharField(max_length=10)
    trace = models.CharField(max_length=60)
    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="attempts", null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["kind", "trace", "at"], name="attempt_by_trace")]

    def __str__(self) -> str:
        return f"{self.kind} {self.trace}"

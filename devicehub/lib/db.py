"""What models of all apps share."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TimeStamped(models.Model):
    """Rows that know when they were made and last saved."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


def claim(queryset: models.QuerySet[Any], **changes: Any) -> bool:
    """Change the one row that still meets the queryset's condition; False when somebody else was first.

    One UPDATE that repeats its condition, so that of several processes exactly one wins:
    `claim(Cart.objects.filter(pk=pk, status=OPEN), status=ORDERED)`.
    """
    if issubclass(queryset.model, TimeStamped):
        changes.setdefault("updated_at", timezone.now())  # UPDATE passes auto_now by
    return queryset.update(**changes) == 1

"""Files that were taken in: how their columns were read, and what each of them changed, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from devicehub.lib.db import TimeStamped

RULES = ("columns", "constants", "separators", "other_columns", "delimiter", "encoding")


class ExactEncoder(DjangoJSONEncoder):
    """Django's leaves microseconds out; what is restored must be equal."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class ImportMapping(TimeStamped):
    """How files of one supplier are to be read. `rules` is described in docs/import.md."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    rules = models.JSONField(
        _("rules"),
        default=dict,
        help_text=_(
            "columns: theirs → ours, such as “Titel”: “name” or “Speicher”: “spec:Storage [GB]”. "
            "constants: ours → a value for empty cells. separators: ours → what parts several values."
        ),
    )

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The shape only; whether a column of ours exists is checked by the form and when a file is read."""
        if not isinstance(self.rules, dict):
            raise ValidationError({"rules": _("The rules are an object: {…}.")})
        unknown = sorted(set(self.rules) - set(RULES))
        if unknown:
            words = _("Not known: %(unknown)s. Known: %(known)s.")
            raise ValidationError({"rules": words % {"unknown": ", ".join(unknown), "known": ", ".join(RULES)}})
        for name in ("columns", "constants", "separators"):
            part = self.rules.get(name, {})
            if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
                raise ValidationError({"rules": _("“%(name)s” is an object of texts.") % {"name": name}})


class ImportBatch(models.Model):
    """One file that was applied, all or nothing. `added_rows` names what it added besides products: model → ids."""

    class State(models.TextChoices):
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    lines_added = models.PositiveIntegerField(_("added"), default=0)
    lines_changed = models.PositiveIntegerField(_("changed"), default=0)
    lines_unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    lines_skipped = models.PositiveIntegerField(_("skipped"), default=0)
    notes = models.PositiveIntegerField(_("notes"), default=0)
    report = models.TextField(_("report"), blank=True)
    added_rows = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.file_name}"

    @property
    def reference(self) -> str:
        """What the stock ledger calls it."""
        return f"import {self.pk}"


class ImportedProduct(models.Model):
    """A product that a batch touched. No foreign key: the product may go, and what was before stays known.

    `before` holds its rows as they were, nothing for a product that the batch added; `after` is a digest of what
    the batch left, by which a later change is noticed. `kept` marks what undo had to leave in the books.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="products")
    product_id = models.PositiveBigIntegerField(db_index=True)
    before = models.JSONField(null=True, encoder=ExactEncoder)
    after = models.CharField(max_length=64)
    pictures = models.JSONField(default=list)
    kept = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("imported product")
        verbose_name_plural = _("imported products")
        constraints = [models.UniqueConstraint(fields=["batch", "product_id"], name="imported_product_once_per_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.product_id}"

"""Invoices and credit notes: numbered without gap, written once, never changed."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from devicehub.lib.money import Money
from orders.models.order import Order
from orders.models.payment import Refund
from orders.models.shipping import Shipment

IMMUTABLE = "A document is never changed or deleted: issue a credit note."


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **changes: Any) -> NoReturn:
        raise TypeError(IMMUTABLE)

    def delete(self) -> NoReturn:
        raise TypeError(IMMUTABLE)


class AppendOnly(models.Model):
    """Rows that are added and read, and nothing else."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(IMMUTABLE)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(IMMUTABLE)


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit-note", _("credit note")


class DocumentSeries(models.Model):
    """The last number given out for a kind in a year; `orders.documents.numbers` alone moves it, by one."""

    kind = models.CharField(max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="document_series_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Document(AppendOnly):
    """One issued invoice or credit note.

    `snapshot` holds all that is printed (its shape: `orders.documents.snapshots`); files are made from it alone, so
    later changes of order, shop or catalog cannot reach them. An invoice belongs to a parcel, a credit note to a
    refund and to the invoice that it corrects. `total` is net + tax; a credit note's amounts are positive too.
    """

    Kind = DocumentKind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("place in the year"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="invoice", null=True)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="credit_notes", null=True)
    invoice = models.ForeignKey("self", on_delete=models.PROTECT, related_name="credit_notes", null=True)
    issued_on = models.DateField(_("issued on"))
    currency = models.CharField(max_length=3)
    net = models.DecimalField(_("net"), max_digits=12, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    snapshot = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["created_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "sequence"], name="document_number_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="document_sequence_from_1"),
            models.CheckConstraint(condition=Q(total=Round(F("net") + F("tax"), 2)), name="document_total_adds_up"),
            models.CheckConstraint(
                condition=Q(kind="invoice", shipment__isnull=False, invoice=None, refund=None)
                | Q(kind="credit-note", shipment=None, invoice__isnull=False, refund__isnull=False),
                name="document_knows_its_cause",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)


class DocumentFile(AppendOnly):
    """A document as it was rendered, once: these bytes are served for ever. `sha256` is their digest in hex."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XML = "xml", "XML"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=3, choices=Format)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("document file")
        verbose_name_plural = _("document files")
        constraints = [models.UniqueConstraint(fields=["document", "format"], name="document_file_once")]

    def __str__(self) -> str:
        return f"{self.document_id}.{self.format}"

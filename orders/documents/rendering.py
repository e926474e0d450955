"""Files of documents: made once from the snapshot after the commit, kept in the database, and never made again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from devicehub.lib.tasks import retrying
from orders.documents import invoice_pdf, invoice_xml
from orders.models import Document, DocumentFile

RENDERERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    DocumentFile.Format.PDF: invoice_pdf.render,
    DocumentFile.Format.XML: invoice_xml.render,
}


@retrying()
def render(document_id: str) -> None:
    """The task after issuing; harmless when it runs twice."""
    files_of(Document.objects.get(pk=document_id))


def files_of(document: Document) -> dict[str, DocumentFile]:
    """Every format, rendered now where it has not been. Slow the first time: call it from a task."""
    known = {file.format: file for file in document.files.all()}
    for format, renderer in RENDERERS.items():
        if format not in known:
            known[format] = _keep(document, format, renderer(document.snapshot))
    return known


def _keep(document: Document, format: str, content: bytes) -> DocumentFile:
    """Of two workers that rendered at once the first one's bytes count."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            return DocumentFile.objects.create(document=document, format=format, content=content, sha256=digest)
    except IntegrityError:
        return DocumentFile.objects.get(document=document, format=format)

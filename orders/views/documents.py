"""The files of an order's documents and the label of a return, for whoever may see the order."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from devicehub.lib.shop import shop_facts
from orders import documents
from orders.models import DocumentFile, Order, Return
from orders.views.order import OrderAccess, private

CONTENT_TYPES = {DocumentFile.Format.PDF: "application/pdf", DocumentFile.Format.XML: "application/xml"}


def file_response(order: Order, number: str, format: str) -> HttpResponse:
    """The bytes as they were rendered; while they are not, a request to come again."""
    document = order.documents.filter(number=number).defer("snapshot").first()
    if document is None or format not in CONTENT_TYPES:
        raise Http404
    file = document.files.filter(format=format).first()
    if file is None:
        words = _("This document is being prepared. Please try again in a minute.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
    return download(bytes(file.content), CONTENT_TYPES[DocumentFile.Format(format)], f"{number}.{format}")


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep, named after the shop."""
    name = f"{slugify(shop_facts()['name']) or 'shop'}-{name}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


@private
class DocumentView(OrderAccess):
    """One file of one document of one's own order."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, document: str, format: str, **kwargs: Any) -> HttpResponse:
        return file_response(self.order, document, format)


@private
class ReturnLabelView(OrderAccess):
    """What the buyer sticks on the parcel, while the shop waits for it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, return_number: int, **kwargs: Any) -> HttpResponse:
        awaited = self.order.returns.filter(status=Return.Status.APPROVED)
        process = get_object_or_404(awaited, number=return_number)
        return download(documents.return_label(process), "application/pdf", f"{process.label}-return-label.pdf")

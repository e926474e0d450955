"""Pictures that a file names: fetched in the background after the import is committed, or taken from a folder.

They pass the same checks as an upload. `Image.source` remembers where a picture came from, so that the same file
imported again takes none twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import task

from catalog import fetching
from catalog.exceptions import CatalogError
from catalog.fetching import FetchError
from catalog.images import store_upload
from catalog.importing.files import ImportRefused
from catalog.importing.planning import is_address
from catalog.importing.reports import store_report
from catalog.models import Image, ImportBatch, ImportedProduct, Product

OPENER = fetching.opener()
WORK_SECONDS = 60  # of one task; the rest is left to another, so that none looks like dead
ATTEMPTS = 3
PAUSE = timedelta(minutes=10)
Progress = Callable[[], object]


class Folder:
    """A folder of pictures. Names that lead out of it are refused."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise ImportRefused(f"{path} is no folder.")
        self.path = path.resolve()

    def open(self, name: str) -> File:
        path = (self.path / name).resolve()
        if not path.is_relative_to(self.path) or not path.is_file():
            raise FetchError("no such file in the folder")
        return File(path.open("rb"), name=path.name)


def take_from_folder(batch: ImportBatch, folder: Folder, progress: Progress = bool) -> tuple[int, list[str]]:
    """The pictures that the batch names by file: how many were taken, and what is to be said of the rest."""
    taken, refused = 0, []
    for record in pending(batch):
        for source in [one for one in record.pictures if not is_address(one)]:
            progress()
            try:
                with folder.open(source) as file:
                    taken += add_picture(record, source, file)
            except CatalogError as error:
                refused.append(refuse(record, source, error))
    return taken, refused


@task()
def fetch_pictures(batch_id: int, after: int = 0, attempt: int = 1) -> None:
    """Fetch the pictures that a batch names by address. Harmless to repeat; goes on in a further task."""
    batch = ImportBatch.objects.filter(pk=batch_id, state=ImportBatch.State.APPLIED).first()
    if batch is None:
        return
    until = time.monotonic() + WORK_SECONDS
    said: list[str] = []
    for record in pending(batch, after=after):
        if time.monotonic() > until:
            fetch_pictures.enqueue(batch_id, after=after, attempt=attempt)
            break
        said += _fetch(record, is_last=attempt == ATTEMPTS)
        after = record.pk
    else:
        if attempt < ATTEMPTS and any(_missing(record) for record in pending(batch)):
            again = fetch_pictures.using(run_after=timezone.now() + PAUSE)
            again.enqueue(batch_id, attempt=attempt + 1)
    store_report(batch, said)


def pending(batch: ImportBatch, after: int = 0) -> Iterator[ImportedProduct]:
    found = ImportedProduct.objects.filter(batch=batch, pk__gt=after).exclude(pictures=[]).defer("before")
    yield from found.order_by("pk").iterator(chunk_size=200)


def _missing(record: ImportedProduct) -> list[str]:
    there = set(Image.objects.filter(product=record.product_id).values_list("source", flat=True))
    return [source for source in record.pictures if is_address(source) and source not in there]


def _fetch(record: ImportedProduct, *, is_last: bool) -> list[str]:
    refused = []
    for source in _missing(record):
        try:
            body = fetching.fetch(source, max_bytes=settings.IMAGE_MAX_BYTES, opener=OPENER)
            add_picture(record, source, File(BytesIO(body), name="picture"))
        except CatalogError as error:
            if is_last or not getattr(error, "may_pass", False):
                refused.append(refuse(record, source, error))
    return refused


def add_picture(record: ImportedProduct, source: str, file: File) -> bool:
    """Whether it was added: not when it is there already or the product is gone."""
    product = Product.objects.filter(pk=record.product_id).first()
    if product is None or Image.objects.filter(product=product, source=source).exists():
        return False
    clean = store_upload(file)
    with transaction.atomic():
        last = product.images.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        Image.objects.create(product=product, file=clean, alt=product.name, source=source, position=position)
    return True


def refuse(record: ImportedProduct, source: str, error: Exception) -> str:
    """A picture that cannot be had is asked for no more, until a file names it again."""
    record.pictures = [one for one in record.pictures if one != source]
    record.save(update_fields=["pictures"])
    return f"picture  product {record.product_id}  {source[:200]}: {error}"

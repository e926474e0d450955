"""Write the catalog as the CSV file that import_products reads: into a file, or to the standard output."""

import csv
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import exporting
from catalog.cells import guarded
from catalog.models import Product


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if path is None:
            self.write(self.stdout)  # type: ignore[arg-type]
            return
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                lines = self.write(file)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(self.style.SUCCESS(f"{lines} variants written to {path}."))

    def write(self, file: IO[str]) -> int:
        writer = csv.writer(_Verbatim(file), lineterminator="\n")
        writer.writerow(exporting.COLUMNS)
        count = 0
        for row in exporting.rows(Product.objects.all()):
            writer.writerow([guarded(cell) for cell in row])
            count += 1
        return count


class _Verbatim:
    """Django's stdout ends each text with a line of its own."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        getattr(self._file, "_out", self._file).write(text)

"""Load products from a file: says line by line what it would do, then does it, all or nothing.

CSV (any usual separator), .json and .jsonl, also .gz. Columns of other names are recognised or mapped; docs/import.md
tells how. Prices are figures in the file's own currency; where that is not the shop's, --rate converts them.
"""

from argparse import ArgumentTypeError
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.models import User
from catalog.exceptions import CatalogError
from catalog.importing import (
    OTHER_COLUMNS,
    Plan,
    apply_plan,
    batch_lines,
    counts,
    lines,
    pictures,
    plan_import,
    remarks_on_the_file,
    store_report,
    undo,
)
from catalog.models import ImportBatch, ImportMapping


def rate(text: str) -> tuple[str, Decimal]:
    """USD=0.92: what one unit of a foreign currency is worth in the shop's."""
    currency, _equals, figure = text.partition("=")
    try:
        value = Decimal(figure)
    except InvalidOperation:
        raise ValueError from None
    if len(currency) != 3 or not value.is_finite() or value <= 0:
        raise ValueError
    return currency.upper(), value


def pair(text: str) -> tuple[str, str]:
    """NAME=VALUE; the last "=" parts them, as a column's name may have one."""
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise ValueError
    return name, value


def member_of_staff(email: str) -> User:
    found = User.objects.filter(email__iexact=email, is_staff=True, is_active=True).first()
    if found is None:
        raise ArgumentTypeError(f"nobody of the staff has the address {email!r}")
    return found


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--quiet-lines", action="store_true", help="only the counts, not every line")
        parser.add_argument("--unpublished", action="store_true", help="new products are not shown in the shop yet")
        parser.add_argument("--stock", type=int, default=0, help="opening stock of new variants that bring none")
        parser.add_argument("--rate", type=rate, action="append", default=[], metavar="USD=0.92")
        parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the pictures that the file names")
        parser.add_argument("--by", type=member_of_staff, metavar="E-MAIL", help="who imports: stands in the ledgers")
        columns = parser.add_argument_group("columns of other names")
        columns.add_argument("--map", type=pair, action="append", default=[], metavar="THEIRS=OURS")
        columns.add_argument("--set", type=pair, action="append", default=[], metavar="OURS=VALUE")
        columns.add_argument("--split", type=pair, action="append", default=[], metavar="OURS=MARK")
        columns.add_argument("--other-columns", choices=OTHER_COLUMNS, help="what becomes of columns nobody spoke of")
        columns.add_argument("--delimiter", help="what parts the cells, if it is not recognised")
        columns.add_argument("--encoding", help="how letters are coded, if it is not recognised")
        columns.add_argument("--mapping", metavar="NAME", help="use a mapping saved before")
        columns.add_argument("--save-mapping", metavar="NAME", help="keep all this under a name")
        batches = parser.add_argument_group("imports that were made")
        batches.add_argument("--batches", action="store_true", help="list them")
        batches.add_argument("--undo", type=int, metavar="ID", help="take one back, if nothing of it changed since")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["stock"] <= 1_000_000:
            raise CommandError("--stock must lie between 0 and 1,000,000.")
        try:
            if options["batches"]:
                self.list_batches()
            elif options["undo"] is not None:
                self.undo(options["undo"], options["by"])
            elif options["file"] is None:
                raise CommandError("Name the file to import.")
            else:
                self.import_file(options)
        except CatalogError as error:
            raise CommandError(f"Nothing was changed. {error}") from error

    def import_file(self, options: dict[str, Any]) -> None:
        rules = self.rules(options)
        folder = pictures.Folder(options["images"]) if options["images"] else None
        with self.bar("Reading", None) as advance:
            plan = plan_import(
                options["file"],
                rates=dict(options["rate"]),
                rules=rules,
                has_folder=folder is not None,
                progress=advance,
            )
        if options["dry_run"]:
            for _chunk in plan.chunks():
                pass
            self.say(plan, options)
            return
        with transaction.atomic(), self.bar("Importing", len(plan.reading.groups)) as advance:
            batch = apply_plan(
                plan,
                published=not options["unpublished"],
                opening_stock=options["stock"],
                actor=options["by"],
                progress=advance,
            )
            if options["save_mapping"]:
                ImportMapping.objects.update_or_create(name=options["save_mapping"], defaults={"rules": rules})
        self.say(plan, options)
        self.take_pictures(batch, folder)
        written = batch.products.count() if batch else 0
        told = f" Take it back with --undo {batch.pk}." if batch else ""
        self.stdout.write(self.style.SUCCESS(f"Done: {written} products written.{told}"))

    def rules(self, options: dict[str, Any]) -> dict[str, Any]:
        """The saved mapping with what this call adds to it."""
        saved: dict[str, Any] = {}
        if name := options["mapping"]:
            mapping = ImportMapping.objects.filter(name=name).first()
            if mapping is None:
                raise CommandError(f"There is no mapping called {name!r}.")
            saved = mapping.rules
        rules = dict(saved)
        for option, part in (("map", "columns"), ("set", "constants"), ("split", "separators")):
            if given := dict(options[option]):
                rules[part] = {**saved.get(part, {}), **given}
        for option in ("other_columns", "delimiter", "encoding"):
            if options[option]:
                rules[option] = options[option].replace("\\t", "\t")
        return rules

    def say(self, plan: Plan, options: dict[str, Any]) -> None:
        if not options["quiet_lines"]:
            for text in lines(plan):
                self.stdout.write(text)
        self.stdout.write(counts(plan))
        for text in remarks_on_the_file(plan):
            self.stdout.write(text)
        for currency, count in sorted(plan.reading.currencies.items()):
            self.stdout.write(
                self.style.WARNING(
                    f"{count} prices are in {currency} and the shop sells in {settings.SHOP_CURRENCY}: the figures "
                    f"are taken as they stand. Convert them with --rate {currency}=…"
                )
            )

    def take_pictures(self, batch: ImportBatch | None, folder: pictures.Folder | None) -> None:
        if batch is None or folder is None:
            return
        with self.bar("Pictures", None) as advance:
            taken, refused = pictures.take_from_folder(batch, folder, progress=advance)
        self.stdout.write(f"{taken} pictures taken from {folder.path}, {len(refused)} refused.")
        for text in refused:
            self.stdout.write(text)
        store_report(batch, refused)

    def list_batches(self) -> None:
        for text in batch_lines():
            self.stdout.write(text)

    def undo(self, batch_id: int, actor: User | None) -> None:
        batch = ImportBatch.objects.filter(pk=batch_id).first()
        if batch is None:
            raise CommandError(f"There is no import {batch_id}; --batches lists them.")
        with self.bar("Taking back", batch.products.count()) as advance:
            result = undo(batch, actor=actor, progress=advance)
        self.stdout.write(self.style.SUCCESS(result.words))
        for text in result.kept:
            self.stdout.write(text)

    @contextmanager
    def bar(self, title: str, total: int | None) -> Any:
        """A bar on a terminal; elsewhere nothing is drawn."""
        columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(file=self.stdout, stderr=False)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=total)
            yield lambda: progress.advance(task)

"""Load products from a CSV file: says line by line what it would do, then does it, all or nothing.

Prices are figures in the file's own currency; where that is not the shop's, --rate converts them.
"""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.exceptions import CatalogError
from catalog.importing import Plan, apply_plan, plan_import


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


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--quiet-lines", action="store_true", help="only the counts, not every line")
        parser.add_argument("--unpublished", action="store_true", help="new products are not shown in the shop yet")
        parser.add_argument("--stock", type=int, default=0, help="opening stock of new variants that bring none")
        parser.add_argument("--rate", type=rate, action="append", default=[], metavar="USD=0.92")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["stock"] <= 1_000_000:
            raise CommandError("--stock must lie between 0 and 1,000,000.")
        try:
            plan = plan_import(options["file"], rates=dict(options["rate"]))
            if not options["quiet_lines"]:
                self.say_lines(plan)
            self.say_counts(plan)
            if not options["dry_run"]:
                self.apply(plan, published=not options["unpublished"], opening_stock=options["stock"])
        except CatalogError as error:
            raise CommandError(f"Nothing was changed. {error}") from error

    def say_lines(self, plan: Plan) -> None:
        lines = [(variant.row.line, f"add     {variant.row.sku}  {variant.row.name}") for variant in plan.added]
        for row, changes in plan.changed:
            said = "; ".join(f"{name}: {before!s:.60} → {after!s:.60}" for name, (before, after) in changes.items())
            lines.append((row.line, f"change  {row.sku}  {said}"))
        lines += [(note.line, f"skip    {note.sku}  {note.text}") for note in plan.skipped]
        lines += [(note.line, f"note    {note.sku}  {note.text}") for note in plan.remarks]
        for line, text in sorted(lines):
            self.stdout.write(f"line {line:>6}  {text}")

    def say_counts(self, plan: Plan) -> None:
        self.stdout.write(
            f"{len(plan.added)} to add, {len(plan.changed)} to change, {plan.unchanged} unchanged, "
            f"{len(plan.skipped)} skipped, {len(plan.remarks)} notes."
        )
        for name, count in sorted(plan.ignored_specs.items()):
            self.stdout.write(f"Not taken, because it is no spec of a device: {name} (on {count} lines).")
        for currency, count in sorted(plan.foreign_currencies.items()):
            self.stdout.write(
                self.style.WARNING(
                    f"{count} prices are in {currency} and the shop sells in {settings.SHOP_CURRENCY}: the figures "
                    f"are taken as they stand. Convert them with --rate {currency}=…"
                )
            )

    def apply(self, plan: Plan, **options: Any) -> None:
        columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=self.stdout, stderr=False), transient=True) as bar:
            task = bar.add_task("", total=len(plan.products))
            touched = apply_plan(plan, progress=lambda: bar.advance(task), **options)
        self.stdout.write(self.style.SUCCESS(f"Done: {touched} products written."))

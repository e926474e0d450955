"""What is said about an import: a line for each line of the file that matters, the counts, and the file as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction

from catalog.importing.planning import Plan
from catalog.models import ImportBatch


def lines(plan: Plan) -> list[str]:
    """In the order of the file."""
    found = list(plan.tally.lines)
    found += [(note.line, f"skip    {note.sku}  {note.text}") for note in plan.skipped]
    found += [(note.line, f"note    {note.sku}  {note.text}") for note in plan.remarks]
    return [f"line {line:>6}  {text}" for line, text in sorted(found)]


def counts(plan: Plan) -> str:
    tally = plan.tally
    return (
        f"{tally.added} to add, {tally.changed} to change, {tally.unchanged} unchanged, "
        f"{len(plan.skipped)} skipped, {len(plan.remarks)} notes."
    )


def remarks_on_the_file(plan: Plan) -> Iterator[str]:
    """How it was read, and everything in it that was not taken."""
    reading, tally = plan.reading, plan.tally
    yield reading.source.words
    if reading.layout.words:
        yield f"Columns read as ours: {', '.join(reading.layout.words)}."
    for name, count in sorted(tally.no_specs.items()):
        yield f"Not taken, because it is no spec of a device: {name} (on {count} lines)."
    for name, seen in sorted(tally.unknown.items()):
        yield (
            f"Not taken, because nobody said what it is: {name} (on {seen.lines} lines, "
            f"first on line {seen.line}: {seen.value!r}). Map it with --map “{name}=spec:NAME” or “{name}=ignore”."
        )
    if reading.was_prices:
        yield f"was_price is computed from the price history, not taken from a file (on {reading.was_prices} lines)."
    if tally.stock_left:
        yield f"Stock is taken for new variants only: {tally.stock_left} lines have a figure for one that is there."
    if tally.pictures_left:
        yield f"{tally.pictures_left} pictures are named by file: say where they are with --images DIR."


def report(plan: Plan) -> str:
    return "\n".join([*lines(plan), counts(plan), *remarks_on_the_file(plan)])


def store_report(batch: ImportBatch, more: Iterable[str]) -> None:
    """What became known after the import stands below its report."""
    added = list(more)
    if not added:
        return
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        locked.report = "\n".join([locked.report, *added])
        locked.save(update_fields=["report"])

"""Taking back what an import did: all of it, or, where something changed since, nothing.

Rows go back to equal values under their old ids. Ledgers only grow: a price that goes back leaves a row, stock that
the import booked in is booked out. A product whose stock is in the books stays there, off sale and unpublished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, ProtectedError
from django.utils import timezone

from accounts.models import User
from catalog import inventory, specs
from catalog.exceptions import CatalogError
from catalog.importing.applying import record_prices
from catalog.importing.states import Row, State, columns, states
from catalog.models import (
    Brand,
    Category,
    Image,
    ImportBatch,
    ImportedProduct,
    Product,
    ProductType,
    SpecChoice,
    SpecField,
    SpecValue,
    StockLevel,
    StockMovement,
    Variant,
)
from catalog.publishing import product_changed

CHUNK = 200
SAID = 50
# The outermost last: a choice goes before its field, a category before what is above it.
LEFTOVERS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (SpecChoice, ("values",)),
    (SpecField, ("values", "choices")),
    (ProductType, ("products", "fields")),
    (Brand, ("products",)),
)
Progress = Callable[[], object]


class UndoRefused(CatalogError):
    """Something of the batch changed since; `reasons` names each."""

    def __init__(self, batch: ImportBatch, reasons: list[str]) -> None:
        self.reasons = reasons
        more = f"\n… and {len(reasons) - SAID} more" if len(reasons) > SAID else ""
        super().__init__(f"Import {batch.pk} cannot be taken back:\n" + "\n".join(reasons[:SAID]) + more)


@dataclass
class Undone:
    removed: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"Taken back: {self.removed} products removed, {self.restored} restored, {len(self.kept)} kept off sale."


@transaction.atomic
def undo(batch: ImportBatch, *, actor: User | None = None, progress: Progress = bool) -> Undone:
    """Raises UndoRefused, with nothing changed, when the batch is undone or something of it changed since."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.APPLIED:
        raise UndoRefused(batch, ["it was taken back already"])
    reasons = [reason for records in _chunks(batch) for reason in _obstacles(batch, records)]
    if reasons:
        raise UndoRefused(batch, reasons)
    result = Undone()
    for records in _chunks(batch):
        _take_back(batch, records, actor, result)
        for _record in records:
            progress()
    _remove_leftovers(batch.added_rows)
    batch.state, batch.undone_at, batch.undone_by = ImportBatch.State.UNDONE, timezone.now(), actor
    batch.save()
    return result


def batch_lines() -> Iterator[str]:
    for batch in ImportBatch.objects.select_related("actor").defer("report", "added_rows"):
        when = timezone.localtime(batch.created_at).strftime("%Y-%m-%d %H:%M")
        yield (
            f"{batch.pk:>5}  {when}  {batch.state:<8}  {batch.file_name}  {batch.lines_added} added, "
            f"{batch.lines_changed} changed, {batch.lines_skipped} skipped, {batch.notes} notes"
            f"{f'  by {batch.actor}' if batch.actor else ''}"
        )


def _chunks(batch: ImportBatch) -> Iterator[list[ImportedProduct]]:
    last = 0
    while records := list(batch.products.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield records
        last = records[-1].pk


# May it be taken back? ----------------------------------------------------------------------------------------------


def _obstacles(batch: ImportBatch, records: list[ImportedProduct]) -> list[str]:
    now = states(record.product_id for record in records)
    moved = _moved_since(batch, _added_variants(records, now))
    reasons = []
    for record in records:
        state = now.get(record.product_id)
        if state is None:
            reasons.append(f"product {record.product_id} was deleted since")
            continue
        name = state.product["name"]
        sold = sorted(row["sku"] for pk, row in state.variants.items() if int(pk) in moved)
        if sold:
            reasons.append(f"{name}: stock of {', '.join(sold)} was sold, reserved or booked since")
        elif state.digest(was_added=record.before is None) != record.after:
            reasons.append(f"{name}: changed since")
    return reasons


def _added_variants(records: Iterable[ImportedProduct], now: dict[int, State]) -> set[int]:
    added = set()
    for record in records:
        state = now.get(record.product_id)
        before = record.before["variants"] if record.before else {}
        added |= {int(pk) for pk in state.variants if pk not in before} if state else set()
    return added


def _moved_since(batch: ImportBatch, variant_ids: set[int]) -> set[int]:
    """Variants whose stock moved after the batch booked it in, or at all where it booked nothing."""
    own = dict(
        StockMovement.objects.filter(reference=batch.reference).values_list("level__variant_id").annotate(Max("pk"))
    )
    moves = StockMovement.objects.filter(level__variant__in=variant_ids | set(own)).exclude(reference=batch.reference)
    return {variant for pk, variant in moves.values_list("pk", "level__variant_id") if pk > own.get(variant, 0)}


# Taking back --------------------------------------------------------------------------------------------------------


def _take_back(batch: ImportBatch, records: list[ImportedProduct], actor: User | None, result: Undone) -> None:
    now = states(record.product_id for record in records)
    added = _added_variants(records, now)
    booked = set(StockLevel.objects.filter(variant__in=added).values_list("variant_id", flat=True))
    received = _book_out(batch, records, now, actor)
    keeps = [one for one in records if any(int(pk) in booked | received for pk in now[one.product_id].variants)]
    _withdraw(booked, keeps)
    gone = [record.product_id for record in records if record.before is None and record not in keeps]
    Variant.objects.filter(pk__in=added - booked).exclude(product__in=gone).delete()
    restored = [record for record in records if record.before is not None]
    _restore(restored, now, booked, actor, cause=f"undo of {batch.reference}")
    for record in records:
        Image.objects.filter(product=record.product_id, source__in=record.pictures).exclude(source="").delete()
    Product.objects.filter(pk__in=gone).delete()
    product_changed(record.product_id for record in records)
    result.removed += len(gone)
    result.restored += len(restored)
    result.kept += [f"{now[one.product_id].product['name']}: its stock is in the books" for one in keeps]


def _book_out(
    batch: ImportBatch, records: list[ImportedProduct], now: dict[int, State], actor: User | None
) -> set[int]:
    """Units that the batch received leave again; that they are still there was checked. Returns whose they were."""
    ids = [int(pk) for record in records for pk in now[record.product_id].variants]
    own = StockMovement.objects.filter(level__variant__in=ids, reference=batch.reference)
    moves = list(own.select_related("level__variant"))
    for move in moves:
        inventory.adjust(move.level.variant, -move.on_hand_change, note=f"Undo of {batch.reference}", actor=actor)
    return {move.level.variant_id for move in moves}


def _withdraw(variant_ids: set[int], records: list[ImportedProduct]) -> None:
    now = timezone.now()
    Variant.objects.filter(pk__in=variant_ids).update(is_active=False, updated_at=now)
    added = [record.product_id for record in records if record.before is None]
    Product.objects.filter(pk__in=added).update(is_published=False, updated_at=now)
    ImportedProduct.objects.filter(pk__in=[record.pk for record in records]).update(kept=True)


def _restore(
    records: list[ImportedProduct], now: dict[int, State], booked: set[int], actor: User | None, *, cause: str
) -> None:
    products, variants, prices = [], [], []
    for record in records:
        before, state = record.before or {}, now[record.product_id]
        products.append(_row(Product, before["product"]))
        for pk, row in before["variants"].items():
            variants.append(_row(Variant, row))
            if variants[-1].price != state.variants[pk]["price"]:
                prices.append((variants[-1], state.variants[pk]["price"]))
    _update(Product, products)
    _update(Variant, variants)
    record_prices(prices, actor=actor, cause=cause)
    _restore_values(records, now, booked)
    specs.refresh_labels(Variant.objects.filter(pk__in=[variant.pk for variant in variants]))


def _restore_values(records: list[ImportedProduct], now: dict[int, State], booked: set[int]) -> None:
    """Values go back one for one; those of variants that stay in the books stay with them."""
    gone: list[int] = []
    missing: list[SpecValue] = []
    for record in records:
        before = (record.before or {})["values"]
        for pk, row in now[record.product_id].values.items():
            if row["variant_id"] not in booked and _as_stored(SpecValue, row) != _as_stored(SpecValue, before.get(pk)):
                gone.append(int(pk))
        for pk, row in before.items():
            if pk not in now[record.product_id].values or int(pk) in gone:
                missing.append(_row(SpecValue, row, product_id=record.product_id))
    SpecValue.objects.filter(pk__in=gone).delete()
    SpecValue.objects.bulk_create(missing)


def _row(model: type[Any], row: Row, **more: Any) -> Any:
    """A row of the record as an instance, its texts as the columns take them."""
    return model(**_as_stored(model, row) | more)


def _as_stored(model: type[Model], row: Row | None) -> Row:
    fields = {column.attname: column for column in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in (row or {}).items() if name in fields}


def _update(model: type[Model], rows: list[Any]) -> None:
    names = [model._meta.get_field(name).name for name in columns(model) if name != "id"]
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    model._default_manager.bulk_update(rows, [*names, "updated_at"], batch_size=CHUNK)


# What the products needed -------------------------------------------------------------------------------------------


def _remove_leftovers(added: dict[str, list[int]]) -> None:
    """Choices, fields, types, brands and categories that the batch added and nothing uses now."""
    for model, users in LEFTOVERS:
        unused = model._default_manager.filter(pk__in=added.get(model._meta.model_name or "", []))
        for user in users:
            unused = unused.filter(**{user: None})
        for row in unused:
            row.delete()
    for category in Category.objects.filter(pk__in=added.get("category", [])).order_by("-depth"):
        _remove_if_empty(category.pk)


def _remove_if_empty(category_id: int) -> None:
    category = Category.objects.get(pk=category_id)
    if category.is_leaf() and not category.products.exists():
        try:
            with transaction.atomic():
                category.delete()
        except ProtectedError:
            pass  # somebody put a product in just now

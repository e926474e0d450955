"""What an import would do, compared with the catalog as it is. Reads only, some products at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import reset_queries
from django.db.models import Prefetch

from catalog.importing.cleaning import CleanRow, Note
from catalog.importing.known import Columns, Known, TypeOf
from catalog.importing.reading import Progress, Reading, Unknown, home_of, read
from catalog.importing.texts import plain, tidied
from catalog.importing.values import Wanted, by_key, is_no_spec, is_same, rows_of, said, wanted_values
from catalog.models import Image, ImportBatch, ImportedProduct, Product, SpecField, SpecValue, Variant

CHUNK = 500  # products
PRODUCT_FACTS = ("name", "description", "mpn", "summary", "box_contents", "warranty_months", "is_published")
VARIANT_FACTS = ("price", "gtin", "weight_g", "condition", "tax_class", "is_active")
Changes = dict[str, tuple[Any, Any]]  # what → (before, after)


@dataclass
class SpecChange:
    """New values of one field; `before` are the stored rows that they replace."""

    field: SpecField
    before: list[SpecValue]
    after: list[Columns]


@dataclass
class VariantPlan:
    row: CleanRow
    existing: Variant | None = None
    changes: Changes = field(default_factory=dict)
    specs: dict[str, SpecChange] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return bool(self.changes or self.specs)


@dataclass
class ProductPlan:
    """One product and its lines of the file. The first line speaks for what the variants share."""

    variants: list[VariantPlan]
    kind: TypeOf
    existing: Product | None = None
    changes: Changes = field(default_factory=dict)
    specs: dict[str, SpecChange] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)  # that it has not yet
    revives: bool = False  # was left in the books when its import was undone

    @property
    def row(self) -> CleanRow:
        return self.variants[0].row

    @property
    def is_changed(self) -> bool:
        return bool(self.changes or self.specs or self.pictures)

    @property
    def is_written(self) -> bool:
        return self.is_changed or any(one.existing is None or one.is_changed for one in self.variants)


@dataclass
class Tally:
    """What the chunks of a plan came to."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pictures_left: int = 0  # named by file when no folder is given
    stock_left: int = 0  # lines with a stock figure for a variant that is there already
    lines: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    no_specs: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, Unknown] = field(default_factory=lambda: defaultdict(Unknown))


class Plan:
    """A file beside the catalog. `chunks` compares some products at a time and counts what it finds in `tally`."""

    def __init__(self, reading: Reading, *, has_folder: bool = False) -> None:
        self.reading, self.has_folder = reading, has_folder
        self.known = Known(reading)
        self.tally = Tally()

    @property
    def skipped(self) -> list[Note]:
        return self.reading.skipped

    @property
    def remarks(self) -> list[Note]:
        return self.reading.remarks + self.tally.remarks

    def chunks(self) -> Iterator[list[ProductPlan]]:
        self.tally = Tally()
        spoken_for: set[int] = set()
        for groups in _chunked(self.reading.groups.values()):
            rows = [self.reading.spool.get(places) for places in groups]
            stored = Stored([row.sku for group in rows for row in group])
            plans = [plan for group in rows for plan in self._plans(group, stored, spoken_for)]
            for plan in plans:
                self._count(plan)
            yield plans
            reset_queries()  # in debug mode Django keeps every statement

    def _plans(self, rows: list[CleanRow], stored: Stored, spoken_for: set[int]) -> Iterator[ProductPlan]:
        """Usually one. Lines of a group whose variants belong to several products of the catalog stay with them."""
        by_product: dict[int, list[CleanRow]] = defaultdict(list)
        owners = [stored.owner(row.sku) for row in rows]
        first = next((owner for owner in owners if owner), 0)
        for row, owner in zip(rows, owners, strict=True):
            by_product[owner or first].append(row)
        for product_id, own in by_product.items():
            yield self._plan(own, stored, is_first=product_id not in spoken_for)
            if product_id:
                spoken_for.add(product_id)

    def _plan(self, rows: list[CleanRow], stored: Stored, *, is_first: bool) -> ProductPlan:
        found = [stored.variants.get(row.sku) for row in rows]
        existing = next((variant.product for variant in found if variant), None)
        kind = self.known.type_of_product(existing) if existing else self.known.type_of(home_of(rows[0]))
        plan = ProductPlan([], kind, existing)
        shared: dict[str, list[Columns]] = {}
        for row, variant in zip(rows, found, strict=True):
            wanted = self._wanted(row, kind)
            own, rest = _parted(wanted.values, kind)
            shared = rest | shared
            plan.variants.append(self._variant_plan(row, variant, own, kind))
        owned = [value for value in existing.spec_values.all() if value.variant_id is None] if existing else []
        if existing is not None and existing.pk in stored.withdrawn:
            self._revive(plan, stored.withdrawn[existing.pk])
        if is_first:
            plan.specs = _spec_changes(shared, owned, kind)
            plan.changes |= self._product_changes(plan) if existing else {}
        named = _new_pictures(rows, stored.pictures.get(existing.pk, []) if existing else [])
        plan.pictures = [one for one in named if self.has_folder or is_address(one)]
        self.tally.pictures_left += len(named) - len(plan.pictures)
        return plan

    def _wanted(self, row: CleanRow, kind: TypeOf) -> Wanted:
        wanted = wanted_values(row, kind, self.known)
        self.tally.remarks += [Note(row.line, row.sku, text) for text in wanted.remarks]
        for name, value in wanted.unknown.items():
            if is_no_spec(name):
                self.tally.no_specs[name] += 1
            else:
                self.tally.unknown[name].see(row.line, value)
        if wanted.overlong:
            row.description = "\n\n".join([row.description, *wanted.overlong]).strip()
        return wanted

    def _variant_plan(
        self, row: CleanRow, existing: Variant | None, values: Mapping[str, list[Columns]], kind: TypeOf
    ) -> VariantPlan:
        plan = VariantPlan(row, existing)
        if existing is not None:
            plan.changes = _changes(existing, row, VARIANT_FACTS)
            self.tally.stock_left += row.stock is not None
        plan.specs = _spec_changes(values, existing.spec_values.all() if existing else [], kind)
        return plan

    def _product_changes(self, plan: ProductPlan) -> Changes:
        product = plan.existing
        assert product is not None
        changes = _changes(product, plan.row, PRODUCT_FACTS)
        if product.brand.name.casefold() != plan.row.brand.casefold():
            changes["brand"] = (product.brand.name, plan.row.brand)
        before, after = (" > ".join(p) for p in (self.known.category_paths[product.category_id], plan.row.categories))
        if before.casefold() != after.casefold():
            changes["category"] = (before, after)
        return changes

    def _revive(self, plan: ProductPlan, was_added: bool) -> None:
        """What an undo took off sale, because its stock is in the books, comes back when its file does."""
        plan.revives = True
        product = plan.existing
        if was_added and product is not None and not product.is_published and plan.row.is_published is None:
            plan.changes["is_published"] = (False, True)
        for variant in plan.variants:
            if variant.existing is not None and not variant.existing.is_active and variant.row.is_active is None:
                variant.changes["is_active"] = (False, True)

    def _count(self, plan: ProductPlan) -> None:
        """A product's changes are said on its first line."""
        for variant in plan.variants:
            row = variant.row
            if variant.existing is None:
                self.tally.added += 1
                self.tally.lines.append((row.line, f"add     {row.sku}  {row.name}"))
            elif words := variant_words(plan, variant):
                self.tally.changed += 1
                self.tally.lines.append((row.line, f"change  {row.sku}  {'; '.join(words)}"))
            else:
                self.tally.unchanged += 1


class Stored:
    """What the catalog has of the lines of a chunk. A handful of queries."""

    def __init__(self, skus: Iterable[str]) -> None:
        values = SpecValue.objects.select_related("choice").order_by("pk")
        found = (
            Variant.objects.filter(sku__in=list(skus))
            .select_related("product__brand", "product__category", "product__product_type")
            .prefetch_related(Prefetch("spec_values", values), Prefetch("product__spec_values", values))
        )
        self.variants = {variant.sku: variant for variant in found}
        products = {variant.product_id for variant in self.variants.values()}
        self.pictures: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for pk, source, file in Image.objects.filter(product__in=products).values_list("product", "source", "file"):
            self.pictures[pk].append((source, file))
        kept = ImportedProduct.objects.filter(product_id__in=products, kept=True)
        self.withdrawn = {
            one.product_id: one.before is None or not one.before["product"]["is_published"] for one in kept
        }
        asked = ImportedProduct.objects.filter(product_id__in=products, batch__state=ImportBatch.State.APPLIED)
        for pk, sources in asked.exclude(pictures=[]).values_list("product_id", "pictures"):
            self.pictures[pk] += [(source, "") for source in sources]

    def owner(self, sku: str) -> int:
        return self.variants[sku].product_id if sku in self.variants else 0


def plan_import(
    path: Path,
    *,
    rates: Mapping[str, Decimal] | None = None,
    rules: Mapping[str, Any] | None = None,
    has_folder: bool = False,
    progress: Progress = bool,
) -> Plan:
    """`rates` says what a foreign currency's unit is worth here, `has_folder` that pictures named by file are at hand.

    Raises ImportRefused for an unreadable file. `progress` is called once a line.
    """
    return Plan(read(path, rules=rules, rates=rates, progress=progress), has_folder=has_folder)


def is_address(picture: str) -> bool:
    return picture.lower().startswith(("http://", "https://"))


def variant_words(plan: ProductPlan, variant: VariantPlan) -> list[str]:
    """What changes on this line, as "name: Lumo One → Lumo Two"."""
    first = variant is plan.variants[0]
    words = _words(plan.changes, plan.specs) if first else []
    words += [f"pictures: {len(plan.pictures)} more"] if first and plan.pictures else []
    return words + _words(variant.changes, variant.specs)


def _words(changes: Changes, specs: Mapping[str, SpecChange]) -> list[str]:
    words = [f"{name}: {before!s:.60} → {after!s:.60}" for name, (before, after) in changes.items()]
    for key, change in specs.items():
        words.append(f"spec {key}: {said(change.before):.60} → {said(rows_of(change.field, change.after)):.60}")
    return words


def _chunked(groups: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    chunk: list[list[int]] = []
    for group in groups:
        chunk.append(group)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _parted(
    values: Mapping[str, list[Columns]], kind: TypeOf
) -> tuple[dict[str, list[Columns]], dict[str, list[Columns]]]:
    """The variant's own values, and those it shares with its product."""
    own = {key for key in values if _field(kind, key).scope == SpecField.Scope.VARIANT}
    return (
        {key: value for key, value in values.items() if key in own},
        {key: value for key, value in values.items() if key not in own},
    )


def _field(kind: TypeOf, key: str) -> SpecField:
    found = kind.get(key)
    assert found is not None
    return found


def _spec_changes(
    wanted: Mapping[str, list[Columns]], stored: Iterable[SpecValue], kind: TypeOf
) -> dict[str, SpecChange]:
    before = by_key(stored, kind)
    changes = {}
    for key, after in wanted.items():
        one = _field(kind, key)
        if after and not is_same(before.get(key, []), after, one):
            changes[key] = SpecChange(one, before.get(key, []), after)
    return changes


def _changes(stored: Product | Variant, row: CleanRow, names: Iterable[str]) -> Changes:
    """A cell left empty in the file leaves what is stored as it is."""
    found = {}
    for name in names:
        before, after = getattr(stored, name), getattr(row, name)
        if after not in ("", None) and before != after and not _reads_alike(before, after):
            found[name] = (before, after)
    return found


def _reads_alike(before: Any, after: Any) -> bool:
    """Whether a stored text would come out of a file as this one: only its blanks or marks differ."""
    if not isinstance(before, str):
        return False
    text = plain(tidied(before))
    return after in (tidied(before), text, " ".join(text.split()))


def _new_pictures(rows: Iterable[CleanRow], there: Iterable[tuple[str, str]]) -> list[str]:
    """Addresses and file names not taken in before; the address of a picture of this shop is one it has."""
    sources, files = {source for source, _file in there}, {file for _source, file in there if file}
    wanted = dict.fromkeys(picture for row in rows for picture in row.pictures)
    return [one for one in wanted if one not in sources and not any(one.endswith(f"/{file}") for file in files)]

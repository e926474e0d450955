"""Carrying out a plan: one transaction, all or nothing, many rows at a time.

What goes past `save()` leaves the same trail as what does not: a PriceChange for every price, a movement for every
unit of stock, labels, listing columns, old addresses, and word to the indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog import inventory, specs
from catalog.importing import files
from catalog.importing.bulk import insert
from catalog.importing.known import VALUE_COLUMNS, Columns, Known
from catalog.importing.pictures import fetch_pictures
from catalog.importing.planning import Plan, ProductPlan, SpecChange, VariantPlan, is_address
from catalog.importing.reports import report
from catalog.importing.slugs import Slugs
from catalog.importing.states import State, states
from catalog.models import ImportBatch, ImportedProduct, PriceChange, Product, SpecValue, Variant
from catalog.publishing import product_changed

CAUSE = "import"
NOTE = "Opening stock of the import"
ROWS = 2000  # of one INSERT
Progress = Callable[[], object]


@dataclass(frozen=True)
class Terms:
    """What the importer chose for new products: shown or not, their stock, and who does it."""

    published: bool = True
    opening_stock: int = 0
    actor: User | None = None


@transaction.atomic
def apply_plan(
    plan: Plan, *, published: bool = True, opening_stock: int = 0, actor: User | None = None, progress: Progress = bool
) -> ImportBatch | None:
    """Write what the plan says and return the batch, by which it can be undone; None when nothing was to be written.

    New variants without a stock figure of their own get `opening_stock`. `progress` is called once a product.
    """
    path = plan.reading.source.path
    batch = ImportBatch.objects.create(file_name=path.name[-255:], sha256=files.checksum(path), actor=actor)
    writer = Writer(batch, plan.known, Terms(published, opening_stock, actor))
    written, has_addresses = 0, False
    for chunk in plan.chunks():
        products = [product for product in chunk if product.is_written]
        writer.write(products)
        written += len(products)
        has_addresses |= any(is_address(one) for product in products for one in product.pictures)
        for _product in chunk:
            progress()
    if not written:
        batch.delete()
        return None
    _finish(batch, plan)
    if has_addresses:
        fetch_pictures.enqueue(batch.pk)
    return batch


def _finish(batch: ImportBatch, plan: Plan) -> None:
    tally = plan.tally
    batch.lines_added, batch.lines_changed, batch.lines_unchanged = tally.added, tally.changed, tally.unchanged
    batch.lines_skipped, batch.notes = len(plan.skipped), len(plan.remarks)
    batch.added_rows, batch.report = dict(plan.known.added), report(plan)
    batch.save()


class Writer:
    def __init__(self, batch: ImportBatch, known: Known, terms: Terms) -> None:
        self.batch, self.known, self.terms = batch, known, terms
        self.slugs = Slugs(Product)

    def write(self, plans: list[ProductPlan]) -> None:
        """A chunk of products with all that is theirs."""
        for plan in plans:
            self.known.save_type(plan.kind)
        self.known.save_choices()
        before = states(plan.existing.pk for plan in plans if plan.existing)
        self._change_products([plan for plan in plans if plan.existing and plan.changes])
        products = self._add_products([plan for plan in plans if plan.existing is None])
        owned = [(product_of(plan, products), plan) for plan in plans]
        variants = self._write_variants(owned)
        self._write_specs(owned, variants)
        specs.refresh_labels(variants[plan.row.sku] for _p, product in owned for plan in product.variants)
        self._receive_stock(plans, variants)
        product_changed(product.pk for product, _plan in owned)
        self._record(owned, before)

    # Products -----------------------------------------------------------------------------------------------------

    def _add_products(self, plans: list[ProductPlan]) -> dict[str, Product]:
        """The new products by the SKU of their first line."""
        self.slugs.expect(plan.row.name for plan in plans)
        made = Product.objects.bulk_create([self._product(plan) for plan in plans], batch_size=ROWS)
        self.slugs.free_old()
        return {plan.row.sku: product for plan, product in zip(plans, made, strict=True)}

    def _product(self, plan: ProductPlan) -> Product:
        row = plan.row
        product = Product(
            name=row.name,
            slug=self.slugs.new(row.name),
            category_id=self.known.category_id(row.categories),
            brand=self.known.brand(row.brand),
            product_type=plan.kind.product_type,
            description=row.description,
            summary=row.summary,
            box_contents=row.box_contents,
            mpn=row.mpn,
            is_published=self.terms.published if row.is_published is None else row.is_published,
        )
        if row.warranty_months is not None:
            product.warranty_months = row.warranty_months
        return product

    def _change_products(self, plans: list[ProductPlan]) -> None:
        columns = {"updated_at"}
        for plan in plans:
            product = plan.existing
            assert product is not None
            for name, (_before, after) in plan.changes.items():
                columns.add(name)
                if name == "category":
                    product.category_id = self.known.category_id(plan.row.categories)
                elif name == "brand":
                    product.brand = self.known.brand(plan.row.brand)
                else:
                    setattr(product, name, after)
            product.updated_at = timezone.now()
        Product.objects.bulk_update([plan.existing for plan in plans if plan.existing], sorted(columns), ROWS // 10)

    # Variants -----------------------------------------------------------------------------------------------------

    def _write_variants(self, owned: Iterable[tuple[Product, ProductPlan]]) -> dict[str, Variant]:
        """Every variant of the chunk by SKU, the new ones added, the changed ones changed, each price with its row."""
        new, changed, prices = [], [], []
        found: dict[str, Variant] = {}
        for product, plan in owned:
            for position, one in enumerate(plan.variants):
                before = one.existing.price if one.existing else None
                variant = one.existing or new_variant(product, one, position)
                found[variant.sku] = variant
                if one.existing is None:
                    new.append(variant)
                elif one.changes:
                    changed.append(change_variant(variant, one.changes))
                if before != variant.price:
                    prices.append((variant, before))
        Variant.objects.bulk_create(new, batch_size=ROWS)
        Variant.objects.bulk_update(changed, VARIANT_COLUMNS, ROWS // 10)
        record_prices(prices, actor=self.terms.actor, cause=CAUSE)
        return found

    def _receive_stock(self, plans: Iterable[ProductPlan], variants: dict[str, Variant]) -> None:
        fresh: dict[int, int] = {}
        for plan in plans:
            for one in plan.variants:
                units = self.terms.opening_stock if one.row.stock is None else one.row.stock
                if one.existing is None:
                    fresh[variants[one.row.sku].pk] = units
                elif plan.revives and "is_active" in one.changes and units:
                    inventory.receive(
                        one.existing, units, note=NOTE, reference=self.batch.reference, actor=self.terms.actor
                    )
        inventory.open_stock(fresh, note=NOTE, reference=self.batch.reference, actor=self.terms.actor)

    # Specs --------------------------------------------------------------------------------------------------------

    def _write_specs(self, owned: Iterable[tuple[Product, ProductPlan]], variants: dict[str, Variant]) -> None:
        gone: list[int] = []
        rows: list[tuple[Any, ...]] = []
        kept: list[SpecValue] = []
        for product, plan in owned:
            owners: list[tuple[Variant | None, dict[str, SpecChange]]] = [(None, plan.specs)]
            owners += [(variants[one.row.sku], one.specs) for one in plan.variants]
            for variant, changes in owners:
                for change in changes.values():
                    free, wanted = free_and_wanted(change)
                    whose = {
                        "product_id": product.pk,
                        "variant_id": variant and variant.pk,
                        "field_id": change.field.pk,
                    }
                    kept += [SpecValue(pk=pk, **whose, **one) for pk, one in zip(free, wanted, strict=False)]
                    rows += [(*whose.values(), *value_row(one)) for one in wanted[len(free) :]]
                    gone += free[len(wanted) :]
        SpecValue.objects.filter(pk__in=gone).delete()
        SpecValue.objects.bulk_update(kept, VALUE_FIELDS, ROWS // 10)
        insert(SpecValue, ("product_id", "variant_id", "field_id", *VALUE_COLUMNS), rows)

    # The record ---------------------------------------------------------------------------------------------------

    def _record(self, owned: list[tuple[Product, ProductPlan]], before: dict[int, State]) -> None:
        after = states(product.pk for product, _plan in owned)
        revived = [product.pk for product, plan in owned if plan.revives]
        if revived:
            ImportedProduct.objects.filter(product_id__in=revived).update(kept=False)
        ImportedProduct.objects.bulk_create(
            (
                ImportedProduct(
                    batch=self.batch,
                    product_id=product.pk,
                    before=before[product.pk].as_json() if product.pk in before else None,
                    after=after[product.pk].digest(was_added=product.pk not in before),
                    pictures=plan.pictures,
                )
                for product, plan in owned
            ),
            batch_size=ROWS,
        )


VARIANT_COLUMNS = [
    column.name
    for column in Variant._meta.concrete_fields
    if column.name not in ("id", "product", "sku", "label", "created_at")
]
EMPTY = {name: getattr(SpecValue(), name) for name in VALUE_COLUMNS}
VALUE_FIELDS = [
    column.name
    for column in SpecValue._meta.concrete_fields
    if column.name not in ("id", "product", "variant", "field")
]


def product_of(plan: ProductPlan, made: dict[str, Product]) -> Product:
    return plan.existing or made[plan.row.sku]


def new_variant(product: Product, plan: VariantPlan, position: int) -> Variant:
    row = plan.row
    variant = Variant(product=product, sku=row.sku, price=row.price, position=position, gtin=row.gtin)
    variant.weight_g = row.weight_g
    variant.condition = row.condition or variant.condition
    variant.tax_class = row.tax_class or variant.tax_class
    variant.is_active = variant.is_active if row.is_active is None else row.is_active
    return variant


def change_variant(variant: Variant, changes: dict[str, tuple[Any, Any]]) -> Variant:
    for name, (_before, after) in changes.items():
        setattr(variant, name, after)
    if variant.was_price is not None and variant.was_price <= variant.price:
        variant.was_price = variant.reduced_at = None
    variant.updated_at = timezone.now()
    return variant


def record_prices(prices: Iterable[tuple[Variant, Any]], *, actor: User | None, cause: str) -> None:
    """The rows that `Variant.save` would have left: (variant, the price before or None)."""
    PriceChange.objects.bulk_create(
        (
            PriceChange(
                variant=variant,
                old_price=before,
                new_price=variant.price,
                actor=actor,
                cause=cause,
            )
            for variant, before in prices
        ),
        batch_size=ROWS,
    )


def free_and_wanted(change: SpecChange) -> tuple[list[int], list[Columns]]:
    """The ids of rows to write over, or to delete, and the columns to be written.

    Rows written over keep their ids. A choice that stays is not touched, so that no two rows name it in between.
    """
    staying = {row.choice_id for row in change.before if row.choice_id} & {
        columns["choice"].pk for columns in change.after if columns.get("choice")
    }
    free = [row.pk for row in change.before if row.choice_id not in staying]
    wanted = [columns for columns in change.after if not columns.get("choice") or columns["choice"].pk not in staying]
    return free, wanted


def value_row(columns: Columns) -> list[Any]:
    """The values in the order of VALUE_COLUMNS; a column that is not said is empty."""
    choice = columns.get("choice")
    said = {**EMPTY, **columns, "choice_id": choice and choice.pk}
    return [said[name] for name in VALUE_COLUMNS]

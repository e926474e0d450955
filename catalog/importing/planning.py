"""What an import would do, compared with the catalog as it is. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from catalog.importing.inferring import NOT_SPECS, FieldPlan, plan_fields
from catalog.importing.reading import CleanRow, Note, read_rows
from catalog.importing.values import same_choices, stored_values, wanted_values
from catalog.models import Category, Product, SpecField, Variant
from devicehub.lib.money import shop_money

PRODUCT_TEXTS = ("name", "description", "mpn")
VARIANT_FACTS = ("price", "gtin", "weight_g")


@dataclass
class VariantPlan:
    row: CleanRow
    specs: dict[str, Any]
    existing: Variant | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # what → (before, after)


@dataclass
class ProductPlan:
    """One product and its lines of the file. The first line speaks for what the variants share."""

    variants: list[VariantPlan]
    specs: dict[str, Any]
    existing: Product | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def row(self) -> CleanRow:
        return self.variants[0].row


@dataclass
class Plan:
    """`fields` holds, by category path, the spec fields that the type has or will get."""

    products: list[ProductPlan]
    fields: dict[tuple[str, ...], dict[str, FieldPlan]]
    skipped: list[Note]
    remarks: list[Note]

    @property
    def added(self) -> list[VariantPlan]:
        return [variant for product in self.products for variant in product.variants if variant.existing is None]

    @property
    def changed(self) -> list[tuple[CleanRow, dict[str, tuple[Any, Any]]]]:
        """Lines whose variant, or whose product, will differ. A product's changes are said on its first line."""
        lines = []
        for product in self.products:
            for variant in product.variants:
                shared = product.changes if variant is product.variants[0] else {}
                if variant.existing is not None and (shared or variant.changes):
                    lines.append((variant.row, shared | variant.changes))
        return lines

    @property
    def unchanged(self) -> int:
        return len(self.rows) - len(self.added) - len(self.changed)

    @property
    def rows(self) -> list[CleanRow]:
        return [variant.row for product in self.products for variant in product.variants]

    @property
    def ignored_specs(self) -> dict[str, int]:
        """Names in the lines' specs that are no specs of a device, with the number of lines they stand on."""
        return Counter(name for row in self.rows for name in row.specs if name in NOT_SPECS)

    @property
    def foreign_currencies(self) -> dict[str, int]:
        """Lines priced in another currency than the shop's, by currency."""
        return Counter(row.currency for row in self.rows if row.currency not in ("", settings.SHOP_CURRENCY))


@dataclass(frozen=True)
class Known:
    """What the catalog has already: variants by SKU, and the names from the root to each category by its id."""

    variants: Mapping[str, Variant]
    category_paths: Mapping[int, tuple[str, ...]]


def plan_import(path: Path, *, rates: Mapping[str, Decimal] | None = None) -> Plan:
    """`rates` says what a foreign currency's unit is worth here. Raises ImportRefused for an unreadable file."""
    rows, skipped, remarks = read_rows(path)
    for row in rows:
        _convert(row, rates or {})
    by_category: dict[tuple[str, ...], list[CleanRow]] = defaultdict(list)
    for row in rows:
        by_category[row.categories].append(row)
    fields = {path: _fields(path, of_type) for path, of_type in by_category.items()}
    known = Known(_known_variants(row.sku for row in rows), category_paths())
    products = [_plan_product(group, fields, known, remarks) for group in _groups(rows)]
    return Plan(products, fields, skipped, remarks)


def category_paths() -> dict[int, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {"": ()}
    paths = {}
    for category in Category.objects.order_by("path"):
        above = category.path[: -Category.steplen]
        names[category.path] = paths[category.pk] = (*names[above], category.name)
    return paths


def folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of categories as they are compared: without regard to case."""
    return tuple(name.casefold() for name in names)


def type_key(categories: tuple[str, ...]) -> str:
    return slugify(categories[-1])[:60] or "devices"


def _fields(categories: tuple[str, ...], rows: list[CleanRow]) -> dict[str, FieldPlan]:
    """The type's own fields come first: the catalog says what a field is, a file only adds to it."""
    inferred = plan_fields(rows)
    existing = SpecField.objects.filter(product_type__key=type_key(categories))
    for spec_field in existing:
        inferred[spec_field.key] = FieldPlan(
            spec_field.key,
            spec_field.label,
            spec_field.kind,
            spec_field.unit,
            spec_field.multiple,
            spec_field.scope == SpecField.Scope.VARIANT,
        )
    return inferred


def _convert(row: CleanRow, rates: Mapping[str, Decimal]) -> None:
    """Prices of a currency that has a rate become the shop's; others stay as they are."""
    if row.currency in rates:
        row.price = shop_money(row.price * rates[row.currency]).amount
        row.currency = settings.SHOP_CURRENCY


def _known_variants(skus: Iterable[str]) -> dict[str, Variant]:
    variants = (
        Variant.objects.filter(sku__in=list(skus))
        .select_related("product__brand", "product__category")
        .prefetch_related("spec_values__field", "spec_values__choice")
        .prefetch_related("product__spec_values__field", "product__spec_values__choice")
    )
    return {variant.sku: variant for variant in variants}


def _groups(rows: list[CleanRow]) -> list[list[CleanRow]]:
    """Lines of one product, in the order of the file. Without a group a line is a product of its own."""
    groups: dict[tuple[str, str], list[CleanRow]] = defaultdict(list)
    for row in rows:
        groups[row.group or f"sku:{row.sku}", row.categories[-1]].append(row)
    return list(groups.values())


def _plan_product(
    rows: list[CleanRow],
    fields: Mapping[tuple[str, ...], dict[str, FieldPlan]],
    known: Known,
    remarks: list[Note],
) -> ProductPlan:
    of_type = fields[rows[0].categories]
    variants = []
    shared: dict[str, Any] = {}
    for row in rows:
        values, left_out = wanted_values(row.specs, of_type)
        remarks.extend(Note(row.line, row.sku, text) for text in left_out)
        own = {key: value for key, value in values.items() if of_type[key].varies}
        shared = {key: value for key, value in values.items() if not of_type[key].varies} | shared
        variants.append(_plan_variant(row, own, known.variants.get(row.sku)))
    existing = next((variant.existing.product for variant in variants if variant.existing), None)
    plan = ProductPlan(variants, shared, existing)
    if existing is not None:
        plan.changes = _product_changes(plan, existing, known)
    return plan


def _plan_variant(row: CleanRow, values: dict[str, Any], existing: Variant | None) -> VariantPlan:
    plan = VariantPlan(row, values, existing)
    if existing is not None:
        plan.changes = _changes(existing, row, VARIANT_FACTS)
        plan.changes |= _spec_changes(values, stored_values(existing.spec_values.all()))
    return plan


def _product_changes(plan: ProductPlan, product: Product, known: Known) -> dict[str, tuple[Any, Any]]:
    changes = _changes(product, plan.row, PRODUCT_TEXTS)
    if product.brand.name.casefold() != plan.row.brand.casefold():
        changes["brand"] = (product.brand.name, plan.row.brand)
    stored_path = known.category_paths[product.category_id]
    if folded(stored_path) != folded(plan.row.categories):
        changes["category"] = (" > ".join(stored_path), " > ".join(plan.row.categories))
    own = [value for value in product.spec_values.all() if value.variant_id is None]
    return changes | _spec_changes(plan.specs, stored_values(own))


def _changes(stored: Product | Variant, row: CleanRow, names: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
    """A cell left empty in the file leaves what is stored as it is."""
    found = {}
    for name in names:
        before, after = getattr(stored, name), getattr(row, name)
        if after not in ("", None) and before != after:
            found[name] = (before, after)
    return found


def _spec_changes(wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        f"spec {key}": (stored.get(key), value)
        for key, value in wanted.items()
        if not same_choices(stored.get(key), value)
    }

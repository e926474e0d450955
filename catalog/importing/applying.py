"""Carrying out a plan: one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from accounts.models import User
from catalog import inventory, specs
from catalog.importing.inferring import FieldPlan
from catalog.importing.planning import Plan, ProductPlan, VariantPlan, category_paths, folded, type_key
from catalog.models import Brand, Category, Product, ProductType, SpecChoice, SpecField, Variant
from catalog.publishing import product_changed

CAUSE = "import"
Progress = Callable[[], object]


@transaction.atomic
def apply_plan(
    plan: Plan, *, published: bool = True, opening_stock: int = 0, actor: User | None = None, progress: Progress = bool
) -> int:
    """Write what the plan says and return the number of products touched.

    New variants without a stock figure of their own get `opening_stock`. `progress` is called once a product.
    """
    categories = _categories(plan)
    brands = _brands(plan)
    types = {path: _product_type(path, fields) for path, fields in plan.fields.items()}
    touched: list[int] = []
    for product_plan in plan.products:
        path = product_plan.row.categories
        homes = (categories[folded(path)], brands[product_plan.row.brand.casefold()], types[path])
        written = _apply_product(product_plan, homes, published=published, opening_stock=opening_stock, actor=actor)
        touched += [written.pk] if written else []
        progress()
    product_changed(touched)
    return len(touched)


def unique_slug(model: type[models.Model], name: str, longest: int) -> str:
    """An address nobody else of the model has; a name in another script gets the model's own name."""
    stem = slugify(name)[: longest - 6].strip("-") or str(model._meta.model_name)
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


def _categories(plan: Plan) -> dict[tuple[str, ...], Category]:
    """Every category of the file by its folded path, the missing ones added."""
    ids = {folded(names): pk for pk, names in category_paths().items()}
    for path in plan.fields:
        for depth in range(1, len(path) + 1):
            names = path[:depth]
            if folded(names) not in ids:
                ids[folded(names)] = _add_category(names[-1], ids.get(folded(names[:-1]))).pk
    by_id = Category.objects.in_bulk(list(ids.values()))
    return {names: by_id[pk] for names, pk in ids.items()}


def _add_category(name: str, parent_id: int | None) -> Category:
    category = Category(name=name, slug=unique_slug(Category, name, 140))
    if parent_id is None:
        return Category.objects.add_root(instance=category)
    return Category.objects.add_child(Category.objects.get(pk=parent_id), instance=category)


def _brands(plan: Plan) -> dict[str, Brand]:
    brands = {brand.name.casefold(): brand for brand in Brand.objects.all()}
    for product in plan.products:
        name = product.row.brand
        if name.casefold() not in brands:
            brands[name.casefold()] = Brand.objects.create(name=name, slug=unique_slug(Brand, name, 140))
    return brands


def _product_type(path: tuple[str, ...], fields: Mapping[str, FieldPlan]) -> ProductType:
    product_type, _created = ProductType.objects.get_or_create(key=type_key(path), defaults={"name": path[-1][:80]})
    known = set(product_type.fields.values_list("key", flat=True))
    for position, field in enumerate(fields.values(), start=len(known)):
        if field.key not in known:
            _add_field(product_type, field, position)
    return product_type


def _add_field(product_type: ProductType, field: FieldPlan, position: int) -> None:
    SpecField.objects.create(
        product_type=product_type,
        key=field.key,
        label=field.label,
        kind=field.kind,
        unit=field.unit,
        multiple=field.multiple,
        scope=SpecField.Scope.VARIANT if field.varies else SpecField.Scope.PRODUCT,
        is_facet=field.kind != SpecField.Kind.TEXT,
        on_card=position < 3,
        position=position,
    )


def _apply_product(
    plan: ProductPlan,
    homes: tuple[Category, Brand, ProductType],
    *,
    published: bool,
    opening_stock: int,
    actor: User | None,
) -> Product | None:
    """The product, unless nothing about it was to be written."""
    product = plan.existing or _add_product(plan, homes, published=published)
    changed = plan.existing is None or _change_product(plan, homes)
    for position, variant_plan in enumerate(plan.variants):
        changed |= _apply_variant(product, variant_plan, position, opening_stock=opening_stock, actor=actor)
    return product if changed else None


def _add_product(plan: ProductPlan, homes: tuple[Category, Brand, ProductType], *, published: bool) -> Product:
    category, brand, product_type = homes
    row = plan.row
    product = Product.objects.create(
        name=row.name,
        slug=unique_slug(Product, row.name, 220),
        category=category,
        brand=brand,
        product_type=product_type,
        description=row.description,
        mpn=row.mpn,
        is_published=published,
    )
    specs.set_values(product, _typed(product, plan.specs))
    return product


def _change_product(plan: ProductPlan, homes: tuple[Category, Brand, ProductType]) -> bool:
    product = plan.existing
    assert product is not None
    for name, (_before, after) in plan.changes.items():
        if name == "category":
            product.category = homes[0]
        elif name == "brand":
            product.brand = homes[1]
        elif not name.startswith("spec "):
            setattr(product, name, after)
    if plan.changes:
        product.save()
        specs.set_values(product, _typed(product, _changed_specs(plan.changes)))
    return bool(plan.changes)


def _apply_variant(
    product: Product, plan: VariantPlan, position: int, *, opening_stock: int, actor: User | None
) -> bool:
    row = plan.row
    if plan.existing is None:
        variant = Variant(product=product, sku=row.sku, price=row.price, position=position)
        variant.gtin, variant.weight_g = row.gtin, row.weight_g
        variant.save(actor=actor, cause=CAUSE)
        _set_variant_specs(product, variant, plan.specs)
        stock = opening_stock if row.stock is None else row.stock
        if stock:
            inventory.receive(variant, stock, note="Opening stock of the import", actor=actor)
        return True
    if plan.changes:
        _change_variant(plan.existing, plan.changes, actor=actor)
        _set_variant_specs(product, plan.existing, _changed_specs(plan.changes))
    return bool(plan.changes)


def _change_variant(variant: Variant, changes: Mapping[str, tuple[Any, Any]], *, actor: User | None) -> None:
    for name, (_before, after) in changes.items():
        if not name.startswith("spec "):
            setattr(variant, name, after)
    variant.save(actor=actor, cause=CAUSE)


def _set_variant_specs(product: Product, variant: Variant, values: dict[str, Any]) -> None:
    if values:
        specs.set_values(product, _typed(product, values), variant=variant)
        specs.refresh_label(variant)


def _changed_specs(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {name.removeprefix("spec "): after for name, (_before, after) in changes.items() if name.startswith("spec ")}


def _typed(product: Product, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as `specs.set_values` takes them: choices by value, the missing ones added to their field."""
    fields = {field.key: field for field in product.product_type.fields.filter(key__in=values)}
    return {
        key: _choices(fields[key], value) if fields[key].kind == SpecField.Kind.CHOICE else value
        for key, value in values.items()
    }


def _choices(field: SpecField, labels: tuple[str, ...]) -> list[str] | str:
    values = [slugify(label)[:60] for label in labels]
    for value, label in zip(values, labels, strict=True):
        SpecChoice.objects.get_or_create(
            field=field, value=value, defaults={"label": label[:80], "position": field.choices.count()}
        )
    return values if field.multiple else values[0]

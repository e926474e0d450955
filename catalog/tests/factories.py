"""Makers of catalog rows for tests: plain functions, every argument with a default.

`make_product(specs={"screen_size": 6.1}, variants=[{"sku": "A", "options": {"colour": "Black"}}])` makes what is
missing around it: brand, category, type, spec fields, choices and stock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image as Picture

from catalog import inventory, units
from catalog.models import (
    Brand,
    Category,
    FitCondition,
    FitRule,
    Image,
    PriceChange,
    Product,
    ProductType,
    Review,
    SpecChoice,
    SpecField,
    SpecValue,
    StockLevel,
    Variant,
)
from catalog.publishing import product_changed

numbers = count(1)

# In days: when a product was published, its variants got their first price, and a reduced one its present price.
PUBLISHED, PRICED, REDUCED = 400, 60, 10


def make_category(name: str = "", parent: Category | None = None, **fields: Any) -> Category:
    name = name or f"Category {next(numbers)}"
    category = Category(**{"name": name, "slug": slugify(name), **fields})
    if parent is None:
        return Category.objects.add_root(instance=category)
    return Category.objects.add_child(Category.objects.get(pk=parent.pk), instance=category)


def make_brand(name: str = "", **fields: Any) -> Brand:
    name = name or f"Brand {next(numbers)}"
    return Brand.objects.create(**{"name": name, "slug": slugify(name), **fields})


def make_product_type(key: str = "", **fields: Any) -> ProductType:
    key = key or f"type-{next(numbers)}"
    return ProductType.objects.create(**{"key": key, "name": key.capitalize(), **fields})


def make_field(product_type: ProductType, key: str, *, choices: Sequence[str] = (), **fields: Any) -> SpecField:
    """A facet unless told otherwise. A choice is named by its label: "Midnight blue" has the value midnight-blue."""
    kind = fields.pop("kind", SpecField.Kind.CHOICE if choices else SpecField.Kind.TEXT)
    label = fields.pop("label", key.replace("_", " ").capitalize())
    defaults = {"label": label, "group": "General", "kind": kind, "is_facet": True, "position": next(numbers)}
    field = SpecField.objects.create(product_type=product_type, key=key, **{**defaults, **fields})
    for choice in choices:
        make_choice(field, choice)
    return field


def make_choice(field: SpecField, label: str, **fields: Any) -> SpecChoice:
    return SpecChoice.objects.get_or_create(
        field=field, value=slugify(label), defaults={"label": label, "position": next(numbers), **fields}
    )[0]


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_variant(product: Product, **fields: Any) -> Variant:
    """One more variant; the product's listing and search rows follow."""
    variant = _variant(product, **fields)
    product_changed([product.pk])
    variant.refresh_from_db(fields=["was_price", "reduced_at"])
    return variant


def _variant(
    product: Product,
    *,
    sku: str = "",
    price: Decimal | str | int = "499.00",
    stock: int = 5,
    options: Mapping[str, Any] | None = None,
    was_price: Decimal | str | int | None = None,
    **fields: Any,
) -> Variant:
    """Leaves the trail that `save` and `receive` would, without bringing the listing in line each time."""
    label = ", ".join(str(value) for value in (options or {}).values())
    fields = {"sku": sku or f"SKU-{next(numbers):05d}", "price": Decimal(price), "label": label, **fields}
    variant = Variant.objects.bulk_create([Variant(product=product, **fields)])[0]
    _tell_prices(variant, None if was_price is None else Decimal(was_price))
    make_specs(product, options or {}, variant=variant)
    if stock:
        inventory.open_stock({variant.pk: stock}, note="", reference="")
    return variant


def _tell_prices(variant: Variant, was: Decimal | None) -> None:
    steps = [(PRICED, None, variant.price)]
    if was is not None:
        steps = [(PRICED, None, was), (REDUCED, was, variant.price)]
    PriceChange.objects.bulk_create(
        PriceChange(variant=variant, old_price=old, new_price=new, cause="saved", created_at=days_ago(days))
        for days, old, new in steps
    )


def make_product(
    name: str = "",
    *,
    brand: Brand | None = None,
    category: Category | None = None,
    product_type: ProductType | None = None,
    price: Decimal | str | int = "499.00",
    stock: int = 5,
    specs: Mapping[str, Any] | None = None,
    variants: Sequence[Mapping[str, Any]] | None = None,
    picture: bool = False,
    **fields: Any,
) -> Product:
    """A published product with one variant of `price` and `stock`, or with the `variants` given as dicts."""
    name = name or f"Device {next(numbers)}"
    product = Product.objects.create(
        **{
            "name": name,
            "slug": slugify(name),
            "brand": brand or make_brand(),
            "category": category or make_category(),
            "product_type": product_type or make_product_type(),
            "is_published": True,
            "published_from": days_ago(PUBLISHED),
            **fields,
        }
    )
    make_specs(product, specs or {})
    if picture:
        make_image(product)
    for position, row in enumerate([{}] if variants is None else variants):
        _variant(product, **{"price": price, "stock": stock, "position": position, **row})
    product_changed([product.pk])
    product.refresh_from_db()
    return product


def make_specs(product: Product, values: Mapping[str, Any], *, variant: Variant | None = None) -> None:
    """Spec rows straight from typed values: text is a choice, a pair a range; the field is made when it is missing."""
    for key, value in values.items():
        field = product.product_type.fields.filter(key=key).first() or _field_for(product, key, value, variant)
        SpecValue.objects.create(product=product, variant=variant, field=field, **_columns(field, value))


def _field_for(product: Product, key: str, value: Any, variant: Variant | None) -> SpecField:
    kinds = {bool: SpecField.Kind.BOOLEAN, str: SpecField.Kind.CHOICE}
    scope = SpecField.Scope.VARIANT if variant else SpecField.Scope.PRODUCT
    return make_field(product.product_type, key, kind=kinds.get(type(value), SpecField.Kind.NUMBER), scope=scope)


def _columns(field: SpecField, value: Any) -> dict[str, Any]:
    if field.kind == SpecField.Kind.CHOICE:
        return {"choice": make_choice(field, value)}
    if field.kind == SpecField.Kind.BOOLEAN:
        return {"flag": value}
    if field.kind == SpecField.Kind.TEXT:
        return {"text": value}
    if field.kind == SpecField.Kind.SIZE:
        sides = (units.stored(Decimal(str(side)), field.unit) for side in value)
        return dict(zip(("number", "second", "third"), sides, strict=False))
    low, high = (None if end is None else units.stored(Decimal(str(end)), field.unit) for end in _ends(value))
    return {"number": low, "number_high": high}


def _ends(value: Any) -> tuple[Any, Any]:
    return value if isinstance(value, tuple) else (value, None)


def make_fit_rule(
    accessory: str, device: str, conditions: Sequence[tuple[Any, ...]] = (), *, included: str = ""
) -> FitRule:
    """Between the types of these keys; a condition is (field of the accessory, comparison, field of the device),
    with needed and words behind it where they matter. Types and fields are made when missing, as numbers.
    """
    types = [ProductType.objects.filter(key=key).first() or make_product_type(key) for key in (accessory, device)]
    box = _field(types[1], included, kind=SpecField.Kind.BOOLEAN) if included else None
    rule = FitRule.objects.create(accessory_type=types[0], device_type=types[1], included_field=box)
    for position, (ours, comparison, theirs, *rest) in enumerate(conditions):
        FitCondition.objects.create(
            rule=rule,
            accessory_field=_field(types[0], ours),
            comparison=comparison,
            device_field=_field(types[1], theirs),
            position=position,
            **dict(zip(("is_needed", "words"), rest, strict=False)),
        )
    return rule


def _field(product_type: ProductType, key: str, kind: str = SpecField.Kind.NUMBER) -> SpecField:
    return product_type.fields.filter(key=key).first() or make_field(product_type, key, kind=kind)


def make_image(product: Product, **fields: Any) -> Image:
    """A small real picture, so that templates have something to link."""
    raw = BytesIO()
    Picture.new("RGB", (60, 40), "#38598b").save(raw, "WEBP")
    file = ContentFile(raw.getvalue(), name=f"picture-{next(numbers)}.webp")
    return Image.objects.create(**{"product": product, "file": file, "alt": f"{product.name} from the front", **fields})


def make_review(product: Product, stars: int = 5, **fields: Any) -> Review:
    """A published one; the product's figures follow."""
    number = next(numbers)
    fields = {"purchase": f"P-{number}", "title": f"Title {number}", "text": f"Text {number}", **fields}
    fields.setdefault("state", Review.State.PUBLISHED)
    if fields["state"] == Review.State.PUBLISHED:
        fields.setdefault("published_at", timezone.now())
    review = Review.objects.create(product=product, stars=stars, **fields)
    product_changed([product.pk])
    product.refresh_from_db()
    return review


def set_stock(variant: Variant, units: int) -> None:
    """Bring a variant's stock to `units` by a movement."""
    level = StockLevel.objects.filter(variant=variant).first()
    if difference := units - (level.on_hand if level else 0):
        inventory.adjust(variant, difference, note="set by a test")

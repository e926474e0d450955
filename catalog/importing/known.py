"""The catalog as it is, and beside it what the file adds: brands, categories, types, fields and choices.

What is added is held as unsaved rows, so that a plan can be made and shown without writing; it is written with the
first product that needs it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model
from django.utils.text import slugify

from catalog import reference, specs
from catalog.exceptions import SpecError
from catalog.importing.inferring import Evidence, choice_value, field_key, is_number
from catalog.importing.reading import Home, Reading
from catalog.importing.slugs import Slugs
from catalog.models import Brand, Category, Product, ProductType, SpecChoice, SpecField, SpecValue

Kind = SpecField.Kind
Columns = dict[str, Any]
CHOICE_LABEL_MAX = SpecChoice._meta.get_field("label").max_length or 0
CARD_FIELDS = 3
REMEMBERED = 50_000
LARGEST = 20  # digits before the point; units refuse far less, but only after having written them out


class DoesNotFit(Exception):
    """A value that the field, as it stands in the catalog, cannot hold."""


@dataclass
class TypeOf:
    """A product type with its fields, found by key or by label."""

    product_type: ProductType
    fields: dict[str, SpecField] = field(default_factory=dict)

    def add(self, one: SpecField) -> None:
        self.fields.setdefault(field_key(one.label), one)
        self.fields[field_key(one.key)] = one

    def get(self, name: str) -> SpecField | None:
        return self.fields.get(field_key(name))

    @property
    def distinct(self) -> list[SpecField]:
        return list({id(one): one for one in self.fields.values()}.values())


class Known:
    def __init__(self, reading: Reading) -> None:
        self.brands = {brand.name.casefold(): brand for brand in Brand.objects.all()}
        self.category_paths = _category_paths()
        self._categories = {joined(names): pk for pk, names in reversed(self.category_paths.items())}
        self._brand_slugs, self._category_slugs = Slugs(Brand), Slugs(Category)
        self.added: dict[str, list[int]] = defaultdict(list)
        self._reading = reading
        self._types: dict[str, TypeOf] = {}
        self._by_home: dict[Home, TypeOf] = {}
        self._choices: dict[int, dict[str, SpecChoice]] = {}  # by id() of the field: unsaved rows have no key
        self._new_choices: list[SpecChoice] = []
        self._read: dict[tuple[Any, ...], list[Columns]] = {}
        self._infer()

    # Where a product belongs --------------------------------------------------------------------------------------

    def type_of(self, home: Home) -> TypeOf:
        return self._by_home[home]

    def type_of_product(self, product: Product) -> TypeOf:
        """Its own type, whatever the file takes its category to be."""
        key = product.product_type.key
        if key not in self._types:
            self._types[key] = self._load(product.product_type)
        return self._types[key]

    def _infer(self) -> None:
        """The fields of each type: its own first, as the catalog says what a field is and a file only adds to it."""
        used = _types_in_use()
        accepted = self._reading.spec_columns()
        pooled: dict[str, dict[str, Evidence]] = defaultdict(dict)
        homes = set(self._reading.evidence) | set(self._reading.paths)
        for home in sorted(homes, key=lambda one: (one not in self._reading.evidence, one)):
            key = self._type_key(home, used)
            self._by_home[home] = self._type(key, home)
            for name, seen in self._reading.evidence.get(home, {}).items():
                if seen.guessed and seen.name not in accepted:
                    continue
                if name in pooled[key]:
                    pooled[key][name].add(seen)
                else:
                    pooled[key][name] = seen
        for key, evidence in pooled.items():
            self._add_fields(self._types[key], evidence)

    def _type_key(self, home: Home, used: Mapping[int, ProductType]) -> str:
        if home[0]:
            known = ProductType.objects.filter(name__iexact=home[0]).first()
            return known.key if known else slugify(home[0])[:60] or "devices"
        product_type = used.get(self._categories.get(joined(home[1:]), 0))
        name = self._reading.paths.get(home, home)[-1]
        return product_type.key if product_type else slugify(name)[:60] or "devices"

    def _type(self, key: str, home: Home) -> TypeOf:
        if key not in self._types:
            name = self._reading.paths.get(home, home)[-1]
            known = ProductType.objects.filter(key=key).first()
            self._types[key] = self._load(known) if known else TypeOf(ProductType(key=key, name=name[:80]))
        return self._types[key]

    def _load(self, product_type: ProductType) -> TypeOf:
        kind = TypeOf(product_type)
        for one in SpecField.objects.filter(product_type=product_type).prefetch_related("choices"):
            kind.add(one)
            self._choices[id(one)] = {choice.value: choice for choice in one.choices.all()}
        return kind

    def _add_fields(self, kind: TypeOf, evidence: Mapping[str, Evidence]) -> None:
        position = len(kind.distinct)
        for seen in evidence.values():
            if kind.get(seen.name) is None:
                one = seen.field()
                one.position, one.on_card = position, position < CARD_FIELDS
                position += 1
                kind.add(one)

    # What a value is ----------------------------------------------------------------------------------------------

    def read(self, one: SpecField, value: Any) -> list[Columns]:
        """The columns of SpecValue for a tidy value, a dict for each row. Raises DoesNotFit."""
        key = (id(one), type(value).__name__, str(value))
        found = self._read.get(key)
        if found is None:
            if len(self._read) > REMEMBERED:
                self._read.clear()
            found = self._read[key] = self._columns(one, value)
        return found

    def _columns(self, one: SpecField, value: Any) -> list[Columns]:
        if one.kind == Kind.CHOICE:
            return [{"choice": choice} for choice in self._choices_of(one, value)]
        if one.kind == Kind.TEXT:
            value = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
        is_list = isinstance(value, list) and one.kind != Kind.SIZE
        if is_list or (isinstance(value, bool) and one.kind != Kind.BOOLEAN and one.kind != Kind.TEXT):
            raise DoesNotFit
        if is_number(value) and value and Decimal(value).adjusted() > LARGEST:
            raise DoesNotFit
        try:
            rows = specs.read_value(one, value)
        except SpecError:
            raise DoesNotFit from None
        return [{name: getattr(row, name) for name in VALUE_COLUMNS if name != "choice_id"} for row in rows]

    def _choices_of(self, one: SpecField, value: Any) -> list[SpecChoice]:
        labels = [str(label).strip() for label in (value if isinstance(value, list) else [value])]
        if len(labels) > 1 and not one.multiple:
            raise DoesNotFit
        chosen = {choice.value: choice for choice in (self._choice(one, label) for label in labels)}
        return list(chosen.values())

    def _choice(self, one: SpecField, label: str) -> SpecChoice:
        """The choice of this label, or of this address word; else a new one."""
        known = self._choices.setdefault(id(one), {})
        same = [choice for choice in known.values() if choice.label.casefold() == label.casefold()]
        value = choice_value(label)
        if same or value in known:
            return same[0] if same else known[value]
        if not value or len(label) > CHOICE_LABEL_MAX:
            raise DoesNotFit
        choice = SpecChoice(field=one, value=value, label=label, position=len(known))
        known[value] = choice
        self._new_choices.append(choice)
        return choice

    # Writing ------------------------------------------------------------------------------------------------------

    def brand(self, name: str) -> Brand:
        brand = self.brands.get(name.casefold())
        if brand is None:
            brand = Brand.objects.create(name=name, slug=self._brand_slugs.new(name))
            self.brands[name.casefold()] = brand
            self._remember(Brand, [brand])
        return brand

    def category_id(self, path: tuple[str, ...]) -> int:
        key = joined(path)
        if key not in self._categories:
            above = self.category_id(path[:-1]) if len(path) > 1 else None
            made = _add_category(path[-1], self._category_slugs.new(path[-1]), above)
            self._categories[key] = made.pk
            self.category_paths[made.pk] = path
            self._remember(Category, [made])
        return self._categories[key]

    def save_type(self, kind: TypeOf) -> None:
        """The type and those of its fields that are not there yet."""
        if kind.product_type.pk is None:
            kind.product_type.save()
            self._remember(ProductType, [kind.product_type])
        new = [one for one in kind.distinct if one.pk is None]
        for one in new:
            one.product_type = kind.product_type
            one.save()
        self._remember(SpecField, new)

    def save_choices(self) -> None:
        """Choices that were met since the last call, of fields that are there."""
        new = [choice for choice in self._new_choices if choice.field.pk is not None]
        self._new_choices = [choice for choice in self._new_choices if choice.field.pk is None]
        for choice in new:
            choice.field = choice.field  # takes over the id that saving gave the field
        self._remember(SpecChoice, SpecChoice.objects.bulk_create(new))
        reference.forget()

    def _remember(self, model: type[Model], rows: Iterable[Model]) -> None:
        self.added[model._meta.model_name or ""] += [row.pk for row in rows]


# A value's columns besides whose it is; a column that the spec engine gets later is among them by itself.
VALUE_COLUMNS = tuple(
    column.attname
    for column in SpecValue._meta.concrete_fields
    if column.attname not in ("id", "product_id", "variant_id", "field_id")
)


def joined(names: Iterable[str]) -> str:
    """A path of categories as it is compared; also a name that has the separator in it is found again."""
    return " > ".join(names).casefold()


def _category_paths() -> dict[int, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {"": ()}
    paths = {}
    for category in Category.objects.order_by("path"):
        above = category.path[: -Category.steplen]
        names[category.path] = paths[category.pk] = (*names[above], category.name)
    return paths


def _types_in_use() -> dict[int, ProductType]:
    """The type that most products of a category have, by category."""
    counts: Counter[tuple[int, int]] = Counter()
    for category_id, type_id, number in (
        Product.objects.order_by().values_list("category_id", "product_type_id").annotate(number=Count("pk"))
    ):
        counts[category_id, type_id] = number
    types = ProductType.objects.in_bulk()
    return {category_id: types[type_id] for (category_id, type_id), _n in reversed(counts.most_common())}


def _add_category(name: str, slug: str, parent_id: int | None) -> Category:
    category = Category(name=name, slug=slug)
    if parent_id is None:
        return Category.objects.add_root(instance=category)
    return Category.objects.add_child(Category.objects.get(pk=parent_id), instance=category)

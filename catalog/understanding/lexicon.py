"""What the words of a query may mean in this shop: its categories, brands, types, spec fields and their values.

Read in a constant number of queries and kept by each process under the version of `catalog.reference`. What products
have in their fields is as old as that at most, since it only decides between fields of the same unit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from django.core.cache import cache
from django.db.models import OuterRef, Subquery
from django.utils.text import slugify

from catalog import reference, units
from catalog.filters import SPEC, YES
from catalog.models import Brand, Category, Product, ProductType, SpecChoice, SpecField, SpecValue
from catalog.understanding.language import (
    DUSTPROOF,
    HINTS,
    SYNONYMS,
    WATER_RESISTANT,
    WATERPROOF,
    Words,
    spellings,
    stems,
)

Kind, Better = SpecField.Kind, SpecField.Better

KNOWN = "catalog:understanding:vocabulary"
BRANDS_MAX = 2_000  # a shop with more has them looked up by the words of each query
PLACES_MAX, FIELDS_MAX, CHOICES_MAX = 5_000, 10_000, 20_000
NAME_MAX = 5  # words
AND = re.compile(r"\s*(?:,|&|/|\band\b)\s*", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\s*\([^)]*\)\s*$")
PROTECTION = re.compile(r"^ip([0-9x])([0-9x])[a-z]?$")


@dataclass(frozen=True)
class Field:
    """A spec field by which listings filter (`is_facet`) or sort. `lowest` and `highest` are what products have in
    it, in the base unit of its family as SpecValue holds them; `choices` are (value, label)."""

    key: str
    label: str
    kind: str
    unit: str = ""
    better: str = Better.NONE
    is_facet: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def name(self) -> str:
        return f"{SPEC}{self.key}"

    @cached_property
    def family(self) -> str:
        return units.BY_SYMBOL[self.unit].family if self.unit in units.BY_SYMBOL else ""

    @cached_property
    def hints(self) -> frozenset[str]:
        """Stems that name it: its label, its key, and what else such a thing is called."""
        own = frozenset({*stems(self.label), *stems(self.key.replace("_", " "))})
        return own.union(*(group for group in HINTS if group & own))

    def joined(self, other: Field) -> Field:
        """Two types' fields of one key as one; nothing is added that cannot be compared."""
        if (self.kind, self.family) != (other.kind, other.family):
            return self
        ends = [end for end in (self.lowest, self.highest, other.lowest, other.highest) if end is not None]
        return replace(
            self,
            is_facet=self.is_facet or other.is_facet,
            choices=tuple(dict.fromkeys(self.choices + other.choices)),
            lowest=min(ends, default=None),
            highest=max(ends, default=None),
        )


@dataclass(frozen=True)
class Place:
    """A category and the types of the devices in it and below. `is_part`: the words name only some of them."""

    slug: str
    name: str
    path: str
    types: frozenset[int] = frozenset()
    is_part: bool = False


@dataclass(frozen=True)
class Meaning:
    """Values of one field: several where a word names several, such as "waterproof" IP67 and IP68."""

    field: Field
    values: tuple[tuple[str, str], ...]


@dataclass
class Scope:
    """The fields of some types, by key, and what their words mean."""

    fields: dict[str, Field]

    @cached_property
    def numbers(self) -> list[Field]:
        return [one for one in self.fields.values() if one.kind == Kind.NUMBER]

    @cached_property
    def sizes(self) -> list[Field]:
        return [one for one in self.fields.values() if one.kind == Kind.SIZE and one.is_facet]

    @cached_property
    def by_family(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = defaultdict(list)
        for one in self.numbers:
            found[one.family].append(one)
        return found

    @cached_property
    def counts(self) -> dict[str, list[Field]]:
        """Numbers of things by the last stem of their label: Processor cores."""
        found: dict[str, list[Field]] = defaultdict(list)
        for one in self.numbers:
            if (not one.unit or units.is_count(one.unit)) and (named := stems(IN_BRACKETS.sub("", one.label))):
                found[named[-1]].append(one)
        return found

    @cached_property
    def terms(self) -> dict[Words, list[Meaning]]:
        found: dict[Words, dict[str, Meaning]] = defaultdict(dict)
        for one in self.fields.values():
            for words, value in _named_values(one):
                known = found[words].get(one.key, Meaning(one, ()))
                found[words][one.key] = Meaning(one, tuple(dict.fromkeys((*known.values, value))))
        return {words: list(by_key.values()) for words, by_key in found.items()}


@dataclass
class Vocabulary:
    """`places` and `brands` by the stems of their names; brands are (slug, name)."""

    places: dict[Words, Place] = field(default_factory=dict)
    by_slug: dict[str, Place] = field(default_factory=dict)
    brands: dict[Words, tuple[str, str]] = field(default_factory=dict)
    fields: dict[int, tuple[Field, ...]] = field(default_factory=dict)  # of each type, in the order of its sheet
    has_all_brands: bool = True
    _scopes: dict[frozenset[int] | None, Scope] = field(default_factory=dict, repr=False, compare=False)

    def scope(self, place: Place | None) -> Scope:
        """What can be filtered by in a category, or anywhere."""
        types = place.types if place else None
        if types not in self._scopes:
            found: dict[str, Field] = {}
            for one in self._fields_of(types):
                found[one.key] = found[one.key].joined(one) if one.key in found else one
            self._scopes[types] = Scope(found)
        return self._scopes[types]

    def _fields_of(self, types: Iterable[int] | None) -> Iterator[Field]:
        for pk in self.fields if types is None else sorted(types):
            yield from self.fields.get(pk, ())


def _named_values(one: Field) -> Iterator[tuple[Words, tuple[str, str]]]:
    """Words for the values of a facet that is chosen from."""
    if one.is_facet and one.kind == Kind.BOOLEAN:
        names = {one.label, IN_BRACKETS.sub("", one.label), one.key.replace("_", " ")}
        yield from ((words, (YES, one.label)) for name in names for words in spellings(name))
    if one.is_facet and one.kind == Kind.CHOICE:
        for value, label in one.choices:
            yield from ((words, (value, label)) for words in _choice_words(value, label))


def _choice_words(value: str, label: str) -> set[Words]:
    """A bare figure or letter says too little; "none" is what nobody looks for."""
    found = spellings(label) | spellings(IN_BRACKETS.sub("", label))
    if protection := PROTECTION.match(value):
        dust, water = (int(level) if level.isdigit() else 0 for level in protection.groups())
        found |= (WATERPROOF if water >= 7 else set()) | (WATER_RESISTANT if water >= 4 else set())
        found |= DUSTPROOF if dust == 6 else set()
    return {words for words in found if words not in (("none",), ("other",)) and not _is_slight(words)}


def _is_slight(words: Words) -> bool:
    return len("".join(words)) < 2 or all(word.isdigit() for word in words)


# Kept in mind ------------------------------------------------------------------------------------------------------


def vocabulary(text: str = "", version: str = "") -> Vocabulary:
    """What this shop's words mean; `text` is the query, needed where a shop has more brands than are kept in mind.

    `version` is that of `catalog.reference`, if the caller has it: one query less.
    """
    known = _shared(version or reference.version())
    return known if known.has_all_brands else replace(known, brands=_brands_in(text))


@lru_cache(maxsize=1)
def _shared(version: str) -> Vocabulary:
    """What one process has read is there for the others too."""
    read_under, known = cache.get(KNOWN, (None, None))
    if known is None or read_under != version:
        known = _read()
        cache.set(KNOWN, (version, known), reference.LIFETIME)
    return known


# Read --------------------------------------------------------------------------------------------------------------


def _read() -> Vocabulary:
    """Six queries, whatever the size of the shop."""
    rows = list(Category.objects.visible().order_by("path").values_list("pk", "path", "slug", "name")[:PLACES_MAX])
    types_at: dict[int, set[int]] = defaultdict(set)
    for category, product_type in Product.objects.order_by().values_list("category", "product_type").distinct():
        types_at[category].add(product_type)
    below = _below({path: types_at[pk] for pk, path, _slug, _name in rows})
    places = [Place(slug, name, path, frozenset(below[path])) for _pk, path, slug, name in rows]
    brands = list(Brand.objects.values_list("slug", "name")[: BRANDS_MAX + 1])
    return Vocabulary(
        places=named_places(places, dict(ProductType.objects.values_list("pk", "name"))),
        by_slug={place.slug: place for place in places},
        brands=named_brands(brands) if len(brands) <= BRANDS_MAX else {},
        fields=_fields(),
        has_all_brands=len(brands) <= BRANDS_MAX,
    )


def _below(types_at: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """The types in each category with those of the categories under it, by path."""
    found: dict[str, set[int]] = defaultdict(set)
    for path, types in types_at.items():
        for end in range(Category.steplen, len(path) + 1, Category.steplen):
            found[path[:end]] |= types
    return found


def _fields() -> dict[int, tuple[Field, ...]]:
    """By type. The ends are single look-ups in the index of values, so their number costs little."""
    choices: dict[int, list[tuple[str, str]]] = defaultdict(list)
    offered = SpecChoice.objects.filter(field__is_facet=True).order_by("field", "position", "pk")
    for field_id, value, label in offered.values_list("field", "value", "label")[:CHOICES_MAX]:
        choices[field_id].append((value, label))
    numbers = SpecValue.objects.filter(field=OuterRef("pk"), number__isnull=False).values("number")
    ends = {"lowest": numbers.order_by("number")[:1], "highest": numbers.order_by("-number")[:1]}
    fields = SpecField.objects.exclude(kind=Kind.TEXT).order_by("product_type", "position", "pk")
    rows = fields.annotate(**{name: Subquery(end) for name, end in ends.items()}).values(
        *("pk", "product_type", "key", "label", "kind", "unit", "better", "is_facet"), *ends
    )
    found: dict[int, list[Field]] = defaultdict(list)
    for row in rows[:FIELDS_MAX]:
        own = tuple(choices[row.pop("pk")])
        found[row.pop("product_type")].append(Field(choices=own, **row))
    return {type_id: tuple(own) for type_id, own in found.items()}


def named_places(places: Iterable[Place], type_names: Mapping[int, str]) -> dict[Words, Place]:
    """A category by its name; by a part of it ("Keyboards and mice"); by the type of its devices; by a synonym.

    The surer name wins, and one that two categories have names neither.
    """
    known = list(places)
    whole = [(words, place) for place in known for words in spellings(place.name)]
    parts = [
        (words, replace(place, is_part=True))
        for place in known
        for name in _parts(place.name)
        for words in spellings(name)
    ]
    found: dict[Words, Place] = {}
    for level in (whole, parts, list(_homes(known, type_names))):
        found |= {words: place for words, place in _unambiguous(level) if words not in found}
    synonyms = ((words, found.get(stems(same))) for name, same in SYNONYMS.items() for words in spellings(name))
    return {**{words: place for words, place in synonyms if place}, **found}


def _parts(name: str) -> list[str]:
    parts = AND.split(name)
    return parts if len(parts) > 1 else []


def _homes(places: list[Place], type_names: Mapping[int, str]) -> Iterator[tuple[Words, Place]]:
    """The deepest category that has all devices of a type."""
    for pk, name in type_names.items():
        having = [place for place in places if pk in place.types]
        deepest = max(having, key=lambda place: len(place.path), default=None)
        if deepest and all(deepest.path.startswith(place.path) for place in having):
            yield from ((words, replace(deepest, is_part=len(deepest.types) > 1)) for words in spellings(name))


def _unambiguous(named: list[tuple[Words, Place]]) -> Iterator[tuple[Words, Place]]:
    slugs: dict[Words, set[str]] = defaultdict(set)
    for words, place in named:
        slugs[words].add(place.slug)
    return ((words, place) for words, place in named if len(slugs[words]) == 1)


def named_brands(brands: Iterable[tuple[str, str]]) -> dict[Words, tuple[str, str]]:
    return {words: (slug, name) for slug, name in brands for words in spellings(name) if not _is_slight(words)}


def _brands_in(text: str) -> dict[Words, tuple[str, str]]:
    """Those whose address is made of neighbouring words of the text. One query."""
    cut = slugify(text).split("-")[:40]
    runs = {"-".join(cut[at : at + length]) for at in range(len(cut)) for length in range(1, NAME_MAX)}
    return named_brands(Brand.objects.filter(slug__in=runs).values_list("slug", "name"))

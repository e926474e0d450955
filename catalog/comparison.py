"""Devices side by side: a column each, a row for every spec that their kinds share, the better value marked.

Rows of different types go together where key, kind and family of units are the same. Numbers are stored in their
family's base unit, so that they compare as they are; a row is printed in the unit of the first device's field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalog import search, units
from catalog.cards import availability, listed, picture, with_picture, with_stock
from catalog.images import Srcset
from catalog.inventory import Availability
from catalog.models import Product, Rating, SpecField, SpecValue, Variant
from catalog.specs import magnitude, value_text

Better = SpecField.Better

LIMIT = 4
ASKED_MAX = 20  # SKUs of one address that are looked up
NAMED_MAX = 5  # of those left out
FOUND_MAX = 6

Line = dict[int, SpecField]  # the fields of one row, by type
Values = dict[tuple[int, int | None, int], list[SpecValue]]  # by product, variant and field


@dataclass(frozen=True)
class Cell:
    """An empty text is a value that nobody has told us."""

    text: str
    is_better: bool = False


@dataclass(frozen=True)
class Row:
    key: str
    label: str
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        return len({cell.text for cell in self.cells}) > 1


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Column:
    """One device in one of the `versions` it is sold in; `before` and `after` are the SKUs of its neighbours."""

    variant: Variant
    versions: list[Variant]
    image: Srcset | None
    availability: Availability
    before: list[str]
    after: list[str]
    is_cheapest: bool
    is_best_rated: bool

    @property
    def rating(self) -> Rating | None:
        return self.variant.product.rating

    @property
    def others(self) -> list[str]:
        return [*self.before, *self.after]


@dataclass(frozen=True)
class Comparison:
    """`problems` says in words what was left out; `kinds` names the types where they are not all the same."""

    columns: list[Column] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    only_differences: bool = False
    problems: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def skus(self) -> list[str]:
        return [column.variant.sku for column in self.columns]

    @property
    def is_rated(self) -> bool:
        return any(column.rating for column in self.columns)

    @property
    def is_full(self) -> bool:
        return len(self.columns) >= LIMIT

    @cached_property
    def total(self) -> int:
        return sum(len(section.rows) for section in self.sections)

    @cached_property
    def differing(self) -> int:
        return sum(row.differs for section in self.sections for row in section.rows)

    @cached_property
    def shown(self) -> list[Section]:
        """The sections as the switch says; one that has nothing left to tell is not there."""
        if not self.only_differences:
            return self.sections
        narrowed = (Section(one.title, [row for row in one.rows if row.differs]) for one in self.sections)
        return [section for section in narrowed if section.rows]

    @property
    def switched(self) -> str:
        """The address of the same table with the switch the other way round."""
        return address(self.skus, only_differences=not self.only_differences)


def address(skus: Iterable[str], *, only_differences: bool = False) -> str:
    pairs = [*(("v", sku) for sku in skus), *([("only", "differences")] if only_differences else [])]
    path = reverse("catalog:compare")
    return f"{path}?{urlencode(pairs)}" if pairs else path


def sold() -> QuerySet[Variant]:
    """What may be compared: on sale, of a product that the shop shows. Asked row by row, as few SKUs are named."""
    return Variant.objects.on_sale().filter(Exists(Product.objects.visible().filter(pk=OuterRef("product_id"))))


def compare(skus: Iterable[str], *, only_differences: bool = False) -> Comparison:
    """The table of these SKUs in their order, each once. Never fails: what cannot be compared is left out in words.

    Three queries, however many rows and columns there are.
    """
    asked = list(dict.fromkeys(skus))
    versions = _versions(asked[:ASKED_MAX])
    by_sku = {variant.sku: variant for variant in versions}
    known = [by_sku[sku] for sku in asked if sku in by_sku]
    chosen, extra = known[:LIMIT], known[LIMIT:]
    names = {variant.product.product_type_id: variant.product.product_type.name for variant in chosen}
    return Comparison(
        columns=_columns(chosen, versions),
        sections=_sections(chosen),
        only_differences=only_differences,
        problems=_problems(
            unknown=[sku for sku in asked[:ASKED_MAX] if sku not in by_sku],
            extra=[*(_full_name(variant) for variant in extra), *asked[ASKED_MAX:]],
        ),
        kinds=list(names.values()) if len(names) > 1 else [],
    )


def candidates(text: str, present: Comparison) -> list[Product]:
    """Devices that these words find, without those in the table, as `listed`; `sku` is of the version to add."""
    cheapest = Variant.objects.on_sale().filter(product=OuterRef("pk")).order_by("price", "position", "pk")
    others = Product.objects.visible().exclude(pk__in=[column.variant.product_id for column in present.columns])
    with_sku = listed(others).annotate(sku=Subquery(cheapest.values("sku")[:1]))
    return search.search(text).best(with_sku, FOUND_MAX)


# Columns ------------------------------------------------------------------------------------------------------


def _versions(skus: list[str]) -> list[Variant]:
    """All that the products of these SKUs are sold in."""
    asked = Variant.objects.on_sale().filter(sku__in=skus).values("product")
    every = with_picture(with_stock(sold().filter(product__in=asked)))
    related = every.select_related("product__brand", "product__product_type")
    return list(related.order_by("product_id", "position", "pk")) if skus else []


def _columns(chosen: list[Variant], versions: list[Variant]) -> list[Column]:
    skus = [variant.sku for variant in chosen]
    lowest = _best([variant.price for variant in chosen], Better.LOWER)
    ratings = (variant.product.rating for variant in chosen)
    averages = [rating.average if rating else None for rating in ratings]
    highest = _best(averages, Better.HIGHER)
    return [
        Column(
            variant=variant,
            versions=[other for other in versions if other.product_id == variant.product_id],
            image=picture(variant),
            availability=availability(variant),
            before=skus[:place],
            after=skus[place + 1 :],
            is_cheapest=variant.price == lowest,
            is_best_rated=highest is not None and averages[place] == highest,
        )
        for place, variant in enumerate(chosen)
    ]


def _problems(*, unknown: list[str], extra: list[str]) -> list[str]:
    problems = []
    if unknown:
        problems.append(_("Not sold here (any more), so left out: %(skus)s.") % {"skus": _listed(unknown)})
    if extra:
        words = _("%(limit)d devices at most stand side by side. Left out: %(names)s.")
        problems.append(words % {"limit": LIMIT, "names": _listed(extra)})
    return problems


def _listed(words: list[str]) -> str:
    few = [Truncator(word).chars(60) for word in words[:NAMED_MAX]]
    return ", ".join([*few, "…"] if len(words) > NAMED_MAX else few)


def _full_name(variant: Variant) -> str:
    return f"{variant.product.name} ({variant.label})" if variant.label else variant.product.name


# Rows ---------------------------------------------------------------------------------------------------------


def _sections(chosen: list[Variant]) -> list[Section]:
    """In the order of the first device's data sheet. A row of which nothing is known of any device is left out."""
    if not chosen:
        return []
    values = _values(chosen)
    groups: dict[str, list[Row]] = {}
    for line in _lines([variant.product.product_type_id for variant in chosen]):
        row = _row(line, chosen, values)
        if any(cell.text for cell in row.cells):
            groups.setdefault(_main_field(line, chosen).group or _("General"), []).append(row)
    return [Section(title, rows) for title, rows in groups.items()]


def _lines(type_ids: list[int]) -> list[Line]:
    """The fields that all of these types have in common, in the order of the first type. One query."""
    lines: dict[tuple[str, str, str], Line] = defaultdict(dict)
    fields = SpecField.objects.filter(product_type__in=set(type_ids)).order_by("position", "pk")
    for one in sorted(fields, key=lambda one: one.product_type_id != type_ids[0]):
        lines[one.key, one.kind, _family(one.unit)][one.product_type_id] = one
    return [line for line in lines.values() if line.keys() == set(type_ids)]


def _family(unit: str) -> str:
    """What a unit measures; amounts of one family compare with each other."""
    return units.BY_SYMBOL[unit].family if unit in units.BY_SYMBOL else unit


def _values(chosen: list[Variant]) -> Values:
    """What is known of these variants and of their products. One query."""
    own = Q(variant=None, product__in={variant.product_id for variant in chosen}) | Q(variant__in=chosen)
    found: Values = defaultdict(list)
    for row in SpecValue.objects.filter(own).select_related("choice").order_by("choice__position", "choice_id"):
        found[row.product_id, row.variant_id, row.field_id].append(row)
    return found


def _main_field(line: Line, chosen: list[Variant]) -> SpecField:
    return line[chosen[0].product.product_type_id]


def _row(line: Line, chosen: list[Variant], values: Values) -> Row:
    main = _main_field(line, chosen)
    known = [_of(variant, line[variant.product.product_type_id], values) for variant in chosen]
    for row in (row for rows in known for row in rows):
        row.field = main  # prints the numbers of all columns in one unit
    directions = {one.better for one in line.values()}
    best = _best([_amount(rows) for rows in known], directions.pop() if len(directions) == 1 else Better.NONE)
    cells = [Cell(value_text(rows), best is not None and _amount(rows) == best) for rows in known]
    return Row(main.key, main.label, cells)


def _of(variant: Variant, one: SpecField, values: Values) -> list[SpecValue]:
    """The variant's own value or its product's, whichever the field is about."""
    owner = variant.pk if one.scope == SpecField.Scope.VARIANT else None
    return values.get((variant.product_id, owner, one.pk), [])


def _amount(rows: list[SpecValue]) -> Decimal | None:
    return magnitude(rows[0]) if len(rows) == 1 else None


def _best(amounts: Sequence[Decimal | None], better: str) -> Decimal | None:
    """The better of the amounts known. None where all are alike, or only one is: nothing is better than itself."""
    known = {amount for amount in amounts if amount is not None}
    if len(known) < 2 or better == Better.NONE:
        return None
    return max(known) if better == Better.HIGHER else min(known)

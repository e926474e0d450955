"""Values as a reader sees them: the data sheet of a product, and the few facts on its card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Product, SpecField, SpecValue, Variant
from catalog.specs.values import number_text, one_text, value_text

Kind = SpecField.Kind

CARD_SPECS = 3


@dataclass(frozen=True)
class SpecRow:
    """One line of a data sheet; `values` are the rows behind the text."""

    key: str
    label: str
    text: str
    on_card: bool = False
    values: tuple[SpecValue, ...] = ()


@dataclass(frozen=True)
class SpecGroup:
    title: str
    rows: list[SpecRow]


def data_sheet(product: Product, variant: Variant | None = None) -> list[SpecGroup]:
    """All that is known of a product, with the variant's own values, under its headings. One query."""
    own = Q(variant=None) if variant is None else Q(variant=None) | Q(variant=variant)
    return sheet(SpecValue.objects.filter(own, product=product).in_order())


def sheet(values: Iterable[SpecValue]) -> list[SpecGroup]:
    """The data sheet of one thing, from its values in the order of their fields."""
    groups: dict[str, list[SpecRow]] = {}
    for _field, some in groupby(values, key=attrgetter("field_id")):
        rows = tuple(some)
        field = rows[0].field
        row = SpecRow(field.key, field.label, value_text(rows), field.on_card, rows)
        groups.setdefault(field.group or _("General"), []).append(row)
    return [SpecGroup(title, lines) for title, lines in groups.items()]


def values_by_product(product_ids: Iterable[int]) -> dict[int, list[SpecValue]]:
    """All values of products and of their variants, each product's in the order of its data sheet. One query."""
    found: dict[int, list[SpecValue]] = {product_id: [] for product_id in product_ids}
    for value in SpecValue.objects.filter(product__in=found).in_order("product_id"):
        found[value.product_id].append(value)
    return found


def card_specs(product_ids: Iterable[int]) -> dict[int, list[str]]:
    """The few facts that a card shows, by product; one query for any number of products.

    A number that differs between variants is shown as a range, "256 GB – 1 TB"; other differences are left out.
    """
    ids = list(product_ids)
    shown = Q(variant=None) | Q(variant__is_active=True)
    rows = SpecValue.objects.filter(shown, product__in=ids, field__on_card=True)
    facts: dict[int, list[str]] = {product_id: [] for product_id in ids}
    for (product_id, _field), group in groupby(rows.in_order("product_id"), key=attrgetter("product_id", "field_id")):
        fact = _card_fact(list(group))
        if fact and len(facts[product_id]) < CARD_SPECS:
            facts[product_id].append(fact)
    return facts


def _card_fact(rows: list[SpecValue]) -> str:
    field = rows[0].field
    if field.kind == Kind.NUMBER:
        low = min(row.number for row in rows if row.number is not None)
        high = max(end for row in rows for end in (row.number, row.number_high) if end is not None)
        text = number_text(low, high, field.unit)
        return text if field.unit else f"{field.label}: {text}"
    if field.kind == Kind.BOOLEAN:
        return field.label if all(row.flag for row in rows) else ""
    texts = {row.variant_id: "" for row in rows}
    for row in rows:
        texts[row.variant_id] = ", ".join(filter(None, [texts[row.variant_id], one_text(row)]))
    return texts[rows[0].variant_id] if len(set(texts.values())) == 1 else ""

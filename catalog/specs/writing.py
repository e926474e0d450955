"""Writes typed values of a product or a variant, and the words on variants that repeat them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.exceptions import SpecError
from catalog.models import Product, SpecField, SpecValue, Variant
from catalog.specs.values import exact_text, facts_of, read_value, value_text

Scope = SpecField.Scope

BATCH = 1000
LABEL_MAX = Variant._meta.get_field("label").max_length or 0


@dataclass(frozen=True)
class Change:
    """What one field said before and says now; empty text for nothing."""

    key: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before or '–'} → {self.after or '–'}"


def fields_of(product_type_id: int, scope: str | None = None, *, keys: Iterable[str] | None = None) -> list[SpecField]:
    """A type's fields in order with their choices; two queries."""
    fields = SpecField.objects.filter(product_type=product_type_id).prefetch_related("choices")
    fields = fields if keys is None else fields.filter(key__in=keys)
    return list(fields.filter(scope=scope) if scope else fields)


@transaction.atomic
def set_values(product: Product, values: Mapping[str, object], *, variant: Variant | None = None) -> list[Change]:
    """Write values by field key and return what changed; None or empty text takes a value away.

    Product-scope fields are the product's, variant-scope fields the variant's. Raises SpecError, with nothing
    written, for an unknown key and for what cannot be read. Setting the same values again writes nothing.
    """
    scope = Scope.PRODUCT if variant is None else Scope.VARIANT
    fields = {field.key: field for field in fields_of(product.product_type_id, keys=values)}
    wanted = {_known(fields, key, scope): raw for key, raw in values.items()}
    rows = {field: read_value(field, raw) for field, raw in wanted.items()}
    present = _present(product, variant, rows)
    changes = []
    for field, new in rows.items():
        old = present.get(field.pk, [])
        if facts_of(old) != facts_of(new):
            SpecValue.objects.filter(pk__in=[row.pk for row in old]).delete()
            for row in new:
                row.product, row.variant = product, variant
            SpecValue.objects.bulk_create(new)
            changes.append(Change(field.key, field.label, exact_text(old), exact_text(new)))
    if changes:
        _refuse_changed(rows)
    if variant is not None and changes:
        refresh_label(variant)
    return changes


def refresh_label(variant: Variant) -> None:
    """Write the variant's options as words, "Black, 256 GB"; a condition other than new stands behind them."""
    refresh_labels([variant])


def refresh_labels(variants: Iterable[Variant]) -> None:
    """The labels of many variants, after a choice or a field was renamed. Only those that differ are written."""
    every = list(variants)
    for start in range(0, len(every), BATCH):
        _refresh_some({variant.pk: variant for variant in every[start : start + BATCH]})


def _refresh_some(known: Mapping[int, Variant]) -> None:
    rows = SpecValue.objects.filter(variant__in=known, field__scope=Scope.VARIANT)
    words: dict[int, list[str]] = {pk: [] for pk in known}
    for _key, group in groupby(rows.in_order("variant_id"), key=attrgetter("variant_id", "field_id")):
        own = list(group)
        words[own[0].variant_id or 0].append(value_text(own))
    changed = []
    for pk, variant in known.items():
        condition = [] if variant.condition == Variant.Condition.NEW else [str(variant.get_condition_display())]
        label = ", ".join(words[pk] + condition)[:LABEL_MAX]
        if label != variant.label:
            variant.label = label
            changed.append(variant)
    Variant.objects.bulk_update(changed, ["label"])


def _known(fields: Mapping[str, SpecField], key: str, scope: str) -> SpecField:
    field = fields.get(key)
    if field is None:
        raise SpecError(_("There is no spec “%(key)s” in this type.") % {"key": key})
    if field.scope != scope:
        words = (
            _("%(label)s belongs to the variants.")
            if scope == Scope.PRODUCT
            else _("%(label)s belongs to the product.")
        )
        raise SpecError(words % {"label": field.label})
    return field


def _refuse_changed(fields: Iterable[SpecField]) -> None:
    """Raise where a field has become another while values were read by what it was.

    Asked after writing, since the rows hold their fields from there on: `spec_changes` waits for them, or they waited
    for it.
    """
    known = {field.pk: field for field in fields}
    for row in SpecField.objects.filter(pk__in=known):
        if any(getattr(row, name) != getattr(known[row.pk], name) for name in ("kind", "unit", "scope")):
            raise SpecError(_("%(label)s was changed meanwhile. Try again.") % {"label": row.label})


def _present(product: Product, variant: Variant | None, fields: Iterable[SpecField]) -> dict[int, list[SpecValue]]:
    """Asked by the product alone: with more in the question SQLite goes through the values of all products."""
    wanted, owner = {field.pk for field in fields}, variant and variant.pk
    rows = SpecValue.objects.filter(product=product).in_order()
    own = (row for row in rows if row.field_id in wanted and row.variant_id == owner)
    return {field_id: list(group) for field_id, group in groupby(own, key=attrgetter("field_id"))}

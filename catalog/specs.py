"""What a device is, field by field: writing typed values, and reading them as data sheet, card facts and pills.

Values are read into the field's kind here and nowhere else, so text such as "1 TB" may come from a form, a file or
a test alike. Nothing here tells the search index: whoever changed values calls `publishing.product_changed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog import inventory, units
from catalog.exceptions import SpecError
from catalog.inventory import SOLD_OUT, Availability
from catalog.models import Product, SpecChoice, SpecField, SpecValue, Variant

Kind = SpecField.Kind
Scope = SpecField.Scope

CARD_SPECS = 3
BATCH = 1000
TEXT_MAX = SpecValue._meta.get_field("text").max_length or 0
LABEL_MAX = Variant._meta.get_field("label").max_length or 0
YES = ("yes", "y", "true", "1", "on")
NO = ("no", "n", "false", "0", "off")


@dataclass(frozen=True)
class Change:
    """What one field said before and says now; empty text for nothing."""

    key: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before or '–'} → {self.after or '–'}"


@dataclass(frozen=True)
class SpecRow:
    key: str
    label: str
    text: str
    on_card: bool = False


@dataclass(frozen=True)
class SpecGroup:
    title: str
    rows: list[SpecRow]


@dataclass(frozen=True)
class OptionChoice:
    """One pill; it leads to the variant that has this value and otherwise is nearest to the current one."""

    text: str
    swatch: str
    variant_id: int
    sku: str
    is_current: bool
    is_available: bool


@dataclass(frozen=True)
class Option:
    """What the buyer chooses by; `kind` is "swatch" where the choices are colours, else "pill"."""

    key: str
    label: str
    kind: str
    choices: list[OptionChoice]


# Writing ------------------------------------------------------------------------------------------------------


def fields_of(product_type_id: int, scope: str | None = None) -> list[SpecField]:
    """A type's fields in order with their choices; two queries."""
    fields = SpecField.objects.filter(product_type=product_type_id).prefetch_related("choices")
    return list(fields.filter(scope=scope) if scope else fields)


@transaction.atomic
def set_values(product: Product, values: Mapping[str, object], *, variant: Variant | None = None) -> list[Change]:
    """Write values by field key and return what changed; None or empty text takes a value away.

    Product-scope fields are the product's, variant-scope fields the variant's. Raises SpecError, with nothing
    written, for an unknown key and for what cannot be read. Setting the same values again writes nothing.
    """
    scope = Scope.PRODUCT if variant is None else Scope.VARIANT
    fields = {field.key: field for field in fields_of(product.product_type_id)}
    wanted = {_known(fields, key, scope): raw for key, raw in values.items()}
    rows = {field: read_value(field, raw) for field, raw in wanted.items()}
    present = _present(product, variant, rows)
    changes = []
    for field, new in rows.items():
        old = present.get(field.pk, [])
        if _facts(old) != _facts(new):
            SpecValue.objects.filter(pk__in=[row.pk for row in old]).delete()
            for row in new:
                row.product, row.variant = product, variant
            SpecValue.objects.bulk_create(new)
            changes.append(Change(field.key, field.label, value_text(old), value_text(new)))
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
    for _key, group in groupby(_in_order(rows, "variant_id"), key=attrgetter("variant_id", "field_id")):
        own = list(group)
        words[own[0].variant_id or 0].append(value_text(own))
    for pk, variant in known.items():
        condition = [] if variant.condition == Variant.Condition.NEW else [str(variant.get_condition_display())]
        label = ", ".join(words[pk] + condition)[:LABEL_MAX]
        if label != variant.label:
            variant.label = label
            Variant.objects.filter(pk=pk).update(label=label)


def read_value(field: SpecField, raw: object) -> list[SpecValue]:
    """Unsaved rows for what was typed or read: none for nothing, one each for a multiple choice."""
    if raw is None or raw == "" or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return []
    read = {Kind.NUMBER: _number, Kind.CHOICE: _choices, Kind.BOOLEAN: _flag, Kind.TEXT: _text}[Kind(field.kind)]
    try:
        return [SpecValue(field=field, **columns) for columns in read(field, raw)]
    except SpecError as error:
        raise SpecError(f"{field.label}: {error}") from None


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


def _present(product: Product, variant: Variant | None, fields: Iterable[SpecField]) -> dict[int, list[SpecValue]]:
    rows = _in_order(SpecValue.objects.filter(product=product, variant=variant, field__in=list(fields)))
    return {field_id: list(group) for field_id, group in groupby(rows, key=attrgetter("field_id"))}


def _facts(rows: Iterable[SpecValue]) -> set[tuple[Any, ...]]:
    return {(row.number, row.number_high, row.choice_id, row.flag, row.text) for row in rows}


def _number(field: SpecField, raw: object) -> list[dict[str, Any]]:
    if isinstance(raw, list | tuple):
        if len(raw) != 2:
            raise SpecError(_("A range has a lower and an upper end."))
        low, high = (_amount(field, end) for end in raw)
        if low > high:
            raise SpecError(_("The range does not run upwards."))
        return [_span(field, low, high if high > low else None)]
    if isinstance(raw, str):
        return [_span(field, *units.parse_range(raw, field.unit))]
    return [_span(field, _amount(field, raw), None)]


def _span(field: SpecField, low: Decimal, high: Decimal | None) -> dict[str, Any]:
    upper = None if high is None else units.stored(high, field.unit)
    return {"number": units.stored(low, field.unit), "number_high": upper}


def _amount(field: SpecField, raw: object) -> Decimal:
    """A number that is in the field's unit already; a float is taken as it prints."""
    if isinstance(raw, str):
        return units.parse(raw, field.unit)
    try:
        plain = f"{Decimal(str(raw)):f}"
    except InvalidOperation:
        plain = str(raw)
    return units.parse(plain, field.unit)


def _choices(field: SpecField, raw: object) -> list[dict[str, Any]]:
    wanted = raw if isinstance(raw, list | tuple | set) else [raw]
    if len(wanted) > 1 and not field.multiple:
        raise SpecError(_("Only one choice is possible."))
    choices = list(field.choices.all())
    by_word = {choice.label.casefold(): choice for choice in choices} | {
        choice.value.casefold(): choice for choice in choices
    }
    found: dict[int, SpecChoice] = {}
    for one in wanted:
        choice = by_word.get(str(getattr(one, "value", one)).strip().casefold())
        if choice is None:
            words = _("“%(value)s” is not one of the choices. Accepted: %(accepted)s.")
            raise SpecError(words % {"value": one, "accepted": ", ".join(choice.label for choice in choices)})
        found[choice.pk] = choice
    return [{"choice": choice} for choice in found.values()]


def _flag(field: SpecField, raw: object) -> list[dict[str, Any]]:
    word = str(raw).strip().casefold()
    if word not in YES + NO:
        raise SpecError(_("“%(value)s” is neither yes nor no.") % {"value": raw})
    return [{"flag": word in YES}]


def _text(field: SpecField, raw: object) -> list[dict[str, Any]]:
    text = str(raw).strip()
    if len(text) > TEXT_MAX:
        raise SpecError(_("%(max)d characters at most.") % {"max": TEXT_MAX})
    return [{"text": text}]


# Reading ------------------------------------------------------------------------------------------------------


def value_text(rows: Sequence[SpecValue]) -> str:
    """The values of one field as a reader expects them."""
    return ", ".join(_one_text(row) for row in rows)


def _one_text(row: SpecValue) -> str:
    if row.number is not None:
        return number_text(row.number, row.number_high, row.field.unit)
    if row.choice is not None:
        return row.choice.label
    if row.flag is not None:
        return _("Yes") if row.flag else _("No")
    return row.text


def number_text(number: Decimal, number_high: Decimal | None, unit: str) -> str:
    """A stored number, or range of numbers, as a data sheet prints it in the field's unit."""
    upper = None if number_high is None else units.shown(number_high, unit)
    return units.format_range(units.shown(number, unit), upper, unit)


def _in_order(rows: QuerySet[SpecValue], *first: str) -> QuerySet[SpecValue]:
    order = (*first, "field__position", "field_id", "choice__position", "choice_id")
    return rows.select_related("field", "choice").order_by(*order)


def _texts(rows: Iterable[SpecValue]) -> list[tuple[SpecField, str]]:
    """Each field with its text, for rows that come in field order."""
    groups = (list(group) for _key, group in groupby(rows, key=attrgetter("field_id")))
    return [(group[0].field, value_text(group)) for group in groups]


def data_sheet(product: Product, variant: Variant | None = None) -> list[SpecGroup]:
    """All that is known of a product, with the variant's own values, under its headings. One query."""
    own = Q(variant=None) if variant is None else Q(variant=None) | Q(variant=variant)
    groups: dict[str, list[SpecRow]] = {}
    for field, text in _texts(_in_order(SpecValue.objects.filter(own, product=product))):
        groups.setdefault(field.group or _("General"), []).append(SpecRow(field.key, field.label, text, field.on_card))
    return [SpecGroup(title, rows) for title, rows in groups.items()]


def card_specs(product_ids: Iterable[int]) -> dict[int, list[str]]:
    """The few facts that a card shows, by product; one query for any number of products.

    A number that differs between variants is shown as a range, "256 GB – 1 TB"; other differences are left out.
    """
    ids = list(product_ids)
    shown = Q(variant=None) | Q(variant__is_active=True)
    rows = SpecValue.objects.filter(shown, product__in=ids, field__on_card=True)
    facts: dict[int, list[str]] = {product_id: [] for product_id in ids}
    for (product_id, _field), group in groupby(_in_order(rows, "product_id"), key=attrgetter("product_id", "field_id")):
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
        texts[row.variant_id] = ", ".join(filter(None, [texts[row.variant_id], _one_text(row)]))
    return texts[rows[0].variant_id] if len(set(texts.values())) == 1 else ""


# Choosing a variant -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pick:
    """One variant's value in one option."""

    text: str
    swatch: str
    order: tuple[Any, ...]


def options(
    product: Product,
    variants: Sequence[Variant],
    *,
    current: Variant | None = None,
    available: Mapping[int, Availability] | None = None,
) -> list[Option]:
    """What the buyer can choose by among these variants, seen from the current one (the first by default).

    Two queries, one when the caller knows the availability. Options in which the variants do not differ are
    shown too, since they tell what one gets; the condition is an option only where it differs.
    """
    if not variants:
        return []
    known = inventory.availability(variant.pk for variant in variants) if available is None else available
    fields, picks = _picks(variants)
    here = current or variants[0]
    found = []
    for key, label in fields.items():
        values = {own[key].text: own[key] for own in picks.values() if key in own}
        chosen = [
            _choice(key, value, here, variants, picks, known)
            for value in sorted(values.values(), key=lambda v: v.order)
        ]
        kind = "swatch" if any(value.swatch for value in values.values()) else "pill"
        found.append(Option(key, label, kind, chosen))
    return found


def _picks(variants: Sequence[Variant]) -> tuple[dict[str, str], dict[int, dict[str, _Pick]]]:
    """The options as key → label, and what each variant has in them. One query."""
    rows = SpecValue.objects.filter(variant__in=variants, field__scope=Scope.VARIANT)
    fields: dict[str, str] = {}
    picks: dict[int, dict[str, _Pick]] = {variant.pk: {} for variant in variants}
    for row in _in_order(rows):
        fields[row.field.key] = row.field.label
        before = picks[row.variant_id or 0].get(row.field.key)
        picks[row.variant_id or 0][row.field.key] = _pick(row, before)
    if len({variant.condition for variant in variants}) > 1:
        fields["condition"] = _("Condition")
        conditions = list(Variant.Condition.values)
        for variant in variants:
            text = str(variant.get_condition_display())
            picks[variant.pk]["condition"] = _Pick(text, "", (conditions.index(variant.condition),))
    return fields, picks


def _pick(row: SpecValue, before: _Pick | None) -> _Pick:
    """A row as a pick; further rows of a multiple choice are joined to the first."""
    if before is not None:
        return _Pick(f"{before.text}, {_one_text(row)}", before.swatch, before.order)
    choice = row.choice
    place = choice.position if choice else row.number if row.number is not None else 0
    return _Pick(_one_text(row), choice.swatch if choice else "", (place, _one_text(row)))


def _choice(
    key: str,
    value: _Pick,
    here: Variant,
    variants: Sequence[Variant],
    picks: Mapping[int, Mapping[str, _Pick]],
    available: Mapping[int, Availability],
) -> OptionChoice:
    own = picks[here.pk]

    def nearness(variant: Variant) -> tuple[bool, int, bool]:
        theirs = picks[variant.pk]
        same = sum(1 for other, pick in own.items() if other != key and theirs.get(other) == pick)
        return variant.pk == here.pk, same, _can_be_had(variant, available)

    nearest = max((v for v in variants if picks[v.pk].get(key) == value), key=nearness)
    return OptionChoice(
        text=value.text,
        swatch=value.swatch,
        variant_id=nearest.pk,
        sku=nearest.sku,
        is_current=own.get(key) == value,
        is_available=_can_be_had(nearest, available),
    )


def _can_be_had(variant: Variant, available: Mapping[int, Availability]) -> bool:
    return available.get(variant.pk, SOLD_OUT).available > 0

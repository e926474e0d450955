"""What a buyer chooses a variant by, as pills and swatches that lead to the nearest variant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import inventory
from catalog.inventory import SOLD_OUT, Availability
from catalog.models import Product, SpecField, SpecValue, Variant
from catalog.specs.values import magnitude, one_text

Scope = SpecField.Scope


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
    values: Iterable[SpecValue] | None = None,
) -> list[Option]:
    """What the buyer can choose by among these variants, seen from the current one (the first by default).

    Two queries, less one each when the caller knows the availability or has the values in order. Options in which
    the variants do not differ are shown too, since they tell what one gets; the condition is an option only where it
    differs.
    """
    if not variants:
        return []
    known = inventory.availability(variant.pk for variant in variants) if available is None else available
    fields, picks = _picks(variants, _chosen_by(variants) if values is None else values)
    here = current or variants[0]
    found = []
    for key, label in fields.items():
        by_text = {own[key].text: own[key] for own in picks.values() if key in own}
        ordered = sorted(by_text.values(), key=lambda pick: pick.order)
        chosen = [_choice(key, pick, here, variants, picks, known) for pick in ordered]
        kind = "swatch" if any(pick.swatch for pick in ordered) else "pill"
        found.append(Option(key, label, kind, chosen))
    return found


def _chosen_by(variants: Sequence[Variant]) -> Iterable[SpecValue]:
    return SpecValue.objects.filter(variant__in=variants, field__scope=Scope.VARIANT).in_order()


def _picks(
    variants: Sequence[Variant], values: Iterable[SpecValue]
) -> tuple[dict[str, str], dict[int, dict[str, _Pick]]]:
    """The options as key → label, and what each variant has in them; values of other things are passed over."""
    fields: dict[str, str] = {}
    picks: dict[int, dict[str, _Pick]] = {variant.pk: {} for variant in variants}
    for row in values:
        own = picks.get(row.variant_id or 0)
        if own is not None and row.field.scope == Scope.VARIANT:
            fields[row.field.key] = row.field.label
            own[row.field.key] = _pick(row, own.get(row.field.key))
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
        return _Pick(f"{before.text}, {one_text(row)}", before.swatch, before.order)
    choice, size = row.choice, magnitude(row)
    place = choice.position if choice else size if size is not None else 0
    return _Pick(one_text(row), choice.swatch if choice else "", (place, one_text(row)))


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
    return available.get(variant.pk, SOLD_OUT).buyable > 0

"""Changing what a spec field is while products have values in it: all of them are converted, or nothing is changed.

`plan` reads every value as the changed field would read it and raises where one cannot be read; `Conversion.apply`
writes. Both belong into the transaction that saves the field: `plan` locks its row, so that values which others are
writing come first. Within a family of units nothing has to be converted, since values are stored in its base unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import units
from catalog.exceptions import SpecError
from catalog.models import Image, Product, SpecChoice, SpecField, SpecValue, Variant
from catalog.specs import accepted, exact_text, facts_of, read_value, value_text

Kind = SpecField.Kind
Scope = SpecField.Scope
Owner = tuple[int, int | None]  # product, and variant where the value is a variant's own
Held = dict[Owner, list[SpecValue]]

BATCH = 1000
NAMED = 5  # values that a refusal names
MOST_CHOICES = 200
LABEL_MAX = SpecChoice._meta.get_field("label").max_length or 0
VALUE_MAX = SpecChoice._meta.get_field("value").max_length or 0


class ChangeRefused(SpecError):
    """The field has values that the change would make wrong; `about` names the input that asks for it."""

    def __init__(self, about: str, text: str) -> None:
        self.about = about
        super().__init__(text)


@dataclass(frozen=True)
class Conversion:
    """All values of a field as they will be; `about` names the input that asks for it, `examples` "256 → 256 GB"."""

    field: SpecField
    about: str
    rows: list[SpecValue]
    examples: list[str]
    choices: list[SpecChoice]  # to be made

    @property
    def summary(self) -> str:
        words = ngettext("%(count)d value: %(examples)s", "%(count)d values: %(examples)s", len(self.rows))
        return words % {"count": len(self.rows), "examples": ", ".join(self.examples)}

    @transaction.atomic
    def apply(self) -> None:
        SpecValue.objects.filter(field=self.field).delete()
        if self.field.kind != Kind.CHOICE:
            SpecChoice.objects.filter(field=self.field).delete()
        SpecChoice.objects.bulk_create(self.choices)
        SpecValue.objects.bulk_create(self.rows, batch_size=BATCH)


def plan(after: SpecField) -> Conversion | None:
    """What saving the field like this takes; None where its values stay as they are. Raises ChangeRefused."""
    before = SpecField.objects.select_for_update().get(pk=after.pk)
    held = _held(before) if _is_another(before, after) else {}
    if not held:
        return None
    if before.product_type_id != after.product_type_id:
        raise ChangeRefused("product_type", _("Products of this type have values in this field, so it stays here."))
    if before.multiple and not after.multiple and after.kind == Kind.CHOICE:
        _refuse_several(held)
    moved = held if before.scope == after.scope else MOVES[Scope(after.scope)](held)
    converted = moved if _means_the_same(before, after) else _reread(moved, before, after)
    return None if converted is held else _conversion(moved, converted, before, after)


def _is_another(before: SpecField, after: SpecField) -> bool:
    is_same = all(getattr(before, name) == getattr(after, name) for name in ("product_type_id", "scope", "multiple"))
    return not is_same or not _means_the_same(before, after)


def _held(before: SpecField) -> Held:
    """By owner, in the order of products and variants. One query."""
    held: Held = defaultdict(list)
    rows = SpecValue.objects.filter(field=before).select_related("choice")
    for row in rows.order_by("product_id", "variant_id", "choice__position", "choice_id"):
        row.field = before
        held[row.product_id, row.variant_id].append(row)
    return dict(held)


def _conversion(moved: Held, converted: Held, before: SpecField, after: SpecField) -> Conversion:
    rows = [row for own in converted.values() for row in own]
    about = next(name for name in ("kind", "unit", "scope") if getattr(before, name) != getattr(after, name))
    given = {id(row.choice): row.choice for row in rows}
    choices = [choice for choice in given.values() if choice is not None and choice._state.adding]
    return Conversion(after, about, rows, _examples(moved, converted), choices)


def _examples(moved: Held, converted: Held) -> list[str]:
    """The first different ones, and an ellipsis where there are more."""
    found: dict[str, None] = {}
    for owner, own in converted.items():
        before, after = value_text(moved[owner]), value_text(own)
        words = after if before == after else f"{before} → {after}"
        if len(found) == NAMED and words not in found:
            return [*found, "…"]
        found[words] = None
    return list(found)


# Another kind or unit -----------------------------------------------------------------------------------------


def _means_the_same(before: SpecField, after: SpecField) -> bool:
    if before.kind != after.kind:
        return False
    known = units.BY_SYMBOL
    is_family = before.unit in known and after.unit in known and known[before.unit].family == known[after.unit].family
    return before.unit == after.unit or is_family


def _reread(held: Held, before: SpecField, after: SpecField) -> Held:
    """Each value written out and read again, as the changed field reads it."""
    if before.kind == after.kind and before.unit:
        words = _("The values are in %(old)s, which cannot be turned into %(new)s.")
        raise ChangeRefused("unit", words % {"old": before.unit, "new": after.unit or _("plain numbers")})
    if before.kind == Kind.CHOICE:
        _refuse_pictured(before)
    read = _choice_reader(after) if after.kind == Kind.CHOICE else _reader(after)
    texts = {owner: exact_text(rows) for owner, rows in held.items()}
    known = {text: read(text) for text in dict.fromkeys(texts.values())}
    about = "kind" if before.kind != after.kind else "unit"
    unreadable = [owner for owner, text in texts.items() if not known[text]]
    _refuse(
        about, _("These values cannot be read: %(names)s. Accepted: %(form)s."), unreadable, texts, form=_form(after)
    )
    return {owner: [_copy(row, after, owner) for row in known[text]] for owner, text in texts.items()}


def _reader(after: SpecField) -> Callable[[str], list[SpecValue]]:
    def read(text: str) -> list[SpecValue]:
        try:
            return read_value(after, text)
        except SpecError:
            return []

    return read


def _choice_reader(after: SpecField) -> Callable[[str], list[SpecValue]]:
    """Makes a choice of each text that is none yet; texts that differ in case only are one."""
    made = {choice.label.casefold(): choice for choice in after.choices.all()}
    taken = {choice.value for choice in made.values()}

    def read(text: str) -> list[SpecValue]:
        if text.casefold() not in made:
            value = _free(slugify(text, allow_unicode=True)[: VALUE_MAX - 4], taken)
            if not value or len(text) > LABEL_MAX or len(made) >= MOST_CHOICES:
                return []
            taken.add(value)
            made[text.casefold()] = SpecChoice(field=after, value=value, label=text, position=len(made))
        return [SpecValue(choice=made[text.casefold()])]

    return read


def _free(value: str, taken: set[str]) -> str:
    """A+ and A are both "a" in an address: the second becomes "a-2"."""
    if value not in taken:
        return value
    return next(f"{value}-{number}" for number in range(2, MOST_CHOICES + 2) if f"{value}-{number}" not in taken)


def _copy(row: SpecValue, after: SpecField, owner: Owner) -> SpecValue:
    columns = {name: getattr(row, name) for name in ("number", "number_high", "second", "third", "flag", "text")}
    return SpecValue(field=after, product_id=owner[0], variant_id=owner[1], choice=row.choice, **columns)


# Another owner ------------------------------------------------------------------------------------------------


def _to_variants(held: Held) -> Held:
    """What was true of the product is true of each of its variants."""
    variants = _variants(held)
    bare = [owner for owner in held if owner[0] not in variants]
    _refuse("scope", _("These products have no variant that could take the value: %(names)s."), bare, _texts(held))
    return {
        (owner[0], variant_id): [_copy(row, row.field, (owner[0], variant_id)) for row in rows]
        for owner, rows in held.items()
        for variant_id in variants[owner[0]]
    }


def _to_products(held: Held) -> Held:
    """Exact only where all variants of a product have the same."""
    variants = _variants(held)
    moved: Held = {}
    different: list[Owner] = []
    for product_id, owners in groupby(held, key=lambda owner: owner[0]):
        of_product = list(owners)
        facts = {facts_of(held[owner]) for owner in of_product}
        if len(facts) == 1 and len(of_product) == len(variants[product_id]):
            moved[product_id, None] = [_copy(row, row.field, (product_id, None)) for row in held[of_product[0]]]
        else:
            different.append(of_product[0])
    _refuse("scope", _("The variants of these products differ in it: %(names)s."), different, _texts(held))
    return moved


MOVES: Mapping[Scope, Callable[[Held], Held]] = {Scope.VARIANT: _to_variants, Scope.PRODUCT: _to_products}


def _variants(held: Held) -> dict[int, list[int]]:
    """The variants of each product."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Variant.objects.order_by("product_id", "pk").values_list("product_id", "pk")
    for ids in _batches({product_id for product_id, _variant in held}):
        for product_id, pk in rows.filter(product__in=ids):
            found[product_id].append(pk)
    return found


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(ids)
    return (every[start : start + BATCH] for start in range(0, len(every), BATCH))


# Refusals -----------------------------------------------------------------------------------------------------


def _refuse_several(held: Held) -> None:
    several = [owner for owner, rows in held.items() if len(rows) > 1]
    _refuse("multiple", _("These have several values: %(names)s."), several, _texts(held))


def _refuse_pictured(before: SpecField) -> None:
    if Image.objects.filter(choice__field=before).exists():
        raise ChangeRefused("kind", _("Pictures belong to choices of this field. Untie them first."))


def _form(after: SpecField) -> str:
    """What the values had to be."""
    if after.kind != Kind.CHOICE:
        return accepted(after.kind, after.unit)
    words = _("%(count)d different values of %(max)d characters at most")
    return words % {"count": MOST_CHOICES, "max": LABEL_MAX}


def _refuse(about: str, words: str, owners: list[Owner], texts: Mapping[Owner, str], **more: str) -> None:
    """Raise with the first of these owners named by value and product; where there are none, go on."""
    if not owners:
        return
    products = Product.objects.in_bulk([product_id for product_id, _variant in owners[:NAMED]])
    names = [f"“{Truncator(texts[owner]).chars(40)}” ({products[owner[0]].name})" for owner in owners[:NAMED]]
    if len(owners) > NAMED:
        names.append(_("and %(count)d more") % {"count": len(owners) - NAMED})
    raise ChangeRefused(about, words % {"names": ", ".join(names), **more})


def _texts(held: Held) -> dict[Owner, str]:
    return {owner: value_text(rows) for owner, rows in held.items()}

"""Whether an accessory fits a device: the rules of the staff, answered with yes, no or "not known".

A figure that is missing on either side makes the answer "not known", never "fits". The answers come with their
reasons in words. Reading and judging are apart: `rules` and `sheets` read, one query each, all else is pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import units
from catalog.models import FitCondition, FitRule, ProductType, SpecField, SpecValue
from catalog.specs import value_text

Comparison = FitCondition.Comparison
COMPARED = (SpecField.Kind.NUMBER, SpecField.Kind.CHOICE, SpecField.Kind.BOOLEAN, SpecField.Kind.TEXT)
ACCESSORY, DEVICE = "{accessory}", "{device}"


class Verdict(StrEnum):
    FITS = "fits"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Value:
    """What a thing has in one field: the ends of a number or of a range, or the words of its choices."""

    text: str
    low: Decimal | None = None
    high: Decimal | None = None
    words: frozenset[str] = frozenset()


Facts = Mapping[int, Value]  # by the id of the field


@dataclass(frozen=True)
class Rule:
    """A rule of the database with its conditions; one without conditions answers nothing and is never read."""

    row: FitRule
    conditions: tuple[FitCondition, ...]

    @property
    def accessory_type(self) -> ProductType:
        return self.row.accessory_type

    @property
    def device_type(self) -> ProductType:
        return self.row.device_type


@dataclass(frozen=True)
class Answer:
    """`reasons` say why not or what is not known; beside "fits" they are what to know before buying."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return self.verdict == Verdict.FITS

    @property
    def is_plain_yes(self) -> bool:
        return self.fits and not self.reasons


@dataclass
class Sheet:
    """The compared values of one product: those of all its versions, and each version's own."""

    shared: dict[int, Value] = field(default_factory=dict)
    own: dict[int, dict[int, Value]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, variant_id: int) -> Facts:
        return {**self.shared, **self.own.get(variant_id, {})}


# Reading ------------------------------------------------------------------------------------------------------


def rules(among: Q) -> list[Rule]:
    """The rules that this names, in their order, for example `Q(device_type=4)`."""
    columns = ("rule__accessory_type", "rule__device_type", "rule__included_field", "accessory_field", "device_field")
    named = FitRule.objects.filter(among).values("pk")
    rows = FitCondition.objects.filter(rule__in=named).select_related(*columns)
    found = []
    for _pk, group in groupby(rows.order_by("rule__position", "rule_id", "position", "pk"), key=attrgetter("rule_id")):
        conditions = tuple(group)
        found.append(Rule(conditions[0].rule, conditions))
    return found


def sheets(product_ids: Iterable[int], among: Iterable[Rule]) -> dict[int, Sheet]:
    """What the rules compare, by product; every product asked for has a sheet, be it empty."""
    found = {pk: Sheet() for pk in product_ids}
    rows = SpecValue.objects.filter(product__in=list(found), field__in=compared_fields(among))
    owner = ("product_id", "variant_id", "field_id")
    rows = rows.select_related("field", "choice").order_by(*owner, "choice__position", "choice_id")
    for (product_id, variant_id, field_id), group in groupby(rows, key=attrgetter(*owner)):
        sheet = found[product_id]
        facts = sheet.shared if variant_id is None else sheet.own[variant_id]
        facts[field_id] = _value(list(group))
    return found


def compared_fields(among: Iterable[Rule]) -> set[int]:
    fields: set[int] = set()
    for rule in among:
        if rule.row.included_field_id:
            fields.add(rule.row.included_field_id)
        for condition in rule.conditions:
            fields |= {condition.accessory_field_id, condition.device_field_id}
    return fields


def _value(rows: list[SpecValue]) -> Value:
    first, text = rows[0], value_text(rows)
    if first.number is not None:
        return Value(text, first.number, first.upper)
    return Value(text, words=frozenset(_word(row) for row in rows))


def _word(row: SpecValue) -> str:
    """Choices of two types are different rows; what they share is their value."""
    if row.choice is not None:
        return row.choice.value
    if row.flag is not None:
        return "yes" if row.flag else "no"
    return row.text.casefold()


def problem(comparison: str, accessory: SpecField, device: SpecField) -> str:
    """Why these two fields cannot be compared so, in words; empty where they can."""
    if accessory.kind != device.kind:
        return _("A %(one)s cannot be compared with a %(other)s.") % {
            "one": accessory.get_kind_display(),
            "other": device.get_kind_display(),
        }
    if accessory.kind != SpecField.Kind.NUMBER and comparison not in OF_WORDS:
        return _("Only numbers are at least or at most something.")
    if _family(accessory) != _family(device):
        return _("%(one)s and %(other)s measure different things.") % {"one": accessory, "other": device}
    return ""


def _family(field: SpecField) -> str:
    return units.BY_SYMBOL[field.unit].family if field.unit in units.BY_SYMBOL else field.unit


# Judging ------------------------------------------------------------------------------------------------------


def answer(rule: Rule, accessory: Facts, device: Facts) -> Answer:
    """Of one version of an accessory about one version of a device."""
    refused: list[str] = []
    unknown: list[str] = []
    remarks: list[str] = []
    for condition in rule.conditions:
        ours, theirs = accessory.get(condition.accessory_field_id), device.get(condition.device_field_id)
        holds = compare(Comparison(condition.comparison), ours, theirs)
        if holds is None:
            unknown.append(_missing(rule, condition, ours))
        elif not holds and ours and theirs:
            (refused if condition.is_needed else remarks).append(_words(rule, condition, ours, theirs))
    if refused:
        return Answer(Verdict.NO, tuple(refused))
    if unknown:
        return Answer(Verdict.UNKNOWN, tuple(dict.fromkeys(unknown)))
    return Answer(Verdict.FITS, tuple(remarks))


def answer_for(rule: Rule, accessory: Sequence[Facts], device: Sequence[Facts]) -> Answer:
    """Of all versions: an accessory fits in any of its own, but a device must agree in each of its versions."""
    answers = [best(answer(rule, one, version) for one in accessory) for version in device]
    if len({found.verdict for found in answers}) == 1:
        return max(answers, key=lambda found: len(found.reasons))
    return Answer(
        Verdict.UNKNOWN, (_("It depends on the version of the %(type)s.") % {"type": name_of(rule.device_type)},)
    )


def best(answers: Iterable[Answer]) -> Answer:
    return min(answers, key=goodness)


def goodness(found: Answer) -> tuple[int, int]:
    """Sorts the better answer first: a plain yes, yes with remarks, not known, no."""
    return (Verdict.FITS, Verdict.UNKNOWN, Verdict.NO).index(found.verdict), len(found.reasons)


def compare(comparison: Comparison, accessory: Value | None, device: Value | None) -> bool | None:
    """None where a value is missing, or where a number meets a word."""
    if accessory is None or device is None:
        return None
    if accessory.low is not None and accessory.high is not None and device.low is not None and device.high is not None:
        return OF_NUMBERS[comparison](accessory.low, accessory.high, device.low, device.high)
    if accessory.words and device.words and comparison in OF_WORDS:
        return OF_WORDS[comparison](accessory.words, device.words)
    return None


# Of two ranges; a single number is a range of no length. What counts of "at least" and "at most" is the upper end.
OF_NUMBERS: dict[Comparison, Callable[[Decimal, Decimal, Decimal, Decimal], bool]] = {
    Comparison.EQUAL: lambda low, high, other_low, other_high: (low, high) == (other_low, other_high),
    Comparison.ONE_OF: lambda low, high, other_low, other_high: other_low <= low and high <= other_high,
    Comparison.CONTAINS: lambda low, high, other_low, other_high: low <= other_low and other_high <= high,
    Comparison.AT_LEAST: lambda low, high, other_low, other_high: high >= other_high,
    Comparison.AT_MOST: lambda low, high, other_low, other_high: high <= other_high,
}
OF_WORDS: dict[Comparison, Callable[[frozenset[str], frozenset[str]], bool]] = {
    Comparison.EQUAL: lambda ours, theirs: ours == theirs,
    Comparison.ONE_OF: lambda ours, theirs: ours <= theirs,
    Comparison.CONTAINS: lambda ours, theirs: ours >= theirs,
}


# Words --------------------------------------------------------------------------------------------------------


def name_of(product_type: ProductType) -> str:
    """Inside a sentence: "phone"; names such as "USB hub" stay as they are."""
    name = product_type.name
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _words(rule: Rule, condition: FitCondition, accessory: Value, device: Value) -> str:
    if condition.words:
        return condition.words.replace(ACCESSORY, accessory.text).replace(DEVICE, device.text)
    return _("%(ours)s of the %(accessory)s: %(value)s. %(theirs)s of the %(device)s: %(other)s.") % {
        "accessory": name_of(rule.accessory_type),
        "ours": condition.accessory_field.label,
        "value": accessory.text,
        "device": name_of(rule.device_type),
        "theirs": condition.device_field.label,
        "other": device.text,
    }


def _missing(rule: Rule, condition: FitCondition, accessory: Value | None) -> str:
    field, owner = condition.device_field, rule.device_type
    if accessory is None:
        field, owner = condition.accessory_field, rule.accessory_type
    return _("Not known of the %(type)s: %(label)s.") % {"type": name_of(owner), "label": field.label}

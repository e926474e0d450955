"""What fits a device, and which devices an accessory fits: short lists out of a catalog of any size.

The database picks candidates by the values that a rule needs, no more than a page may show; `fitting` judges them.
What is not known is looked for among the first products of a type only, since a missing value has no index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, zip_longest
from operator import and_, or_
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models import Value as Constant

from catalog import fitting, search
from catalog.fitting import Answer, Comparison, Facts, Rule, Sheet, Value, Verdict
from catalog.models import FitCondition, Product, SpecChoice, SpecField, SpecValue, Variant

CANDIDATES = 24  # of one rule, in stock
SOLD_OUT = 6  # of one rule, beside these
LOOKED_AT = 200  # of one type, in search of what is not known
UNKNOWN_MAX = 99
FOUND_MAX = 12  # devices that a search answers for

Row = dict[str, Any]  # of `_candidates`
Choices = Mapping[str, list[int]]


@dataclass(frozen=True)
class Fit:
    """One product and the answer about it. `variant_id` is the version that fits, where it has several."""

    rule: Rule
    product_id: int
    name: str
    url: str
    is_available: bool
    answer: Answer
    variant_id: int | None = None


@dataclass
class Fits:
    """What fits, by rule, the best first. `unknown` counts those of which it is not known, `UNKNOWN_MAX` at most."""

    by_rule: list[tuple[Rule, list[Fit]]] = field(default_factory=list)
    unknown: int = 0

    @property
    def is_more(self) -> bool:
        return self.unknown >= UNKNOWN_MAX

    @property
    def found(self) -> list[Fit]:
        """Of each rule the best, then of each the second: a short list shows some of every kind."""
        columns = zip_longest(*(fits for _rule, fits in self.by_rule))
        return [fit for fit in chain.from_iterable(columns) if fit is not None]


def rules_about(product: Product) -> list[Rule]:
    """Those that say what fits it and those that say what it fits. One query."""
    return fitting.rules(Q(device_type=product.product_type_id) | Q(accessory_type=product.product_type_id))


# Accessories of a device --------------------------------------------------------------------------------------


def for_device(product: Product, variant: Variant, among: Sequence[Rule]) -> Fits:
    """Accessories that fit this version of the device, those in stock first. Four queries, none without a rule."""
    rules = [rule for rule in among if rule.device_type.pk == product.product_type_id]
    if not rules:
        return Fits()
    device = fitting.sheets([product.pk], rules)[product.pk].of(variant.pk)
    rows = list(_candidates(rules, device, of_accessories=True))
    known = fitting.sheets({row["pk"] for row in rows}, rules)
    return _sorted_out(rules, rows, lambda rule, row: _accessory(rule, row, known[row["pk"]], device))


def _accessory(rule: Rule, row: Row, sheet: Sheet, device: Facts) -> Fit:
    """Of its versions the one that fits best."""
    answers = {version: fitting.answer(rule, sheet.of(version), device) for version in sheet.own or [0]}
    version = min(answers, key=lambda one: fitting.goodness(answers[one]))
    return _fit(rule, row, answers[version], version if len(answers) > 1 else None)


# Devices of an accessory --------------------------------------------------------------------------------------


def for_accessory(product: Product, among: Sequence[Rule]) -> Fits:
    """Devices that it fits in any of its versions. Five queries, none without a rule."""
    rules = [rule for rule in among if rule.accessory_type.pk == product.product_type_id]
    if not rules:
        return Fits()
    accessory = _versions(fitting.sheets([product.pk], rules)[product.pk])
    rows = list(_candidates(rules, _united(accessory), of_accessories=False))
    devices = _device_versions({row["pk"] for row in rows}, rules)
    return _sorted_out(
        rules, rows, lambda rule, row: _fit(rule, row, fitting.answer_for(rule, accessory, devices[row["pk"]]))
    )


def search_devices(product: Product, text: str, among: Sequence[Rule]) -> list[Fit]:
    """Devices of these words, whatever the answer is about them."""
    rules = {rule.device_type.pk: rule for rule in among if rule.accessory_type.pk == product.product_type_id}
    found = search.search(text).best(Product.objects.visible().filter(product_type__in=rules), FOUND_MAX)
    rows = [{column: getattr(product, column) for column in (*COLUMNS, "product_type_id")} for product in found]
    accessory = _versions(fitting.sheets([product.pk], rules.values())[product.pk])
    devices = _device_versions({row["pk"] for row in rows}, list(rules.values()))
    pairs = ((rules[row["product_type_id"]], row) for row in rows)
    return [_fit(rule, row, fitting.answer_for(rule, accessory, devices[row["pk"]])) for rule, row in pairs]


def _device_versions(product_ids: set[int], rules: Sequence[Rule]) -> dict[int, list[Facts]]:
    """Every version on sale counts, also one of which nothing is known. Two queries."""
    found: dict[int, list[Facts]] = {pk: [] for pk in product_ids}
    known = fitting.sheets(product_ids, rules)
    on_sale = Variant.objects.on_sale().filter(product__in=product_ids).order_by("product_id", "position", "pk")
    for product_id, variant_id in on_sale.values_list("product_id", "pk"):
        if not found[product_id] or known[product_id].own:
            found[product_id].append(known[product_id].of(variant_id))
    return found


def _versions(sheet: Sheet) -> list[Facts]:
    return [sheet.of(version) for version in sheet.own or [0]]


def _united(versions: Sequence[Facts]) -> Facts:
    """So wide that whatever fits one version meets it."""
    found: dict[int, Value] = {}
    for facts in versions:
        for pk, value in facts.items():
            found[pk] = _wider(found[pk], value) if pk in found else value
    return found


def _wider(one: Value, other: Value) -> Value:
    if one.low is None or other.low is None or one.high is None or other.high is None:
        return Value("", words=one.words | other.words)
    return Value("", min(one.low, other.low), max(one.high, other.high))


# Picking ------------------------------------------------------------------------------------------------------

COLUMNS = ("pk", "name", "slug", "is_available", "price_from")


def _candidates(rules: Iterable[Rule], known: Facts, *, of_accessories: bool) -> QuerySet[Product, Row]:
    """For each rule what may fit and what may be unknown, in two queries however many rules there are."""
    every, choices = Product.objects.order_by(), _choices(known)
    first, *others = [
        every.filter(pk__in=part).annotate(rule=Constant(place, IntegerField())).values(*COLUMNS, "rule")
        for place, rule in enumerate(rules)
        for part in _parts(rule, known, choices, of_accessories)
    ]
    return first.union(*others) if others else first


def _choices(known: Facts) -> dict[str, list[int]]:
    """The choices of any field that say the words known, by word. Read apart, since a database that is given ids knows
    how rare they are and walks the right index: with a subquery in their place it took fifty times as long.
    """
    found: dict[str, list[int]] = defaultdict(list)
    words = {word for value in known.values() for word in value.words}
    for word, pk in SpecChoice.objects.filter(value__in=words).order_by().values_list("value", "pk"):
        found[word].append(pk)
    return found


def _parts(rule: Rule, known: Facts, choices: Choices, of_accessories: bool) -> Iterator[QuerySet]:
    sides = [_Side.of(condition, known, choices, of_accessories) for condition in rule.conditions]
    kind = rule.accessory_type if of_accessories else rule.device_type
    products = Product.objects.visible().filter(product_type=kind.pk).order_by("price_from", "pk").values("pk")
    in_stock, sold_out = products.filter(is_available=True), products.filter(is_available=False)
    if all(side.other is not None for side in sides):
        meeting = reduce(and_, (side.meets if side.is_needed else ~side.is_missing for side in sides))
        yield in_stock.filter(meeting)[:CANDIDATES]
        yield sold_out.filter(meeting)[:SOLD_OUT]
    possible = Product.objects.filter(pk__in=in_stock[:LOOKED_AT])
    for side in sides:
        if side.other is not None and side.is_needed:
            possible = possible.filter(side.is_missing | side.meets)
    if all(side.other is not None for side in sides):
        possible = possible.filter(reduce(or_, (side.is_missing for side in sides)))
    yield possible.order_by("price_from", "pk").values("pk")[:UNKNOWN_MAX]


@dataclass(frozen=True)
class _Side:
    """A condition as seen from one side: the `field` that is looked at, the value of the `other` side."""

    field: SpecField
    comparison: Comparison
    other: Value | None
    is_needed: bool
    choices: Choices

    @classmethod
    def of(cls, condition: FitCondition, known: Facts, choices: Choices, of_accessories: bool) -> _Side:
        here, there = condition.accessory_field, condition.device_field
        if not of_accessories:
            here, there = there, here
        comparison = Comparison(condition.comparison)
        turned = comparison if of_accessories else TURNED.get(comparison, comparison)
        return cls(here, turned, known.get(there.pk), condition.is_needed, choices)

    @property
    def is_missing(self) -> Q:
        return ~Q(Exists(self._rows(Q())))

    @property
    def meets(self) -> Q:
        """A little more than what holds: `fitting` has the last word."""
        assert self.other is not None
        return Q(Exists(self._rows(self._near(self.other))))

    def _rows(self, condition: Q) -> QuerySet[SpecValue]:
        return SpecValue.objects.filter(condition, product=OuterRef("pk"), field=self.field)

    def _near(self, other: Value) -> Q:
        if other.low is None:
            return self._same_word(other)
        reaches, starts = Q(number__gte=other.low) | Q(number_high__gte=other.low), Q(number__lte=other.high)
        return {Comparison.AT_LEAST: reaches, Comparison.AT_MOST: starts}.get(self.comparison, starts & reaches)

    def _same_word(self, other: Value) -> Q:
        if self.field.kind == SpecField.Kind.BOOLEAN:
            return Q(flag__in=[word == "yes" for word in other.words])
        if self.field.kind == SpecField.Kind.CHOICE:
            return Q(choice__in=[pk for word in other.words for pk in self.choices.get(word, ())])
        return reduce(or_, (Q(text__iexact=word) for word in other.words), Q(pk=None))


# "The charger gives at least what the phone takes", said of the phone.
TURNED = {Comparison.AT_LEAST: Comparison.AT_MOST, Comparison.AT_MOST: Comparison.AT_LEAST}


# Sorting out --------------------------------------------------------------------------------------------------


def _sorted_out(rules: Sequence[Rule], rows: Iterable[Row], judge: Callable[[Rule, Row], Fit]) -> Fits:
    fits = Fits([(rule, []) for rule in rules])
    unknown: set[int] = set()
    for row in sorted(rows, key=lambda row: (not row["is_available"], row["price_from"], row["pk"])):
        rule, found = fits.by_rule[row["rule"]]
        fit = judge(rule, row)
        if fit.answer.fits:
            found.append(fit)
        elif fit.answer.verdict == Verdict.UNKNOWN and fit.is_available:
            unknown.add(fit.product_id)
    for _rule, found in fits.by_rule:
        found.sort(key=lambda fit: (not fit.is_available, len(fit.answer.reasons)))
    fits.by_rule = [(rule, found) for rule, found in fits.by_rule if found]
    fits.unknown = min(len(unknown), UNKNOWN_MAX)
    return fits


def _fit(rule: Rule, row: Row, found: Answer, variant_id: int | None = None) -> Fit:
    url = Product(slug=row["slug"]).get_absolute_url()
    return Fit(rule, row["pk"], row["name"], url, row["is_available"], found, variant_id)

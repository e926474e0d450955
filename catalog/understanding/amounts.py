"""Figures as filters: a price, or the spec field whose unit it has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from catalog import units
from catalog.exceptions import SpecError
from catalog.facet_index.facts import figure as written
from catalog.understanding import figures
from catalog.understanding.figures import EXACTLY, LEAST, MOST, NEAR, Figure
from catalog.understanding.language import HINTS, JOINERS, PRICE_JOINERS
from catalog.understanding.lexicon import Better, Field, Scope
from catalog.understanding.named import SPEC_VALUE, is_of_another
from catalog.understanding.query import Found, Query
from devicehub.lib.money import shop_money

PRICE = "price"
PRICE_MAX = Decimal(10) ** 9
THOUSANDS = re.compile(r"^[0-9]{1,3}\.[0-9]{3}$")
NEARLY = Decimal("0.2")  # "around 500" is 400 to 600
HALF_AN_INCH, TENTH = Decimal("0.5"), Decimal("0.1")
# Sold in steps, so a bare figure means that very one; of others it is the least (or the most) that will do.
IN_STEPS = ("storage", "frequency", "picture", "length")
HINT_MAX = 3  # words beside an amount that may name its field
NAMING = ("", ":", "=")  # what stands between a name and its amount

Ends = tuple[Decimal | None, Decimal | None]


def find_amounts(query: Query, scope: Scope) -> None:
    for at in range(len(query.tokens)):
        found = figures.figure(query, at)
        if found is None:
            continue
        if found.unit:
            _find_spec(query, scope, found)
        elif not _find_count(query, scope, found):
            _find_price(query, found)


# Prices -------------------------------------------------------------------------------------------------------------


def _find_price(query: Query, found: Figure) -> None:
    """A bare number is a price only where words bound it: "phone 500" may be a model."""
    if not (found.is_money or (found.is_sure and found.bound != EXACTLY)):
        return
    low, high = _price_ends(found)
    named = (("min_price", low), ("max_price", high))
    pairs = tuple((name, written(end)) for name, end in named if end is not None)
    if (low or high or Decimal(0)) < PRICE_MAX and not query.names() & {name for name, _value in pairs}:
        query.claim(Found(found.first, found.last, PRICE, _price_label(low, high), pairs), PRICE_JOINERS)


def _price_ends(found: Figure) -> Ends:
    """A price that is only named is the most one will pay."""
    low, high = (_money(number) for number in (found.low, found.high))
    if found.bound == NEAR:
        return _cents(low * (1 - NEARLY)), _cents(high * (1 + NEARLY))
    return (None if found.bound in (MOST, EXACTLY) else low), (None if found.bound == LEAST else high)


def _money(number: str) -> Decimal:
    """Nobody names a tenth of a cent: "1.500 euro" are fifteen hundred."""
    return _cents(Decimal(number.replace(".", "") if THOUSANDS.match(number) else number))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _price_label(low: Decimal | None, high: Decimal | None) -> str:
    return _between("" if low is None else str(shop_money(low)), "" if high is None else str(shop_money(high)))


def _between(low: str, high: str) -> str:
    if low and high:
        return f"{low} – {high}"
    return _("from %(low)s") % {"low": low} if low else _("up to %(high)s") % {"high": high}


# Specs --------------------------------------------------------------------------------------------------------------


def _find_spec(query: Query, scope: Scope, found: Figure) -> None:
    """The one facet that such an amount fits; where several do, or no product has it, nothing is understood."""
    if is_of_another(query, found.first):
        return
    fitting = [field for family in found.families for field in scope.by_family.get(family, ())]
    hints = _hints(query, found, fitting)
    for first, last, stems in hints:
        facets = [field for field in fitting if field.is_facet and stems <= field.hints]
        if len(hints) > 1 or found.bound == EXACTLY:
            facets = [field for field in facets if field.lowest is None or _occurs(field, found)]
        if field := _only(facets, lambda one: _occurs(one, found), lambda one: one.unit == _symbol(found, one)):
            _claim_spec(query, field, found, first, last)
            return


def _only(fields: list[Field], *tests) -> Field | None:  # type: ignore[no-untyped-def]
    """The one field that remains when tests are applied in turn, each only while there are several."""
    for test in tests:
        if len(fields) > 1:
            fields = [field for field in fields if test(field)]
    return fields[0] if len(fields) == 1 else None


def _claim_spec(query: Query, field: Field, found: Figure, first: int, last: int) -> None:
    try:
        pairs, label = _spec_pairs(field, found)
    except SpecError:  # an amount that no field of this unit can hold
        return
    names, ends = {name for name, _value in pairs}, {f"{field.name}-min", f"{field.name}-max"}
    contrary = {field.name, *names} if names & ends else ends  # either single amounts or one range
    if query.is_free(first, last) and not query.names() & contrary:
        query.claim(Found(first, last, SPEC_VALUE, f"{field.label}: {label}", pairs), JOINERS)


def _spec_pairs(field: Field, found: Figure) -> tuple[tuple[tuple[str, str], ...], str]:
    low, high = _spec_ends(field, found)
    if low is not None and low == high:
        return ((field.name, written(low)),), units.format(low, field.unit)
    named = ((f"{field.name}-min", low), (f"{field.name}-max", high))
    label = _between(*("" if end is None else units.format(end, field.unit) for end in (low, high)))
    return tuple((name, written(end)) for name, end in named if end is not None), label


def _spec_ends(field: Field, found: Figure) -> Ends:
    """In the field's unit. Raises SpecError."""
    if found.bound in (EXACTLY, NEAR) and _symbol(found, field) == "in":
        about = TENTH if "." in found.low and not found.low.endswith(".0") else HALF_AN_INCH
        number = Decimal(found.low)
        return _in_unit(max(number - about, Decimal(0)), found, field), _in_unit(number + about, found, field)
    low, high = _in_unit(Decimal(found.low), found, field), _in_unit(Decimal(found.high), found, field)
    if found.bound == NEAR:
        return units.parse(written(low * (1 - NEARLY))), units.parse(written(high * (1 + NEARLY)))
    bound = _meant(field) if found.bound == EXACTLY else found.bound
    return (None if bound == MOST else low), (None if bound == LEAST else high)


def _meant(field: Field) -> str:
    """What a bare amount means: "20 hours of battery" is at least that."""
    if field.family in IN_STEPS:
        return EXACTLY
    return {Better.HIGHER: LEAST, Better.LOWER: MOST}.get(Better(field.better), EXACTLY)


def _in_unit(number: Decimal, found: Figure, field: Field) -> Decimal:
    return units.shown(units.read(f"{written(number)} {found.unit}", field.unit), field.unit)


def _symbol(found: Figure, field: Field) -> str:
    """The unit that was written, by its sign."""
    family = [unit for unit in units.TABLE if unit.family == field.family]
    exact = [unit.symbol for unit in family if found.unit in unit.spellings]
    loose = [unit.symbol for unit in family if found.unit.casefold() in {word.casefold() for word in unit.spellings}]
    return next(iter(exact or loose), "")


def _occurs(field: Field, found: Figure) -> bool:
    """Whether products have about such values in it."""
    if field.lowest is None or field.highest is None:
        return False
    try:
        low, high = _spec_ends(field, found)
    except SpecError:
        return False
    least = units.stored(low if low is not None else high or Decimal(0), field.unit)
    most = units.stored(high if high is not None else low or Decimal(0), field.unit)
    return least <= field.highest and most >= field.lowest


# Words beside -------------------------------------------------------------------------------------------------------


def _hints(query: Query, found: Figure, fitting: Iterable[Field]) -> list[tuple[int, int, frozenset[str]]]:
    """The words beside the figure that name a field: "16 gb of ram", "ram: 16 gb".

    Tokens of the figure with these words, and their stems. One without any where there are none; two where the words
    behind ("ram 16 gb ssd") may belong to another figure.
    """
    known = frozenset().union(*(field.hints for field in fitting), *HINTS)
    last = after = found.last + bool(query.says(found.last, {("of",)}))
    while last < after + HINT_MAX and _names(query, last, known) and not query.gap(last).strip():
        last += 1
    first = found.first
    while first > found.first - HINT_MAX and _names(query, first - 1, known) and query.gap(first).strip() in NAMING:
        first -= 1
    hints = [(found.first, last, _stems(query, after, last))] if last > after else []
    hints += [(first, found.last, _stems(query, first, found.first))] if first < found.first else []
    return hints or [(found.first, found.last, frozenset())]


def _names(query: Query, at: int, known: frozenset[str]) -> bool:
    return query.is_free(at, at + 1) and query.tokens[at].stem in known


def _stems(query: Query, first: int, last: int) -> frozenset[str]:
    return frozenset(query.stems(first, last))


# Counts -------------------------------------------------------------------------------------------------------------


def _find_count(query: Query, scope: Scope, found: Figure) -> bool:
    """ "8 cores", "at least 6 buttons": a figure without unit before the name of a field that has none.

    Whether it is one, filtered by or not: then it is no price.
    """
    word = query.tokens[found.last].stem if query.is_free(found.last, found.last + 1) else ""
    counts = scope.counts.get(word, [])
    facets = [field for field in counts if field.is_facet]
    if len(facets) == 1 and not is_of_another(query, found.first):
        _claim_spec(query, facets[0], found, found.first, found.last + 1)
    return bool(counts)

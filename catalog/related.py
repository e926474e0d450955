"""Devices close to one: of the same type, near in price and in specs, each with the reason to look at it.

The nearest in price are read from an index, a fixed number of them, and compared field by field. A reason is only
given where it holds for every version of both devices: "more storage" means that even the smallest has more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import units
from catalog.models import Product, SpecField, SpecValue
from catalog.specs import number_text
from devicehub.lib.money import shop_money

SHOWN = 4
NEAR = 20  # looked at on each side of the price
REASONS = 2
NOTICEABLE = 0.03  # a difference below it is no reason
WORTH_IT = Decimal("0.95")  # of the price: less than that is cheaper

Kind, Better = SpecField.Kind, SpecField.Better


@dataclass(frozen=True)
class Related:
    product_id: int
    reasons: list[str]


@dataclass(frozen=True)
class Span:
    """What all versions of a device have in one field: the ends of its numbers, or its words."""

    field: SpecField
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    words: frozenset[str] = frozenset()

    @property
    def is_number(self) -> bool:
        return self.field.kind == Kind.NUMBER

    @property
    def text(self) -> str:
        return number_text(self.low, self.high if self.high > self.low else None, self.field.unit)


Spans = Mapping[int, Span]  # by field


def related(product: Product) -> list[Related]:
    """The closest that can be had, at most `SHOWN`. Two queries."""
    near = _near_in_price(product)
    spans = _spans([product.pk, *(other.pk for other in near)], product.product_type_id)
    own = spans[product.pk]
    near.sort(key=lambda other: (_distance(product, other, own, spans[other.pk]), other.pk))
    return [Related(other.pk, reasons(product, other, own, spans[other.pk])) for other in near[:SHOWN]]


def _near_in_price(product: Product) -> list[Product]:
    same = Product.objects.visible().filter(product_type=product.product_type_id, is_available=True)
    others = same.exclude(pk=product.pk).values("pk")
    cheaper = others.filter(price_from__lt=product.price_from).order_by("-price_from", "-pk")[:NEAR]
    dearer = others.filter(price_from__gte=product.price_from).order_by("price_from", "pk")[:NEAR]
    found = Product.objects.only("price_from").order_by()
    return list(found.filter(pk__in=cheaper).union(found.filter(pk__in=dearer)))


# Comparing ----------------------------------------------------------------------------------------------------


def _spans(product_ids: Iterable[int], product_type_id: int) -> dict[int, dict[int, Span]]:
    """What counts in a comparison: facts with a better side, filters, and what cards show. One query."""
    ids = list(product_ids)
    telling = Q(field__is_facet=True) | Q(field__on_card=True) | ~Q(field__better=Better.NONE)
    shown = Q(variant=None) | Q(variant__is_active=True)
    compared = (Kind.NUMBER, Kind.CHOICE, Kind.BOOLEAN)
    rows = SpecValue.objects.filter(
        telling, shown, product__in=ids, field__product_type=product_type_id, field__kind__in=compared
    ).select_related("field", "choice")
    found: dict[int, dict[int, Span]] = {pk: {} for pk in ids}
    for row in rows.order_by("product_id", "field__position", "field_id", "pk"):
        spans = found[row.product_id]
        spans[row.field_id] = _widened(spans.get(row.field_id), row)
    return found


def _widened(span: Span | None, row: SpecValue) -> Span:
    if row.number is None:
        word = row.choice.value if row.choice else str(row.flag)
        return Span(row.field, words=(span.words if span else frozenset()) | {word})
    high = row.number if row.number_high is None else row.number_high
    if span is None:
        return Span(row.field, row.number, high)
    return Span(row.field, min(span.low, row.number), max(span.high, high))


def _distance(product: Product, other: Product, own: Spans, theirs: Spans) -> float:
    """Nought for the same price and specs. A price twice as high weighs as much as specs that differ in all."""
    price = abs(log(other.price_from / product.price_from, 2)) if product.price_from and other.price_from else 1.0
    shared = [pk for pk in own if pk in theirs]
    if not shared:
        return price + 1
    return price + sum(_apart(own[pk], theirs[pk]) for pk in shared) / len(shared)


def _apart(one: Span, other: Span) -> float:
    """From 0, the same, to 1."""
    if not one.is_number:
        return 1 - len(one.words & other.words) / len(one.words | other.words)
    largest = max(abs(one.low), abs(one.high), abs(other.low), abs(other.high))
    return min(float((abs(one.low - other.low) + abs(one.high - other.high)) / 2 / largest), 1.0) if largest else 0.0


# Reasons ------------------------------------------------------------------------------------------------------


def reasons(product: Product, other: Product, own: Spans, theirs: Spans) -> list[str]:
    """Why to look at the other one, in words, the plainest differences first."""
    found = [_reason(own[pk], span) for pk, span in theirs.items() if pk in own]
    best = sorted((one for one in found if one is not None), key=lambda one: -one.weight)[:REASONS]
    return [*_cheaper(product, other), *(one.words for one in best)]


def _cheaper(product: Product, other: Product) -> list[str]:
    if not product.price_from or not other.price_from or other.price_from > product.price_from * WORTH_IT:
        return []
    return [_("%(amount)s cheaper") % {"amount": shop_money(product.price_from - other.price_from)}]


@dataclass(frozen=True)
class _Reason:
    words: str
    weight: float


def _reason(own: Span, theirs: Span) -> _Reason | None:
    if not own.is_number:
        return _now_has(own, theirs)
    direction = _direction(own, theirs)
    share = _apart(own, theirs)
    is_better = own.field.better == direction
    is_fact = own.field.better == Better.NONE and own.field.on_card
    if not direction or share < NOTICEABLE or not (is_better or is_fact):
        return None
    weight = share + (0.5 if own.field.on_card else 0) + (0.25 if is_better else 0)
    return _Reason(_comparative(own, theirs, direction), weight)


def _now_has(own: Span, theirs: Span) -> _Reason | None:
    """A yes where this device has a no; not known is no answer."""
    is_new = own.field.kind == Kind.BOOLEAN and own.words == {"False"} and theirs.words == {"True"}
    if not is_new or own.field.better != Better.HIGHER:
        return None
    return _Reason(_("with %(feature)s") % {"feature": _lower(own.field.label)}, 0.5)


def _direction(own: Span, theirs: Span) -> str:
    """Where the other one lies with every version; empty where they overlap."""
    if theirs.low > own.high:
        return Better.HIGHER
    return Better.LOWER if theirs.high < own.low else ""


def _comparative(own: Span, theirs: Span, direction: str) -> str:
    """ "lighter (1.2 kg)", "longer battery life (20 h)", "main camera 50 MP instead of 12 MP": as one says it."""
    unit = units.BY_SYMBOL.get(own.field.unit)
    family, is_higher = unit.family if unit else "", direction == Better.HIGHER
    if family == "weight":
        words = _("heavier (%(value)s)") if is_higher else _("lighter (%(value)s)")
    elif family in ("time", "calendar"):
        words = _("longer %(label)s (%(value)s)") if is_higher else _("shorter %(label)s (%(value)s)")
    elif family in ("length", "charge", "energy"):
        words = _("larger %(label)s (%(value)s)") if is_higher else _("smaller %(label)s (%(value)s)")
    elif family == "storage":
        words = _("more %(label)s (%(value)s)") if is_higher else _("less %(label)s (%(value)s)")
    elif family in ("frequency", "luminance"):
        words = _("higher %(label)s (%(value)s)") if is_higher else _("lower %(label)s (%(value)s)")
    else:
        words = _("%(label)s %(value)s instead of %(own)s")
    return words % {"label": _lower(own.field.label), "value": theirs.text, "own": own.text}


def _lower(label: str) -> str:
    """Inside a sentence; what begins with an abbreviation, as "SSD", stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label

"""Stock: what is available, and the verbs that move it.

Every verb is one transaction, takes its variants in key order (so two of them cannot deadlock), claims by an
UPDATE that repeats its condition, and leaves one StockMovement per variant. `reference` is the caller's word for
what the movement belongs to, such as an order number, and `cause` tells apart the movements of one reference:
the same (kind, reference, cause) a second time violates a constraint and moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from catalog.exceptions import InsufficientStock, Shortage, StillPromised
from catalog.models import Product, Promise, StockLevel, StockMovement, StockPlace, Variant
from devicehub.lib.db import claim

Kind = StockMovement.Kind


@dataclass(frozen=True)
class Availability:
    """Whether a variant can be had: `state` is "in", "low", "preorder", "backorder" or "out".

    `available` are the units on hand that nobody was promised, below zero where more are promised than there are.
    Up to `limit` may be promised beyond stock as `promise`, for `expected_at`; once that day is over nothing more is.
    """

    available: int
    low_at: int = 3
    limit: int = 0
    promise: str = ""
    expected_at: date | None = None

    @property
    def buyable(self) -> int:
        """Units that can be bought now, there or promised."""
        is_open = self.expected_at is not None and self.expected_at >= timezone.localdate()
        return max(0, self.available + (self.limit if is_open else 0))

    @property
    def state(self) -> str:
        if self.available > 0:
            return "low" if self.available <= self.low_at else "in"
        return self.promise if self.buyable else "out"

    @property
    def words(self) -> str:
        if self.state == "low":
            return ngettext("Only %(n)d left", "Only %(n)d left", self.available) % {"n": self.available}
        if self.state in Promise.values and self.expected_at:
            return promise_words(self.promise, self.expected_at)
        return _("In stock") if self.state == "in" else _("Sold out")

    def waits_until(self, units: int) -> date | None:
        """When so many units are expected; None where all of them are there, or cannot be had."""
        return self.expected_at if self.available < units <= self.buyable else None


SOLD_OUT = Availability(0)


def promise_words(promise: str, expected_at: date) -> str:
    """ "Pre-order: ships from 12 Dec"; with the year where it is another one."""
    day = date_format(expected_at, "j M" if expected_at.year == timezone.localdate().year else "j M Y")
    words = _("Pre-order: ships from %(day)s") if promise == Promise.PREORDER else _("Back-order: expected %(day)s")
    return words % {"day": day}


def main_place() -> StockPlace:
    """The place in use; made with the first unit that arrives."""
    return StockPlace.objects.first() or StockPlace.objects.get_or_create(name="Main")[0]


def level_of(variant: Variant) -> StockLevel:
    """The variant's row at the place in use; made when it is first asked for."""
    return StockLevel.objects.get_or_create(variant=variant, place=main_place())[0]


def availability(variant_ids: Iterable[int]) -> dict[int, Availability]:
    """By variant id; a variant that never had stock is sold out. One query."""
    ids = list(variant_ids)
    rows = (
        StockLevel.objects.filter(variant_id__in=ids)
        .values_list("variant_id")
        .annotate(
            units=Sum(F("on_hand") - F("reserved")),
            mark=Sum("low_at"),
            limit=Sum("promise_limit"),
            promised_as=Max("promise"),
            expected=Max("expected_at"),
        )
        .order_by()
    )
    known = {variant_id: Availability(*figures) for variant_id, *figures in rows}
    return {variant_id: known.get(variant_id, SOLD_OUT) for variant_id in ids}


def on_hand(variant_ids: Iterable[int]) -> dict[int, int]:
    """Units in the house, by variant id. One query."""
    ids = list(variant_ids)
    rows = StockLevel.objects.filter(variant_id__in=ids).values_list("variant_id").annotate(Sum("on_hand")).order_by()
    known = dict(rows)
    return {variant_id: known.get(variant_id, 0) for variant_id in ids}


def lock(variant_ids: Iterable[int]) -> None:
    """Hold the levels of these variants until the transaction ends, in key order as every verb does."""
    levels = StockLevel.objects.filter(variant_id__in=list(variant_ids))
    list(levels.select_for_update().order_by("variant_id", "pk").values_list("pk"))


def receive(
    variant: Variant, quantity: int, *, note: str = "", reference: str = "", actor: User | None = None
) -> StockLevel:
    """Goods that came in."""
    return _change_on_hand(variant, quantity, kind=Kind.RECEIPT, note=note, reference=reference, actor=actor)


@transaction.atomic
def open_stock(quantities: Mapping[int, int], *, note: str, reference: str, actor: User | None = None) -> None:
    """The first units of many variants that never had stock: variant id → quantity. Listings follow by the caller."""
    place = main_place()
    wanted = {variant_id: units for variant_id, units in quantities.items() if units}
    levels = StockLevel.objects.bulk_create(
        StockLevel(variant_id=variant_id, place=place, on_hand=units) for variant_id, units in wanted.items()
    )
    StockMovement.objects.bulk_create(
        _post(
            level,
            Kind.RECEIPT,
            on_hand=level.on_hand,
            reserved=0,
            reference=reference,
            cause="",
            note=note,
            actor=actor,
        )
        for level in levels
    )


def adjust(
    variant: Variant, difference: int, *, note: str, reference: str = "", actor: User | None = None
) -> StockLevel:
    """A correction, up or down, with its reason. Raises InsufficientStock below what is reserved."""
    return _change_on_hand(variant, difference, kind=Kind.ADJUSTMENT, note=note, reference=reference, actor=actor)


def promise(variant: Variant, kind: str, *, limit: int = 0, expected_at: date | None = None) -> StockLevel:
    """Sell up to `limit` units beyond what is on hand, as a pre-order or back-order; "" ends it.

    Raises StillPromised when more are promised already.
    """
    level = level_of(variant)
    within = StockLevel.objects.filter(pk=level.pk, reserved__lte=F("on_hand") + limit)
    changed = claim(within, promise=kind, promise_limit=limit, expected_at=expected_at)
    level.refresh_from_db()
    if not changed:
        raise StillPromised(level.owed)
    return level


@transaction.atomic
def post_count(differences: Mapping[int, int], *, note: str, reference: str, actor: User | None = None) -> None:
    """Corrections of a stock take, up and down: variant id → difference; a variant never seen before gets its level.

    Raises InsufficientStock naming every variant that would fall below what is reserved.
    """
    place = main_place()
    known = set(StockLevel.objects.filter(place=place, variant__in=differences).values_list("variant_id", flat=True))
    new = [StockLevel(variant_id=variant_id, place=place) for variant_id in differences if variant_id not in known]
    StockLevel.objects.bulk_create(new, ignore_conflicts=True)
    _move(differences, Kind.ADJUSTMENT, on_hand=1, reference=reference, cause="counted", actor=actor, note=note)


@transaction.atomic
def restock(quantities: Mapping[int, int], *, reference: str, cause: str, actor: User | None = None) -> None:
    """Units that came back: variant id → quantity. A variant that never had stock, as an open box, gets its level."""
    for variant_id in sorted(quantities):
        StockLevel.objects.get_or_create(variant_id=variant_id, place=main_place())
    _move(quantities, Kind.RESTOCK, on_hand=1, reference=reference, cause=cause, actor=actor)


def reserve(
    quantities: Mapping[int, int],
    *,
    reference: str,
    cause: str = "",
    actor: User | None = None,
    promised: Collection[int] = (),
) -> None:
    """Set units aside, all or nothing. Raises InsufficientStock naming every shortage.

    Only of the variants `promised`, whose buyer knows that he waits, units may be taken that are not there.
    """
    _move(quantities, Kind.RESERVE, reserved=1, reference=reference, cause=cause, actor=actor, promised=promised)


def release(quantities: Mapping[int, int], *, reference: str, cause: str = "", actor: User | None = None) -> None:
    """Give reserved units back to the shop."""
    _move(quantities, Kind.RELEASE, reserved=-1, reference=reference, cause=cause, actor=actor)


def commit(quantities: Mapping[int, int], *, reference: str, cause: str = "", actor: User | None = None) -> None:
    """Reserved units leave the house. Raises InsufficientStock for units that are promised and not there."""
    _move(quantities, Kind.COMMIT, on_hand=-1, reserved=-1, reference=reference, cause=cause, actor=actor)


def reserved_for(reference: str) -> dict[int, int]:
    """Units still reserved under a reference, by variant id."""
    rows = (
        StockMovement.objects.filter(reference=reference)
        .values_list("level__variant_id")
        .annotate(units=Sum("reserved_change"))
        .order_by()
    )
    return {variant_id: units for variant_id, units in rows if units}


def holders(variant_id: int) -> dict[str, int]:
    """For whom units of a variant are reserved: reference → units, the oldest first."""
    rows = StockMovement.objects.filter(level__variant=variant_id).values_list("reference")
    sums = rows.annotate(units=Sum("reserved_change"), since=Max("pk")).exclude(units=0).order_by("since")
    return {reference: units for reference, units, _since in sums}


@transaction.atomic
def _change_on_hand(
    variant: Variant, difference: int, *, kind: str, note: str, reference: str, actor: User | None
) -> StockLevel:
    level = level_of(variant)
    claimed = _claim(StockLevel.objects.filter(pk=level.pk), difference, 0)
    level.refresh_from_db()
    if not claimed:
        raise InsufficientStock([Shortage(variant.pk, -difference, level.available)])
    _post(level, kind, on_hand=difference, reserved=0, reference=reference, cause="", note=note, actor=actor).save()
    Product.objects.filter(pk=variant.product_id).refresh_listing()
    return level


@transaction.atomic
def _move(
    quantities: Mapping[int, int],
    kind: str,
    *,
    reference: str,
    cause: str,
    actor: User | None,
    on_hand: int = 0,
    reserved: int = 0,
    promised: Collection[int] | None = None,
    note: str = "",
) -> None:
    """Move `quantities` with the signs `on_hand` and `reserved`; raises InsufficientStock and changes nothing."""
    wanted = {variant_id: units for variant_id, units in sorted(quantities.items()) if units}
    here = StockLevel.objects.filter(place=main_place())
    shortages = [
        variant_id
        for variant_id, units in wanted.items()
        if not _claim(
            here.filter(variant_id=variant_id),
            on_hand * units,
            reserved * units,
            is_promised=promised is None or variant_id in promised,
        )
    ]
    if shortages:
        raise InsufficientStock(_shortages(wanted, shortages))
    levels = list(here.filter(variant_id__in=wanted).select_related("variant"))
    StockMovement.objects.bulk_create(
        _post(
            level,
            kind,
            on_hand=on_hand * wanted[level.variant_id],
            reserved=reserved * wanted[level.variant_id],
            reference=reference,
            cause=cause,
            actor=actor,
            note=note,
        )
        for level in levels
    )
    _refresh_turned(levels, {variant_id: (on_hand - reserved) * units for variant_id, units in wanted.items()})


def _claim(level: QuerySet[StockLevel], on_hand: int, reserved: int, *, is_promised: bool = True) -> bool:
    """The conditional UPDATE: neither figure goes below zero, nor what is reserved beyond what is there.

    With `is_promised`, it may go as far beyond as the level's limit says.
    """
    there = F("on_hand") + F("promise_limit") if is_promised else F("on_hand")
    allowed = level.alias(there=there).filter(
        there__gte=F("reserved") + (reserved - on_hand), on_hand__gte=-on_hand, reserved__gte=-reserved
    )
    return claim(allowed, on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved)


def _shortages(wanted: Mapping[int, int], missing: list[int]) -> list[Shortage]:
    known = availability(missing)
    return [Shortage(variant_id, wanted[variant_id], max(0, known[variant_id].available)) for variant_id in missing]


def _post(
    level: StockLevel,
    kind: str,
    *,
    on_hand: int,
    reserved: int,
    reference: str,
    cause: str,
    actor: User | None,
    note: str = "",
) -> StockMovement:
    return StockMovement(
        level=level,
        kind=kind,
        on_hand_change=on_hand,
        reserved_change=reserved,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        reference=reference,
        cause=cause,
        note=note,
        actor=actor,
    )


def _refresh_turned(levels: list[StockLevel], changes: Mapping[int, int]) -> None:
    """Refresh the products that this change of what is available has sold out or brought back.

    Their rows are locked first: of two buyers who take the last units of two variants at once, the second must
    see what the first did.
    """
    turned = [level for level in levels if (level.available > 0) != (level.available - changes[level.variant_id] > 0)]
    if turned:
        products = Product.objects.filter(pk__in={level.variant.product_id for level in turned})
        list(products.select_for_update().order_by("pk").values_list("pk"))
        products.refresh_listing()

"""Stock: what is available, and the verbs that move it.

Every verb is one transaction, takes its variants in key order (so two of them cannot deadlock), claims by an
UPDATE that repeats its condition, and leaves one StockMovement per variant. `reference` is the caller's word for
what the movement belongs to, such as an order number, and `cause` tells apart the movements of one reference:
the same (kind, reference, cause) a second time violates a constraint and moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from catalog.exceptions import InsufficientStock, Shortage
from catalog.models import Product, StockLevel, StockMovement, StockPlace, Variant
from devicehub.lib.db import claim

Kind = StockMovement.Kind


@dataclass(frozen=True)
class Availability:
    """Whether a variant can be had: `state` is "in", "low" or "out"."""

    available: int
    low_at: int = 3

    @property
    def state(self) -> str:
        if self.available <= 0:
            return "out"
        return "low" if self.available <= self.low_at else "in"

    @property
    def words(self) -> str:
        if self.state == "low":
            return ngettext("Only %(n)d left", "Only %(n)d left", self.available) % {"n": self.available}
        return _("In stock") if self.state == "in" else _("Sold out")


SOLD_OUT = Availability(0)


def main_place() -> StockPlace:
    """The place in use; made with the first unit that arrives."""
    return StockPlace.objects.first() or StockPlace.objects.get_or_create(name="Main")[0]


def availability(variant_ids: Iterable[int]) -> dict[int, Availability]:
    """By variant id; a variant that never had stock is sold out. One query."""
    ids = list(variant_ids)
    rows = (
        StockLevel.objects.filter(variant_id__in=ids)
        .values_list("variant_id")
        .annotate(units=Sum(F("on_hand") - F("reserved")), mark=Sum("low_at"))
        .order_by()
    )
    known = {variant_id: Availability(units, mark) for variant_id, units, mark in rows}
    return {variant_id: known.get(variant_id, SOLD_OUT) for variant_id in ids}


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


@transaction.atomic
def restock(quantities: Mapping[int, int], *, reference: str, cause: str, actor: User | None = None) -> None:
    """Units that came back: variant id → quantity. A variant that never had stock, as an open box, gets its level."""
    for variant_id in sorted(quantities):
        StockLevel.objects.get_or_create(variant_id=variant_id, place=main_place())
    _move(quantities, Kind.RESTOCK, on_hand=1, reference=reference, cause=cause, actor=actor)


def reserve(quantities: Mapping[int, int], *, reference: str, cause: str = "", actor: User | None = None) -> None:
    """Set units aside, all or nothing. Raises InsufficientStock naming every shortage."""
    _move(quantities, Kind.RESERVE, reserved=1, reference=reference, cause=cause, actor=actor)


def release(quantities: Mapping[int, int], *, reference: str, cause: str = "", actor: User | None = None) -> None:
    """Give reserved units back to the shop."""
    _move(quantities, Kind.RELEASE, reserved=-1, reference=reference, cause=cause, actor=actor)


def commit(quantities: Mapping[int, int], *, reference: str, cause: str = "", actor: User | None = None) -> None:
    """Reserved units leave the house."""
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


@transaction.atomic
def _change_on_hand(
    variant: Variant, difference: int, *, kind: str, note: str, reference: str, actor: User | None
) -> StockLevel:
    level, _created = StockLevel.objects.get_or_create(variant=variant, place=main_place())
    claimed = StockLevel.objects.filter(pk=level.pk, on_hand__gte=F("reserved") - difference).update(
        on_hand=F("on_hand") + difference
    )
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
) -> None:
    """Move `quantities` with the signs `on_hand` and `reserved`; raises InsufficientStock and changes nothing."""
    wanted = {variant_id: units for variant_id, units in sorted(quantities.items()) if units}
    here = StockLevel.objects.filter(place=main_place())
    shortages = [
        variant_id
        for variant_id, units in wanted.items()
        if not _claim(here.filter(variant_id=variant_id), on_hand * units, reserved * units)
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
        )
        for level in levels
    )
    _refresh_turned(levels, wanted)


def _claim(level: QuerySet[StockLevel], on_hand: int, reserved: int) -> bool:
    """The conditional UPDATE: it may leave neither a figure below zero nor more reserved than there is."""
    allowed = level.filter(on_hand__gte=F("reserved") + (reserved - on_hand), reserved__gte=-reserved)
    return claim(allowed, on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved)


def _shortages(wanted: Mapping[int, int], missing: list[int]) -> list[Shortage]:
    known = availability(missing)
    return [Shortage(variant_id, wanted[variant_id], known[variant_id].available) for variant_id in missing]


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


def _refresh_turned(levels: list[StockLevel], moved: Mapping[int, int]) -> None:
    """Refresh the products that this move may have sold out or brought back.

    Their rows are locked first: of two buyers who take the last units of two variants at once, the second must
    see what the first did.
    """
    turned = sorted({level.variant.product_id for level in levels if level.available <= moved[level.variant_id]})
    if turned:
        products = Product.objects.filter(pk__in=turned)
        list(products.select_for_update().order_by("pk").values_list("pk"))
        products.refresh_listing()

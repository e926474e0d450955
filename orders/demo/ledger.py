"""The stock that a year of orders moved, written in one go: as `catalog.inventory` would have left it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from catalog.models import StockLevel, StockMovement

Kind = StockMovement.Kind
LOT = 6  # units that come at least when one is missing


@dataclass(frozen=True)
class Move:
    at: datetime
    variant_id: int
    kind: str
    units: int
    reference: str
    cause: str


class Ledger:
    """Moves of past orders. What they took was delivered in time, so that in the end there is as much as before."""

    def __init__(self) -> None:
        self.moves: list[Move] = []

    def write(self) -> None:
        wanted = {move.variant_id for move in self.moves}
        levels = {level.variant_id: level for level in StockLevel.objects.filter(variant__in=wanted)}
        at_first = {pk: level.on_hand for pk, level in levels.items()}
        rows: list[StockMovement] = []
        moves = sorted(self.moves, key=attrgetter("at"))
        for move in moves:
            level = levels[move.variant_id]
            if move.kind == Kind.RESERVE and level.available < move.units:
                missing = max(move.units - level.available, LOT)
                rows.append(_post(level, move.at - timedelta(hours=5), Kind.RECEIPT, missing, 0, note="Delivery"))
            rows.append(_moved(level, move))
        for pk, level in levels.items():
            rows += _even_out(level, at_first[pk], moves[-1].at)
        StockMovement.objects.bulk_create(rows)
        StockLevel.objects.bulk_update(levels.values(), ["on_hand", "reserved"])


def _moved(level: StockLevel, move: Move) -> StockMovement:
    on_hand = -move.units if move.kind == Kind.COMMIT else 0
    reserved = move.units if move.kind == Kind.RESERVE else -move.units
    return _post(level, move.at, move.kind, on_hand, reserved, reference=move.reference, cause=move.cause)


def _even_out(level: StockLevel, wanted: int, at: datetime) -> list[StockMovement]:
    missing = wanted - level.available
    if missing > 0:
        return [_post(level, at, Kind.RECEIPT, missing, 0, note="Delivery")]
    return [_post(level, at, Kind.ADJUSTMENT, missing, 0, note="Sold at the counter")] if missing else []


def _post(level: StockLevel, at: datetime, kind: str, on_hand: int, reserved: int, **words: str) -> StockMovement:
    level.on_hand += on_hand
    level.reserved += reserved
    return StockMovement(
        level=level,
        kind=kind,
        on_hand_change=on_hand,
        reserved_change=reserved,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        created_at=at,
        **words,
    )

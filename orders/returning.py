"""Returns: what may come back, and the moves from the request to the refund, each with its event and its date.

Money and stock are two decisions: inspection says where each unit goes, the refund says what the buyer gets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.models import Variant
from devicehub.lib.db import claim
from devicehub.lib.money import Money
from orders import fulfillment, lifecycle, refunds, return_window, units
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import DeviceUnit, Order, OrderLine, Refund, Return, ReturnUnit, Shipment

Status = Return.Status
Decision = ReturnUnit.Decision

ALLOWED = {
    Status.REQUESTED: {Status.APPROVED, Status.REJECTED, Status.CANCELED},
    Status.APPROVED: {Status.RECEIVED, Status.CANCELED},
    Status.RECEIVED: {Status.INSPECTED},
    Status.INSPECTED: {Status.REFUNDED, Status.REJECTED},
    Status.REFUNDED: set(),
    Status.REJECTED: set(),
    Status.CANCELED: set(),
}
# The column that a move dates; ends share one.
DATES = {Status.APPROVED: "approved_at", Status.RECEIVED: "received_at", Status.INSPECTED: "inspected_at"}
TAKEN = [Decision.RESTOCK, Decision.OTHER, Decision.SCRAP]


@dataclass(frozen=True)
class Finding:
    """What inspection found of one unit. `number` is the IMEI or serial number that was read from it."""

    grade: str
    decision: str
    number: str = ""
    variant: Variant | None = None


# What may come back -------------------------------------------------------------------------------------------


def received_on(order: Order) -> date | None:
    """The day on which the last parcel arrived, in the shop's own time; None while something has not."""
    if order.fulfillment_status != Order.FulfillmentStatus.DELIVERED:
        return None
    last = order.shipments.filter(status=Shipment.Status.DELIVERED).aggregate(at=Max("delivered_at"))["at"]
    return timezone.localdate(last) if last else None


def units_back(order: Order) -> Counter[int]:
    """Units by line that are in a return that was not given up, less those that go back to the buyer."""
    rows = ReturnUnit.objects.filter(process__in=order.returns.living()).exclude(decision=Decision.SEND_BACK)
    return Counter(rows.values_list("order_line", flat=True))


def returnable(order: Order) -> dict[int, int]:
    """Units by line that were sent and are not on their way back."""
    sent, back = fulfillment.units_sent(order), units_back(order)
    return {line.pk: max(sent[line.pk] - back[line.pk], 0) for line in order.lines.all()}


def last_day(order: Order) -> date | None:
    """Until when the shop takes back what pleases nobody; None while something has not arrived."""
    received = received_on(order)
    return return_window.last_day(received) if received else None


def is_for_pleasure(order: Order) -> bool:
    """Whether a device may come back for no reason."""
    last = last_day(order)
    return last is None or timezone.localdate() <= last


def reasons(order: Order) -> list[str]:
    """The reasons that count today: a fault as long as the law or the maker gives warranty."""
    if not any(returnable(order).values()):
        return []
    return return_window.reasons(received_on(order), max(line.warranty_months for line in order.lines.all()))


def check_units(order: Order, wanted: Mapping[int, int], most: Mapping[int, int]) -> None:
    """Raises QuantityError for nothing, for lines of others and for more than `most`."""
    skus = {line.pk: line.sku for line in order.lines.all()}
    if not any(wanted.values()):
        raise QuantityError(_("Choose at least one device."))
    for pk, count in wanted.items():
        if pk not in skus:
            raise QuantityError(_("This line belongs to another order."))
        if not 0 <= count <= most.get(pk, 0):
            raise QuantityError(_("%(sku)s: at most %(most)s can come back.") % {"sku": skus[pk], "most": most.get(pk)})


# The moves ----------------------------------------------------------------------------------------------------


@transaction.atomic
def request(
    order: Order,
    wanted: Mapping[int, int],
    *,
    reason: str,
    note: str = "",
    key: str,
    actor: User | None = None,
    by: str = "",
) -> Return:
    """The buyer wants to send units (line id → count) back. Within the shop's days it is approved at once.

    Asked twice with one `key` it is one return. Raises MoveNotAllowed when the time is over.
    """
    lifecycle.lock(order)
    known = Return.objects.filter(order=order, key=key).first()
    if known:
        return known
    if reason not in reasons(order):
        raise MoveNotAllowed(_("The time to return this is over."))
    found = _open(order, wanted, kind=Return.Kind.RETURN, reason=reason, note=note, key=key)
    if reason == Return.Reason.MIND:
        _move(found, Status.APPROVED, "return_approved", actor=actor, by=by)  # one mail, with all that is to be done
    else:
        _record(found, "return_requested", actor=actor, by=by)
    return found


@transaction.atomic
def accept(order: Order, wanted: Mapping[int, int], *, reason: str, note: str, key: str, actor: User | None) -> Return:
    """Staff open a return that the buyer told them about, whenever it is. Asked twice with one `key` it is one."""
    lifecycle.lock(order)
    known = Return.objects.filter(order=order, key=key).first()
    if known:
        return known
    found = _open(order, wanted, kind=Return.Kind.RETURN, reason=reason, note=note, key=key)
    _move(found, Status.APPROVED, "return_approved", actor=actor)
    return found


@transaction.atomic
def announce(
    order: Order, wanted: Mapping[int, int], *, kind: str, key: str, actor: User | None = None, by: str = ""
) -> Return:
    """A return that nobody has to approve, as a withdrawal is. The caller holds the order's row."""
    found = _open(order, wanted, kind=kind, reason="", note="", key=key)
    _move(found, Status.APPROVED, "return_approved", actor=actor, by=by)
    return found


@transaction.atomic
def approve(process: Return, *, actor: User | None, note: str = "") -> None:
    _lock(process)
    _move(process, Status.APPROVED, "return_approved", actor=actor, note=note)


@transaction.atomic
def receive(process: Return, *, actor: User | None) -> None:
    """Its parcel is here."""
    _lock(process)
    _move(process, Status.RECEIVED, "return_received", actor=actor)


@transaction.atomic
def inspect(process: Return, findings: Mapping[int, Finding], *, actor: User | None) -> None:
    """Grade every unit (returned unit id → Finding) and say where it goes; what is sold again is in stock at once.

    A unit with a number must be one that left in this order. Raises QuantityError with words, and nothing happened.
    """
    order = _lock(process)
    rows = list(process.units.select_related("order_line", "process__order"))
    if {row.pk for row in rows} != set(findings):
        raise QuantityError(_("Every unit needs its grade."))
    _move(process, Status.INSPECTED, "return_inspected", actor=actor, data={"units": _words(rows, findings)})
    for row in rows:
        _take(row, findings[row.pk])
    stock = fulfillment.by_variant((row.variant_id, 1) for row in rows)
    inventory.restock(stock, reference=order.number, cause=f"return {process.number}", actor=actor)


@transaction.atomic
def refund(process: Return, wish: refunds.Wish, *, reason: str, actor: User | None) -> list[Refund]:
    """Give the money back and close the return. The wish may be less than `proposal`, with the reason for it."""
    order = _lock(process)
    _move(process, Status.REFUNDED, "return_refunded", actor=actor, note=reason)
    _check_taken(process, wish)
    return refunds.refund(order, wish, key=f"return-{process.pk}", reason=reason, actor=actor)


@transaction.atomic
def reject(process: Return, *, reason: str, actor: User | None) -> None:
    """Before it is sent, or after inspection when all of it goes back to the buyer."""
    _lock(process)
    if process.units.filter(decision__in=TAKEN).exists():
        raise MoveNotAllowed(_("Units of this return were taken: refund them."))
    _move(process, Status.REJECTED, "return_rejected", actor=actor, note=reason)


@transaction.atomic
def cancel(process: Return, *, actor: User | None, reason: str = "", by: str = "") -> None:
    """The buyer keeps it, or it never came."""
    _lock(process)
    _move(process, Status.CANCELED, "return_canceled", actor=actor, by=by, note=reason)


def taken(process: Return) -> Counter[int]:
    """Units by line that the shop keeps and whose money is not back yet."""
    left = refunds.units_left(process.order)
    rows = Counter(process.units.filter(decision__in=TAKEN).values_list("order_line", flat=True))
    return Counter({pk: min(count, left[pk]) for pk, count in rows.items()})


def is_all(process: Return) -> bool:
    """Whether nothing of the order is left with the buyer once this return is refunded."""
    left, back = refunds.units_left(process.order), taken(process)
    return all(count <= back[pk] for pk, count in left.items())


def _open(order: Order, wanted: Mapping[int, int], *, kind: str, reason: str, note: str, key: str) -> Return:
    check_units(order, wanted, returnable(order))
    number = (order.returns.aggregate(last=Max("number"))["last"] or 0) + 1
    process = Return.objects.create(order=order, number=number, kind=kind, reason=reason, note=note[:500], key=key)
    ReturnUnit.objects.bulk_create(
        ReturnUnit(process=process, order_line_id=pk) for pk, count in wanted.items() for _n in range(count)
    )
    return process


def _lock(process: Return) -> Order:
    """The order's row, so that verbs on the order follow one another; then this return as it is now."""
    order = process.order
    lifecycle.lock(order)
    process.refresh_from_db(fields=["status"])
    return order


def _move(
    process: Return, to: str, kind: str, *, actor: User | None, by: str = "", note: str = "", data: Any = None
) -> None:
    """Change the status by the table and leave the event. Raises MoveNotAllowed."""
    before = process.status
    if to not in ALLOWED[Status(before)]:
        raise MoveNotAllowed(_("Return %(number)s: %(status)s.") % _facts(process))
    changes: dict[str, Any] = {"status": to, DATES.get(Status(to), "closed_at"): timezone.now()}
    if note:
        changes["answer"] = note[:300]
    if not claim(Return.objects.filter(pk=process.pk, status=before), **changes):
        process.refresh_from_db()
        raise MoveNotAllowed(_("Return %(number)s: %(status)s.") % _facts(process))
    for name, value in changes.items():
        setattr(process, name, value)
    moved = {"before": {"return": str(before)}, "after": {"return": str(to)}}
    _record(process, kind, actor=actor, by=by, note=note, data={**(data or {}), **moved})


def _record(process: Return, kind: str, *, actor: User | None, by: str = "", note: str = "", data: Any = None) -> None:
    facts = {"return": process.number, **(data or {})}
    lifecycle.record(process.order, kind, actor=actor, by=by, note=note, data=facts)


def _facts(process: Return) -> dict[str, str]:
    return {"number": process.label, "status": process.get_status_display()}


def _take(row: ReturnUnit, finding: Finding) -> None:
    """Write a finding down, and take the device back by its number."""
    row.grade, row.decision, row.variant = finding.grade, finding.decision, _variant(row, finding)
    if row.order_line.is_serial_tracked:
        row.device = _device(row, finding.number)
        if finding.decision in TAKEN:
            units.take_back(row.device, is_scrapped=finding.decision == Decision.SCRAP)
    row.save(update_fields=["grade", "decision", "variant", "device"])


def _variant(row: ReturnUnit, finding: Finding) -> Variant | None:
    """In whose stock the unit goes."""
    if finding.decision == Decision.RESTOCK:
        if row.order_line.variant is None:
            raise QuantityError(_("%(sku)s is no longer in the catalog.") % {"sku": row.order_line.sku})
        return row.order_line.variant
    if finding.decision == Decision.OTHER:
        if finding.variant is None or finding.variant.condition == Variant.Condition.NEW:
            raise QuantityError(_("Choose the article, not a new one, under which it will be sold."))
        return finding.variant
    return None


def _device(row: ReturnUnit, text: str) -> DeviceUnit:
    """The unit that came back must be one that left for this buyer. What was sent is told in words when it is not."""
    sent = DeviceUnit.objects.filter(shipment_line__order_line=row.order_line, status=DeviceUnit.Status.SENT)
    try:
        number = units.read(text).number
    except ValueError as error:
        raise QuantityError(str(error)) from error
    device = sent.filter(number=number).first()
    if device is None:
        known = ", ".join(str(unit) for unit in sent) or "–"
        words = _("%(number)s did not leave with this order. With the buyer are: %(known)s.")
        raise QuantityError(words % {"number": number, "known": known})
    return device


def _check_taken(process: Return, wish: refunds.Wish) -> None:
    for pk, count in wish.units.items():
        if count > taken(process)[pk]:
            raise QuantityError(_("Only units that were taken can be refunded here."))


def _words(rows: Sequence[ReturnUnit], findings: Mapping[int, Finding]) -> list[str]:
    return [
        " · ".join(filter(None, [row.order_line.sku, found.number, found.grade, found.decision]))
        for row, found in ((row, findings[row.pk]) for row in rows)
    ]


def proposal(process: Return, delivery: Money) -> refunds.Wish:
    """All units that were taken; `delivery` too when nothing is left with the buyer."""
    return refunds.Wish(units=dict(taken(process)), delivery=delivery if is_all(process) else None)


def lines_of(rows: Iterable[ReturnUnit]) -> list[str]:
    """ "2 × Nova 256 GB" for each line of a return."""
    counted: Counter[OrderLine] = Counter(row.order_line for row in rows)
    return [f"{count} × {line.product_name} {line.variant_label}".strip() for line, count in counted.items()]

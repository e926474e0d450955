"""The numbers of devices: read from a scanner, unique among units that are packed or sold, freed when unpacked.

Which unit left in which parcel decides about warranty, recall and whether what comes back is what was sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from stdnum import imei
from stdnum.exceptions import ValidationError

from accounts.models import User
from devicehub.lib.db import claim
from orders import lifecycle
from orders.exceptions import MoveNotAllowed, NumbersRefused
from orders.models import DeviceUnit, Order, OrderLine, Shipment

Status = DeviceUnit.Status

SERIAL = re.compile(r"[A-Z0-9./_+#:]{4,40}")
# What makers print in front of a number. In front of digits alone it says that they are no IMEI.
SERIAL_PREFIX = re.compile(r"^(?:S/N\s*[:.#]?|(?:SN|SERIAL(?: NO\.?| NUMBER)?)\s*[:#])\s*")
IMEI_PREFIX = re.compile(r"^IMEI(?:(?:\s?\d)?\s*[:.#]|\s)\s*")
SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
IMEI_LIKE = range(14, 18)  # so many digits are an IMEI with one lost or doubled, not a serial number


class Number(NamedTuple):
    """Sorts by number, so that two parcels with the same numbers wait for each other and do not stand still."""

    number: str
    kind: str


def read(text: str) -> Number:
    """A number as it is stored, however it was scanned or typed: capitals, no spaces, no hyphens.

    15 digits are an IMEI, whose last digit must be right by Luhn's algorithm (3GPP TS 23.003, annex B). Raises
    ValueError with words for staff.
    """
    typed = unicodedata.normalize("NFKC", text).upper().strip()
    rest = SERIAL_PREFIX.sub("", typed)
    compact = SEPARATORS.sub("", IMEI_PREFIX.sub("", rest))
    digits = re.sub(r"[./]", "", compact)
    if rest == typed and digits.isascii() and digits.isdigit() and len(digits) in IMEI_LIKE:
        return Number(_checked_imei(digits), DeviceUnit.Kind.IMEI)
    if not SERIAL.fullmatch(compact) or not any(sign.isdigit() for sign in compact):
        raise ValueError(_("“%(text)s” is no serial number.") % {"text": text.strip()[:60]})
    return Number(compact, DeviceUnit.Kind.SERIAL)


def check(
    lines: Mapping[int, OrderLine], quantities: Mapping[int, int], typed: Mapping[int, Sequence[str]]
) -> dict[int, list[Number]]:
    """The numbers of a parcel by line: as many as units of each tracked line, none twice, none living elsewhere.

    Raises NumbersRefused with all that is wrong, by line.
    """
    words: dict[int, list[str]] = defaultdict(list)
    numbers: dict[int, list[Number]] = {}
    for pk, units in quantities.items():
        numbers[pk] = _read_all(lines[pk], typed.get(pk, ()), words[pk])
        wanted = units if lines[pk].is_serial_tracked else 0
        if len(typed.get(pk, ())) != wanted:
            words[pk].append(_not_as_many(wanted, len(typed.get(pk, ()))))
    _refuse_doubles(numbers, words)
    _refuse_living(numbers, words)
    if any(words.values()):
        raise NumbersRefused({pk: said for pk, said in words.items() if said})
    return numbers


def pack(shipment: Shipment, numbers: Mapping[int, Sequence[Number]]) -> None:
    """Give the units of a new parcel their numbers. Raises NumbersRefused when another parcel took one just now."""
    rows = {line.order_line_id: line for line in shipment.lines.all()}
    units = [
        DeviceUnit(shipment_line=rows[pk], number=one.number, kind=one.kind)
        for pk, of_line in numbers.items()
        for one in of_line
    ]
    units.sort(key=lambda unit: unit.number)
    try:
        with transaction.atomic():
            DeviceUnit.objects.bulk_create(units)
    except IntegrityError as error:
        words: dict[int, list[str]] = defaultdict(list)
        _refuse_living(numbers, words)
        raise NumbersRefused(words or {next(iter(numbers)): [_("One of the numbers was just taken.")]}) from error


def correctable(order: Order) -> QuerySet[DeviceUnit]:
    """The units whose parcels have not left."""
    return DeviceUnit.objects.filter(shipment_line__shipment__order=order, status=Status.PACKED)


@transaction.atomic
def correct(unit: DeviceUnit, text: str, *, actor: User | None = None) -> None:
    """Write another number before the parcel leaves. Raises NumbersRefused or MoveNotAllowed."""
    shipment, line = unit.shipment_line.shipment, unit.shipment_line.order_line
    lifecycle.lock(shipment.order)
    (number,) = check({line.pk: line}, {line.pk: 1}, {line.pk: [text]})[line.pk]
    packed = DeviceUnit.objects.filter(pk=unit.pk, status=Status.PACKED)
    before = str(unit)
    try:
        with transaction.atomic():
            if not claim(packed, number=number.number, kind=number.kind):
                raise MoveNotAllowed(_("This unit has left or was unpacked; its number stays."))
    except IntegrityError as error:
        raise NumbersRefused({line.pk: [_("%(number)s was just taken.") % {"number": number.number}]}) from error
    unit.refresh_from_db()
    data = {"shipment": shipment.number, "before": before, "after": str(unit)}
    lifecycle.record(shipment.order, "number_corrected", actor=actor, data=data)


def free(shipments: QuerySet[Shipment]) -> None:
    """The units of parcels that are opened before dispatch: their numbers may be packed again."""
    _move(shipments, Status.PACKED, Status.UNPACKED)


def send(shipments: QuerySet[Shipment]) -> None:
    """The units of parcels that leave."""
    _move(shipments, Status.PACKED, Status.SENT)


@transaction.atomic
def take_back(unit: DeviceUnit, *, is_scrapped: bool = False) -> None:
    """A unit came back: its number may be sold again, unless it is scrapped for good. Raises MoveNotAllowed."""
    after = Status.SCRAPPED if is_scrapped else Status.RETURNED
    if not claim(DeviceUnit.objects.filter(pk=unit.pk, status=Status.SENT), status=after):
        raise MoveNotAllowed(_("%(unit)s is not with the customer.") % {"unit": unit})
    unit.refresh_from_db()


def numbers_of(shipment: Shipment) -> dict[int, list[str]]:
    """By order line id: the numbers of its units in the parcel, as "IMEI 350000000000006". One query."""
    found: dict[int, list[str]] = defaultdict(list)
    for unit in DeviceUnit.objects.in_parcel(shipment).select_related("shipment_line"):
        found[unit.shipment_line.order_line_id].append(str(unit))
    return dict(found)


def _checked_imei(digits: str) -> str:
    if len(digits) != 15:
        words = _("%(number)s: an IMEI has 15 digits. Write S/N in front of a serial number.")
        raise ValueError(words % {"number": digits})
    try:
        return imei.validate(digits)
    except ValidationError as error:
        raise ValueError(_("%(number)s is no IMEI: a digit is wrong.") % {"number": digits}) from error


def _read_all(line: OrderLine, texts: Iterable[str], words: list[str]) -> list[Number]:
    found = []
    for text in texts:
        try:
            number = read(text)
        except ValueError as error:
            words.append(str(error))
            continue
        if number.number in (line.gtin, line.sku.upper().replace("-", "")):
            words.append(_("%(number)s is the article's number, the same on every box.") % {"number": number.number})
        found.append(number)
    return found


def _not_as_many(wanted: int, typed: int) -> str:
    if not wanted:
        return _("No numbers are recorded for this device.")
    asked = ngettext("%(n)d number is needed", "%(n)d numbers are needed", wanted) % {"n": wanted}
    return _("%(asked)s, one for each unit; there are %(typed)s.") % {"asked": asked, "typed": typed}


def _refuse_doubles(numbers: Mapping[int, Sequence[Number]], words: Mapping[int, list[str]]) -> None:
    times = Counter(one.number for of_line in numbers.values() for one in of_line)
    for pk, of_line in numbers.items():
        words[pk].extend(
            _("%(number)s is here twice.") % {"number": number}
            for number in sorted({one.number for one in of_line})
            if times[number] > 1
        )


def _refuse_living(numbers: Mapping[int, Sequence[Number]], words: Mapping[int, list[str]]) -> None:
    wanted = {one.number: pk for pk, of_line in numbers.items() for one in of_line}
    taken = DeviceUnit.objects.living().filter(number__in=wanted).select_related("shipment_line__shipment__order")
    for unit in taken:
        shipment = unit.shipment_line.shipment
        facts = {"number": unit.number, "parcel": shipment.number, "order": shipment.order.number}
        said = _("%(number)s is in parcel %(parcel)s of order %(order)s already.")
        words[wanted[unit.number]].append(said % facts)


def _move(shipments: QuerySet[Shipment], before: str, after: str) -> None:
    units = DeviceUnit.objects.filter(shipment_line__shipment__in=shipments, status=before)
    units.update(status=after, updated_at=timezone.now())

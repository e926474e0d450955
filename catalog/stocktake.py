"""Stock takes: open one, enter what was counted, post the differences to the ledger, all of them and once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import CountRefused, InsufficientStock, Shortage
from catalog.models import Category, StockCount, StockCountLine, StockLevel, Variant
from devicehub.lib.db import claim

LIST_MAX = 1000
UNITS_MAX = 1_000_000


@transaction.atomic
def open_count(reason: str, *, category: Category | None = None, actor: User | None = None) -> StockCount:
    """A stock take that waits for counts; with a category, of every variant on sale in it.

    Raises CountRefused when these are more than LIST_MAX.
    """
    count = StockCount.objects.create(reason=reason, place=inventory.main_place(), opened_by=actor)
    if category:
        listed = Variant.objects.on_sale().filter(product__category__path__startswith=category.path)
        ids = list(listed.order_by("product__name", "position", "pk").values_list("pk", flat=True)[: LIST_MAX + 1])
        if len(ids) > LIST_MAX:
            raise CountRefused(
                _("More than %(n)d versions are in this category: take a smaller one.") % {"n": LIST_MAX}
            )
        StockCountLine.objects.bulk_create(StockCountLine(count=count, variant_id=pk) for pk in ids)
    return count


def find(code: str) -> Variant:
    """The variant with this SKU or GTIN. Raises CountRefused when there is none, or several share the GTIN."""
    code = code.strip()
    if variant := Variant.objects.filter(sku__in={code, code.upper()}).first():
        return variant
    gtins = {code, code.lstrip("0"), code.zfill(13), code.zfill(14)} - {""}  # scanners pad and cut zeros
    found = list(Variant.objects.filter(gtin__in=gtins)[:2])
    if not found:
        raise CountRefused(_("No version has the SKU or EAN %(code)s.") % {"code": code})
    if len(found) > 1:
        raise CountRefused(_("Several versions have the EAN %(code)s: enter the SKU.") % {"code": code})
    return found[0]


@transaction.atomic
def add(count: StockCount, variant: Variant, units: int) -> StockCountLine:
    """So many more were found: scanning a second shelf adds to what the first had."""
    _lock(count)
    line, _created = count.lines.get_or_create(variant=variant)
    _set(line, (line.counted or 0) + units, line.expected if line.counted is not None else None)
    return line


@transaction.atomic
def enter(count: StockCount, counted: Mapping[int, int | None]) -> None:
    """What was counted in all: line id → units, or None for "not counted". Only what is new is written."""
    _lock(count)
    for line in count.lines.filter(pk__in=counted).select_related("variant"):
        if counted[line.pk] != line.counted:
            _set(line, counted[line.pk], None)


@transaction.atomic
def remove(count: StockCount, line_ids: Collection[int]) -> None:
    _lock(count)
    count.lines.filter(pk__in=line_ids).delete()


@transaction.atomic
def discard(count: StockCount) -> None:
    _lock(count)
    count.delete()


@transaction.atomic
def post(count: StockCount, *, actor: User | None = None) -> int:
    """Bring the stock in line with the counts; returns how many variants differed.

    Raises CountRefused when it was posted before, or when fewer were counted than are reserved; then nothing has moved.
    """
    posted = {"status": StockCount.Status.POSTED, "posted_by": actor, "posted_at": timezone.now()}
    if not claim(StockCount.objects.filter(pk=count.pk, status=StockCount.Status.OPEN), **posted):
        raise CountRefused(_("This stock take was posted already."))
    lines = count.lines.exclude(counted=None).select_related("variant")
    differences = {line.variant_id: line.difference for line in lines if line.difference}
    if not lines:
        raise CountRefused(_("Nothing was counted yet."))
    try:
        inventory.post_count(differences, note=count.reason, reference=count.reference, actor=actor)
    except InsufficientStock as error:
        counted = {line.variant_id: line for line in lines}
        words = [_refusal(counted[missing.variant_id], missing) for missing in error.shortages]
        raise CountRefused(" ".join(words)) from error
    count.refresh_from_db()
    return len(differences)


def _refusal(line: StockCountLine, missing: Shortage) -> str:
    orders = [f"{reference} ({units})" for reference, units in inventory.holders(line.variant_id).items()]
    words = {"sku": line.variant.sku, "counted": line.counted, "orders": get_text_list(orders, _("and"))}
    return (
        _("%(sku)s: %(counted)s counted, but more are reserved, for %(orders)s. Cancel or change these orders first.")
        % words
    )


def _set(line: StockCountLine, counted: int | None, expected: int | None) -> None:
    if counted is not None and not 0 <= counted <= UNITS_MAX:
        raise CountRefused(_("%(sku)s: enter 0 to %(n)d.") % {"sku": line.variant.sku, "n": UNITS_MAX})
    if counted is not None and expected is None:
        level = StockLevel.objects.filter(variant=line.variant_id, place=line.count.place_id).first()
        expected = level.on_hand if level else 0
    line.counted, line.expected = counted, expected
    line.save(update_fields=["counted", "expected"])


def _lock(count: StockCount) -> None:
    """Take the row of an open stock take until the transaction ends."""
    is_open = StockCount.objects.select_for_update().filter(pk=count.pk, status=StockCount.Status.OPEN)
    if not is_open.values_list("pk").first():
        raise CountRefused(_("This stock take was posted already."))

"""Changing what was ordered before it is packed: stock and money follow, or nothing changes.

Each verb is one transaction that takes the order's row first; when any part is refused nothing has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import InsufficientStock
from catalog.models import Product, StockLevel
from devicehub.lib.money import Money
from orders import balance, fulfillment, lifecycle, payments
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import MAX_LINE_QUANTITY, Order, OrderLine
from orders.pricing import tax_of


@transaction.atomic
def change_quantities(order: Order, quantities: Mapping[int, int], *, actor: User | None = None) -> None:
    """Set new quantities (line id → units) of what is not packed yet. Stock and money follow, or nothing changes.

    Prices, tax rates and delivery stay as they were bought. What was paid too much is owed back; what is missing
    is due and can be paid on the order's page.
    """
    lifecycle.lock(order)
    if order.status not in lifecycle.LIVING:
        raise MoveNotAllowed(_("This order is closed; its quantities stay."))
    lines = {line.pk: line for line in order.lines.all()}
    changed = _check_change(order, lines, quantities)
    before = {lines[pk].sku: lines[pk].quantity for pk in changed}
    data = {"before": before, "after": {lines[pk].sku: units for pk, units in changed.items()}}
    event = lifecycle.record(order, "quantities_changed", actor=actor, data=data)
    _move_stock(order, lines, changed, cause=f"change {event.pk}", actor=actor)
    _reprice(order, lines, changed)
    _settle_difference(order, key=f"event-{event.pk}", actor=actor)


def _check_change(order: Order, lines: Mapping[int, OrderLine], quantities: Mapping[int, int]) -> dict[int, int]:
    """Only what really changes, or QuantityError."""
    packed = fulfillment.in_parcels(order)
    for pk, units in quantities.items():
        if pk not in lines:
            raise QuantityError(_("This line belongs to another order."))
        if not packed[pk] <= units <= MAX_LINE_QUANTITY:
            raise QuantityError(
                _("%(sku)s: choose %(least)s to %(most)s.")
                % {"sku": lines[pk].sku, "least": packed[pk], "most": MAX_LINE_QUANTITY}
            )
    changed = {pk: units for pk, units in quantities.items() if units != lines[pk].quantity}
    if not changed:
        raise QuantityError(_("These are the quantities already."))
    if not any(changed.get(pk, line.quantity) for pk, line in lines.items()):
        raise QuantityError(_("Nothing would be left: cancel the order instead."))
    return changed


def _move_stock(
    order: Order, lines: Mapping[int, OrderLine], changed: Mapping[int, int], *, cause: str, actor: User | None
) -> None:
    """Units given back first, in the hope that another line wants them."""
    differences = {pk: units - lines[pk].quantity for pk, units in changed.items()}
    less = fulfillment.by_variant((lines[pk].variant_id, -units) for pk, units in differences.items() if units < 0)
    more = fulfillment.by_variant((lines[pk].variant_id, units) for pk, units in differences.items() if units > 0)
    if sum(more.values()) < sum(units for units in differences.values() if units > 0):
        raise QuantityError(_("A device that is no longer in the catalog cannot be added."))
    _lock_stock([*less, *more])
    inventory.release(less, reference=order.number, cause=cause, actor=actor)
    try:
        inventory.reserve(more, reference=order.number, cause=cause, actor=actor)
    except InsufficientStock as error:
        skus = {line.variant_id: line.sku for line in lines.values()}
        words = [f"{skus[missing.variant_id]}: {missing.available}" for missing in error.shortages]
        raise QuantityError(_("Not enough in stock. Left are %(left)s.") % {"left": ", ".join(words)}) from error


def _lock_stock(variant_ids: Iterable[int]) -> None:
    """Two stock verbs follow, each in key order; taken together here, in key order too, they cannot deadlock."""
    levels = StockLevel.objects.filter(variant__in=list(variant_ids))
    list(levels.select_for_update().order_by("variant_id").values_list("pk"))
    products = Product.objects.filter(pk__in=levels.values("variant__product"))
    list(products.select_for_update().order_by("pk").values_list("pk"))


def _reprice(order: Order, lines: Mapping[int, OrderLine], changed: Mapping[int, int]) -> None:
    """The stages of orders.pricing with the prices and rates that the order stores."""
    for pk, units in changed.items():
        line = lines[pk]
        total = order.money(line.unit_price) * units
        line.quantity = units
        line.total = total.amount
        line.tax_amount = tax_of(total, line.tax_rate, order.prices_include_tax).amount
        line.save(update_fields=["quantity", "total", "tax_amount"])
    zero = Money.zero(order.currency)
    adjustment_tax = order.adjustments.aggregate(tax=Sum("tax_amount"))["tax"] or 0
    goods = sum((order.money(line.total) for line in lines.values()), zero)
    tax = sum((order.money(line.tax_amount) for line in lines.values()), order.money(order.shipping_tax))
    tax += order.money(adjustment_tax)
    total = goods + order.money(order.shipping_total) + order.money(order.adjustments_total)
    order.lines_total = goods.amount
    order.tax_total = tax.amount
    order.total = (total if order.prices_include_tax else total + tax).amount
    order.save(update_fields=["lines_total", "tax_total", "total", "updated_at"])


def _settle_difference(order: Order, *, key: str, actor: User | None) -> None:
    """Owe back what is too much; a payment that waits for another amount ends, a new one is made when asked for."""
    money = balance.of(order)
    if money.kept > money.total:
        reason = _("Quantities changed")
        payments.give_back(order, money.kept - money.total, key=key, reason=reason, actor=actor)
    payments.cancel_open(order, keep=money.due)
    if order.status == Order.Status.PENDING and not money.due:
        lifecycle.move(order, Order.Status.CONFIRMED, actor=actor)
    lifecycle.refresh_statuses(order)

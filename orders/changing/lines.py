"""Changing what was ordered and is not packed yet: other quantities, another variant, one device more.

What stays keeps its price, tax rate and share of the discounts. What comes new costs what it costs today, without the
order's discounts; only a swap may keep the old price, and takes its share of the discounts along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Variant
from devicehub.lib.money import Money
from orders import carts, checkout, fulfillment
from orders.changing.draft import Draft, change, move_stock, removable, tax_on, terms_of
from orders.exceptions import QuantityError
from orders.models import MAX_LINE_QUANTITY, Adjustment, Order, OrderLine

MAX_LINES = carts.MAX_LINES


def change_quantities(order: Order, quantities: Mapping[int, int], *, actor: User | None = None) -> None:
    """Set new quantities (line id → units) of what is not packed yet, 0 takes a line out."""
    with change(order, "quantities_changed", actor=actor) as draft:
        lines = {line.pk: line for line in order.lines.all()}
        changed = _check_change(order, lines, quantities)
        for pk, units in changed.items():
            draft.tell(lines[pk].sku, lines[pk].quantity, units)
        _move_differences(draft, lines, changed)
        for pk, units in changed.items():
            resize(lines[pk], units)


def swap_variant(
    order: Order, line_id: int, variant: Variant, units: int, *, keep_price: bool = False, actor: User | None = None
) -> OrderLine:
    """Send other devices instead of so many of a line. `keep_price` is for another version of the same product."""
    with change(order, "variant_swapped", actor=actor) as draft:
        line = _line(order, line_id)
        _check_swap(order, line, variant, units, keep_price=keep_price)
        price = order.money(line.unit_price) if keep_price else _price_of(order, variant)
        less = fulfillment.by_variant([(line.variant_id, units)])
        move_stock(draft, less, Counter({variant.pk: units}))
        given_up = resize(line, line.quantity - units)
        new = _write_line(order, variant, units, price)
        take_along(new, given_up)
        draft.tell(_("Instead of"), f"{units} × {_name(line)}", f"{units} × {_name(new)}")
    return new


def add_device(order: Order, variant: Variant, units: int, *, actor: User | None = None) -> OrderLine:
    """One line more, at today's price."""
    with change(order, "line_added", actor=actor) as draft:
        _check_new(order, variant, units)
        move_stock(draft, Counter(), Counter({variant.pk: units}))
        line = _write_line(order, variant, units, _price_of(order, variant))
        draft.tell(_name(line), "", f"{units} × {order.money(line.unit_price)}")
    return line


def _line(order: Order, pk: int) -> OrderLine:
    line = order.lines.filter(pk=pk).first()
    if line is None:
        raise QuantityError(_("This line belongs to another order."))
    return line


def _name(line: OrderLine) -> str:
    return f"{line.product_name} {line.variant_label} · {line.sku}".replace("  ", " ")


# Refusals -----------------------------------------------------------------------------------------------------


def _check_change(order: Order, lines: Mapping[int, OrderLine], quantities: Mapping[int, int]) -> dict[int, int]:
    """Only what really changes, or QuantityError."""
    least = {pk: lines[pk].quantity - units for pk, units in removable(order).items()}
    for pk, units in quantities.items():
        if pk not in lines:
            raise QuantityError(_("This line belongs to another order."))
        if not least[pk] <= units <= MAX_LINE_QUANTITY:
            raise QuantityError(
                _("%(sku)s: choose %(least)s to %(most)s.")
                % {"sku": lines[pk].sku, "least": least[pk], "most": MAX_LINE_QUANTITY}
            )
    changed = {pk: units for pk, units in quantities.items() if units != lines[pk].quantity}
    if not changed:
        raise QuantityError(_("These are the quantities already."))
    if not any(changed.get(pk, line.quantity) for pk, line in lines.items()):
        raise QuantityError(_("Nothing would be left: cancel the order instead."))
    return changed


def _check_swap(order: Order, line: OrderLine, variant: Variant, units: int, *, keep_price: bool) -> None:
    left = removable(order)[line.pk]
    if not 1 <= units <= left:
        words = {"sku": line.sku, "least": 1 if left else 0, "most": left}
        raise QuantityError(_("%(sku)s: choose %(least)s to %(most)s.") % words)
    if variant.pk == line.variant_id:
        raise QuantityError(_("This is the device of the line already."))
    if keep_price and (line.variant is None or line.variant.product_id != variant.product_id):
        raise QuantityError(_("The old price can be kept for another version of the same product only."))
    _check_new(order, variant, units)


def _check_new(order: Order, variant: Variant, units: int) -> None:
    if not carts.is_on_sale(variant):
        raise QuantityError(_("%(name)s is not for sale.") % {"name": variant.product.name})
    if not 1 <= units <= MAX_LINE_QUANTITY:
        words = {"sku": variant.sku, "least": 1, "most": MAX_LINE_QUANTITY}
        raise QuantityError(_("%(sku)s: choose %(least)s to %(most)s.") % words)
    if order.lines.count() >= MAX_LINES:
        raise QuantityError(_("An order holds %(n)d lines at most.") % {"n": MAX_LINES})


# Rows ---------------------------------------------------------------------------------------------------------


def _move_differences(draft: Draft, lines: Mapping[int, OrderLine], changed: Mapping[int, int]) -> None:
    differences = {pk: units - lines[pk].quantity for pk, units in changed.items()}
    if any(units > 0 and lines[pk].variant_id is None for pk, units in differences.items()):
        raise QuantityError(_("A device that is no longer in the catalog cannot be added."))
    less = fulfillment.by_variant((lines[pk].variant_id, -units) for pk, units in differences.items() if units < 0)
    more = fulfillment.by_variant((lines[pk].variant_id, units) for pk, units in differences.items() if units > 0)
    move_stock(draft, less, more)


def resize(line: OrderLine, units: int) -> list[tuple[Adjustment, Money]]:
    """Give a line another quantity. Returns what its discounts lose by it: a line that grows gets no more of them."""
    worth = line.order.money(line.unit_price) * units
    given_up = _shrink(line, units, worth) if units < line.quantity else []
    line.quantity = units
    line.total = worth.amount
    line.tax_amount = _tax(line).amount
    line.save(update_fields=["quantity", "total", "tax_amount"])
    return given_up


def _shrink(line: OrderLine, units: int, worth: Money) -> list[tuple[Adjustment, Money]]:
    """Leave each discount the share of the units that stay, and no more than they are worth: shares are rounded."""
    given_up = []
    for one in line.adjustments.all():
        whole = line.order.money(one.amount)
        kept = max(sum(whole.split([1] * line.quantity)[:units], Money.zero(whole.currency)), -worth)
        worth += kept
        given_up.append((one, whole - kept))
        _write_amount(one, kept)
    return given_up


def _write_amount(adjustment: Adjustment, amount: Money) -> None:
    adjustment.amount = amount.amount
    if amount:
        adjustment.save(update_fields=["amount"])
    else:
        Adjustment.objects.filter(pk=adjustment.pk).delete()


def _tax(line: OrderLine) -> Money:
    """Of the discounted line."""
    order = line.order
    discounts = (order.money(one.amount) for one in line.adjustments.all())
    return tax_on(order, sum(discounts, order.money(line.total)), line.tax_rate)


def _price_of(order: Order, variant: Variant) -> Money:
    """Today's, without tax where the order is free of it."""
    return terms_of(order).price(order.money(variant.price), variant.tax_class)


def _write_line(order: Order, variant: Variant, units: int, price: Money) -> OrderLine:
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    line = OrderLine(
        order=order,
        position=last + 1,
        unit_price=price.amount,
        quantity=units,
        total=(price * units).amount,
        tax_rate=terms_of(order).rates[variant.tax_class],
        **checkout.copied(variant),
    )
    line.tax_amount = tax_on(order, price * units, line.tax_rate).amount
    line.save(force_insert=True)
    return line


def take_along(line: OrderLine, given_up: list[tuple[Adjustment, Money]]) -> None:
    """The discounts of the units that the new line replaces, as far as the line is worth that much."""
    worth = line.order.money(line.total)
    for source, lost in given_up:
        amount = -min(abs(lost), worth)
        worth += amount
        if amount:
            fields = {name: getattr(source, name) for name in ("kind", "label", "source", "tax_rate")}
            Adjustment.objects.create(order=line.order, line=line, amount=amount.amount, **fields)
    line.tax_amount = _tax(line).amount
    line.save(update_fields=["tax_amount"])

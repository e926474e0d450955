"""Order again: what is still sold of an order goes into the cart, at today's price, and what is different is said."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from devicehub.lib.money import Money
from orders import carts
from orders.exceptions import CartError
from orders.models import MAX_LINE_QUANTITY, Cart, Order, OrderLine


@dataclass
class Result:
    """`cart` is None when nothing could be added. `notes` say in words what is not as it was."""

    cart: Cart | None = None
    units: int = 0
    notes: list[str] = field(default_factory=list)


@transaction.atomic
def order_again(order: Order, *, user: User | None, cart_id: str | None) -> Result:
    """Fill the visitor's cart with an order's lines, beside what lies there already."""
    lines = list(order.lines.filter(quantity__gt=0).select_related("variant__product"))
    known = inventory.availability(line.variant_id for line in lines if line.variant_id)
    result = Result()
    for line in lines:
        left = known[line.variant_id].available if line.variant_id else 0
        _add(result, order, line, left, user, cart_id)
    return result


def _add(result: Result, order: Order, line: OrderLine, left: int, user: User | None, cart_id: str | None) -> None:
    variant = line.variant
    if variant is None or not carts.is_on_sale(variant):
        result.notes.append(_("%(name)s is not sold any more.") % {"name": _name(line)})
        return
    units = min(line.quantity, left, MAX_LINE_QUANTITY)
    if units < 1:
        result.notes.append(_("%(name)s is sold out.") % {"name": _name(line)})
        return
    try:
        # One that refuses must not keep the others: each in a savepoint of its own.
        with transaction.atomic():
            result.cart = carts.add(user, cart_id if result.cart is None else str(result.cart.pk), variant, units)
    except CartError as error:
        result.notes.append(f"{_name(line)}: {error}")
        return
    result.units += units
    result.notes += _differences(order, line, units)


def _differences(order: Order, line: OrderLine, units: int) -> list[str]:
    assert line.variant, "_add has seen it"
    notes = []
    if units < line.quantity:
        words = {"name": _name(line), "n": units, "wanted": line.quantity}
        notes.append(_("%(name)s: only %(n)d of %(wanted)d are left.") % words)
    then, now = order.money(line.unit_price), Money(line.variant.price, order.currency)
    if then != now:
        words = {"name": _name(line), "now": now, "then": then}
        notes.append(_("%(name)s costs %(now)s now; you paid %(then)s.") % words)
    return notes


def _name(line: OrderLine) -> str:
    return f"{line.product_name}, {line.variant_label}" if line.variant_label else line.product_name

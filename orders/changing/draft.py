"""What every change of an order has in common: its row is taken first, its event says before and after, and money and
stock are settled in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog import inventory
from catalog.exceptions import InsufficientStock
from catalog.models import Product, Variant
from devicehub.lib.money import Money
from orders import balance, fulfillment, lifecycle, payments, refunds, taxation
from orders.exceptions import MoveNotAllowed, QuantityError
from orders.models import Order, OrderAddress, OrderEvent
from orders.pricing import tax_of

Kind = OrderAddress.Kind


@dataclass
class Draft:
    """A change being made. `tell` writes down what the history and the buyer's mail say of it."""

    order: Order
    event: OrderEvent
    actor: User | None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def tell(self, what: str, before: Any, after: Any) -> None:
        self.before[what], self.after[what] = before, after


@contextmanager
def change(order: Order, kind: str, *, actor: User | None) -> Iterator[Draft]:
    """Make one change inside the block. Raises MoveNotAllowed for a closed order; what is refused leaves no trace."""
    with transaction.atomic():
        lifecycle.lock(order)
        if order.status not in lifecycle.LIVING:
            raise MoveNotAllowed(_("This order is closed; it stays as it is."))
        draft = Draft(order, lifecycle.record(order, kind, actor=actor), actor)
        total = order.money(order.total)
        yield draft
        add_up(order)
        if order.money(order.total) != total:
            draft.tell(_("Total"), str(total), str(order.money(order.total)))
        draft.event.data = {"before": draft.before, "after": draft.after}
        draft.event.save(update_fields=["data"])
        _settle(draft)


def add_up(order: Order) -> None:
    """The sums of an order from the rows that it has now."""
    lines = order.lines.aggregate(total=Sum("total"), tax=Sum("tax_amount"))
    adjusted = order.adjustments.aggregate(total=Sum("amount"), tax=Sum("tax_amount"))
    order.lines_total = lines["total"] or 0
    order.adjustments_total = adjusted["total"] or 0
    order.tax_total = (lines["tax"] or 0) + (adjusted["tax"] or 0) + order.shipping_tax
    total = order.lines_total + order.shipping_total + order.adjustments_total
    order.total = total if order.prices_include_tax else total + order.tax_total
    sums = ["lines_total", "adjustments_total", "tax_total", "total", "shipping_total", "shipping_tax"]
    order.save(update_fields=[*sums, "updated_at"])


def removable(order: Order, unpacked: Mapping[int, int] | None = None) -> dict[int, int]:
    """Units by line that may leave the order: in no parcel yet, and their money has not gone back.

    `unpacked` are its open quantities, where they are known already.
    """
    left = refunds.units_left(order)
    unpacked = fulfillment.open_quantities(order) if unpacked is None else unpacked
    return {pk: min(units, left[pk]) for pk, units in unpacked.items()}


def addresses_of(order: Order) -> dict[str, OrderAddress]:
    """By kind."""
    return {address.kind: address for address in order.addresses.all()}


def terms_of(order: Order) -> taxation.Terms:
    """How the order is taxed: by its addresses, on the day when it was placed."""
    addresses = addresses_of(order)
    placed_on = timezone.localdate(order.placed_at)
    return taxation.terms_for(addresses.get(Kind.DELIVERY), addresses.get(Kind.INVOICE), placed_on)


def tax_on(order: Order, amount: Money, rate: Decimal) -> Money:
    return tax_of(amount, rate, order.prices_include_tax)


def move_stock(draft: Draft, less: Counter[int], more: Counter[int]) -> None:
    """Give `less` back and take `more` (variant id → units), the first in the hope that the second wants it."""
    less, more = less - more, more - less
    cause, number = f"change {draft.event.pk}", draft.order.number
    lock_stock([*less, *more])
    inventory.release(less, reference=number, cause=cause, actor=draft.actor)
    try:
        inventory.reserve(more, reference=number, cause=cause, actor=draft.actor)
    except InsufficientStock as error:
        skus = dict(Variant.objects.filter(pk__in=more).values_list("pk", "sku"))
        words = [f"{skus[missing.variant_id]}: {missing.available}" for missing in error.shortages]
        raise QuantityError(_("Not enough in stock. Left are %(left)s.") % {"left": ", ".join(words)}) from error


def lock_stock(variant_ids: Iterable[int]) -> None:
    """Two stock verbs follow, each in key order; taken together here, in key order too, they cannot deadlock."""
    ids = list(variant_ids)
    inventory.lock(ids)
    products = Product.objects.filter(pk__in=Variant.objects.filter(pk__in=ids).values("product"))
    list(products.select_for_update().order_by("pk").values_list("pk"))


def _settle(draft: Draft) -> None:
    """Owe back what is too much; a payment that waits for another amount ends, a new one is made when asked for."""
    order, money = draft.order, balance.of(draft.order)
    if money.spare:
        key = f"event-{draft.event.pk}"
        payments.give_back(order, money.spare, key=key, reason=_("The order was changed"), actor=draft.actor)
    follow_money(order, actor=draft.actor)


def follow_money(order: Order, *, actor: User | None) -> None:
    """Give up payments that wait for another amount, confirm what is paid, derive the statuses."""
    due = balance.of(order).due
    payments.cancel_open(order, keep=due)
    if order.status == Order.Status.PENDING and not due:
        lifecycle.move(order, Order.Status.CONFIRMED, actor=actor)
    lifecycle.refresh_statuses(order)

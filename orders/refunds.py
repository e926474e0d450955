"""Giving money back for parts of an order: units of its lines, delivery, goodwill. Stock is another decision.

What goes back is computed from the stored lines (`orders.amounts`), so that all parts of a line sum to the line.
Each unit goes back once, and never more money than came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from devicehub.lib.money import Money
from orders import amounts, balance, lifecycle, payments
from orders.exceptions import PaymentError, QuantityError
from orders.models import Order, OrderLine, Refund, RefundLine

Kind = RefundLine.Kind


@dataclass(frozen=True)
class Wish:
    """What shall go back. `units` is order line id → units; `reduced` gives less for a line than its units cost."""

    units: Mapping[int, int] = field(default_factory=dict)
    delivery: Money | None = None
    goodwill: Money | None = None
    reduced: Mapping[int, Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A part of a refund; `amount` contains `tax`."""

    kind: str
    amount: Money
    tax: Money
    line: OrderLine | None = None
    units: int = 0

    @property
    def label(self) -> str:
        if self.line is None:
            return str(Kind(self.kind).label)
        return f"{self.units} × {self.line.product_name} {self.line.variant_label}".strip()

    def cut(self, amount: Money) -> tuple[Item, Item]:
        """Two items that sum to this one, the first of `amount` and with the units."""
        tax = _share(self.tax, amount, self.amount)
        rest = replace(self, amount=self.amount - amount, tax=self.tax - tax, units=0)
        return replace(self, amount=amount, tax=tax), rest


def units_left(order: Order) -> dict[int, int]:
    """Units by line whose money has not been promised back."""
    rows = _rows(order).filter(kind=Kind.LINE)
    back = Counter(dict(rows.values_list("order_line").annotate(sum=Sum("units")).order_by()))
    return {line.pk: max(line.quantity - back[line.pk], 0) for line in order.lines.all()}


def delivery_left(order: Order) -> Money:
    return max(amounts.of_delivery(order).charged - _given(order, kind=Kind.DELIVERY), _zero(order))


def refundable(order: Order) -> Money:
    """What of the buyer's money is still here."""
    return balance.of(order).kept


def quote(order: Order, wish: Wish) -> list[Item]:
    """What a wish comes to. Raises QuantityError or PaymentError for more than was bought or paid."""
    left = units_left(order)
    lines = {line.pk: line for line in order.lines.all()}
    items = [_line_item(lines, left, pk, units, wish.reduced.get(pk)) for pk, units in wish.units.items() if units]
    if wish.delivery:
        items.append(_delivery_item(order, wish.delivery))
    if wish.goodwill:
        _check_amount(wish.goodwill, refundable(order))
        items.append(Item(Kind.GOODWILL, wish.goodwill, _zero(order)))
    if not total(items, order):
        raise PaymentError(_("There is nothing to give back."))
    _check_amount(total(items, order), refundable(order))
    return items


def total(items: Iterable[Item], order: Order) -> Money:
    return sum((item.amount for item in items), _zero(order))


def is_known(order: Order, key: str) -> bool:
    """Whether a refund was asked for with this key."""
    return _by_key(order, key).exists()


@transaction.atomic
def refund(order: Order, wish: Wish, *, key: str, reason: str, actor: User | None) -> list[Refund]:
    """Owe the buyer what the wish comes to, from his newest payments first. Asked twice with one `key` it is once.

    `key` has 60 characters at most. What was paid by hand waits until staff have sent it (`payments.settle`).
    """
    lifecycle.lock(order)
    if is_known(order, key):
        return _same(list(_by_key(order, key)), wish)
    before = balance.of(order).kept
    items = quote(order, wish)
    refunds = payments.give_back(order, total(items, order), key=key, reason=reason, actor=actor)
    RefundLine.objects.bulk_create(_spread(refunds, items))
    data = {
        "amount": str(total(items, order)),
        "for": [f"{item.label}: {item.amount}" for item in items],
        "refunds": [str(row.pk) for row in refunds],
        "before": {"kept": str(before)},
        "after": {"kept": str(before - total(items, order))},
    }
    lifecycle.record(order, "refund_promised", actor=actor, note=reason, data=data)
    return refunds


def _by_key(order: Order, key: str) -> QuerySet[Refund]:
    return Refund.objects.filter(payment__order=order, key__startswith=f"{key}:")


def _line_item(
    lines: Mapping[int, OrderLine], left: Mapping[int, int], pk: int, units: int, reduced: Money | None
) -> Item:
    if pk not in lines:
        raise QuantityError(_("This line belongs to another order."))
    line = lines[pk]
    if not 0 < units <= left[pk]:
        raise QuantityError(
            _("%(sku)s: %(left)s can be refunded, not %(units)s.") % {"sku": line.sku, "left": left[pk], "units": units}
        )
    part = amounts.of_units(line, units, after=line.quantity - left[pk])
    rest = amounts.of_line(line).charged - _given(line.order, order_line=line)
    amount = min(part.charged, max(rest, _zero(line.order)))  # `rest` is less when the line was changed in between
    if reduced is not None:
        _check_amount(reduced, amount)
        amount = reduced
    return Item(Kind.LINE, amount, _share(part.tax, amount, part.charged), line, units)


def _delivery_item(order: Order, amount: Money) -> Item:
    """The tax so far, with and without this amount: its parts sum to the tax of the whole."""
    whole, given = amounts.of_delivery(order), _given(order, kind=Kind.DELIVERY)
    _check_amount(amount, delivery_left(order))
    tax = _share(whole.tax, given + amount, whole.charged) - _share(whole.tax, given, whole.charged)
    return Item(Kind.DELIVERY, amount, tax)


def _check_amount(amount: Money, most: Money) -> None:
    if not 0 <= amount.amount <= most.amount:
        raise PaymentError(_("At most %(amount)s can be refunded.") % {"amount": most})


def _spread(refunds: Sequence[Refund], items: Iterable[Item]) -> Iterator[RefundLine]:
    """Fill the refunds one after the other; an item that does not fit is cut."""
    waiting = list(items)
    for refund in refunds:
        room = Money(refund.amount, refund.currency)
        while waiting and waiting[0].amount <= room:
            room -= waiting[0].amount
            yield _row(refund, waiting.pop(0))
        if waiting and room:
            first, waiting[0] = waiting[0].cut(room)
            yield _row(refund, first)


def _row(refund: Refund, item: Item) -> RefundLine:
    return RefundLine(
        refund=refund,
        kind=item.kind,
        order_line=item.line,
        units=item.units,
        amount=item.amount.amount,
        tax_amount=item.tax.amount,
    )


def _same(known: list[Refund], wish: Wish) -> list[Refund]:
    rows = RefundLine.objects.filter(refund__in=known)
    units = Counter(dict(rows.filter(kind=Kind.LINE).values_list("order_line").annotate(Sum("units")).order_by()))
    if units != Counter({pk: n for pk, n in wish.units.items() if n}):
        raise PaymentError(_("This refund was asked for before with another amount."))
    return known


def _share(whole: Money, amount: Money, of: Money) -> Money:
    """The part of `whole` that belongs to `amount` of `of`."""
    return whole.split([amount.amount, (of - amount).amount])[0] if of else whole


def _rows(order: Order) -> QuerySet[RefundLine]:
    """What was given back or is on its way; a refund that failed gives its units free again."""
    return RefundLine.objects.filter(refund__payment__order=order, refund__status__in=balance.RETURNING)


def _given(order: Order, **which: object) -> Money:
    return order.money(_rows(order).filter(**which).aggregate(sum=Sum("amount"))["sum"] or 0)


def _zero(order: Order) -> Money:
    return Money.zero(order.currency)

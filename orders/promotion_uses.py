"""Counting how often promotions and vouchers are used: claimed when an order is placed, given back when it ends unsent.

Orders that were split off share the uses of the order that was placed, and whichever ends last gives them back.

Codes are taken first, then promotions, each in key order, and all before the stock: orders that share some cannot
wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from devicehub.lib.db import claim
from orders.exceptions import CheckoutIncomplete
from orders.models import Adjustment, Order, Promotion, PromotionUse, Voucher
from orders.promotions import Candidate, Customer


@transaction.atomic
def claim_uses(order: Order, used: Iterable[Candidate], at: datetime) -> None:
    """Count that the order uses them. Raises CheckoutIncomplete when one was used up or ended in between."""
    in_turn = sorted(used, key=lambda one: one.promotion.pk)
    for voucher in sorted((one.voucher for one in in_turn if one.voucher), key=lambda voucher: voucher.pk):
        _claim(Voucher.objects.unspent(), voucher, voucher.code)
    for one in in_turn:
        _claim(Promotion.objects.running(at).unspent(), one.promotion, one.promotion.name)
    # Whoever holds the promotion's row sees the uses of all who held it before; a constraint says the same.
    _check_sole(order, in_turn)
    PromotionUse.objects.bulk_create(_use(order, one) for one in in_turn)


@transaction.atomic
def release_uses(order: Order) -> None:
    """Give back, once, what an order used that nothing was sent of, and no other order of the purchase still uses."""
    at = timezone.now()
    living = PromotionUse.living(order=_lock_purchase(order)).select_related("promotion")
    elsewhere = _sources_elsewhere(order)
    unused = [use for use in living if use.promotion.source not in elsewhere]
    ended = [use for use in unused if claim(PromotionUse.living(pk=use.pk), released_at=at)]
    for voucher in sorted(use.voucher_id for use in ended if use.voucher_id):
        Voucher.objects.filter(pk=voucher).update(uses=F("uses") - 1, updated_at=at)
    for promotion in sorted(use.promotion_id for use in ended):
        Promotion.objects.filter(pk=promotion).update(uses=F("uses") - 1, updated_at=at)


@transaction.atomic
def claim_again(order: Order) -> None:
    """Count anew what the order gave back when it ended. Raises CheckoutIncomplete when others used that up."""
    own = set(order.adjustments.values_list("source", flat=True))
    ended = PromotionUse.objects.filter(order=_lock_purchase(order)).exclude(released_at=None)
    rows = ended.select_related("promotion", "voucher").order_by("promotion_id")
    uses = [use for use in rows if use.promotion.source in own]
    for voucher in sorted((use.voucher for use in uses if use.voucher), key=lambda voucher: voucher.pk):
        _claim(Voucher.objects.unspent(), voucher, voucher.code)
    for use in uses:
        _claim(Promotion.objects.unspent(), use.promotion, use.promotion.name)
    sole = [use.promotion_id for use in uses if use.is_sole]
    if sole and Customer(order.user, order.email).of(PromotionUse.living(promotion__in=sole)).exists():
        raise CheckoutIncomplete("review", _("This promotion was used for another order."))
    PromotionUse.objects.filter(pk__in=[use.pk for use in uses]).update(released_at=None)


def _lock_purchase(order: Order) -> UUID:
    """Of two orders of one purchase that end at once, the second sees that the first has ended."""
    return Order.objects.select_for_update().values_list("pk", flat=True).get(pk=order.purchase_id)


def _sources_elsewhere(order: Order) -> set[str]:
    """What the other living orders of the purchase have deductions of."""
    others = Order.objects.of_purchase(order.purchase_id).exclude(pk=order.pk).exclude(status=Order.Status.CANCELED)
    return set(Adjustment.objects.filter(order__in=others).values_list("source", flat=True))


def _claim(rows, row: Promotion | Voucher, name: str) -> None:
    if not claim(rows.filter(pk=row.pk), uses=F("uses") + 1):
        words = _("“%(name)s” was used up or ended a moment ago. Nothing was ordered: please look at the new total.")
        raise CheckoutIncomplete("review", words % {"name": name})


def _check_sole(order: Order, used: Sequence[Candidate]) -> None:
    sole = {one.promotion.pk: one.promotion.name for one in used if one.promotion.is_sole}
    customer = Customer(order.user, order.email)
    had = customer.of(PromotionUse.living(promotion__in=sole)).first() if sole else None
    if had:
        words = _("You have used “%(name)s” already. Nothing was ordered: please look at the new total.")
        raise CheckoutIncomplete("review", words % {"name": sole[had.promotion_id]})


def _use(order: Order, one: Candidate) -> PromotionUse:
    return PromotionUse(
        promotion=one.promotion,
        voucher=one.voucher,
        order=order,
        user=order.user,
        email=order.email.lower(),
        is_sole=one.promotion.is_sole,
    )

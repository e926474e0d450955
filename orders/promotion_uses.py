"""Counting how often promotions and vouchers are used: claimed when an order is placed, given back when it ends unsent.

Codes are taken first, then promotions, each in key order, and all before the stock: orders that share some cannot
wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from devicehub.lib.db import claim
from orders.exceptions import CheckoutIncomplete
from orders.models import Order, Promotion, PromotionUse, Voucher
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
    """Give back, once, what an order used that nothing was sent of."""
    at = timezone.now()
    living = list(PromotionUse.living(order=order))
    ended = [use for use in living if claim(PromotionUse.living(pk=use.pk), released_at=at)]
    for voucher in sorted(use.voucher_id for use in ended if use.voucher_id):
        Voucher.objects.filter(pk=voucher).update(uses=F("uses") - 1, updated_at=at)
    for promotion in sorted(use.promotion_id for use in ended):
        Promotion.objects.filter(pk=promotion).update(uses=F("uses") - 1, updated_at=at)


@transaction.atomic
def claim_again(order: Order) -> None:
    """Count anew what the order gave back when it ended. Raises CheckoutIncomplete when others used that up."""
    ended = PromotionUse.objects.filter(order=order).exclude(released_at=None).select_related("promotion", "voucher")
    uses = list(ended.order_by("promotion_id"))
    for voucher in sorted((use.voucher for use in uses if use.voucher), key=lambda voucher: voucher.pk):
        _claim(Voucher.objects.unspent(), voucher, voucher.code)
    for use in uses:
        _claim(Promotion.objects.unspent(), use.promotion, use.promotion.name)
    sole = [use.promotion_id for use in uses if use.is_sole]
    if sole and Customer(order.user, order.email).of(PromotionUse.living(promotion__in=sole)).exists():
        raise CheckoutIncomplete("review", _("This promotion was used for another order."))
    PromotionUse.objects.filter(pk__in=[use.pk for use in uses]).update(released_at=None)


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

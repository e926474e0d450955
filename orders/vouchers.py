"""Codes: entering one into a cart, taking it out, and making many at once."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from devicehub.lib.codes import ALPHABET
from orders import carts, promotions
from orders.exceptions import VoucherRefused
from orders.models import Cart, CartVoucher, Promotion, Voucher

MAX_CODES = 5  # in one cart
GENERATED_LENGTH = 10  # 50 bits


def normalize(text: str) -> str:
    """As codes are stored, however one was typed."""
    return "".join(text.upper().replace("-", " ").split())


@transaction.atomic
def enter(cart: Cart, text: str, at: datetime | None = None) -> None:
    """Put a code into the cart. Raises VoucherRefused for one that this buyer cannot use whatever he buys.

    A code whose conditions the cart may still meet comes in; the cart says what is missing.
    """
    carts.lock(cart)
    voucher = Voucher.objects.select_related("promotion").filter(code=normalize(text)).first()
    if voucher is None:
        raise VoucherRefused(promotions.unknown())
    if refusal := _refusal(cart, voucher, at or timezone.now()):
        raise VoucherRefused(refusal)
    CartVoucher.objects.create(cart=cart, voucher=voucher)


@transaction.atomic
def take_out(cart: Cart, text: str) -> bool:
    """False when the code was not there."""
    carts.lock(cart)
    return bool(CartVoucher.objects.filter(cart=cart, voucher__code=normalize(text)).delete()[0])


def of(cart: Cart) -> list[Voucher]:
    """The codes of a cart in the order in which they were entered."""
    rows = CartVoucher.objects.filter(cart=cart).select_related("voucher").order_by("pk")
    return [row.voucher for row in rows]


def generate(promotion: Promotion, count: int, *, max_uses: int | None) -> list[Voucher]:
    """So many new codes that cannot be guessed, each with its own limit of uses."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add("".join(secrets.choice(ALPHABET) for _place in range(GENERATED_LENGTH)))
    return Voucher.objects.bulk_create(Voucher(promotion=promotion, code=code, max_uses=max_uses) for code in codes)


def _refusal(cart: Cart, voucher: Voucher, at: datetime) -> str:
    promotion = voucher.promotion
    if refusal := promotions.refusal_of(promotion, voucher, at):
        return refusal
    if not promotion.needs_code:
        return _("This offer counts without a code.")
    present = of(cart)
    if voucher in present:
        return _("This code is in your cart already.")
    if any(one.promotion_id == promotion.pk for one in present):
        return _("Another code for this offer is in your cart already.")
    if len(present) >= MAX_CODES:
        return _("A cart holds %(n)d codes at most. Take one out first.") % {"n": MAX_CODES}
    return promotions.barred([promotion], promotions.customer_of(cart)).get(promotion.pk, "")

"""The cart: finding and making it, changing its lines, joining two at log-in.

Whoever changes a cart takes its row first, and only while it is open: an order being placed has claimed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from catalog import inventory
from catalog.models import Variant
from orders.exceptions import CartError, QuantityRefused
from orders.models import MAX_LINE_QUANTITY, Cart, CartAddress, CartLine, Source

MAX_LINES = 100  # a page, and a parcel, must end somewhere
ABANDONED_AFTER = timedelta(days=90)
DONE_AFTER = timedelta(days=1)
CHECKOUT_COLUMNS = ("delivery_address", "invoice_address", "shipping_method", "payment_provider", "note")


# Finding and making -------------------------------------------------------------------------------------------


def open_cart(user: User | None, cart_id: str | None) -> Cart | None:
    """The member's open cart, or the guest's whose session holds this id; None where there is none."""
    carts = Cart.objects.shopping().select_related("user", "delivery_address", "invoice_address")
    if user is not None:
        return carts.filter(user=user).first()
    return carts.filter(pk=UUID(cart_id), user=None).first() if cart_id else None


def open_lines(user: User | None, cart_id: str | None) -> list[CartLine]:
    """The lines of the open cart, each with it and with its device: one query for the pages that need it all."""
    if user is None and not cart_id:
        return []
    with_cart = ("cart__user", "cart__delivery_address", "cart__invoice_address", "variant__product")
    lines = _shopping_lines(user).select_related(*with_cart)
    return list(lines if user else lines.filter(cart=UUID(cart_id)))


def get_or_create(user: User | None, cart_id: str | None) -> Cart:
    cart = open_cart(user, cart_id)
    if cart is not None:
        return cart
    if user is None:
        return Cart.objects.create(currency=settings.SHOP_CURRENCY)
    return Cart.objects.shopping().get_or_create(user=user, defaults={"currency": settings.SHOP_CURRENCY})[0]


def count(user: User | None, cart_id: str | None) -> int:
    """How many units lie in the open cart; no query for a visitor who never filled one."""
    if user is None and not cart_id:
        return 0
    lines = _shopping_lines(user)
    if user is None:
        lines = lines.filter(cart=UUID(cart_id))
    return lines.aggregate(units=Sum("quantity"))["units"] or 0


def _shopping_lines(user: User | None) -> QuerySet[CartLine]:
    return CartLine.objects.filter(cart__status=Cart.Status.OPEN, cart__source=Source.WEB, cart__user=user)


# Changing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add(user: User | None, cart_id: str | None, variant: Variant, quantity: int) -> Cart:
    """Put units into the visitor's open cart, which is made with its first line."""
    cart = get_or_create(user, cart_id)
    add_line(cart, variant, quantity)
    return cart


@transaction.atomic
def add_line(cart: Cart, variant: Variant, quantity: int) -> CartLine:
    """Put units into the cart, beside those that are there. Raises CartError and changes nothing."""
    lock(cart)
    if not is_on_sale(variant):
        raise CartError(_("%(name)s is not for sale any more.") % {"name": variant.product.name})
    line = cart.lines.filter(variant=variant).first() or CartLine(cart=cart, variant=variant, quantity=0)
    if line.pk is None and cart.lines.count() >= MAX_LINES:
        raise CartError(_("A cart holds %(n)d different devices at most.") % {"n": MAX_LINES})
    _check_quantity(variant, line.quantity + quantity, held=line.quantity)
    line.quantity += quantity
    line.seen_price = variant.price
    line.save()
    return line


@transaction.atomic
def set_quantity(line: CartLine, quantity: int) -> None:
    lock(line.cart)
    _check_quantity(line.variant, quantity)
    line.quantity = quantity
    line.save(update_fields=["quantity", "updated_at"])


@transaction.atomic
def remove(line: CartLine) -> None:
    lock(line.cart)
    line.delete()


@transaction.atomic
def accept_changes(line: CartLine) -> None:
    """The buyer takes the line as it is now: at today's price, and as many as there are."""
    lock(line.cart)
    available = inventory.availability([line.variant_id])[line.variant_id].available
    line.seen_price = line.variant.price
    line.quantity = max(1, min(line.quantity, available))
    line.save(update_fields=["seen_price", "quantity", "updated_at"])


def lock(cart: Cart) -> None:
    """Take the row of an open cart until the transaction ends. Raises CartError when it is open no longer."""
    if not Cart.objects.open().select_for_update().filter(pk=cart.pk).values_list("pk").first():
        raise CartError(_("This cart was ordered a moment ago. Start a new one by adding a device."))


def is_on_sale(variant: Variant) -> bool:
    return variant.is_active and variant.product.is_visible()


def _check_quantity(variant: Variant, wanted: int, held: int = 0) -> None:
    if wanted < 1:
        raise QuantityRefused(_("Choose one at least."))
    if wanted > MAX_LINE_QUANTITY:
        raise QuantityRefused(_("At most %(n)d of one device go into a cart.") % {"n": MAX_LINE_QUANTITY} + _held(held))
    available = inventory.availability([variant.pk])[variant.pk].available
    if available <= 0:
        raise QuantityRefused(_("Sold out."))
    if wanted > available:
        words = ngettext("Only %(n)d is available.", "Only %(n)d are available.", available) % {"n": available}
        raise QuantityRefused(words + _held(held))


def _held(held: int) -> str:
    if not held:
        return ""
    return " " + ngettext("%(n)d is in your cart already.", "%(n)d are in your cart already.", held) % {"n": held}


# Joining at log-in --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MergeResult:
    """Names of the devices that came along, and of those of which there would have been more than 99."""

    joined: list[str]
    capped: list[str]


@transaction.atomic
def merge(guest_cart: Cart, user: User) -> MergeResult:
    """Move a guest's lines into the member's cart. What he had begun to fill in for the checkout comes along too,
    unless the member's cart has an address already.
    """
    cart = get_or_create(user, None)
    both = Cart.objects.open().filter(pk__in=[guest_cart.pk, cart.pk])
    if len(both.select_for_update().order_by("pk")) < 2:
        return MergeResult([], [])
    mine = {line.variant_id: line for line in cart.lines.all()}
    joined, capped = [], []
    for line in guest_cart.lines.select_related("variant__product"):
        joined.append(line.variant.product.name)
        if _move_line(line, cart, mine.get(line.variant_id)):
            capped.append(line.variant.product.name)
    if cart.delivery_address_id is None:
        _move_checkout(guest_cart, cart)
    Cart.objects.filter(pk=guest_cart.pk).update(status=Cart.Status.MERGED, updated_at=timezone.now())
    return MergeResult(joined, capped)


def _move_line(line: CartLine, cart: Cart, mine: CartLine | None) -> bool:
    """True when the sum of both lines had to be cut."""
    if mine is None:
        CartLine.objects.filter(pk=line.pk).update(cart=cart)
        return False
    total = mine.quantity + line.quantity
    CartLine.objects.filter(pk=mine.pk).update(quantity=min(total, MAX_LINE_QUANTITY), updated_at=timezone.now())
    return total > MAX_LINE_QUANTITY


def _move_checkout(source: Cart, target: Cart) -> None:
    """An address row belongs to one cart, so it leaves the one before it enters the other."""
    columns = {f"{name}_id" if "_address" in name or name == "shipping_method" else name for name in CHECKOUT_COLUMNS}
    values = {column: getattr(source, column) for column in columns}
    Cart.objects.filter(pk=source.pk).update(delivery_address=None, invoice_address=None)
    Cart.objects.filter(pk=target.pk).update(**values)


# Forgetting ---------------------------------------------------------------------------------------------------


@transaction.atomic
def forget_old(at: datetime | None = None) -> None:
    """Delete guests' and staff's carts that nobody has touched for long, and what was typed into those done with.

    An ordered cart stays as a row, because a late press on its button must still find its order.
    """
    at = at or timezone.now()
    passing = Q(user=None) | ~Q(source=Source.WEB)
    untouched = Cart.objects.filter(passing, updated_at__lt=at - ABANDONED_AFTER)
    abandoned = untouched.exclude(status=Cart.Status.ORDERED).exclude(lines__updated_at__gte=at - ABANDONED_AFTER)
    done = Cart.objects.exclude(status=Cart.Status.OPEN).filter(updated_at__lt=at - DONE_AFTER)
    carts = Cart.objects.filter(Q(pk__in=abandoned.values("pk")) | Q(pk__in=done.values("pk")))
    typed = carts.values_list("delivery_address", "invoice_address")
    CartAddress.objects.filter(pk__in={pk for pair in typed for pk in pair if pk}).delete()
    done.exclude(email="", note="").update(email="", note="")
    abandoned.delete()

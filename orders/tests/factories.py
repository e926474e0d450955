"""Makers of orders for tests: what checkout writes, without a checkout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from catalog import inventory
from catalog.models import Variant
from catalog.tests.factories import make_product
from devicehub.lib.money import Money
from orders import lifecycle, payments
from orders.models import Order, OrderAddress, OrderLine, Payment
from orders.pricing import tax_of

numbers = count(1)
RATE = Decimal(19)
ADDRESS = {
    "full_name": "Gerda Gast",
    "line1": "Lindenweg 4",
    "postcode": "04109",
    "city": "Leipzig",
    "country": "DE",
}


def a_variant(price: Decimal | str = "100.00", stock: int = 5, **fields: Any) -> Variant:
    return make_product(price=price, stock=stock, **fields).variants.get()


def make_order(
    *,
    user: Any = None,
    email: str = "",
    lines: Sequence[tuple[Variant, int]] | None = None,
    provider: str = "bank_transfer",
    shipping: Decimal | str = "4.90",
    prices_include_tax: bool = True,
    expires_in: timedelta | None = timedelta(days=7),
    **fields: Any,
) -> Order:
    """A placed order with its payment waiting and its stock reserved: two devices of 100.00 unless told otherwise.

    Payment on delivery confirms it at once; everything else waits for its money.
    """
    lines = [(a_variant(), 2)] if lines is None else lines
    order = _order(user, email, provider, prices_include_tax, Money(shipping, "EUR"), lines, fields)
    for position, (variant, quantity) in enumerate(lines, 1):
        _line(order, position, variant, quantity)
    for kind in OrderAddress.Kind.values:
        OrderAddress.objects.create(order=order, kind=kind, **ADDRESS)
    wanted = {variant.pk: quantity for variant, quantity in lines}
    inventory.reserve(wanted, reference=order.number, cause="placed")
    if order.total:
        Payment.objects.create(order=order, provider=provider, amount=order.total, currency=order.currency)
    lifecycle.record(order, "placed", actor=user)
    if payments.get_provider(provider).confirms_at_once:
        lifecycle.move(order, Order.Status.CONFIRMED)
    else:
        order.expires_at = timezone.now() + expires_in if expires_in else None
        order.save(update_fields=["expires_at"])
    return order


def make_paid_order(**fields: Any) -> Order:
    order = make_order(**fields)
    payments.record_payment(order, actor=None)
    return order


def _order(
    user: Any,
    email: str,
    provider: str,
    includes_tax: bool,
    shipping: Money,
    lines: Sequence[tuple[Variant, int]],
    fields: dict[str, Any],
) -> Order:
    zero = Money.zero("EUR")
    goods = [variant.money * quantity for variant, quantity in lines]
    shipping_tax = tax_of(shipping, RATE, includes_tax)
    tax = sum((tax_of(total, RATE, includes_tax) for total in goods), shipping_tax)
    gross = sum(goods, zero) + shipping
    return Order.objects.create(
        **{
            "placement_key": f"test-{next(numbers)}",
            "user": user,
            "email": email or (user.email if user else "guest@example.com"),
            "currency": "EUR",
            "prices_include_tax": includes_tax,
            "lines_total": sum(goods, zero).amount,
            "shipping_total": shipping.amount,
            "shipping_tax_rate": RATE,
            "shipping_tax": shipping_tax.amount,
            "tax_total": tax.amount,
            "total": (gross if includes_tax else gross + tax).amount,
            "shipping_name": "Standard",
            "payment_provider": provider,
            **fields,
        }
    )


def _line(order: Order, position: int, variant: Variant, quantity: int) -> OrderLine:
    total = variant.money * quantity
    return OrderLine.objects.create(
        order=order,
        variant=variant,
        position=position,
        product_name=variant.product.name,
        variant_label=variant.label,
        sku=variant.sku,
        condition=variant.condition,
        unit_price=variant.price,
        quantity=quantity,
        tax_class=variant.tax_class,
        tax_rate=RATE,
        tax_amount=tax_of(total, RATE, order.prices_include_tax).amount,
        total=total.amount,
    )

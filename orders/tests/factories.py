"""Makers of orders (what checkout writes, without a checkout) and of what buying needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from stdnum import imei

from accounts.models import User
from catalog import inventory
from catalog.inventory import Availability
from catalog.models import Variant
from catalog.tests.factories import make_product
from devicehub.lib.money import Money
from orders import fulfillment, lifecycle, payments
from orders.models import (
    Cart,
    CartAddress,
    CartLine,
    Order,
    OrderAddress,
    OrderLine,
    Payment,
    Promotion,
    PromotionGoods,
    Refund,
    RefundLine,
    ShippingMethod,
    ShippingZone,
    TaxRate,
    Voucher,
)
from orders.payments.flow import owe
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


def a_variant(price: Decimal | str = "100.00", stock: int = 5, sku: str = "", **product: Any) -> Variant:
    return make_product(variants=[{"price": price, "stock": stock, "sku": sku}], **product).variants.get()


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
    known = inventory.availability(variant.pk for variant, _quantity in lines)
    for position, (variant, quantity) in enumerate(lines, 1):
        _line(order, position, variant, quantity, known[variant.pk])
    for kind in OrderAddress.Kind.values:
        OrderAddress.objects.create(order=order, kind=kind, **ADDRESS)
    wanted = fulfillment.by_variant((variant.pk, quantity) for variant, quantity in lines)
    late = [pk for pk, units in wanted.items() if known[pk].waits_until(units)]
    inventory.reserve(wanted, reference=order.number, cause="placed", promised=late)
    if order.total:
        Payment.objects.create(order=order, provider=provider, amount=order.total, currency=order.currency)
    lifecycle.record(order, "placed", actor=user)
    if payments.get_provider(provider).confirms_at_once:
        lifecycle.move(order, Order.Status.CONFIRMED)
    else:
        order.expires_at = timezone.now() + expires_in if expires_in else None
        order.save(update_fields=["expires_at"])
    return order


def make_imei(number: int) -> str:
    """A valid IMEI of a test device: reporting body 00 allocates no others (GSMA TS.06)."""
    return imei.format(f"00101700{number:06}", separator="", add_check_digit=True)


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
            "tax_country": "DE",
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


def _line(order: Order, position: int, variant: Variant, quantity: int, known: Availability) -> OrderLine:
    total = variant.money * quantity
    return OrderLine.objects.create(
        order=order,
        variant=variant,
        position=position,
        product_name=variant.product.name,
        variant_label=variant.label,
        sku=variant.sku,
        condition=variant.condition,
        is_serial_tracked=variant.product.is_serial_tracked,
        warranty_months=variant.product.warranty_months,
        unit_price=variant.price,
        quantity=quantity,
        tax_class=variant.tax_class,
        tax_rate=RATE,
        tax_amount=tax_of(total, RATE, order.prices_include_tax).amount,
        total=total.amount,
        promise=known.promise if known.waits_until(quantity) else "",
        expected_at=known.waits_until(quantity),
    )


# Buying -------------------------------------------------------------------------------------------------------


def make_method(*, countries: Sequence[str] = ("DE",), zone: str = "", **fields: Any) -> ShippingMethod:
    """Standard delivery for 4.90, free from 500.00, up to 10 kg, unless told otherwise."""
    zone_row, _created = ShippingZone.objects.get_or_create(
        name=zone or "+".join(countries), defaults={"countries": list(countries)}
    )
    defaults = {"name": f"Method {next(numbers)}", "price": "4.90", "free_from": "500.00", "max_weight_g": 10_000}
    row = ShippingMethod.objects.create(zone=zone_row, **{**defaults, **fields})
    row.refresh_from_db()
    return row


def make_rate(
    rate: Decimal | str | int = 19, *, country: str = "DE", tax_class: str = "standard", **fields: Any
) -> TaxRate:
    defaults = {"valid_from": date(2020, 1, 1)}
    return TaxRate.objects.create(country=country, tax_class=tax_class, rate=Decimal(rate), **{**defaults, **fields})


def make_cart(
    lines: Sequence[tuple[Variant, int]] | None = None, *, user: Any = None, is_ready: bool = False, **fields: Any
) -> Cart:
    """An open cart with one device unless told otherwise; a ready one has every answer of the checkout."""
    cart = Cart.objects.create(**{"user": user, "currency": "EUR", **fields})
    for variant, quantity in [(a_variant(), 1)] if lines is None else lines:
        CartLine.objects.create(cart=cart, variant=variant, quantity=quantity, seen_price=variant.price)
    if is_ready:
        make_ready(cart)
    return cart


def make_ready(cart: Cart, *, method: ShippingMethod | None = None, provider: str = "bank_transfer") -> None:
    cart.email = "" if cart.user_id else "guest@example.com"
    cart.delivery_address = CartAddress.objects.create(**ADDRESS)
    cart.shipping_method = method or ShippingMethod.objects.first() or make_method()
    cart.payment_provider = provider
    cart.save()


def give_goodwill(
    payment: Payment, amount: Money | Decimal | int, *, key: str = "a", reason: str = "", actor: User | None = None
) -> Refund:
    """Give a part of one payment back, whatever it is for; done at once where staff do it by hand."""
    with transaction.atomic():
        lifecycle.lock(payment.order)
        refund = owe(payment, amount, key=key, reason=reason, actor=actor)
        RefundLine.objects.get_or_create(refund=refund, kind=RefundLine.Kind.GOODWILL, amount=refund.amount)
        if payments.get_provider(payment.provider).is_manual:
            payments.settle(refund, actor=actor)
    return refund


def make_promotion(kind: str = "percent", *, of: Sequence[Any] = (), **fields: Any) -> Promotion:
    """Automatic, for everything, 10 per cent unless told otherwise; `of` are categories, brands and products."""
    figures: dict[str, dict[str, Any]] = {
        "percent": {"percent": 10},
        "amount": {"amount": 10},
        "fixed": {"amount": 50},
        "bundle": {"buy": 2, "get": 1, "percent": 100},
        "delivery": {},
    }
    promotion = Promotion.objects.create(**{"name": "Ten off", "kind": kind, **figures[kind], **fields})
    for row in of:
        PromotionGoods.objects.create(promotion=promotion, **{type(row).__name__.lower(): row})
    promotion.refresh_from_db()
    return promotion


def make_voucher(code: str = "TENOFF", promotion: Promotion | None = None, **fields: Any) -> Voucher:
    """Of a promotion by code only; good for one order unless told otherwise."""
    return Voucher.objects.create(promotion=promotion or make_promotion(needs_code=True), code=code, **fields)


def send(order: Order, quantities: dict[int, int] | None = None, *, numbers: Any = None, arrives: bool = True) -> None:
    """A parcel with all that is open, or with so many units of each line, on its way or at the door."""
    units = quantities or fulfillment.open_quantities(order)
    parcel = fulfillment.create_shipment(order, units, numbers=numbers or {})
    fulfillment.ship(parcel)
    if arrives:
        fulfillment.deliver(parcel)
    order.refresh_from_db()


def make_delivered_order(**fields: Any) -> Order:
    order = make_paid_order(**fields)
    send(order)
    return order

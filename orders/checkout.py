"""The checkout: which answers a cart still lacks, filling them in, and placing the order.

The cart's row holds the buyer's progress. Placing claims it from open to ordered, so that of many presses one makes
the order and all others find it by its placement key, the cart's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import Address, User
from catalog import inventory
from catalog.models import Variant
from devicehub.lib.db import claim
from devicehub.lib.money import Money
from orders import carts, lifecycle, payments
from orders.exceptions import AlreadyPlaced, CartError, CheckoutIncomplete, OrderError, PriceChanged
from orders.models import Adjustment, Cart, CartAddress, Order, OrderAddress, OrderLine, Payment, Source
from orders.summaries import Summary, summarize

STEPS = ("cart", "address", "delivery", "payment", "review")


# Steps --------------------------------------------------------------------------------------------------------


def next_step(summary: Summary) -> str:
    """The first step that lacks its answer; "review" when nothing does."""
    if not summary.lines or summary.is_blocked:
        return "cart"
    return _missing_answer(summary) or "review"


def _missing_answer(summary: Summary) -> str:
    cart = summary.cart
    if cart.delivery_address is None or not email_of(cart):
        return "address"
    if summary.chosen is None:
        return "delivery"
    at_counter = cart.source == Source.COUNTER
    return "" if payments.is_offered(cart.payment_provider, at_counter=at_counter) else "payment"


def email_of(cart: Cart) -> str:
    return cart.user.email if cart.user else cart.email


def fill_in(cart: Cart, **answers: Any) -> None:
    """Write the answers of a step into columns of an open cart."""
    if not claim(Cart.objects.open().filter(pk=cart.pk), **answers):
        raise CartError(_("This cart was ordered a moment ago."))
    for name, answer in answers.items():
        setattr(cart, name, answer)


@transaction.atomic
def fill_in_addresses(
    cart: Cart, *, delivery: Mapping[str, Any], invoice: Mapping[str, Any] | None, email: str = ""
) -> None:
    """Write where the parcel and, if elsewhere, the invoice goes. A member's e-mail address is the account's."""
    carts.lock(cart)
    cart.refresh_from_db(fields=["delivery_address", "invoice_address"])
    former = cart.invoice_address
    answers = {
        "delivery_address": _write_address(cart.delivery_address, delivery),
        "invoice_address": _write_address(former, invoice) if invoice else None,
    }
    fill_in(cart, **answers | ({} if cart.user_id else {"email": email}))
    if former and not invoice:
        former.delete()


def _write_address(row: CartAddress | None, values: Mapping[str, Any]) -> CartAddress:
    address = CartAddress(pk=row.pk if row else None, **values)
    address.save()
    return address


def keep_address(user: User, values: Mapping[str, Any]) -> None:
    """Put an address into the member's book, unless it stands there already. Raises AddressBookFull."""
    if not any(known.address_values() == dict(values) for known in user.addresses.all()):
        addresses.add(Address(**values), user=user)


# Placing ------------------------------------------------------------------------------------------------------


def order_of(cart: Cart) -> Order | None:
    """The order that was made of a cart."""
    return Order.objects.filter(placement_key=str(cart.pk)).first()


@transaction.atomic
def place_order(cart: Cart, *, seen_total: Money, actor: User | None) -> Order:
    """Make the order of a cart, once: whoever comes second gets AlreadyPlaced with the order of the first.

    `seen_total` is what the buyer agreed to. Raises PriceChanged when it would be more, CheckoutIncomplete when an
    answer or a device is missing, InsufficientStock when others were quicker; then nothing has happened.
    """
    if not claim(Cart.objects.open().filter(pk=cart.pk), status=Cart.Status.ORDERED):
        raise _too_late(cart)
    at = timezone.now()
    claimed = Cart.objects.select_related("user", "delivery_address", "invoice_address").get(pk=cart.pk)
    summary = summarize(claimed, at=at)
    _check(summary, seen_total)
    order = _write_order(summary, at)
    _begin(order, actor)
    # Last, because others wait for these rows until the transaction ends.
    inventory.reserve(
        {line.row.variant_id: line.quantity for line in summary.lines},
        reference=order.number,
        cause="placed",
        actor=actor,
    )
    return order


def _too_late(cart: Cart) -> OrderError:
    order = order_of(cart)
    return AlreadyPlaced(order) if order else CheckoutIncomplete("cart", _("This cart is not open any more."))


def _check(summary: Summary, seen_total: Money) -> None:
    if not summary.lines:
        raise CheckoutIncomplete("cart", _("Your cart is empty."))
    if summary.cannot_be_bought:
        raise CheckoutIncomplete("cart", _("Not everything in your cart can be had any more. Nothing was ordered."))
    if step := _missing_answer(summary):
        raise CheckoutIncomplete(step, _("Something is missing before the order can be placed."))
    if summary.totals.total > seen_total:
        raise PriceChanged(summary.totals.total)


def _write_order(summary: Summary, at: datetime) -> Order:
    order = _order_row(summary, at)
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(_line_rows(order, summary))
    Adjustment.objects.bulk_create(
        Adjustment(order=order, kind=one.kind, label=one.label, source=one.source, amount=one.amount.amount)
        for one in summary.totals.adjustments
    )
    OrderAddress.objects.bulk_create(_address_rows(order, summary.cart))
    Payment.objects.create(order=order, provider=order.payment_provider, amount=order.total, currency=order.currency)
    return order


def _order_row(summary: Summary, at: datetime) -> Order:
    assert summary.chosen, "_check has seen it"
    cart, totals, method = summary.cart, summary.totals, summary.chosen.method
    bill_to = cart.invoice_address or cart.delivery_address
    assert bill_to, "_check has seen it"
    return Order(
        cart=cart,
        placement_key=str(cart.pk),
        user=cart.user,
        email=email_of(cart),
        source=cart.source,
        currency=cart.currency,
        placed_at=at,
        expires_at=_expiry(cart, at),
        prices_include_tax=totals.includes_tax,
        tax_treatment=summary.terms.treatment,
        tax_country=summary.terms.country,
        vat_number=bill_to.vat_number,
        lines_total=totals.lines_total.amount,
        shipping_total=totals.shipping_total.amount,
        adjustments_total=totals.adjustments_total.amount,
        tax_total=totals.tax.amount,
        total=totals.total.amount,
        shipping_method=method,
        shipping_name=method.name,
        shipping_tax_rate=totals.shipping_tax_rate,
        shipping_tax=totals.shipping_tax.amount,
        payment_provider=cart.payment_provider,
        note=cart.note,
    )


def _expiry(cart: Cart, at: datetime) -> datetime | None:
    """Who ordered by phone pays by a link in a mail, so online payment has as long as a transfer."""
    provider = payments.get_provider(cart.payment_provider)
    if provider.confirms_at_once or provider.due is None:
        return None
    by_mail = timedelta(days=settings.PAYMENT_DUE_DAYS)
    return at + (provider.due if cart.source == Source.WEB else max(provider.due, by_mail))


def _line_rows(order: Order, summary: Summary) -> list[OrderLine]:
    pairs = zip(summary.lines, summary.totals.lines, strict=True)
    return [
        OrderLine(
            order=order,
            position=position,
            unit_price=priced.unit_price.amount,
            quantity=priced.quantity,
            tax_rate=priced.tax_rate,
            tax_amount=priced.tax.amount,
            total=priced.total.amount,
            **copied(line.row.variant),
        )
        for position, (line, priced) in enumerate(pairs, start=1)
    ]


def copied(variant: Variant) -> dict[str, Any]:
    """What an order's line keeps of the catalog, whatever becomes of it."""
    names = ("sku", "gtin", "condition", "weight_g", "tax_class")
    return {
        "variant": variant,
        "product_name": variant.product.name,
        "variant_label": variant.label,
        "is_serial_tracked": variant.product.is_serial_tracked,
        "warranty_months": variant.product.warranty_months,
        **{name: getattr(variant, name) for name in names},
    }


def _address_rows(order: Order, cart: Cart) -> list[OrderAddress]:
    delivery = cart.delivery_address
    assert delivery, "_check has seen it"
    invoice = cart.invoice_address or delivery
    return [
        OrderAddress(order=order, kind=kind, **address.address_values())
        for kind, address in (("delivery", delivery), ("invoice", invoice))
    ]


def _begin(order: Order, actor: User | None) -> None:
    provider = payments.get_provider(order.payment_provider)
    lifecycle.record(order, "placed", actor=actor, by=_("guest"), data={"source": order.source})
    if provider.confirms_at_once:
        lifecycle.move(order, Order.Status.CONFIRMED, actor=actor, by=_("guest"))
    if provider.is_paid_at_once and order.total:
        payments.record_payment(order, actor=actor)

"""Changing where an order goes and how, while none of it is packed.

An address with other taxes (another country, a place outside of the VAT area, a business of another member state) is
refused: such an order is canceled and made anew, so that every price is made by the rules of one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from devicehub.lib.money import Money
from orders import delivery_times, fulfillment, shipping
from orders.changing.draft import Kind, addresses_of, change, tax_on, terms_of
from orders.exceptions import MoveNotAllowed, OrderError
from orders.models import Adjustment, Order, OrderAddress, OrderLine, ShippingMethod
from orders.taxation import Terms

_OTHER_TERMS = gettext_lazy(
    "This address has other taxes or ways of delivery: cancel the order and make a new one for it."
)


def change_address(order: Order, kind: str, values: Mapping[str, Any], *, actor: User | None = None) -> None:
    """Send the parcel (`kind` "delivery") or the invoice somewhere else. `values` are a clean form's."""
    with change(order, "address_changed", actor=actor) as draft:
        _check_unpacked(order)
        terms, address = terms_of(order), addresses_of(order)[kind]
        if kind == Kind.DELIVERY and (order.is_pickup or str(values["country"]) != str(address.country)):
            raise MoveNotAllowed(_OTHER_TERMS)
        before = str(address)
        for name in OrderAddress.ADDRESS_FIELDS:
            setattr(address, name, values[name])
        if str(address) == before and address.vat_number == order.vat_number:
            raise OrderError(_("This is the address already."))
        address.save()
        _keep_terms(order, terms)
        draft.tell(_("Delivery address") if kind == Kind.DELIVERY else _("Invoice address"), before, str(address))


def _keep_terms(order: Order, before: Terms) -> None:
    """A new address may lie outside of the VAT area, a new number make a business of the buyer: then refuse."""
    after = terms_of(order)
    if (after.treatment, after.country) != (before.treatment, before.country):
        raise MoveNotAllowed(_OTHER_TERMS)
    number = addresses_of(order)[Kind.INVOICE].vat_number
    if number != order.vat_number:
        order.vat_number, order.vat_number_confirmed_at, order.vat_number_confirmation = number, None, ""
        order.save(update_fields=["vat_number", "vat_number_confirmed_at", "vat_number_confirmation"])


def offers(order: Order) -> list[shipping.Offer]:
    """The ways of delivery that fit the order as it is now: what is sent stays sent, what is fetched stays there."""
    terms, calendar = terms_of(order), delivery_times.calendar()
    lines = list(order.lines.select_related("variant"))
    weight = sum((line.weight_g or 0) * line.quantity for line in lines)
    listed = sum((_listed(order, line) for line in lines), Money.zero(order.currency))
    country = str(addresses_of(order)[Kind.DELIVERY].country)
    methods = [one for one in shipping.methods_for(country, weight) if one.pickup_place_id == order.pickup_place_id]
    return [shipping.offer(one, listed, terms, calendar.promise(one, country)) for one in methods]


def _listed(order: Order, line: OrderLine) -> Money:
    """By the catalog's price, which a tax-free order does not pay; a line's own where the device is gone."""
    price = line.unit_price if line.variant is None or order.prices_include_tax else line.variant.price
    return order.money(price) * line.quantity


def change_method(order: Order, method: ShippingMethod, *, actor: User | None = None) -> None:
    """Deliver in another way, for what that costs now."""
    with change(order, "delivery_changed", actor=actor) as draft:
        _check_unpacked(order)
        chosen = next((offer for offer in offers(order) if offer.method.pk == method.pk), None)
        if chosen is None:
            raise MoveNotAllowed(_("This way of delivery is not possible for this order."))
        if method.pk == order.shipping_method_id:
            raise OrderError(_("This is the way of delivery already."))
        draft.tell(_("Delivery"), order.shipping_name, method.name)
        _write_method(order, chosen)


def _check_unpacked(order: Order) -> None:
    if any(fulfillment.in_parcels(order).values()):
        raise MoveNotAllowed(_("A parcel is packed already. What has not left can be unpacked first."))


def _write_method(order: Order, chosen: shipping.Offer) -> None:
    waived = order.adjustments.filter(kind=Adjustment.Kind.DELIVERY, line=None)
    promised = list(waived.exclude(source__startswith="shipping-method:"))
    waived.delete()
    if chosen.is_free and chosen.price:
        label = _("Free delivery from %(amount)s") % {"amount": chosen.free_from}
        source = f"shipping-method:{chosen.method.pk}"
        order.adjustments.create(kind=Adjustment.Kind.DELIVERY, label=label, source=source, amount=-chosen.price.amount)
    fee = _keep_promised(order, promised, chosen.fee)
    rate = terms_of(order).rates[chosen.method.tax_class]
    order.shipping_method, order.shipping_name = chosen.method, chosen.method.name
    order.shipping_total = chosen.price.amount
    order.shipping_tax_rate = rate
    order.shipping_tax = tax_on(order, fee, rate).amount
    terms = ["shipping_method", "shipping_name", "shipping_total", "shipping_tax_rate", "shipping_tax"]
    order.save(update_fields=[*terms, *_promise_anew(order, chosen)])


def _keep_promised(order: Order, promised: Iterable[Adjustment], fee: Money) -> Money:
    """What a promotion paid of delivery, it pays of the other way too; returns what is left of the fee."""
    for one in promised:
        amount = min(abs(order.money(one.amount)), fee)
        if amount:
            order.adjustments.create(kind=one.kind, label=one.label, source=one.source, amount=-amount.amount)
            fee -= amount
    return fee


def _promise_anew(order: Order, chosen: shipping.Offer) -> list[str]:
    """Other days, where days were promised at all; the columns that changed."""
    if order.promised_from is None:
        return []
    promise = chosen.promise
    order.promised_from, order.promised_until = (promise.first, promise.last) if promise else (None, None)
    return ["promised_from", "promised_until"]

"""What a cart says of itself: its lines, what changed about them, and what all of it would cost now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from catalog import inventory
from catalog.inventory import Availability, promise_words
from devicehub.lib.money import Money
from orders import (
    credit,
    delivery_times,
    payments,
    pictures,
    pricing,
    promotions,
    receipts,
    shipping,
    tax,
    taxation,
    vouchers,
)
from orders.carts import is_on_sale
from orders.models import Cart, CartLine, PickupPlace, Promotion, Voucher
from orders.promotions import Candidate, EnteredCode
from orders.receipts import ReceiptTotals


@dataclass(frozen=True)
class SummaryLine:
    """A line with what has changed since the buyer saw it last."""

    row: CartLine
    image_url: str
    unit_price: Money
    seen_price: Money
    stock: Availability
    is_gone: bool  # not for sale any more
    discounts: Sequence[str] = ()  # in words

    @property
    def name(self) -> str:
        return self.row.variant.product.name

    @property
    def variant_label(self) -> str:
        return self.row.variant.label

    @property
    def sku(self) -> str:
        return self.row.variant.sku

    @property
    def url(self) -> str:
        return "" if self.is_gone else self.row.variant.get_absolute_url()

    @property
    def quantity(self) -> int:
        return self.row.quantity

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def available(self) -> int:
        """Units that can be had now, there or promised."""
        return self.stock.buyable

    @property
    def expected_at(self) -> date | None:
        """The day on which the last of its units is expected; None where all are there."""
        return None if self.is_gone else self.stock.waits_until(self.quantity)

    @property
    def promise(self) -> str:
        return self.stock.promise if self.expected_at else ""

    @property
    def promise_words(self) -> str:
        return promise_words(self.promise, self.expected_at) if self.expected_at else ""

    @property
    def is_short(self) -> bool:
        return not self.is_gone and self.quantity > self.available

    @property
    def is_later(self) -> bool:
        """It comes later than the buyer has seen."""
        seen = self.row.seen_expected_at
        return self.expected_at is not None and (seen is None or seen < self.expected_at)

    @property
    def is_dearer(self) -> bool:
        return not self.is_gone and self.unit_price > self.seen_price

    @property
    def cannot_be_bought(self) -> bool:
        return self.is_gone or self.is_short

    @property
    def blocks(self) -> bool:
        """It must be taken out, or its change accepted, before the checkout goes on."""
        return self.cannot_be_bought or self.is_dearer or self.is_later

    @property
    def accept_label(self) -> str:
        """What the button says that takes the line as it is now; empty where there is nothing to take."""
        if self.is_gone or (self.is_short and self.available <= 0):
            return ""
        if self.is_short:
            return _("Take %(n)d") % {"n": self.available}
        if self.is_dearer:
            return _("Accept %(price)s") % {"price": self.unit_price}
        if self.is_later:
            return _("Accept this day")
        return _("OK") if self.unit_price != self.seen_price else ""

    @property
    def notes(self) -> list[str]:
        if self.is_gone:
            return [_("This device is not for sale any more.")]
        return [note for note in (self._price_note(), self._stock_note(), self._later_note()) if note]

    def _price_note(self) -> str:
        if self.unit_price == self.seen_price:
            return ""
        words = {"by": abs(self.unit_price - self.seen_price), "price": self.unit_price}
        if self.is_dearer:
            return _("The price rose by %(by)s to %(price)s since you added it.") % words
        return _("The price fell by %(by)s to %(price)s since you added it.") % words

    def _stock_note(self) -> str:
        if not self.is_short:
            return ""
        if self.available <= 0:
            return _("Sold out for now.")
        words = {"n": self.available, "wanted": self.quantity}
        return (
            ngettext(
                "Only %(n)d is left; you want %(wanted)d.", "Only %(n)d are left; you want %(wanted)d.", self.available
            )
            % words
        )

    def _later_note(self) -> str:
        if not self.is_later:
            return ""
        if self.row.seen_expected_at is None:
            return _("Not all of it is in stock any more.")
        return _("It is expected later than when you added it.")


@dataclass(frozen=True)
class Summary:
    """The cart as it would be sold now. Without a chosen method, the cheapest delivery is taken as an estimate."""

    cart: Cart
    lines: list[SummaryLine]
    country: str
    offers: list[shipping.Offer]
    chosen: shipping.Offer | None  # the method of the cart, while it fits
    estimate: shipping.Offer | None
    terms: taxation.Terms
    totals: pricing.Totals
    candidates: list[Candidate]
    codes: list[EnteredCode]
    credits: list[credit.Use]

    @property
    def left_to_pay(self) -> Money:
        """What gift cards and store credit do not cover."""
        return self.totals.total - credit.covered(self.credits, self.cart.currency)

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def promotions(self) -> list[Candidate]:
        """Those that changed the totals."""
        return promotions.used(self.candidates, self.totals)

    def note_of(self, promotion: Promotion) -> str:
        """Why a promotion that was tried out does not count; empty where it does."""
        candidate = next(one for one in self.candidates if one.promotion == promotion)
        return promotions.note_of(candidate, self.candidates, self.totals)

    @property
    def is_blocked(self) -> bool:
        return any(line.blocks for line in self.lines)

    @property
    def cannot_be_bought(self) -> bool:
        return any(line.cannot_be_bought for line in self.lines)

    @property
    def is_later(self) -> bool:
        return any(line.is_later for line in self.lines)

    @property
    def missing_for_free_delivery(self) -> Money | None:
        """How much more the goods would have to be worth; None where that changes nothing."""
        if self.estimate is None or self.estimate.is_free or self.estimate.free_from is None:
            return None
        missing = self.estimate.free_from - self.totals.lines_total
        return missing if missing.amount > 0 else None

    @property
    def country_name(self) -> str:
        return str(countries.name(self.country))

    @property
    def shown_totals(self) -> ReceiptTotals:
        paid = [(use.label, use.amount) for use in self.credits]
        return ReceiptTotals(self._rows(), self.totals.total, self._tax_note(), paid)

    def _rows(self) -> list[tuple[str, Money, str]]:
        units = sum(line.quantity for line in self.for_sale)
        words = ngettext("%(n)d device", "%(n)d devices", units) % {"n": units}
        rows = [(words, self.totals.lines_total, "subtotal")]
        if self.estimate:
            rows.append((self._delivery_words(self.estimate), self.totals.shipping_total, "shipping"))
        rows += receipts.summed((one.label, one.amount) for one in self.totals.adjustments)
        if not (self.totals.includes_tax or self.terms.is_tax_free):
            rows.append((_("Tax"), self.totals.tax, "tax"))
        return rows

    def _delivery_words(self, offer: shipping.Offer) -> str:
        if self.pickup_place:
            return offer.method.name
        if self.chosen:
            return _("Delivery, %(method)s") % {"method": offer.method.name}
        return _("Delivery to %(country)s, estimated") % {"country": self.country_name}

    def _tax_note(self) -> str:
        if self.totals.includes_tax and self.totals.tax:
            return _("Includes %(tax)s tax.") % {"tax": self.totals.tax}
        return self.tax_free_words

    @property
    def pickup_place(self) -> PickupPlace | None:
        return self.chosen.method.pickup_place if self.chosen else None

    @property
    def waits_for_money(self) -> bool:
        """Whether packing begins only when a transfer has come, so that no day can be promised yet."""
        if not payments.is_offered(self.cart.payment_provider):
            return False
        provider = payments.get_provider(self.cart.payment_provider)
        return provider.is_manual and not provider.confirms_at_once

    @property
    def arrival(self) -> str:
        """When it arrives by the chosen method, or the estimated one."""
        offer = self.chosen or self.estimate
        if offer is None:
            return ""
        return offer.after_payment if self.waits_for_money else offer.arrival

    @property
    def tax_free_words(self) -> str:
        """Why a price without tax is the whole price; empty where there is tax."""
        return receipts.tax_free_words(self.terms.treatment)

    @property
    def for_sale(self) -> list[SummaryLine]:
        """The lines that `totals` counts, in its order."""
        return [line for line in self.lines if not line.is_gone]


def summarize(
    cart: Cart,
    rows: list[CartLine] | None = None,
    *,
    at: datetime | None = None,
    codes: Sequence[Voucher] | None = None,
    trial: Promotion | None = None,
) -> Summary:
    """Prices, stock, discounts, delivery and tax of a cart now; as many queries for one line as for a hundred.

    `rows` are its lines with variant and product, where the caller has them already. `codes`, if not those of the
    cart, and `trial`, a promotion that is tried out, are for looking at carts that nobody has.
    """
    at = at or timezone.now()
    if rows is None:
        rows = list(cart.lines.select_related("variant__product"))
    sold = [row for row in rows if is_on_sale(row.variant)]
    weight = sum((row.variant.weight_g or 0) * row.quantity for row in sold)
    country = str(cart.delivery_address.country) if cart.delivery_address else settings.SHOP_COUNTRY
    methods = shipping.methods_for(country, weight) if sold else []
    invoice = cart.invoice_address or cart.delivery_address
    place = next((one.pickup_place for one in methods if one.pk == cart.shipping_method_id), None)
    terms = taxation.terms_for(place or cart.delivery_address, invoice, timezone.localdate(at))
    lines = _lines(rows, cart.currency, terms)
    listed = sum((Money(row.variant.price, cart.currency) * row.quantity for row in sold), Money.zero(cart.currency))
    calendar = delivery_times.calendar(at, max((line.expected_at for line in lines if line.expected_at), default=None))
    offers = [shipping.offer(one, listed, terms, calendar.promise(one, country)) for one in methods]
    chosen = next((offer for offer in offers if offer.method.pk == cart.shipping_method_id), None)
    estimate = chosen or shipping.cheapest(offers)
    codes = vouchers.of(cart) if codes is None else codes
    found = promotions.candidates(cart, sold, codes, terms=terms, at=at, trial=trial)
    totals = _totals(lines, estimate, terms, cart.currency, found)
    return Summary(
        cart=cart,
        lines=_with_discounts(lines, totals),
        country=country,
        offers=offers,
        chosen=chosen,
        estimate=estimate,
        terms=terms,
        totals=totals,
        candidates=found,
        codes=promotions.entered(found, codes, totals),
        credits=credit.uses_of(cart, totals.total, on=timezone.localdate(at)),
    )


def _lines(rows: list[CartLine], currency: str, terms: taxation.Terms) -> list[SummaryLine]:
    known = inventory.availability(row.variant_id for row in rows)
    urls = pictures.thumbnails(row.variant_id for row in rows)
    return [
        SummaryLine(
            row=row,
            image_url=urls.get(row.variant_id, ""),
            unit_price=terms.price(Money(row.variant.price, currency), row.variant.tax_class),
            seen_price=terms.price(Money(row.seen_price, currency), row.variant.tax_class),
            stock=known[row.variant_id],
            is_gone=not is_on_sale(row.variant),
        )
        for row in rows
    ]


def _with_discounts(lines: list[SummaryLine], totals: pricing.Totals) -> list[SummaryLine]:
    """Each line says what was taken off it."""
    discounts: dict[int | None, list[str]] = defaultdict(list)
    for one in totals.adjustments:
        discounts[one.line].append(f"{one.label}: {one.amount}")
    places = count()
    return [line if line.is_gone else replace(line, discounts=discounts[next(places)]) for line in lines]


def _totals(
    lines: list[SummaryLine],
    offer: shipping.Offer | None,
    terms: taxation.Terms,
    currency: str,
    found: Sequence[Candidate],
) -> pricing.Totals:
    return pricing.price_cart(
        [
            pricing.Listed(line.unit_price, line.quantity, terms.rates[line.row.variant.tax_class], line.row.variant_id)
            for line in lines
            if not line.is_gone
        ],
        delivery=priced_delivery(offer, terms.rates) if offer else None,
        includes_tax=terms.includes_tax,
        currency=currency,
        rules=[one.rule for one in found if one.may_count],
    )


def priced_delivery(offer: shipping.Offer, rates: tax.Rates) -> pricing.Delivery:
    return pricing.Delivery(
        price=offer.price,
        tax_rate=rates[offer.method.tax_class],
        is_free=offer.is_free,
        label=_("Free delivery from %(amount)s") % {"amount": offer.free_from} if offer.free_from else "",
        source=f"shipping-method:{offer.method.pk}",
    )

"""Orders that are long over, written in bulk as `checkout`, `payments`, `fulfillment` and `cancellation` would have
left them; `reconcile` must find nothing. Their invoices are the shop's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Model, OuterRef, Subquery, prefetch_related_objects
from django.utils import timezone

from accounts.models import Address, User
from catalog.models import StockMovement
from devicehub.lib.codes import ALPHABET, LENGTH, grouped
from devicehub.lib.money import Money, shop_money
from orders import amounts, checkout, delivery_times, pricing, shipping, taxation
from orders.demo import hours
from orders.demo.devices import make_number
from orders.demo.ledger import Ledger, Move
from orders.demo.market import CARD, CASH, PREFIX, TRANSFER, Sale, Wanted, provider_for
from orders.documents import invoicing, snapshots
from orders.documents.numbers import text_of
from orders.models import (
    Adjustment,
    DeviceUnit,
    Document,
    DocumentKind,
    DocumentSeries,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
    ShippingMethod,
)
from orders.summaries import priced_delivery

EXPRESS = 0.15  # the chance that a parcel is in a hurry
UNPAID, CHANGED_MIND = 0.05, 0.02
ROWS: tuple[type[Model], ...] = (
    Order,
    OrderLine,
    Adjustment,
    OrderAddress,
    Payment,
    Shipment,
    ShipmentLine,
    DeviceUnit,
)

Kind = StockMovement.Kind


@dataclass
class Story:
    """An order and what happened to it: (moment, kind, who, data)."""

    order: Order
    lines: list[OrderLine]
    rows: list[Model] = field(default_factory=list)
    late_rows: list[Payment] = field(default_factory=list)  # what came after the invoice
    parcel: Shipment | None = None
    units: list[tuple[OrderLine, DeviceUnit]] = field(default_factory=list)
    happened: list[tuple[datetime, str, User | None, dict[str, Any]]] = field(default_factory=list)

    @property
    def sent_at(self) -> datetime:
        assert self.parcel, "asked of what has left"
        assert self.parcel.shipped_at, "it has left"
        return self.parcel.shipped_at

    @property
    def numbers(self) -> dict[int, list[str]]:
        """As an invoice prints them, by line."""
        found: dict[int, list[str]] = defaultdict(list)
        for line, unit in self.units:
            found[line.pk].append(str(unit))
        return found

    def tell(self, at: datetime, kind: str, actor: User | None = None, **data: Any) -> None:
        self.happened.append((at, kind, actor, data))

    def move(self, at: datetime, to: str, kind: str, actor: User | None = None, **data: Any) -> None:
        self.tell(at, kind, actor, **data, **{"from": str(self.order.status), "to": str(to)})
        self.order.status = to


class Past:
    def __init__(self, chance: Random, numbers: Iterator[int], staff: User) -> None:
        self.chance, self.numbers, self.staff = chance, numbers, staff
        self.ledger = Ledger()
        self.terms = cache(taxation.terms_for)
        self.methods = cache(lambda country: shipping.methods_for(country, 0))

    def write(self, sales: Sequence[Sale]) -> None:
        sent = [sale for sale in sales if self._methods(sale)]
        stories = [self._story(sale, number) for number, sale in enumerate(sent, 1)]
        rows: list[Any] = [row for story in stories for row in (story.order, *story.lines, *story.rows)]
        for model in ROWS:
            model._default_manager.bulk_create([row for row in rows if type(row) is model])
        _issue_invoices(stories)
        Payment.objects.bulk_create([row for story in stories for row in story.late_rows])
        OrderEvent.objects.bulk_create([event for story in stories for event in _events(story)])
        self.ledger.write()
        _date_rows()

    # One order ----------------------------------------------------------------------------------------------------

    def _story(self, sale: Sale, number: int) -> Story:
        story = self._placed(sale, number)
        fate = self.chance.random()
        if story.order.payment_provider != CASH and fate < UNPAID:
            self._expire(story)
        elif story.order.payment_provider != CASH and fate < UNPAID + CHANGED_MIND:
            self._cancel(story)
        else:
            self._deliver(story)
        return story

    def _placed(self, sale: Sale, number: int) -> Story:
        buyer, at = sale.buyer, sale.at
        terms = self.terms(buyer.address, buyer.address, _first_of_year(at))
        methods = self._methods(sale)
        method = methods[-1 if self.chance.random() < EXPRESS else 0]
        listed = sum((shop_money(one.price) * one.units for one in sale.basket), Money.zero(settings.SHOP_CURRENCY))
        offer = shipping.offer(method, listed, terms)
        totals = pricing.price_cart(
            [_listed(one, terms) for one in sale.basket],
            delivery=priced_delivery(offer, terms.rates),
            includes_tax=terms.includes_tax,
            currency=settings.SHOP_CURRENCY,
        )
        promise = delivery_times.calendar(at).promise(method, str(buyer.address.country))
        order = Order(
            id=UUID(int=self.chance.getrandbits(128), version=4),
            number=grouped("".join(self.chance.choices(ALPHABET, k=LENGTH))),
            placement_key=f"{PREFIX}{number}",
            user=buyer.user,
            email=buyer.email,
            currency=settings.SHOP_CURRENCY,
            placed_at=at,
            prices_include_tax=totals.includes_tax,
            tax_treatment=terms.treatment,
            tax_country=terms.country,
            vat_number=buyer.address.vat_number,
            lines_total=totals.lines_total.amount,
            shipping_total=totals.shipping_total.amount,
            adjustments_total=totals.adjustments_total.amount,
            tax_total=totals.tax.amount,
            total=totals.total.amount,
            shipping_method=method,
            shipping_name=method.name,
            promised_from=promise.first if promise else None,
            promised_until=promise.last if promise else None,
            shipping_tax_rate=totals.shipping_tax_rate,
            shipping_tax=totals.shipping_tax.amount,
            payment_provider=provider_for(buyer.address, totals.total, self.chance),
        )
        lines = [_line(order, *row) for row in enumerate(zip(sale.basket, totals.lines, strict=True), 1)]
        story = Story(order, lines, list(_parts(order, totals, buyer.address)))
        story.tell(at, "placed", buyer.user, source=order.source)
        self._stock(story, at, Kind.RESERVE, "placed")
        return story

    def _methods(self, sale: Sale) -> list[ShippingMethod]:
        """None where the parcel is too heavy for so far."""
        weight_g = sum((one.variant.weight_g or 0) * one.units for one in sale.basket)
        into = self.methods(str(sale.buyer.address.country))
        return [one for one in into if shipping.carries(one, weight_g) and not one.is_pickup]

    def _stock(self, story: Story, at: datetime, kind: str, cause: str) -> None:
        for line in story.lines:
            self.ledger.moves.append(Move(at, line.variant_id or 0, kind, line.quantity, story.order.number, cause))

    # What becomes of it -------------------------------------------------------------------------------------------

    def _expire(self, story: Story) -> None:
        order = story.order
        due = timedelta(days=settings.PAYMENT_DUE_DAYS)
        order.expires_at = order.placed_at + (due if order.payment_provider == TRANSFER else timedelta(hours=1))
        self._close(story, order.expires_at, "expired", None, "Not paid in time")

    def _cancel(self, story: Story) -> None:
        at = story.order.placed_at + timedelta(minutes=self.chance.randrange(3, 50))
        self._close(story, at, "canceled", story.order.user, "Ordered the wrong one")

    def _close(self, story: Story, at: datetime, kind: str, actor: User | None, why: str) -> None:
        story.rows.append(_payment(story.order, status=Payment.Status.CANCELED))
        story.order.cancel_reason = why
        story.move(at, Order.Status.CANCELED, kind, actor)
        self._stock(story, at, Kind.RELEASE, kind)

    def _deliver(self, story: Story) -> None:
        """Paid, packed on the next morning, on its way in the afternoon and at the door some days later."""
        order = story.order
        paid_at = self._pay(story)
        packed_at = hours.morning_after(paid_at, self.chance)
        shipped_at = packed_at + timedelta(hours=3, minutes=self.chance.randrange(50))
        arrived_at = hours.arrival(shipped_at, self.chance)
        numbers = self._pack(story, shipped_at, arrived_at)
        facts = {"shipment": 1, "units": sum(line.quantity for line in story.lines)}
        story.tell(packed_at, "packed", self.staff, **facts, **({"numbers": numbers} if numbers else {}))
        story.tell(shipped_at, "shipped", self.staff, shipment=1)
        self._stock(story, shipped_at, Kind.COMMIT, "shipment 1")
        story.tell(arrived_at, "delivered", self.staff, shipment=1)
        if order.payment_provider == CASH:
            self._pay_at_the_door(story, arrived_at + timedelta(days=1))
        story.move(max(arrived_at, story.happened[-1][0]), Order.Status.COMPLETED, "completed")
        order.payment_status, order.fulfillment_status = Order.PaymentStatus.PAID, Order.FulfillmentStatus.DELIVERED

    def _pay(self, story: Story) -> datetime:
        order = story.order
        if order.payment_provider == CASH:
            story.move(order.placed_at, Order.Status.CONFIRMED, "confirmed", order.user)
            return order.placed_at
        is_card = order.payment_provider == CARD
        at = order.placed_at + (timedelta(minutes=2) if is_card else timedelta(days=self.chance.randrange(1, 4)))
        payment = _payment(order, status=Payment.Status.CAPTURED, captured_at=at)
        story.rows.append(payment)
        story.move(at, Order.Status.CONFIRMED, "paid", None if is_card else self.staff, **_paid(payment))
        return at

    def _pay_at_the_door(self, story: Story, at: datetime) -> None:
        payment = _payment(story.order, status=Payment.Status.CAPTURED, captured_at=at)
        story.late_rows.append(payment)
        story.tell(at, "paid", self.staff, **_paid(payment))

    def _pack(self, story: Story, shipped_at: datetime, arrived_at: datetime) -> list[str]:
        """The parcel; returns the numbers of its units."""
        story.parcel = parcel = Shipment(
            order=story.order,
            number=1,
            status=Shipment.Status.DELIVERED,
            carrier=story.order.shipping_method.carrier if story.order.shipping_method else "",
            tracking_number=f"{self.chance.randrange(10**11, 10**12)}",
            shipped_at=shipped_at,
            delivered_at=arrived_at,
        )
        story.rows.append(parcel)
        for line in story.lines:
            row = ShipmentLine(shipment=parcel, order_line=line, quantity=line.quantity)
            story.rows.append(row)
            for _n in range(line.quantity if line.is_serial_tracked else 0):
                number = make_number(line, next(self.numbers))
                unit = DeviceUnit(shipment_line=row, status=DeviceUnit.Status.SENT, **number._asdict())
                story.units.append((line, unit))
                story.rows.append(unit)
        return [unit.number for _line, unit in story.units]


def _issue_invoices(stories: Sequence[Story]) -> None:
    """In the order in which the parcels left, so that numbers follow days. Their files come later."""
    sent = sorted((story for story in stories if story.parcel), key=lambda story: story.sent_at)
    prefetch_related_objects([story.order for story in sent], "lines__adjustments", "adjustments", "addresses")
    last: Counter[int] = Counter()
    invoices = []
    for story in sent:
        on = timezone.localdate(story.sent_at)
        last[on.year] += 1
        invoice = _invoice(story, on, last[on.year])
        invoices.append(invoice)
        shipped = next(data for _at, kind, _actor, data in story.happened if kind == "shipped")
        shipped["documents"] = [invoice.number]
    Document.objects.bulk_create(invoices)
    kind = DocumentKind.INVOICE
    DocumentSeries.objects.bulk_create(DocumentSeries(kind=kind, year=year, last=n) for year, n in last.items())


def _invoice(story: Story, on: date, sequence: int) -> Document:
    """All of an order that left in one parcel."""
    order, parcel, kind = story.order, story.parcel, DocumentKind.INVOICE
    assert parcel, "it has left"
    rows = [
        invoicing.line_row(line, line.quantity, amounts.of_line(line), story.numbers[line.pk])
        for line in order.lines.all()
    ]
    if (delivery := amounts.of_delivery(order)).charged:
        rows.append(invoicing.delivery_row(order, delivery))
    facts = snapshots.of_invoice(order, parcel, rows, is_paid=order.payment_provider != CASH)
    number = text_of(kind, on.year, sequence)
    return Document(
        kind=kind,
        year=on.year,
        sequence=sequence,
        number=number,
        order=order,
        shipment=parcel,
        issued_on=on,
        currency=order.currency,
        net=Decimal(facts["net"]),
        tax=Decimal(facts["tax"]),
        total=Decimal(facts["total"]),
        snapshot=snapshots.with_number(facts, number, on),
        created_at=story.sent_at,
    )


def _first_of_year(at: datetime) -> date:
    """Rates are asked for once a year and address."""
    return date(at.year, 1, 1)


def _listed(one: Wanted, terms: taxation.Terms) -> pricing.Listed:
    tax_class = one.variant.tax_class
    price = terms.price(shop_money(one.price), tax_class)
    return pricing.Listed(price, one.units, terms.rates[tax_class], one.variant.pk)


def _line(order: Order, position: int, pair: tuple[Wanted, pricing.PricedLine]) -> OrderLine:
    wanted, priced = pair
    return OrderLine(
        order=order,
        position=position,
        unit_price=priced.unit_price.amount,
        quantity=priced.quantity,
        tax_rate=priced.tax_rate,
        tax_amount=priced.tax.amount,
        total=priced.total.amount,
        **checkout.copied(wanted.variant),
    )


def _parts(order: Order, totals: pricing.Totals, address: Address) -> Iterator[Model]:
    for one in totals.adjustments:
        yield Adjustment(order=order, kind=one.kind, label=one.label, source=one.source, amount=one.amount.amount)
    for kind in OrderAddress.Kind.values:
        yield OrderAddress(order=order, kind=kind, **address.address_values())


def _payment(order: Order, **fields: Any) -> Payment:
    payment = Payment(
        order=order, provider=order.payment_provider, amount=order.total, currency=order.currency, **fields
    )
    if order.payment_provider == CARD:
        payment.reference = f"sandbox-{payment.pk}"
    return payment


def _paid(payment: Payment) -> dict[str, str]:
    return {"payment": str(payment.pk), "amount": str(Money(payment.amount, payment.currency))}


def _events(story: Story) -> Iterator[OrderEvent]:
    """With their mails sent."""
    for at, kind, actor, data in story.happened:
        by = "guest" if kind in ("placed", "canceled") else "shop"
        yield OrderEvent(
            order=story.order,
            kind=kind,
            actor=actor,
            actor_label=actor.email if actor else by,
            data=data,
            note=story.order.cancel_reason if kind in ("canceled", "expired") else "",
            created_at=at,
            mail_status=OrderEvent.MailStatus.NONE if kind in UNTOLD else OrderEvent.MailStatus.SENT,
            mailed_at=None if kind in UNTOLD else at,
        )


UNTOLD = ("confirmed", "packed", "completed")


def _date_rows() -> None:
    """Rows that stamp themselves were made when their order was."""
    orders = Order.objects.filter(placement_key__startswith=PREFIX)
    orders.update(created_at=F("placed_at"), updated_at=F("placed_at"))
    placed = Subquery(Order.objects.filter(pk=OuterRef("order")).values("placed_at")[:1])
    Payment.objects.filter(order__in=orders).update(created_at=placed)
    Shipment.objects.filter(order__in=orders).update(created_at=F("shipped_at"))

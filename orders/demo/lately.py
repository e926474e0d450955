"""The last weeks, lived through by the shop's own verbs, each at its own moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from catalog import inventory
from catalog.models import Variant
from devicehub.lib.money import Money, shop_money
from orders import (
    cancellation,
    carts,
    changing,
    checkout,
    credit,
    fulfillment,
    holding,
    notes,
    payments,
    reminders,
    shipping,
    vouchers,
)
from orders.demo import hours
from orders.demo.back import Back, send_money
from orders.demo.devices import make_number
from orders.demo.diary import Act, Diary
from orders.demo.market import CARD, CASH, PREFIX, TRANSFER, Market, Sale, Wanted, provider_for
from orders.models import Cart, CartAddress, Order, OrderLine, Payment, Shipment, Source
from orders.payments import Charge, sandbox

# Not every order goes the usual way, which is "".
WAYS = (
    *("note", "voucher", "split", "withdraw", "unpaid", "halves", "gift card", "fault", "promised", "decline"),
    *("pickup", "cancel", "hold", "mind", "address", "counter", "phone"),
)
FRESH_WAYS = ("", "hold", "", "unpaid", "promised", "", "note", "phone", "", "unpaid")
IN_PARTS = ("split", "halves")  # which take two things at least
BUYERS_NOTE = "Please ring at the neighbour's, Schulz, if nobody opens."
STAFF_NOTE = "Asked by phone whether the parcel can go to a locker. Told her that it can: to one of the carrier's."
WHY_ON_HOLD = "Street and postcode do not fit; asked the buyer by mail."
ANY = Money(Decimal(10**6), settings.SHOP_CURRENCY)  # the buyer agrees to every price
CODE, CARD_VALUE = "ALONE15", 50
CARDS_NOTE = "For the support of our launch evening"


class Lately:
    def __init__(self, diary: Diary, market: Market, numbers: Iterator[int], staff: User, back: Back) -> None:
        self.diary, self.market, self.chance = diary, market, market.chance
        self.numbers, self.staff, self.back = numbers, staff, back
        promised = Variant.objects.filter(stock_levels__promise__gt="")
        self.promised = list(promised.select_related("product").order_by("-stock_levels__promise", "sku"))

    def plan(self, sales: Sequence[Sale], fresh: Sequence[Sale]) -> None:
        """The `fresh` ones are of these days, so that staff find something to do."""
        ways = [WAYS[number // 2 % len(WAYS)] if number % 2 else "" for number in range(len(sales))]
        for sale, way in [*zip(sales, ways, strict=True), *zip(fresh, cycle(FRESH_WAYS), strict=False)]:
            full = self.market.fuller(sale) if way in IN_PARTS and len(sale.basket) == 1 else sale
            self.diary.note(sale.at, partial(self._buy, full, way))

    def _soon(self, **after: float) -> timedelta:
        return timedelta(**after) * self.chance.uniform(0.7, 1.3)

    def _later(self, after: timedelta, act: Act) -> None:
        self.diary.note(timezone.now() + after, act)

    # Buying -------------------------------------------------------------------------------------------------------

    def _buy(self, sale: Sale, way: str) -> None:
        if way == "promised" and self.promised:
            sale = replace(sale, basket=[Wanted(self.promised[0], 1, self.promised[0].price)])
            self.promised.append(self.promised.pop(0))
        else:
            self._stock_up(sale.basket)
        cart = self._cart(sale, way)
        if cart is None:
            return
        order = checkout.place_order(cart, seen_total=ANY, actor=self.staff if cart.source != Source.WEB else cart.user)
        Order.objects.filter(pk=order.pk).update(placement_key=f"{PREFIX}{cart.pk}")
        self._after(order, way)

    def _stock_up(self, basket: Sequence[Wanted]) -> None:
        """As much comes as will go, so that the shelves look as the catalog tells."""
        for one in basket:
            inventory.receive(one.variant, one.units, note="Delivery")

    def _cart(self, sale: Sale, way: str) -> Cart | None:
        """Ready to be ordered; None where no method goes there."""
        buyer, address = sale.buyer, sale.buyer.address
        methods = shipping.methods_for(str(address.country), sum((one.variant.weight_g or 0) for one in sale.basket))
        pickups = [one for one in methods if one.is_pickup]
        at_store = bool(pickups) and way in ("pickup", "counter")
        if not methods:
            return None
        source = Source.COUNTER if at_store and way == "counter" else Source.PHONE if way == "phone" else Source.WEB
        cart = Cart.objects.create(
            user=buyer.user,
            email="" if buyer.user else buyer.email,
            currency=settings.SHOP_CURRENCY,
            source=source,
            delivery_address=CartAddress.objects.create(**address.address_values()),
            shipping_method=(pickups if at_store else methods)[0],
            payment_provider=TRANSFER if way == "unpaid" else self._provider(sale, source),
            note=BUYERS_NOTE if way == "note" else "",
        )
        for one in sale.basket:
            carts.add_line(cart, one.variant, one.units)
        self._enter_codes(cart, way)
        return cart

    def _provider(self, sale: Sale, source: str) -> str:
        if source != Source.WEB:
            return "counter" if source == Source.COUNTER else TRANSFER
        goods = sum((shop_money(one.price) * one.units for one in sale.basket), Money.zero(settings.SHOP_CURRENCY))
        return provider_for(sale.buyer.address, goods, self.chance)

    def _enter_codes(self, cart: Cart, way: str) -> None:
        if way == "voucher":
            vouchers.enter(cart, CODE)
        if way == "gift card":
            card = credit.issue_gift_card(shop_money(CARD_VALUE), note=CARDS_NOTE, actor=self.staff)
            credit.enter(cart, str(card.code))

    # What follows -------------------------------------------------------------------------------------------------

    def _after(self, order: Order, way: str) -> None:
        if way in ("note", "phone"):
            self._later(self._soon(minutes=40), partial(notes.write, order, STAFF_NOTE, actor=self.staff))
        if way == "hold":
            self._later(self._soon(minutes=90), partial(self._hold, order))
        if order.source == Source.COUNTER:
            self._hand_over(order)
        elif order.status == Order.Status.CONFIRMED:
            self._prepare(order, way)
        else:
            self._wait_for_money(order, way)

    def _hand_over(self, order: Order) -> None:
        wanted = fulfillment.open_quantities(order)
        fulfillment.hand_over(order, wanted, numbers=self._scan(order, wanted), actor=self.staff)

    def _wait_for_money(self, order: Order, way: str) -> None:
        if way == "unpaid":
            self._later(timedelta(days=5), reminders.remind)
            self._later(timedelta(days=settings.PAYMENT_DUE_DAYS, minutes=1), cancellation.expire_unpaid)
        elif order.payment_provider == CARD:
            if way == "decline":
                self._later(timedelta(minutes=1), partial(self._answer, order, "failed", ""))
            self._later(timedelta(minutes=3), partial(self._answer, order, "captured", way))
        else:
            self._later(self._soon(days=1.5), partial(self._receive_transfer, order, way))

    def _answer(self, order: Order, kind: str, way: str) -> None:
        """What the payment company tells us; after a refusal the buyer tries again."""
        payment = order.payments.filter(status=Payment.Status.CREATED).latest("created_at")
        charge = Charge(str(payment.pk), order.number, Money(payment.amount, payment.currency))
        body = sandbox.make_notice(charge, kind)
        payments.handle_notice(CARD, body, sandbox.signed_headers(body))
        if kind == "failed":
            payments.start(order)
        else:
            self._prepare(order, way)

    def _receive_transfer(self, order: Order, way: str) -> None:
        payments.record_payment(order, actor=self.staff)
        self._prepare(order, way)

    def _prepare(self, order: Order, way: str) -> None:
        """Paid, or to be paid at the door: what happens before it is packed, and when that will be."""
        morning = hours.morning_after(timezone.now(), self.chance)
        if way == "cancel":
            self._later(self._soon(minutes=15), partial(self._cancel, order))
        if way == "split" and order.lines.count() > 1:
            self._later(self._soon(minutes=30), partial(self._split, order))
        if way == "address":
            self._later(self._soon(minutes=30), partial(self._move_house, order))
        self.diary.note(morning, partial(self._pack, order, way))

    def _cancel(self, order: Order) -> None:
        cancellation.cancel_order(order, reason="Found it cheaper", actor=order.user, by="guest")
        self.diary.note(timezone.now() + timedelta(hours=20), partial(send_money, order, self.staff))

    def _hold(self, order: Order) -> None:
        holding.hold(order, reason=WHY_ON_HOLD, actor=self.staff)
        self._later(timedelta(days=2), partial(holding.free, order, actor=self.staff))

    def _move_house(self, order: Order) -> None:
        address = order.addresses.get(kind="delivery")
        values = {**address.address_values(), "line2": "c/o Winter, third floor"}
        changing.change_address(order, "delivery", values, actor=self.staff)

    def _split(self, order: Order) -> None:
        line = order.lines.latest("position")
        other = changing.split_order(order, {line.pk: line.quantity}, key=f"{PREFIX}{order.pk}", actor=self.staff)
        self._later(timedelta(days=2), partial(self._pack, other, ""))

    # Sending ------------------------------------------------------------------------------------------------------

    def _pack(self, order: Order, way: str) -> None:
        order.refresh_from_db()
        if order.status != Order.Status.CONFIRMED:
            return
        wanted = fulfillment.packable_quantities(order, fulfillment.open_quantities(order))
        if way == "halves":
            wanted = dict(list(wanted.items())[:1])
        if order.held_at or not any(wanted.values()):
            self._later(timedelta(days=1), partial(self._pack, order, way))
            return
        parcel = fulfillment.create_shipment(order, wanted, numbers=self._scan(order, wanted), actor=self.staff)
        self._later(self._soon(hours=3), partial(self._ship, parcel, way))
        if any(fulfillment.open_quantities(order).values()):
            self._later(timedelta(days=2), partial(self._pack, order, ""))

    def _scan(self, order: Order, wanted: Mapping[int, int]) -> dict[int, list[str]]:
        lines = order.lines.filter(is_serial_tracked=True).select_related("variant__product__product_type")
        return {line.pk: self._numbers(line, wanted[line.pk]) for line in lines if line.pk in wanted}

    def _numbers(self, line: OrderLine, units: int) -> list[str]:
        return [make_number(line, next(self.numbers)).number for _n in range(units)]

    def _ship(self, parcel: Shipment, way: str) -> None:
        order = parcel.order
        is_pickup = order.is_pickup
        carrier = "" if is_pickup or order.shipping_method is None else order.shipping_method.carrier
        number = "" if is_pickup else str(self.chance.randrange(10**11, 10**12))
        fulfillment.ship(parcel, carrier=carrier, tracking_number=number, actor=self.staff)
        self.diary.note(hours.arrival(timezone.now(), self.chance), partial(self._deliver, parcel, way))

    def _deliver(self, parcel: Shipment, way: str) -> None:
        fulfillment.deliver(parcel, actor=self.staff)
        order = parcel.order
        if order.payment_provider == CASH and order.fulfillment_status == Order.FulfillmentStatus.DELIVERED:
            self._later(timedelta(days=1), partial(payments.record_payment, order, actor=self.staff))
        if way in ("withdraw", "fault", "mind"):
            self._later(self._soon(days=1), partial(self.back.ask, order, way))

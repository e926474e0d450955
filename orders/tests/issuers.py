"""Staff who hand parcels over at the same moment. Run in the shop's own Python (`server.python`); prints JSON."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections, transaction

from orders import fulfillment
from orders.models import Document, Shipment
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_paid_order


class ChangedHisMind(Exception):
    """After the parcel was handed over, before the transaction ended."""


def ship_at_once(parcels: int, *, taken_back: int = 0) -> None:
    """Each from a thread of its own; the first `taken_back` of them fail at the very end of the transaction."""
    variant = a_variant(stock=parcels)
    ready = []
    for _ in range(parcels):
        order = make_paid_order(lines=[(variant, 1)])
        ready.append(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
    barrier = Barrier(parcels)

    def ship(place: int) -> str:
        barrier.wait(30)
        try:
            return _ship(ready[place], fails=place < taken_back)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(parcels) as pool:
        ends = list(pool.map(ship, range(parcels)))
    sequences = list(Document.objects.order_by("sequence").values_list("sequence", flat=True))
    print(json.dumps([sorted(ends), sequences, differences()]))


def _ship(parcel: Shipment, *, fails: bool) -> str:
    try:
        with transaction.atomic():
            fulfillment.ship(Shipment.objects.get(pk=parcel.pk))
            if fails:
                raise ChangedHisMind
    except ChangedHisMind:
        return "taken back"
    return "shipped"

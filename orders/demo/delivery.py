"""Delivery for a shop that has none yet: into its own country, the European Union and the rest of the world."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django_countries import countries
from eu_vat_rates_data import is_eu_member

from orders.models import PickupPlace, ShippingMethod, ShippingZone

# name, carrier, price, free from, weight limit in g, days
HOME = [
    ("Standard", "DHL", "4.90", "50.00", 31_500, (2, 3)),
    ("Express", "DHL Express", "12.90", None, 20_000, (1, 1)),
]
UNION = [
    ("Standard", "DHL", "12.90", "250.00", 31_500, (3, 6)),
    ("Express", "DHL Express", "29.00", None, 20_000, (1, 2)),
]
WORLD = [("International", "DHL", "39.00", None, 20_000, (6, 14))]


@transaction.atomic
def load_delivery() -> bool:
    """False when the shop has zones: then they are its own business."""
    if ShippingZone.objects.exists():
        return False
    home = settings.SHOP_COUNTRY
    union = [code for code, _name in countries if is_eu_member(code) and code != home]
    world = [code for code, _name in countries if code != home and code not in union]
    _load_zone(countries.name(home), [home], HOME)
    if home == "DE":
        _load_store(ShippingZone.objects.get())
    _load_zone("European Union", union, UNION)
    _load_zone("Rest of the world", world, WORLD)
    return True


def _load_zone(name: str, codes: list[str], methods: list[tuple]) -> None:
    zone = ShippingZone.objects.create(name=name, countries=",".join(codes))
    for position, (method, carrier, price, free_from, max_weight_g, days) in enumerate(methods):
        ShippingMethod.objects.create(
            zone=zone,
            name=method,
            carrier=carrier,
            price=Decimal(price),
            free_from=Decimal(free_from) if free_from else None,
            max_weight_g=max_weight_g,
            days_min=days[0],
            days_max=days[1],
            position=position,
        )


def _load_store(zone: ShippingZone) -> None:
    """Where the demo's buyers may fetch what they ordered."""
    store = PickupPlace.objects.create(
        name="DeviceHub Berlin",
        line1="Musterstraße 1",
        postcode="10115",
        city="Berlin",
        country="DE",
        opening_hours="Mon–Fri 10:00–19:00\nSat 10:00–16:00",
    )
    zone.methods.create(
        name="Pickup in Berlin", pickup_place=store, price=Decimal(0), days_min=0, days_max=0, position=len(HOME)
    )

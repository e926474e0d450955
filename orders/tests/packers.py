"""Packers of a real shop, each before another order. These run in the shop's own Python and print JSON."""

import json

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user
from orders.models import DeviceUnit
from orders.reconciliation import differences
from orders.tests.factories import a_variant, make_paid_order


def to_pack(orders: int) -> None:
    """A packer's session, and for each order the page that packs it and the field of its number.

    Each order is for another phone, since packing the same one takes the row of its stock, one after another.
    """
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    pages = []
    for _number in range(orders):
        order = make_paid_order(lines=[(a_variant(is_serial_tracked=True), 1)])
        path = reverse("admin:orders_order_act", args=[order.pk, "pack"])
        pages.append((path, f"numbers-{order.lines.get().pk}"))
    print(json.dumps([client.cookies[settings.SESSION_COOKIE_NAME].value, pages]))


def living_units() -> None:
    """Numbers of units that are packed or sold, and what does not add up."""
    print(json.dumps([list(DeviceUnit.objects.living().values_list("number", flat=True)), differences()]))

"""What a page asks the database does not grow with what it shows, also for whoever has a filled cart at hand."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import publishing
from catalog.models import Product, ProductType
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_fit_rule,
    make_product,
    make_product_type,
    make_review,
    make_variant,
)
from orders.models import Cart, CartLine
from orders.tests.factories import make_cart, make_method, make_order, make_rate

LIMITS = {
    "/": 15,
    "/products/": 9,
    "/products/?q=device&in_stock=1": 10,
    "/products/?q=devyce": 13,
    "/products/?q=device+under+1+euro": 12,
    "/categories/phones/?brand=orvane": 9,
    "/categories/phones/?rating=4&sort=-rating": 10,
    "/products/nova/": 22,
    "/products/nova/fits/": 18,
    "/products/plug/": 21,
    "/products/plug/fits/?device=nova": 22,
    "/brands/": 5,
    "/brands/orvane/": 11,
    "/cart/": 14,
    "/orders/": 10,
    "/search/suggest/?q=dev": 6,
    "/admin/": 25,
}


@pytest.fixture
def shelf(db: None) -> dict[str, Any]:
    make_rate()
    make_method()
    phone = make_product_type("phone")
    make_fit_rule("charger", "phone", [("power", "at-least", "memory")], included="charger_included")
    plug = ProductType.objects.get(key="charger")
    return {
        "charger": {"product_type": plug, "specs": {"power": 20}, "picture": True},
        "brand": make_brand("Orvane"),
        "category": make_category("Phones"),
        "product_type": phone,
        "specs": {"memory": 8, "charger_included": False},
        "picture": True,
    }


def fill(shelf: dict[str, Any], cart: Cart, devices: int) -> None:
    """As many more devices, all of them in the cart, each bought once, with a charger; and more versions of one."""
    shelf, plug = dict(shelf), shelf["charger"]
    del shelf["charger"]
    products = [make_product(brand=shelf["brand"], category=shelf["category"], **plug) for _ in range(devices)]
    if not Product.objects.filter(slug="plug").exists():
        make_product("Plug", brand=shelf["brand"], category=shelf["category"], **plug)
    products += [make_product(is_featured=True, stock=9, **shelf) for _ in range(devices)]
    for product in products:
        variant = product.variants.get()
        CartLine.objects.create(cart=cart, variant=variant, quantity=1, seen_price=variant.price)
        make_order(user=cart.user, lines=[(variant, 1)])
    nova = Product.objects.filter(slug="nova").first() or make_product("Nova", variants=[], **shelf)
    for product in [nova, *products]:
        make_review(product)
    for _ in range(devices):
        make_variant(nova, options={"colour": f"Colour {nova.variants.count()}"})
    publishing.merge()


def queries(client: Client, path: str) -> list[str]:
    client.get(path)  # what is read once in a process or a day
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked]


@pytest.mark.parametrize("person", ["guest", "alice", "carol"])
def test_asks_as_often_for_thirty_rows_as_for_three(shelf: dict, alice: Any, carol: Any, person: str) -> None:
    client, user = Client(), {"alice": alice, "carol": carol}.get(person)
    cart = make_cart([], user=user)
    if user:
        client.force_login(user)
    else:
        session = client.session
        session["cart_id"] = str(cart.pk)
        session.save()
    paths = [path for path in LIMITS if user or path != "/orders/"]
    paths = [path for path in paths if person == "carol" or path != "/admin/"]
    fill(shelf, cart, 3)
    few = {path: queries(client, path) for path in paths}
    fill(shelf, cart, 27)
    many = {path: queries(client, path) for path in paths}
    for path in paths:
        assert len(many[path]) == len(few[path]), path
        assert len(many[path]) <= LIMITS[path], "\n".join([path, *many[path]])

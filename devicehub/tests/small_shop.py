"""A small shop for whole journeys: its people, delivery and a few devices. Runs in the shop's own Python."""

from accounts.demo import load_people
from catalog.models import Product
from catalog.tests.factories import make_brand, make_category, make_product, make_product_type
from orders.demo import load_delivery
from orders.tests.factories import make_rate

PHONE = {"screen_size": 6.1, "memory": 8, "nfc": True}
VERSIONS = [("Midnight blue", 128, "699.00", 5), ("Coral", 128, "699.00", 0), ("Midnight blue", 256, "799.00", 2)]


def open_shop() -> None:
    load_people()
    load_delivery()
    make_rate(19)
    phones, brand, phone = make_category("Phones"), make_brand("Orvane"), make_product_type("phone")
    shared = {"brand": brand, "category": phones, "product_type": phone, "picture": True}
    nova(shared)
    for name, price in [("Meridian", "449.00"), ("Zenith", "1249.00"), ("Slate", "299.00")]:
        make_product(name, price=price, specs=PHONE, is_featured=True, **shared)
    make_product("Case", price="19.90", category=make_category("Accessories"), brand=brand, picture=True)


def nova(shared: dict) -> Product:
    variants = [
        {"sku": f"NOVA-{number}", "price": price, "stock": stock, "options": {"colour": colour, "storage": storage}}
        for number, (colour, storage, price, stock) in enumerate(VERSIONS, 1)
    ]
    return make_product("Nova 5", specs=PHONE, variants=variants, summary="A phone for every day.", **shared)

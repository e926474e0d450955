"""Promise 14: the schema goes forwards, back to its first state and forwards again on a filled database."""

from __future__ import annotations

import json

from proof import books
from proof.finding import Outcome, experiment
from proof.ground import Ground

APPS = ("orders", "catalog", "accounts")
FILL = """
from devicehub.tests.small_shop import open_shop
from orders import cancellation, fulfillment
from orders.tests.factories import make_order, make_paid_order
open_shop()
make_order()
cancellation.cancel_order(make_order())
shipped = make_paid_order()
parcel = fulfillment.create_shipment(shipped, fulfillment.open_quantities(shipped))
fulfillment.ship(parcel)
fulfillment.deliver(parcel)
"""
# What the first schema knew already.
FACTS = """
import json
from accounts.models import User
from catalog.models import Product, SpecValue, StockLevel, StockMovement, Variant
from orders.models import Order, OrderEvent, OrderLine, Payment, ShipmentLine
columns = {
    User: ["email", "is_staff"],
    Product: ["slug"],
    Variant: ["sku", "price"],
    SpecValue: ["field__key", "number", "choice"],
    StockLevel: ["variant", "on_hand", "reserved"],
    StockMovement: ["kind", "on_hand_after", "reserved_after"],
    Order: ["number", "status", "total", "payment_status", "fulfillment_status"],
    OrderLine: ["sku", "quantity", "total"],
    OrderEvent: ["order__number", "kind"],
    Payment: ["order__number", "status", "amount"],
    ShipmentLine: ["quantity"],
}
rows = {model.__name__: sorted(map(str, model.objects.values_list(*names))) for model, names in columns.items()}
print(json.dumps(rows))
"""


@experiment("14", "every migration forwards, back and forwards on a filled database", target="0 errors, data equal")
def migrations(ground: Ground, engine: str) -> Outcome:
    with ground.shop(engine) as shop:
        shop.python(FILL)
        before = json.loads(shop.python(FACTS))
        for app in APPS:
            shop.manage("migrate", app, "0001", "--verbosity", "0")
        shop.manage("migrate", "--verbosity", "0")
        after, wrong = json.loads(shop.python(FACTS)), books.differences(shop)
        shop.manage("migrate", "--check")
    changed = [model for model in before if before[model] != after[model]]
    rows = sum(map(len, before.values()))
    return Outcome(
        f"{rows} rows compared, changed: {changed or 'none'}, {len(wrong)} differences", not (changed or wrong)
    )

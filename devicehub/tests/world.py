"""One of everything that an address can name, most of it Alice's: for tests that walk all addresses of the shop."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.tests.factories import make_address
from catalog import reviews, stocktake
from catalog.models import (
    ImportBatch,
    ImportMapping,
    PriceChange,
    SearchCount,
    StockLevel,
    StockMovement,
    Synonym,
)
from catalog.tests.factories import make_fit_rule, make_product, make_review
from devicehub.lib import mailbox
from devicehub.lib.money import shop_money
from orders import credit, documents, fulfillment, links, payments, returning
from orders.models import ClosedDays, DeviceUnit, Document, PickupPlace, Return, TaxRate
from orders.tests.factories import (
    a_variant,
    make_cart,
    make_delivered_order,
    make_imei,
    make_method,
    make_order,
    make_paid_order,
    make_rate,
    make_voucher,
)


def make_world(alice: Any) -> dict[str, Any]:
    """By the names that tables of addresses call these things."""
    make_rate()
    method = make_method()
    colours = [{"sku": f"NOVA-{colour}", "options": {"colour": colour}, "stock": 9} for colour in ("Blue", "Red")]
    product = make_product("Nova 5", variants=colours, specs={"memory": 8}, picture=True)
    variant = product.variants.first()
    order = make_order(user=alice, lines=[(variant, 1)], provider="sandbox")
    paid = make_paid_order(lines=[(variant, 2)], email="guest@example.com")
    fulfillment.create_shipment(paid, {paid.lines.get().pk: 1})
    unit = _unit(alice)
    cart = make_cart([(variant, 1)], user=alice, is_ready=True)
    voucher = make_voucher()
    return {
        "user": alice,
        "product": product,
        "product_type": ContentType.objects.get_for_model(product),
        "variant": variant,
        "order": order,
        "guest_order": paid,
        "key": links.order_key(paid),
        "mailed": order.events.get(kind="placed"),
        "invoice": _invoice(alice, variant),
        "payment": order.payments.get(),
        "sandbox": payments.start(order).url.split("/")[3],
        "unit": unit,
        "sent_order": unit.shipment_line.shipment.order,
        "line": cart.lines.get(),
        "count": stocktake.open_count("January", actor=alice),
        "card": credit.issue_gift_card(shop_money(50)),
        "process": _return(alice),
        "staff_cart": make_cart([(variant, 1)], source="phone", email="guest@example.com"),
        "voucher": voucher,
        "promotion": voucher.promotion,
        "address": make_address(alice),
        "passkey": _passkey(alice),
        "method": method,
        "mail": _mail(),
        "media": product.images.get().file.name,
        "movement": StockMovement.objects.first(),
        "level": StockLevel.objects.first(),
        "price": PriceChange.objects.first(),
        "closed": ClosedDays.objects.create(name="Move", first_day=date(2026, 12, 28), last_day=date(2026, 12, 30)),
        "place": PickupPlace.objects.create(
            name="Store", line1="Kanalstraße 7", postcode="10115", city="Berlin", country="DE", opening_hours="Mon–Fri"
        ),
        "rate": TaxRate.objects.first(),
        "group": Group.objects.first(),
        "spec": product.product_type.fields.first(),
        "fit_rule": make_fit_rule("charger", product.product_type.key, [("gives", "equal", "memory")]),
        "review": make_review(product, 4, user=alice, author_name="Alice A.", purchase=order.number),
        "invitation": reviews.invitation_url(product, purchase="another", author_name="Alice A.", user_id=alice.pk),
        "email": alice.emailaddress_set.get(),
        "mapping": ImportMapping.objects.create(name="Supplier", rules={"columns": {"Titel": "name"}}),
        "batch": ImportBatch.objects.create(file_name="devices.csv", sha256="0" * 64, report="line 2: added"),
        "synonym": Synonym.objects.first(),
        "search_count": SearchCount.objects.create(day=date(2026, 11, 1), words="phone", searches=3, results=2),
    }


def _return(buyer: Any) -> Return:
    """A device that its buyer does not like and may send back."""
    order = make_delivered_order(user=buyer)
    return returning.request(order, {order.lines.get().pk: 1}, reason="mind", key="disliked")


def _unit(user: Any) -> DeviceUnit:
    """A phone that is on its way to the user."""
    order = make_paid_order(user=user, lines=[(a_variant(is_serial_tracked=True), 1)])
    line = order.lines.get()
    fulfillment.ship(fulfillment.create_shipment(order, {line.pk: 1}, numbers={line.pk: [make_imei(1)]}))
    return DeviceUnit.objects.get()


def _invoice(buyer: Any, variant: Any) -> Document:
    order = make_paid_order(user=buyer, lines=[(variant, 1)])
    fulfillment.ship(fulfillment.create_shipment(order, fulfillment.open_quantities(order)))
    invoice = order.documents.get()
    documents.files_of(invoice)
    return invoice


def _passkey(user: Any) -> Authenticator:
    """As a browser would have made it."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, b"credential-of-alice", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, attested)
    answer = {
        "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": ""}'),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    raw_id = websafe_encode(b"credential-of-alice")
    credential = {"id": raw_id, "rawId": raw_id, "type": "public-key", "response": answer, "clientExtensionResults": {}}
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": credential}
    )


def _mail() -> str:
    message = EmailMessage("Hello", "Text", to=["alice@example.com"])
    mailbox.EmailBackend().send_messages([message])
    return mailbox.newest(1)[0].name


def routes() -> list[str]:
    """Every pattern of the shop, as the resolver knows it."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list, path: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield path + str(one.pattern)


def fresh_from_log_in(user: Any) -> Client:
    """Who gave the password a moment ago, and is not asked for it again before what is delicate."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@contextmanager
def undone() -> Iterator[list[str]]:
    """Runs what is inside, hands out the tables it wrote to (but those of sessions and cache), and takes it back."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = re.match(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "?(\w+)"?', sql)
        if found and found[1] not in ("django_session", "cache"):
            written.append(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)
    cache.clear()

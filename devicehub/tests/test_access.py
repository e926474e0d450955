"""Every address of the shop, tried by everybody: what each gets, and that nothing changes unless it may.

A new address fails `test_lists_every_address` until it has its row here.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import resolve

from accounts.tests.factories import GERMAN, make_user
from devicehub.tests.world import fresh_from_log_in, make_world, routes, undone
from orders.tests.factories import make_cart

# Its path, what GET answers a guest, Bob, plain staff (Dave), the shop's owner (Carol) and Alice, to whom the
# things of the world belong (one figure: the same to all), and what POST does. A star says that it wrote a row.
TABLE = """
/                                                       200                 405
/products/                                              200                 405
/products/{product.slug}/                               200                 405
/products/{product.slug}/fits/                          200                 405
/products/{product.slug}/review/                        404                 404
/recently-viewed/                                       200                 405
/categories/{product.category.slug}/                    200                 405
/brands/                                                200                 405
/brands/{product.brand.slug}/                           200                 405
/search/suggest/                                        200                 405
/compare/                                               200                 303
/compare/tray/                                          200                 303
/info/delivery/                                         200                 405
/sitemap.xml                                            200                 405
/sitemap-products.xml                                   200                 405
/feeds/merchant.xml                                     200                 405
/robots.txt                                             200                 405
/cart/                                                  200                 405
/cart/add/                                              405                 303*
/cart/lines/{line.pk}/                                  405                 404/404/404/404/303*
/cart/voucher/                                          405                 303/303/303/303/303*
/checkout/                                              302                 405
/checkout/address/                                      302/302/302/302/200 302/302/302/302/303*
/checkout/delivery/                                     302/302/302/302/200 302/302/302/302/303*
/checkout/payment/                                      302/302/302/302/200 302/302/302/302/303*
/checkout/credit/                                       405                 303/303/303/303/422
/checkout/review/                                       302/302/302/302/200 302/302/302/302/405
/checkout/place/                                        405                 404/404/404/404/303*
/orders/                                                302/200/200/200/200 302/405/405/405/405
/orders/find/                                           200                 422
/orders/{order.number}/                                 404/404/404/404/200 404/404/404/404/405
/orders/{order.number}/again/                           404/404/404/404/405 404/404/404/404/303*
/orders/{order.number}/cancel/                          404/404/404/404/405 404/404/404/404/303*
/orders/{order.number}/pay/                             404/404/404/404/405 404/404/404/404/303*
/orders/{sent_order.number}/devices/{unit.shipment_line.pk}-{unit.pk}/ 404/404/404/404/200 404/404/404/404/405
/devices/                                               302/200/200/200/200 302/405/405/405/405
/credit/                                                302/200/200/200/200 302/405/405/405/405
/orders/{invoice.order.number}/{invoice.number}.pdf     404/404/404/404/200 404/404/404/404/405
/withdraw/                                              200                 422
/orders/{process.order.number}/withdraw/                404/404/404/404/200 404/404/404/404/422
/orders/{process.order.number}/return/                  404/404/404/404/200 404/404/404/404/422
/orders/{process.order.number}/return/{process.number}/cancel/ 404/404/404/404/405 404/404/404/404/303*
/orders/{process.order.number}/return/{process.number}/label.pdf 404/404/404/404/200 404/404/404/404/405
/pay/sandbox/events/                                    405                 415
/pay/sandbox/return/{payment.pk}/                       404/404/404/404/200 405
/pay/sandbox/{sandbox}/                                 200                 303*
/accounts/profile/                                      302/200/200/200/200 302/302*/302*/302*/302*
/accounts/addresses/                                    302/200/200/200/200 302/405/405/405/405
/accounts/addresses/add/                                302/200/200/200/200 302/302*/302*/302*/302*
/accounts/addresses/{address.pk}/                       302/404/404/404/200 302/404/404/404/302*
/accounts/addresses/{address.pk}/delete/                302/404/404/404/200 302/404/404/404/302*
/accounts/addresses/{address.pk}/default/               302/405/405/405/405 302/404/404/404/302*
/accounts/login/                                        200/302/302/302/302 200/302/302/302/302
/accounts/logout/                                       302/200/200/200/200 302
/accounts/inactive/                                     200                 405
/accounts/signup/                                       200/302/302/302/302 200/302/302/302/302
/accounts/reauthenticate/                               302/200/200/200/200 302/200/200/200/200
/accounts/email/                                        302/200/200/200/200 302
/accounts/confirm-email/                                302                 302
/accounts/password/change/                              302/200/200/200/200 302/200/200/200/200
/accounts/password/set/                                 302                 302
/accounts/password/reset/                               200                 200
/accounts/login/code/confirm/                           302                 302
/accounts/password/reset/key/done/                      200                 405
/accounts/password/reset/key/1-abc/                     200                 200
/accounts/password/reset/done/                          200                 405
/accounts/2fa/                                          302/200/200/200/200 302/405/405/405/405
/accounts/2fa/authenticate/                             302                 302
/accounts/2fa/reauthenticate/                           302                 302
/accounts/2fa/totp/activate/                            302/200/200/200/200 302/200/200/200/200
/accounts/2fa/totp/deactivate/                          302/404/404/404/404 302/404/404/404/404
/accounts/2fa/recovery-codes/                           302/404/404/404/404 302/405/405/405/405
/accounts/2fa/recovery-codes/generate/                  302/200/200/200/200 302/200/200/200/302*
/accounts/2fa/recovery-codes/download/                  302/404/404/404/404 302/404/404/404/404
/accounts/2fa/webauthn/                                 302/200/200/200/200 302/405/405/405/405
/accounts/2fa/webauthn/add/                             302/200/200/200/200 302/200/200/200/200
/accounts/2fa/webauthn/reauthenticate/                  302/302/302/302/200 302
/accounts/2fa/webauthn/keys/{passkey.pk}/remove/        302/404/404/404/200 302/404/404/404/302*
/accounts/2fa/webauthn/keys/{passkey.pk}/edit/          302/404/404/404/200 302/404/404/404/200
/accounts/2fa/webauthn/login/                           302                 302
/media/{media}                                          200                 405
/styleguide/                                            200                 405
/demo/mail/                                             200                 405
/demo/mail/{mail}/                                      200                 405
/demo/mail/{mail}/html/                                 200                 405
/admin/                                                 302/302/200/200/302 302/302/200/200/302
/admin/login/                                           302/403/302/302/403 302/403/200/200/403
/admin/logout/                                          302/302/405/405/302 302
/admin/password_change/                                 302/302/200/200/302 302/302/200/200/302
/admin/autocomplete/                                    302/302/403/403/302 302/302/405/405/302
/admin/jsi18n/                                          302/302/200/200/302 302/302/405/405/302
/admin/r/{product_type.pk}/{product.pk}/                302                 302
/admin/accounts/user/{user.pk}/password/                302/302/403/200/302 302/302/403/200/302
/admin/orders/order/devices/                            302/302/403/200/302 302/302/405/405/302
/admin/orders/order/make/                               302/302/403/200/302 302/302/403/422/302
/admin/orders/order/make/{staff_cart.pk}/               302/302/403/200/302 302/302/403/422/302
/admin/orders/order/{order.pk}/act/cancel/              302/302/403/200/302 302/302/403/200/302
/admin/orders/promotion/{promotion.pk}/preview/         302/302/403/200/302 302/302/405/405/302
/admin/orders/promotion/{promotion.pk}/generate/        302/302/403/200/302 302/302/403/200/302
/admin/orders/order/{invoice.order.pk}/documents/{invoice.number}.pdf  302/302/403/200/302 302/302/403/200/302
/admin/orders/order/{order.pk}/mails/{mailed.pk}/       302/302/403/200/302 302/302/403/200/302
/admin/orders/order/{invoice.order.pk}/parcels/1/packing-slip.pdf  302/302/403/200/302 302/302/403/200/302
/admin/catalog/                                         302/302/404/200/302 302/302/404/200/302
/admin/nowhere/                                         302/302/404/404/302 302/302/404/404/302
/admin/password_change/done/                            302/302/200/200/302 302/302/405/405/302
/admin/catalog/category/children/{product.category.pk}/ 302/302/403/200/302 302/302/403/200/302
/admin/catalog/category/jsi18n/                         200                 405
/admin/catalog/importbatch/{batch.pk}/report/           302/302/403/200/302 302/302/403/200/302
/admin/orders/taxrate/report/                           302/302/403/200/302 302/302/403/200/302
/admin/catalog/stockcount/{count.pk}/csv/               302/302/403/200/302 302/302/403/200/302
/admin/catalog/stockcount/{count.pk}/discard/           302/302/403/302/302 302/302/403/302*/302
/admin/catalog/stockcount/{count.pk}/post/              302/302/403/302/302 302/302/403/302*/302
/admin/catalog/stockcount/{count.pk}/save/              302/302/403/302/302 302/302/403/302/302
/admin/catalog/stockcount/{count.pk}/scan/              302/302/403/302/302 302/302/403/422/302
/admin/catalog/category/move/                           302/302/403/400/302 302/302/403/400/302
"""


PEOPLE = ("guest", "bob", "dave", "carol", "alice")

# By model: the thing, the page, and what plain staff, the groups Owner, Catalog, Fulfillment and Support, and the owner
# are answered. "200/403": may look, but POST is refused. Whoever gets 403 is refused a POST too.
BACK_OFFICE = """
auth.group             group                 list    403     200     403     403     403     200
auth.group             group                 add     403     403     403     403     403     200
auth.group             group                 change  403     200/403 403     403     403     200
auth.group             group                 history 403     200     403     403     403     200
auth.group             group                 delete  403     403     403     403     403     200
accounts.user          user                  list    403     200     403     403     200     200
accounts.user          user                  add     403     200     403     403     403     200
accounts.user          user                  change  403     200     403     403     200/403 200
accounts.user          user                  history 403     200     403     403     200     200
accounts.user          user                  delete  403     403     403     403     403     403
catalog.category       product.category      list    403     200     200     200     200     200
catalog.category       product.category      add     403     200     200     403     403     200
catalog.category       product.category      change  403     200     200     200/403 200/403 200
catalog.category       product.category      history 403     200     200     200     200     200
catalog.category       product.category      delete  403     200     200     403     403     200
catalog.brand          product.brand         list    403     200     200     200     200     200
catalog.brand          product.brand         add     403     200     200     403     403     200
catalog.brand          product.brand         change  403     200     200     200/403 200/403 200
catalog.brand          product.brand         history 403     200     200     200     200     200
catalog.brand          product.brand         delete  403     200     200     403     403     200
catalog.fitrule        fit_rule              list    403     200     200     200     200     200
catalog.fitrule        fit_rule              add     403     200     200     403     403     200
catalog.fitrule        fit_rule              change  403     200     200     200/403 200/403 200
catalog.fitrule        fit_rule              history 403     200     200     200     200     200
catalog.fitrule        fit_rule              delete  403     200     200     403     403     200
catalog.importmapping  mapping               list    403     200     200     200     200     200
catalog.importmapping  mapping               add     403     200     200     403     403     200
catalog.importmapping  mapping               change  403     200     200     200/403 200/403 200
catalog.importmapping  mapping               history 403     200     200     200     200     200
catalog.importmapping  mapping               delete  403     200     200     403     403     200
catalog.importbatch    batch                 list    403     200     200     200     200     200
catalog.importbatch    batch                 add     403     403     403     403     403     403
catalog.importbatch    batch                 change  403     200     200     200/403 200/403 200
catalog.importbatch    batch                 history 403     200     200     200     200     200
catalog.importbatch    batch                 delete  403     403     403     403     403     403
catalog.synonym        synonym               list    403     200     200     200     200     200
catalog.synonym        synonym               add     403     200     200     403     403     200
catalog.synonym        synonym               change  403     200     200     200/403 200/403 200
catalog.synonym        synonym               history 403     200     200     200     200     200
catalog.synonym        synonym               delete  403     200     200     403     403     200
catalog.searchcount    search_count          list    403     200     200     200     200     200
catalog.searchcount    search_count          add     403     403     403     403     403     403
catalog.searchcount    search_count          change  403     200/403 200/403 200/403 200/403 200/403
catalog.searchcount    search_count          history 403     200     200     200     200     200
catalog.searchcount    search_count          delete  403     403     403     403     403     403
catalog.pricechange    price                 list    403     200     200     200     200     200
catalog.pricechange    price                 add     403     403     403     403     403     403
catalog.pricechange    price                 change  403     200/403 200/403 200/403 200/403 200/403
catalog.pricechange    price                 history 403     200     200     200     200     200
catalog.pricechange    price                 delete  403     403     403     403     403     403
catalog.product        product               list    403     200     200     200     200     200
catalog.product        product               add     403     200     200     403     403     200
catalog.product        product               change  403     200     200     200/403 200/403 200
catalog.product        product               history 403     200     200     200     200     200
catalog.product        product               delete  403     200     200     403     403     200
catalog.producttype    product.product_type  list    403     200     200     200     200     200
catalog.producttype    product.product_type  add     403     200     200     403     403     200
catalog.producttype    product.product_type  change  403     200     200     200/403 200/403 200
catalog.producttype    product.product_type  history 403     200     200     200     200     200
catalog.producttype    product.product_type  delete  403     200     200     403     403     200
catalog.specfield      spec                  list    403     200     200     200     200     200
catalog.specfield      spec                  add     403     200     200     403     403     200
catalog.specfield      spec                  change  403     200     200     200/403 200/403 200
catalog.specfield      spec                  history 403     200     200     200     200     200
catalog.specfield      spec                  delete  403     200     200     403     403     200
catalog.review         review                list    403     200     200     200     200     200
catalog.review         review                add     403     403     403     403     403     403
catalog.review         review                change  403     200     200     200/403 200     200
catalog.review         review                history 403     200     200     200     200     200
catalog.review         review                delete  403     200     200     403     403     200
catalog.stocklevel     level                 list    403     200     200     200     200     200
catalog.stocklevel     level                 add     403     200     200     403     403     200
catalog.stocklevel     level                 change  403     200     200     200/403 200/403 200
catalog.stocklevel     level                 history 403     200     200     200     200     200
catalog.stocklevel     level                 delete  403     403     403     403     403     403
catalog.stockmovement  movement              list    403     200     200     200     200     200
catalog.stockmovement  movement              add     403     403     403     403     403     403
catalog.stockmovement  movement              change  403     200/403 200/403 200/403 200/403 200/403
catalog.stockmovement  movement              history 403     200     200     200     200     200
catalog.stockmovement  movement              delete  403     403     403     403     403     403
catalog.variant        variant               list    403     200     200     200     200     200
catalog.variant        variant               add     403     403     403     403     403     403
catalog.variant        variant               change  403     302     302     302     302     302
catalog.variant        variant               history 403     200     200     200     200     200
catalog.variant        variant               delete  403     403     403     403     403     403
orders.order           order                 list    403     200     403     200     200     200
orders.order           order                 add     403     403     403     403     403     403
orders.order           order                 change  403     200/403 403     200/403 200/403 200/403
orders.order           order                 history 403     200     403     200     200     200
orders.order           order                 delete  403     403     403     403     403     403
orders.closeddays      closed                list    403     200     403     403     403     200
orders.closeddays      closed                add     403     200     403     403     403     200
orders.closeddays      closed                change  403     200     403     403     403     200
orders.closeddays      closed                history 403     200     403     403     403     200
orders.closeddays      closed                delete  403     200     403     403     403     200
orders.pickupplace     place                 list    403     200     403     403     403     200
orders.pickupplace     place                 add     403     200     403     403     403     200
orders.pickupplace     place                 change  403     200     403     403     403     200
orders.pickupplace     place                 history 403     200     403     403     403     200
orders.pickupplace     place                 delete  403     200     403     403     403     200
orders.promotion       promotion             list    403     200     200     403     200     200
orders.promotion       promotion             add     403     200     200     403     403     200
orders.promotion       promotion             change  403     200     200     403     200/403 200
orders.promotion       promotion             history 403     200     200     403     200     200
orders.promotion       promotion             delete  403     200     200     403     403     200
orders.voucher         voucher               list    403     200     200     403     200     200
orders.voucher         voucher               add     403     200     200     403     403     200
orders.voucher         voucher               change  403     200     200     403     200/403 200
orders.voucher         voucher               history 403     200     200     403     200     200
orders.voucher         voucher               delete  403     200     200     403     403     200
orders.deviceunit      unit                  list    403     200     403     200     200     200
orders.deviceunit      unit                  add     403     403     403     403     403     403
orders.deviceunit      unit                  change  403     200/403 403     200/403 200/403 200/403
orders.deviceunit      unit                  history 403     200     403     200     200     200
orders.deviceunit      unit                  delete  403     403     403     403     403     403
catalog.stockcount     count                 list    403     200     200     200     200     200
catalog.stockcount     count                 add     403     200     200     403     403     200
catalog.stockcount     count                 change  403     200     200     200     200     200
catalog.stockcount     count                 history 403     200     200     200     200     200
catalog.stockcount     count                 delete  403     403     403     403     403     403
orders.creditaccount   card                  list    403     200     403     403     200     200
orders.creditaccount   card                  add     403     200     403     403     200     200
orders.creditaccount   card                  change  403     200     403     403     200     200
orders.creditaccount   card                  history 403     200     403     403     200     200
orders.creditaccount   card                  delete  403     403     403     403     403     403
orders.return          process               list    403     200     403     200     200     200
orders.return          process               add     403     403     403     403     403     403
orders.return          process               change  403     302     403     302     302     302
orders.return          process               history 403     200     403     200     200     200
orders.return          process               delete  403     403     403     403     403     403
orders.shippingzone    method.zone           list    403     200     403     200     200     200
orders.shippingzone    method.zone           add     403     200     403     403     403     200
orders.shippingzone    method.zone           change  403     200     403     200/403 200/403 200
orders.shippingzone    method.zone           history 403     200     403     200     200     200
orders.shippingzone    method.zone           delete  403     200     403     403     403     200
orders.taxrate         rate                  list    403     200     403     403     403     200
orders.taxrate         rate                  add     403     200     403     403     403     200
orders.taxrate         rate                  change  403     200     403     403     403     200
orders.taxrate         rate                  history 403     200     403     403     403     200
orders.taxrate         rate                  delete  403     200     403     403     403     200
account.emailaddress   email                 list    403     403     403     403     403     200
account.emailaddress   email                 add     403     403     403     403     403     200
account.emailaddress   email                 change  403     403     403     403     403     200
account.emailaddress   email                 history 403     403     403     403     403     200
account.emailaddress   email                 delete  403     403     403     403     403     200
mfa.authenticator      passkey               list    403     403     403     403     403     200
mfa.authenticator      passkey               add     403     403     403     403     403     200
mfa.authenticator      passkey               change  403     403     403     403     403     200
mfa.authenticator      passkey               history 403     403     403     403     403     200
mfa.authenticator      passkey               delete  403     403     403     403     403     200
"""
pytestmark = pytest.mark.django_db

SESSION = settings.SESSION_COOKIE_NAME
PUBLIC = (
    *("/robots.txt", "/sitemap", "/feeds/", "/media/", "/search/suggest/", "/recently-viewed/", "/demo/mail/"),
    "/admin/catalog/category/jsi18n/",
)
GROUPS = ("Owner", "Catalog", "Fulfillment", "Support")
PAGES = {"list": "", "add": "add/", "change": "{pk}/change/", "history": "{pk}/history/", "delete": "{pk}/delete/"}
# Tasks are read only and for superusers. The bare address of a thing redirects to ".../change/".
LEFT_OUT = re.compile("admin/django_tasks_database/|admin/[a-z]+/[a-z]+/<path:object_id>/$")


@pytest.fixture(scope="module")
def alice(module_rows: None) -> Any:
    return make_user("alice@example.com", name="Alice Adler")


@pytest.fixture(scope="module")
def world(alice: Any) -> dict[str, Any]:
    return make_world(alice)


@pytest.fixture
def people(alice: Any, bob: Any, dave: Any, carol: Any) -> dict[str, Client]:
    people = {"guest": Client()}
    for name, user in {"bob": bob, "dave": dave, "carol": carol, "alice": alice}.items():
        people[name] = fresh_from_log_in(user)
    return people


def rows() -> dict[str, tuple[list[str], list[str]]]:
    """By path, not yet filled in: answers to GET, answers to POST."""
    table = {}
    for line in TABLE.strip().splitlines():
        path, gets, posts = line.split()
        table[path] = (one_each(gets), one_each(posts))
    return table


def one_each(answers: str) -> list[str]:
    return answers.split("/") if "/" in answers else [answers] * len(PEOPLE)


def body(path: str, world: dict[str, Any]) -> dict[str, Any]:
    """What a form of that address would send, where an empty one would not reach what is to be protected."""
    cart = world["line"].cart
    return {
        "orders:cart_add": {"variant": world["variant"].sku, "quantity": 1},
        "orders:cart_line": {"quantity": 2},
        "orders:cart_voucher": {"code": world["voucher"].code},
        "orders:checkout_address": {"delivery-saved": world["address"].pk},
        "orders:checkout_delivery": {"shipping_method": world["method"].pk},
        "orders:checkout_payment": {"payment_provider": "bank_transfer"},
        "orders:place": {"key": cart.pk, "total": "999999.00"},
        "orders:sandbox_page": {"answer": "approve"},
        "accounts:address_add": GERMAN,
        "accounts:address_edit": GERMAN | {"city": "Bonn"},
        "accounts:address_default": {"purpose": "invoice"},
        "accounts:profile": {"name": "Changed"},
    }.get(resolve(path).view_name, {})


def answer(client: Client, method: str, path: str, data: dict[str, Any] | None = None) -> str:
    with undone() as written:
        cookies = client.cookies.copy()
        response = client.generic(method, path) if method == "GET" else client.post(path, data or {})
        client.cookies = cookies
        is_page = response.status_code != 405 and not path.startswith(PUBLIC)
        is_kept = is_page and SESSION in cookies and not is_private(response)
        return f"{response.status_code}{'*' if written else ''}{' kept by caches' if is_kept else ''}"


def is_private(response: Any) -> bool:
    return {"private", "no-store"} <= set(re.split(r",\s*", response["Cache-Control"]))


# Everybody, everywhere ----------------------------------------------------------------------------------------


def test_lists_every_address(world: dict) -> None:
    paths = [template.format(**world) for template in rows()]
    paths += [path for _model, _page, path, _cells in back_office(world)]
    tried = {resolve(path).route.replace("^", "") for path in paths}
    left = {path.replace("^", "") for path in routes()} - tried
    assert [path for path in left if not LEFT_OUT.match(path)] == []


@pytest.mark.parametrize("person", PEOPLE)
def test_answers_each_as_the_table_says(world: dict, people: dict[str, Client], person: str) -> None:
    """And writes nothing for a GET, nor for a stranger's POST."""
    column = PEOPLE.index(person)
    expected, got = {}, {}
    for template, (gets, posts) in rows().items():
        path = template.format(**world)
        expected[path] = (gets[column], posts[column])
        got[path] = (answer(people[person], "GET", path), answer(people[person], "POST", path, body(path, world)))
    assert got == expected


@pytest.mark.parametrize("person", ["dave", *GROUPS, "carol"])
def test_answers_staff_as_the_table_of_the_back_office_says(world: dict, dave: Any, carol: Any, person: str) -> None:
    client = staff_client(person, dave, carol)
    column = ["dave", *GROUPS, "carol"].index(person)
    expected, got = {}, {}
    for model, page, path, cells in back_office(world):
        seen, _, changed = cells[column].partition("/")
        expected[model, page] = cells[column]
        got[model, page] = answer(client, "GET", path)
        if changed or seen == "403":
            refused = answer(client, "POST", path, {"post": "yes"})
            got[model, page] += f"/{refused}" if changed else "" if refused == "403" else f" but {refused}"
    assert got == expected


@pytest.mark.parametrize("person", ["guest", "bob"])
def test_lets_no_shopper_into_the_back_office(world: dict, people: dict[str, Client], person: str) -> None:
    for _model, _page, path, _cells in back_office(world):
        for method in ("GET", "POST"):
            with undone() as written:
                response = people[person].generic(method, path)
            assert (response.status_code, written) == (302, []), path
            assert response["Location"].startswith("/admin/login/?next="), path


def staff_client(person: str, dave: Any, carol: Any) -> Client:
    if person in GROUPS:
        dave.groups.add(Group.objects.get(name=person))
    return fresh_from_log_in(carol if person == "carol" else dave)


def back_office(world: dict) -> Iterator[tuple[str, str, str, list[str]]]:
    for line in BACK_OFFICE.strip().splitlines():
        model, thing, page, *cells = line.split()
        path = PAGES[page].format(pk=f"{{{thing}.pk}}").format(**world)
        yield model, page, f"/admin/{model.replace('.', '/')}/{path}", cells


# Strangers -----------------------------------------------------------------------------------------------------


def same(text: str, path: str) -> str:
    """A page without what differs from one request to the next."""
    text = re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", text)
    return text.replace(path, "…").replace(quote(path, safe=""), "…")


STRANGE = [
    ("GET", "/orders/{order.number}/", "order.number", "0000-0000-0000-0"),
    ("GET", "/orders/{order.number}/?key=abc", "order.number", "0000-0000-0000-0"),
    ("POST", "/orders/{order.number}/cancel/", "order.number", "0000-0000-0000-0"),
    ("POST", "/orders/{order.number}/pay/", "order.number", "0000-0000-0000-0"),
    ("POST", "/orders/{order.number}/again/", "order.number", "0000-0000-0000-0"),
    ("GET", "/orders/{guest_order.number}/", "guest_order.number", "0000-0000-0000-0"),
    ("GET", "/pay/sandbox/return/{payment.pk}/", "payment.pk", "00000000-0000-0000-0000-000000000000"),
    ("POST", "/cart/lines/{line.pk}/", "line.pk", "999999"),
    ("GET", "/accounts/addresses/{address.pk}/", "address.pk", "999999"),
    ("POST", "/accounts/addresses/{address.pk}/", "address.pk", "999999"),
    ("POST", "/accounts/addresses/{address.pk}/delete/", "address.pk", "999999"),
    ("POST", "/accounts/addresses/{address.pk}/default/", "address.pk", "999999"),
    ("POST", "/accounts/2fa/webauthn/keys/{passkey.pk}/remove/", "passkey.pk", "999999"),
]


@pytest.mark.parametrize("person", ["guest", "bob", "dave", "carol"])
def test_answers_a_strangers_thing_as_an_unknown_one(world: dict, people: dict[str, Client], person: str) -> None:
    for method, path, thing, unknown in STRANGE:
        known, other = path.format(**world), path.replace(f"{{{thing}}}", unknown).format(**world)
        found, missing = people[person].generic(method, known), people[person].generic(method, other)
        is_door = person == "guest" and path.startswith("/accounts/")
        assert found.status_code == missing.status_code == (302 if is_door else 404), path
        assert same(found.text, known) == same(missing.text, other)
        assert headers(found, known) == headers(missing, other)


def headers(response: Any, path: str) -> dict[str, str]:
    of_request = ("X-Request-ID", "Content-Security-Policy", "Content-Length")
    return {name: same(value, path) for name, value in response.headers.items() if name not in of_request}


def test_takes_no_thing_of_a_stranger_named_in_a_form(world: dict, people: dict[str, Client], bob: Any) -> None:
    """Hidden or chosen ids are the visitor's word, too."""
    make_cart([(world["variant"], 1)], user=bob, is_ready=True)
    with undone() as written:
        delivery = {"delivery-saved": world["address"].pk}
        assert people["bob"].post("/checkout/address/", delivery).status_code == 422
        assert people["bob"].post("/checkout/place/", {"key": world["line"].cart_id, "total": "1"}).status_code == 404
    assert written == []


# Caches --------------------------------------------------------------------------------------------------------


def test_lets_no_cache_keep_a_guests_page_with_a_token_or_a_name(world: dict) -> None:
    for template in rows():
        response = Client().get(template.format(**world))
        body = b"".join(response) if response.streaming else response.content
        if response.cookies or b"csrfmiddlewaretoken" in body or b"Gerda" in body:
            assert is_private(response), (template, response["Cache-Control"])
    keyed = Client().get(f"/orders/{world['guest_order'].number}/", {"key": world["key"]})
    assert (keyed.status_code, is_private(keyed)) == (200, True)

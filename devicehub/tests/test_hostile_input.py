"""What no honest browser sends, into every form and every parameter: a clear refusal, never a 5xx, never an echo."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import make_user
from catalog.models import StockLevel, StockMovement
from devicehub.tests.visitor import Form, Page
from devicehub.tests.world import fresh_from_log_in, make_world, undone
from orders.models import Cart, CartLine, Order

MARK = "<hostile-7"
ODD: list[str | bytes] = [
    "",
    "-1",
    "0",
    "1.5",
    "1e3",
    "1e200000",
    "-1e2",
    "NaN",
    "Infinity",
    str(10**20),
    "9" * 400,
    "٣",
    "1_0",
    "a\0b",
    b"\xff",
    b"\xed\xa0\x80",
    "a" * 10_000,
    "' OR 1=1; --",
    "%' ESCAPE '_",
    f"\"'>{MARK} onload=x>",
    "{{ 7|add:7 }}{% now 'Y' %}%(x)s{0}",
    "\u202eRTL \u200f \ufeff",
    "👩‍👩‍👧‍👦" * 30,
    "\r\nSet-Cookie: hostile=1",
    "//evil.example/\\",
    "../../etc/passwd",
    "00000000-0000-0000-0000-000000000000",
    "2026-99-99T99:99",
]
WORST = ["1e200000", str(10**20), "a\0b", "a" * 10_000, f"\"'>{MARK} onload=x>", "-1"]
STRANGE = [*WORST, "", "٣", b"\xff"]
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def alice(module_rows: None) -> Any:
    return make_user("alice@example.com", name="Alice Adler")


@pytest.fixture(scope="module")
def world(alice: Any) -> dict[str, Any]:
    return make_world(alice)


@pytest.fixture
def shopper(alice: Any) -> Client:
    client = fresh_from_log_in(alice)
    client.raise_request_exception = False
    return client


@pytest.fixture
def owner(carol: Any) -> Client:
    client = fresh_from_log_in(carol)
    client.raise_request_exception = False
    return client


def faults(client: Client, method: str, path: str, body: bytes | str = "", kind: str = FORM) -> list[str]:
    """What is wrong with the answer; nothing when all is well."""
    begin = time.monotonic()
    cookies = client.cookies.copy()
    with undone():
        response = client.generic(method, path, body, content_type=kind)
        text = b"" if response.streaming else response.content
    client.cookies = cookies
    signs = {
        f"answers {response.status_code}": response.status_code >= 500,
        "echoes": MARK.encode() in text,
        "is split": response.has_header("Set-Cookie") or "hostile" in response.cookies,
        "is slow": time.monotonic() - begin > 5,
    }
    return [f"{method} {path[:90]} {str(body)[:90]!r} {sign}" for sign, is_there in signs.items() if is_there]


# Queries -------------------------------------------------------------------------------------------------------

LISTING = (
    *("q", "category", "brand", "min_price", "max_price", "in_stock", "condition", "rating", "sort", "page", "hostile"),
    *("spec-memory", "spec-memory-min", "spec-memory-max", "spec-colour", "spec-"),
)
DELICATE = (
    *("q", "page", "min_price", "spec-memory-min", "variant", "v", "key", "i"),
    *("next", "country", "delivery-country"),
)
PARAMETERS = {
    "/products/": LISTING,
    "/categories/{product.category.slug}/": ("q", "category", "spec-memory"),
    "/brands/{product.brand.slug}/": ("brand", "page"),
    "/products/nova-5/": ("variant", "page"),
    "/products/nova-5/review/": ("i",),
    "/search/suggest/": ("q",),
    "/compare/": ("v", "q", "only"),
    "/orders/": ("page",),
    "/orders/find/": ("sent",),
    "/orders/{guest_order.number}/": ("key",),
    "/pay/sandbox/return/{payment.pk}/": ("key",),
    "/checkout/address/": ("delivery-country", "invoice-country"),
    "/accounts/addresses/add/": ("country",),
    "/accounts/login/": ("next",),
    "/sitemap.xml": ("p",),
}


@pytest.mark.parametrize("path", PARAMETERS)
def test_reads_any_query(world: dict, shopper: Client, path: str) -> None:
    found = []
    for name in PARAMETERS[path]:
        for value in ODD if name in DELICATE else STRANGE:
            query = urlencode([(name, value), (name, value)])
            found += faults(shopper, "GET", f"{path.format(**world)}?{query}")
    assert found == []


PATHS = [
    "/products/{}/",
    "/categories/{}/",
    "/brands/{}/",
    "/info/{}/",
    "/orders/{}/",
    "/orders/{}/cancel/",
    "/pay/{}/events/",
    "/pay/sandbox/{}/",
    "/pay/sandbox/return/{}/",
    "/cart/lines/{}/",
    "/accounts/addresses/{}/",
    "/accounts/password/reset/key/{}/",
    "/sitemap-{}.xml",
    "/media/{}",
    "/demo/mail/{}/",
    "/admin/catalog/product/{}/change/",
    "/admin/catalog/category/children/{}/",
    "/admin/orders/order/{}/change/",
    "/admin/orders/order/{}/act/cancel/",
    "/admin/r/{}/1/",
    "/{}",
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_finds_nothing_at_odd_addresses(world: dict, owner: Client, method: str) -> None:
    words = [urlencode({"": value})[1:] for value in (ODD if method == "GET" else STRANGE)]
    assert [one for path in PATHS for word in words for one in faults(owner, method, path.format(word))] == []


ADMIN_PARAMETERS = {
    "catalog/product": ("q", "o", "p", "all", "e", "brand__id__exact", "is_published__exact", "category", "stock"),
    "catalog/stocklevel": ("q", "o", "state", "variant__product__brand__id__exact"),
    "catalog/stockmovement": ("q", "created_at__gte", "created_at__year", "kind__exact"),
    "catalog/pricechange": ("q", "created_at__year", "created_at__month"),
    "orders/order": ("q", "p", "status__exact", "placed_at__gte", "placed_at__year", "lines__sku", "user__password"),
    "accounts/user": ("q", "password__startswith", "groups__id__exact", "date_joined__year", "is_active__exact"),
}


def test_reads_any_query_of_the_back_office(world: dict, owner: Client) -> None:
    found = []
    for model, names in ADMIN_PARAMETERS.items():
        for name in names:
            for value in STRANGE:
                found += faults(owner, "GET", f"/admin/{model}/?{urlencode({name: value})}")
    for name in ("term", "app_label", "model_name", "field_name", "page"):
        asked = {"app_label": "catalog", "model_name": "product", "field_name": "brand", "term": "a"}
        for value in STRANGE:
            found += faults(owner, "GET", f"/admin/autocomplete/?{urlencode(asked | {name: value})}")
    assert found == []


# Forms ---------------------------------------------------------------------------------------------------------

PAGES = [
    "/products/nova-5/",
    "{invitation}",
    "/compare/?v={variant.sku}&q=nova",
    "/cart/",
    "/checkout/address/",
    "/checkout/delivery/",
    "/checkout/payment/",
    "/checkout/review/",
    "/orders/{order.number}/",
    "/orders/find/",
    "/pay/sandbox/{sandbox}/",
    "/accounts/profile/",
    "/accounts/addresses/add/",
    "/accounts/addresses/{address.pk}/delete/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/reauthenticate/",
    "/accounts/2fa/webauthn/keys/{passkey.pk}/edit/",
]
GUEST_PAGES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/orders/find/"]
STAFF_PAGES = [
    *("/admin/catalog/product/add/", "/admin/catalog/product/{product.pk}/change/", "/admin/catalog/product/"),
    *("/admin/catalog/category/add/", "/admin/catalog/category/{product.category.pk}/change/"),
    *("/admin/catalog/brand/add/", "/admin/catalog/producttype/add/", "/admin/catalog/specfield/{spec.pk}/change/"),
    *("/admin/catalog/stocklevel/add/", "/admin/catalog/stocklevel/{level.pk}/change/"),
    *("/admin/catalog/review/", "/admin/catalog/review/{review.pk}/change/"),
    *("/admin/orders/shippingzone/{method.zone.pk}/change/", "/admin/orders/taxrate/{rate.pk}/change/"),
    *("/admin/orders/pickupplace/{place.pk}/change/", "/admin/orders/closeddays/{closed.pk}/change/"),
    *("/admin/orders/order/", "/admin/orders/order/{order.pk}/act/quantities/"),
    *("/admin/orders/order/{order.pk}/act/cancel/", "/admin/orders/order/{guest_order.pk}/act/ship/"),
    *("/admin/orders/order/{guest_order.pk}/act/refund/", "/admin/orders/order/{guest_order.pk}/act/pack/"),
    *("/admin/orders/order/{guest_order.pk}/act/resend/", "/admin/accounts/user/{user.pk}/change/"),
    *("/admin/accounts/user/add/", "/admin/auth/group/add/"),
]


def forms(client: Client, path: str) -> Iterator[tuple[str, Form]]:
    """The forms of a page that post, with where they go to."""
    response = client.get(path)
    assert response.status_code == 200, path
    for form in Page(path, 200, response.headers, response.text).forms:  # type: ignore[arg-type]
        if form.method == "post" and form.action not in ("/accounts/logout/", "/admin/logout/"):
            yield form.action or path, form


def spoiled(form: Form, name: str, value: str | bytes) -> str:
    return urlencode([(key, value if key == name else kept) for key, kept in form.values])


@pytest.mark.parametrize("path", PAGES)
def test_takes_any_form(world: dict, shopper: Client, path: str) -> None:
    """All fields at once, each field by itself, all twice, none."""
    found, sent = [], 0
    for action, form in forms(shopper, path.format(**world)):
        names = {*(name for name, _value in form.values), *(button[0] for button in form.buttons if button[0])}
        bodies = [urlencode([(name, value) for name in names]) for value in ODD]
        bodies += [spoiled(form, name, value) for name in names for value in WORST]
        bodies += [urlencode(form.values + form.values), "", urlencode([(f"{name}[]", "x") for name in names])]
        for body in bodies:
            found += faults(shopper, "POST", action, body)
        sent += len(bodies)
    assert found == []
    assert sent > len(ODD)


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/orders/find/"]
)
def test_takes_any_form_of_a_guest(world: dict, path: str) -> None:
    guest = Client(raise_request_exception=False)
    for action, form in forms(guest, path):
        names = [name for name, _value in form.values]
        bodies = [urlencode([(name, value) for name in names]) for value in ODD]
        bodies += [spoiled(form, name, value) for name in names for value in WORST]
        assert [one for body in bodies for one in faults(guest, "POST", action, body)] == []


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_takes_any_form_of_the_back_office(world: dict, owner: Client, path: str) -> None:
    found = []
    for action, form in forms(owner, path.format(**world)):
        frame = [(name, value) for name, value in form.values if name.endswith("_FORMS")]  # else no inline is read
        names = {name for name, _value in form.values} - {name for name, _value in frame}
        for value in STRANGE:
            found += faults(owner, "POST", action, urlencode([*frame, *((name, value) for name in names)]))
        found += faults(owner, "POST", action, urlencode([(name, "1e9") for name, _value in form.values]))
    assert found == []


KINDS = {
    "application/json": b'{"quantity": -1}',
    "text/plain": b"quantity=1",
    "multipart/form-data": b"no boundary",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xff\r\n--x--',
    "application/x-www-form-urlencoded; charset=utf-16": b"a=1",
    "application/octet-stream": b"\0\xff" * 500,
    "": b"a=1",
    "nonsense": b"&&==&%%%zz&;",
    FORM: b"&&==&%%%zz&;[]=1&a[b][c]=d",
}


def test_reads_no_body_of_a_wrong_kind(world: dict, shopper: Client) -> None:
    posts = [path for page in PAGES for path, _form in forms(shopper, page.format(**world))]
    posts += ["/cart/add/", "/checkout/place/", "/pay/sandbox/events/", "/pay/nobody/events/", "/", "/products/"]
    found = []
    for path in dict.fromkeys(posts):
        for kind, body in KINDS.items():
            found += faults(shopper, "POST", path, body, kind)
    assert found == []


# Quantities ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", ["-3", "0", "1.5", "1e3", str(10**20), "-1e2", "", "100", "one", "0x1"])
def test_makes_neither_row_nor_order_of_an_absurd_quantity(world: dict, bob: Any, quantity: str) -> None:
    client = fresh_from_log_in(bob)
    before = counts()
    data = {"variant": world["variant"].sku, "quantity": quantity}
    assert client.post("/cart/add/", data).status_code == 422
    assert client.post("/checkout/place/", {"key": "", "total": "1"}).status_code == 404
    assert counts() == before


def counts() -> tuple[Any, ...]:
    levels = list(StockLevel.objects.order_by("pk").values_list("on_hand", "reserved"))
    return Cart.objects.count(), CartLine.objects.count(), Order.objects.count(), StockMovement.objects.count(), levels


# Anything at all -----------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(LISTING) | texts, texts, max_size=5))
def test_searches_for_anything(world: dict, shopper: Client, query: dict[str, str]) -> None:
    assert faults(shopper, "GET", f"/products/?{urlencode(query)}") == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=2, max_size=80))
def test_suggests_for_anything(world: dict, shopper: Client, words: str) -> None:
    assert faults(shopper, "GET", f"/search/suggest/?{urlencode({'q': words})}") == []

"""The shop as it stands in the world: behind a proxy that speaks TLS."""

from typing import Any

import pytest

from devicehub.tests.servers import ShopServer
from devicehub.tests.visitor import Page, Visitor


@pytest.fixture
def shop(start_server: Any) -> ShopServer:
    return start_server("sqlite", SHOP_MODE="production", ALLOWED_HOSTS="shop.example", TRUSTED_PROXY_COUNT="1")


def ask(shop: ShopServer, path: str, method: str = "GET", **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Visitor(shop.base_url).request(method, path, headers={"Host": "shop.example"} | named, follow=False)


def test_is_safe_in_the_world(shop: ShopServer) -> None:
    page = ask(shop, "/accounts/login/", X_Forwarded_Proto="https")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert page.headers["Server"] == "gunicorn"
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie

    plain = ask(shop, "/accounts/login/")
    assert (plain.status, plain.headers["Location"]) == (301, "https://shop.example/accounts/login/")
    assert [ask(shop, path).status for path in ("/healthz", "/readyz")] == [200, 200]

    assert ask(shop, "/", Host="evil.example", X_Forwarded_Proto="https").status == 400
    assert ask(shop, "/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https").status < 400
    for path in ("/demo/mail/", "/styleguide/", "/nowhere/"):
        assert ask(shop, path, X_Forwarded_Proto="https").status == 404, path
    # Nobody can tell the shop that a payment of the playground has come in.
    assert ask(shop, "/pay/sandbox/events/", "POST", X_Forwarded_Proto="https").status == 404
    assert "DisallowedHost" not in shop.log

"""Fetching a file from somebody else's address, without becoming their way into this network.

Only http and https, only addresses of the public internet: each connection, also after a redirect, resolves the name
itself, refuses it unless all its addresses are public, and connects to what it checked. Size and time are limited.
"""

from __future__ import annotations

import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import AF_UNSPEC, SOCK_STREAM, create_connection, getaddrinfo, socket
from typing import Any
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from catalog.exceptions import CatalogError

SILENCE = 5.0  # seconds without a byte
SECONDS = 30.0  # for the whole file
CHUNK = 65536
REDIRECTS = 3
UNICAST = IPv6Network("2000::/3")
TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # carry an IPv4 address that is not seen here


class FetchError(CatalogError):
    """An address that cannot be fetched. `may_pass` tells a fault of the moment from one that stays."""

    def __init__(self, text: str, *, may_pass: bool = False) -> None:
        self.may_pass = may_pass
        super().__init__(text)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in UNICAST or any(address in net for net in TUNNELS)):
        return False
    return address.is_global and not address.is_multicast


def connect_publicly(host: str, port: int, timeout: float) -> socket:
    found = [str(info[4][0]) for info in getaddrinfo(host, port, AF_UNSPEC, SOCK_STREAM)]
    if not all(is_public(ip_address(one.partition("%")[0])) for one in found):
        raise FetchError(f"{host} is no public address")
    for one in found[:-1]:
        try:
            return create_connection((one, port), timeout)
        except OSError:
            continue
    return create_connection((found[-1], port), timeout)


class PublicHTTP(HTTPConnection):
    def connect(self) -> None:
        self.sock = connect_publicly(self.host, self.port, SILENCE)


class PublicHTTPS(HTTPSConnection):
    def connect(self) -> None:
        plain = connect_publicly(self.host, self.port, SILENCE)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


class _HTTP(HTTPHandler):
    def http_open(self, request: Request) -> Any:
        return self.do_open(PublicHTTP, request)


class _HTTPS(HTTPSHandler):
    def https_open(self, request: Request) -> Any:
        return self.do_open(PublicHTTPS, request, context=ssl.create_default_context())


class _Redirects(HTTPRedirectHandler):
    max_redirections = REDIRECTS


def opener() -> OpenerDirector:
    """No proxy, no cookies, no files, no other schemes."""
    made = OpenerDirector()
    for handler in (_HTTP(), _HTTPS(), _Redirects(), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        made.add_handler(handler)
    return made


def fetch(url: str, *, max_bytes: int, opener: OpenerDirector) -> bytes:
    """Raises FetchError with words for the report."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise FetchError("this is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FetchError("only http and https addresses are fetched")
    until = time.monotonic() + SECONDS
    try:
        with opener.open(Request(url, headers={"User-Agent": "DeviceHub"}), timeout=SILENCE) as response:
            return _body(response, max_bytes, until)
    except FetchError:
        raise
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None)
        if isinstance(reason, FetchError):
            raise reason from error
        status = getattr(error, "code", 0)
        raise FetchError(f"not fetched ({error})", may_pass=not 400 <= status < 500) from error


def _body(response: Any, max_bytes: int, until: float) -> bytes:
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise FetchError(f"larger than {max_bytes} bytes")
        if time.monotonic() > until:
            raise FetchError(f"not there after {SECONDS:.0f} seconds", may_pass=True)
    return bytes(body)

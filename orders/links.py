"""Links to an order's page. A guest's link carries a signed key; a member's does not, since a log-in opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from devicehub.lib.codes import sign, unsign
from devicehub.lib.urls import absolute_url
from orders.models import Order, Return

SALT = "order"
KEY_MAX_AGE = 2 * 365 * 24 * 3600  # the warranty; /orders/find/ mails a new link at any time


def order_key(order: Order, at: datetime | None = None) -> str:
    """What opens a guest's order, counted from now or from `at`; nothing for a member's."""
    return "" if order.user_id else sign(order.number, SALT, at)


def with_key(path: str, key: str) -> str:
    return f"{path}?{urlencode({'key': key})}" if key else path


def order_url(order: Order) -> str:
    return with_key(order.get_absolute_url(), order_key(order))


def absolute_order_url(order: Order) -> str:
    return absolute_url(order_url(order))


def device_path(number: str, device: str) -> str:
    """The page of a device of an order, without a key."""
    return reverse("orders:device", args=[number, device])


def absolute_device_url(order: Order, device: str) -> str:
    return absolute_url(with_key(device_path(order.number, device), order_key(order)))


def document_path(number: str, document: str, format: str, key: str = "") -> str:
    """A file of a document of an order, by the key by which the visitor came."""
    return with_key(reverse("orders:document", args=[number, document, format]), key)


def document_path_by(key: str) -> Callable[[str, str, str], str]:
    return partial(document_path, key=key)


def return_path(name: str, process: Return, key: str = "") -> str:
    """The path of an act on a return, such as orders:return_cancel."""
    return with_key(reverse(name, args=[process.order.number, process.number]), key)


def absolute_label_url(process: Return) -> str:
    return absolute_url(return_path("orders:return_label", process, order_key(process.order)))


def order_action_url(name: str, order: Order) -> str:
    """The path of an act on an order, such as orders:cancel, with a guest's key."""
    return with_key(reverse(name, args=[order.number]), order_key(order))


def may_see(order: Order, user: User | AnonymousUser | None, key: str = "") -> bool:
    """Whether the order is this member's own, or a guest's and the key was made by us for this very order."""
    if order.user_id:
        return user is not None and user.is_authenticated and order.user_id == user.pk
    return _fits(key, order)


def is_outdated(order: Order, user: User | AnonymousUser | None, key: str) -> bool:
    """Whether a good link comes from before the order joined an account, and logging in would open it."""
    is_nobody = user is None or not user.is_authenticated
    return is_nobody and bool(order.user_id) and _fits(key, order)


def _fits(key: str, order: Order) -> bool:
    return bool(key) and unsign(key, SALT, KEY_MAX_AGE) == order.number

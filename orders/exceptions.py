"""How acts on orders fail. Their text may be shown to the buyer or to staff as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from devicehub.lib.money import Money

if TYPE_CHECKING:
    from orders.models import Order


class OrderError(Exception):
    """Base of everything that carts, checkout, payments and orders refuse."""


class CartError(OrderError):
    """A line cannot be added or changed as asked."""


class QuantityRefused(CartError):
    """More or fewer of a device than may go into a cart."""


class VoucherRefused(CartError):
    """A code that this buyer cannot use; the text says why."""


class AlreadyPlaced(OrderError):
    """The cart was ordered by another press of the button; `order` is what it made."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__("Placed already")


class CheckoutIncomplete(OrderError):
    """A step lacks its answer; `step` names it: address, delivery, payment or cart."""

    def __init__(self, step: str, message: str) -> None:
        self.step = step
        super().__init__(message)


class PriceChanged(OrderError):
    """The order would cost more than the buyer has seen; he must accept `total` first. `reasons` are in words."""

    def __init__(self, total: Money, reasons: Sequence[str] = ()) -> None:
        self.total = total
        self.reasons = list(reasons)
        super().__init__("The total has changed")


class MoveNotAllowed(OrderError):
    """The order's status does not allow this now."""


class QuantityError(OrderError):
    """More than is left, less than nothing, or after dispatch."""


class NumbersRefused(OrderError):
    """Serial numbers that cannot be taken; `words` says why, by order line id."""

    def __init__(self, words: Mapping[int, Sequence[str]]) -> None:
        self.words = words
        super().__init__(" ".join(said for of_line in words.values() for said in of_line))


class DayRefused(OrderError):
    """A day on which it cannot have happened."""


class CreditRefused(OrderError):
    """A gift card or store credit that cannot pay: unknown, blocked, expired, or not enough on it."""


class SellerUnknown(OrderError):
    """The shop's settings do not say who sells, so no invoice can be issued."""


class PaymentError(OrderError):
    """A payment or refund that may not be: a wrong amount, a forged notice, an unknown provider."""


class TooOften(OrderError):
    """The same act was tried more often than anybody honest would."""

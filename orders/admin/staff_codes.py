"""Vouchers and gift cards in an order that staff make, entered by the verbs that the buyer's own cart uses.

Nobody counts the tries of staff: who may make orders is known by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from devicehub.lib.money import Money
from orders import credit, vouchers
from orders.exceptions import OrderError
from orders.forms import GiftCardForm, VoucherForm
from orders.models import Cart
from orders.summaries import Summary


class CodesMixin:
    """Two acts of the page over a cart: each takes a code, or takes out what `remove` names."""

    request: HttpRequest
    cart: Cart
    refused: dict[str, Any]

    def voucher(self) -> None:
        if "remove" in self.request.POST:
            vouchers.take_out(self.cart, self.request.POST["remove"])
        else:
            self._enter("voucher", VoucherForm(self.request.POST), vouchers.enter)

    def gift_card(self) -> None:
        if "remove" in self.request.POST:
            self._take_out_credit(self.request.POST["remove"])
        elif "own" in self.request.POST:
            credit.use_store_credit(self.cart)
        else:
            self._enter("gift_card", GiftCardForm(self.request.POST), credit.enter)

    def _enter(self, name: str, form: VoucherForm, enter: Callable[[Cart, str], object]) -> None:
        if not form.is_valid():
            self.refused[name] = form
            return
        try:
            enter(self.cart, form.cleaned_data["code"])
        except OrderError as error:
            form.add_error("code", str(error))
            self.refused[name] = form

    def _take_out_credit(self, key: str) -> None:
        try:
            credit.take_out(self.cart, UUID(key))
        except ValueError:
            pass  # it names nothing that could be in there

    def own_credit(self, summary: Summary) -> Money | None:
        """A member's store credit, while it does not pay and could."""
        account = credit.store_credit_of(self.cart.user, self.cart.currency)
        is_used = account in [use.account for use in summary.credits]
        is_needed = bool(summary.left_to_pay) and not is_used
        return Money(account.balance, account.currency) if account and is_needed else None

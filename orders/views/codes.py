"""Codes that buyers type, vouchers' and gift cards': so many tries, that none is found by trying."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from orders.throttle import allows


class CodeView(View):
    """`may_try` counts right codes too, or the limit would tell which were."""

    tries_per_session = 10
    tries_per_address = 50
    seconds = 600
    too_often = _("You have tried many codes. Please wait ten minutes.")

    def may_try(self) -> bool:
        session = self.request.session.session_key or ""
        address = get_adapter().get_client_ip(self.request)
        return all(
            [
                allows("voucher", f"session {session}", times=self.tries_per_session, seconds=self.seconds),
                allows("voucher", f"address {address}", times=self.tries_per_address, seconds=self.seconds),
            ]
        )

"""Promotions and vouchers in the back office."""

from orders.admin.promotions import promotion, voucher

__all__ = ["promotion", "voucher"]

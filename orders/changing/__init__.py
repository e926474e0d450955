"""Changing an order before dispatch: its lines, where it goes and how. Stock and money follow, or nothing changes."""

from orders.changing.draft import removable
from orders.changing.lines import add_device, change_quantities, swap_variant
from orders.changing.split import split_order
from orders.changing.terms import change_address, change_method, offers

__all__ = [
    "add_device",
    "change_address",
    "change_method",
    "change_quantities",
    "offers",
    "removable",
    "split_order",
    "swap_variant",
]

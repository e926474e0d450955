"""Paying: the public verbs. Providers are values-only; `flow` knows payments, orders and stock of both."""

from orders.payments.base import Charge, Handover, Notice, Provider, UnknownPayment
from orders.payments.flow import (
    cancel_open,
    give_back,
    handle_notice,
    move_share,
    record_payment,
    refund,
    refundable,
    settle,
    start,
)
from orders.payments.registry import get_provider, is_offered, providers

__all__ = [
    "Charge",
    "Handover",
    "Notice",
    "Provider",
    "UnknownPayment",
    "cancel_open",
    "get_provider",
    "give_back",
    "handle_notice",
    "is_offered",
    "move_share",
    "providers",
    "record_payment",
    "refund",
    "refundable",
    "settle",
    "start",
]

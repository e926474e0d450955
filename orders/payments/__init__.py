"""Paying: the public verbs. Providers are values-only; `flow` knows payments, orders and stock of both."""

from orders.payments.asking import Answers, reconcile
from orders.payments.base import Charge, Handover, Notice, Provider, ProviderDown, UnknownPayment
from orders.payments.flow import (
    ask_soon,
    cancel_open,
    close_all,
    give_back,
    handle_notice,
    move_share,
    record_payment,
    refundable,
    settle,
    start,
)
from orders.payments.registry import get_provider, is_offered, providers

__all__ = [
    "Answers",
    "Charge",
    "Handover",
    "Notice",
    "Provider",
    "ProviderDown",
    "UnknownPayment",
    "ask_soon",
    "cancel_open",
    "close_all",
    "get_provider",
    "give_back",
    "handle_notice",
    "is_offered",
    "move_share",
    "providers",
    "reconcile",
    "record_payment",
    "refundable",
    "settle",
    "start",
]

"""Sales and refunds of a quarter by country and rate: figures for the one-stop-shop return and the books.

A sale counts on the day when its tax became due: when its first money came or its first parcel left, whichever was
first (Directive 2006/112/EC, articles 63 and 65). A refund corrects the quarter in which it was promised. Canceled
orders count in neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import DateTimeField, F, Min, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django_countries import countries

from devicehub.lib.money import Money
from orders import balance
from orders.models import Order, OrderLine, Payment, RefundLine, Shipment
from orders.tax_breakdown import tax_breakdown

AT_ONCE = 500  # orders that are read at a time


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """ "2026-Q4". Raises ValueError."""
        found = re.fullmatch(r"(2\d{3})-Q([1-4])", text, re.ASCII)
        if found is None:
            raise ValueError(f"{text!r} is no quarter")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def start(self) -> datetime:
        """Its first moment in the shop's time zone."""
        return timezone.make_aware(datetime.combine(date(self.year, 3 * self.number - 2, 1), time.min))

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.after.start

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter.of(timezone.localdate(self.start - timedelta(days=1)))


@dataclass
class Row:
    """`net` and `tax` of what was sold, and of what was given back, of one treatment, country and rate."""

    treatment: str
    country: str
    rate: Decimal
    net: Money
    tax: Money
    refunded_net: Money
    refunded_tax: Money
    orders: int = 0

    @property
    def treatment_name(self) -> str:
        return str(Order.TaxTreatment(self.treatment).label)

    @property
    def country_name(self) -> str:
        return str(countries.name(self.country))

    @property
    def tax_due(self) -> Money:
        return self.tax - self.refunded_tax


def rows_of(quarter: Quarter) -> list[Row]:
    """In the order of treatment, country and rate; some queries for every 500 orders."""
    found: dict[tuple, Row] = {}

    def row(order: Order, rate: Decimal) -> Row:
        key = (order.tax_treatment, str(order.tax_country), rate, order.currency)
        zero = Money.zero(order.currency)
        return found.setdefault(key, Row(*key[:3], zero, zero, zero, zero))

    for order in sold_in(quarter).iterator(chunk_size=AT_ONCE):
        for band in tax_breakdown(order):
            one = row(order, band.rate)
            one.net, one.tax, one.orders = one.net + band.net, one.tax + band.tax, one.orders + 1
    for order, rate, money, tax in _refunds(quarter):
        one = row(order, rate)
        one.refunded_net, one.refunded_tax = one.refunded_net + money - tax, one.refunded_tax + tax
    return [found[key] for key in sorted(found)]


def sold_in(quarter: Quarter) -> QuerySet[Order]:
    """Orders whose tax became due in the quarter, with all that `tax_breakdown` reads."""
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.CAPTURED)
    sent = Shipment.objects.filter(order=OuterRef("pk"), shipped_at__isnull=False)
    lines = OrderLine.objects.select_related("order").prefetch_related("adjustments")
    return (
        Order.objects.exclude(status=Order.Status.CANCELED)
        .annotate(paid_at=_first(paid, "captured_at"), sent_at=_first(sent, "shipped_at"))
        .annotate(taxed_at=Least(Coalesce("paid_at", "sent_at"), Coalesce("sent_at", "paid_at")))
        .filter(taxed_at__gte=quarter.start, taxed_at__lt=quarter.end)
        .order_by("pk")
        .prefetch_related(Prefetch("lines", lines), "adjustments")
    )


def _first(rows: QuerySet, column: str) -> Subquery:
    moments = rows.order_by().values("order").annotate(first=Min(F(column))).values("first")
    return Subquery(moments, output_field=DateTimeField())


def _refunds(quarter: Quarter) -> Iterator[tuple[Order, Decimal, Money, Money]]:
    """(order, rate, money, tax in it). Goodwill is no correction: what was sold stays as it was."""
    lines = (
        RefundLine.objects.filter(
            refund__status__in=balance.RETURNING,
            refund__created_at__gte=quarter.start,
            refund__created_at__lt=quarter.end,
        )
        .exclude(kind=RefundLine.Kind.GOODWILL)
        .exclude(refund__payment__order__status=Order.Status.CANCELED)
        .select_related("refund__payment__order", "order_line")
    )
    for line in lines.iterator():
        order = line.refund.payment.order
        rate = line.order_line.tax_rate if line.order_line else order.shipping_tax_rate
        yield order, rate, order.money(line.amount), order.money(line.tax_amount)

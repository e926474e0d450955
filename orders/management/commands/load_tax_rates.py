"""Fill the table of tax rates from the European table that the package eu-vat-rates-data carries.

The shop computes from its own table only: a rate that changes gets a new row with its first day, and the old row its
last, so that what was sold before stays as it was. Run it again after updating the package; rows made or changed by
staff are left alone while they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import eu_vat_rates_data
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from django_countries import countries

from catalog.models import Variant
from orders.models import TaxRate

TaxClass = Variant.TaxClass

# The package does not say since when a rate holds; a first rate holds since before the shop's first order.
BEGINNING = date(2020, 1, 1)
# Reduced rates begin here by EU law; below lie special cases such as newspapers or single regions.
LEAST_REDUCED = 5


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="day", type=date.fromisoformat, help="First day of changed rates (default: today)."
        )

    @transaction.atomic
    def handle(self, *args: Any, day: date | None = None, verbosity: int = 1, **options: Any) -> None:
        day = day or timezone.localdate()
        written = sum(set_rate(*row, day=day) for row in table())
        if verbosity:
            self.stdout.write(f"{written} rates written, as of {eu_vat_rates_data.data_version}.")


def table() -> Iterator[tuple[str, str, Decimal]]:
    """(country, tax class, rate) of every country that the shop can name."""
    for country, row in eu_vat_rates_data.get_all_rates().items():
        if country in countries:
            standard = Decimal(str(row["standard"]))
            yield country, TaxClass.STANDARD, standard
            yield country, TaxClass.REDUCED, reduced_rate(row["reduced"], standard)
            yield country, TaxClass.ZERO, Decimal(0)


def reduced_rate(rates: list[float], standard: Decimal) -> Decimal:
    """The usual one of a country's reduced rates; the standard rate where there is none."""
    return min((Decimal(str(rate)) for rate in rates if rate >= LEAST_REDUCED), default=standard)


def set_rate(country: str, tax_class: str, rate: Decimal, *, day: date) -> bool:
    """True when a row was written: the first of its kind, or one that takes over from another on `day`."""
    rows = TaxRate.objects.filter(country=country, tax_class=tax_class)
    last = rows.order_by("valid_from").last()
    if last is not None and (last.rate == rate or last.valid_from > day):
        return False
    if last is None:
        rows.create(country=country, tax_class=tax_class, rate=rate, valid_from=BEGINNING)
    elif last.valid_from == day:
        rows.filter(pk=last.pk).update(rate=rate)
    else:
        rows.filter(pk=last.pk).update(valid_until=day - timedelta(days=1))
        rows.create(country=country, tax_class=tax_class, rate=rate, valid_from=day)
    return True

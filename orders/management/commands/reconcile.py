"""Prove that stock and money are right; exit code 1 and a list when they are not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.models import Order
from orders.reconciliation import differences


class Command(BaseCommand):
    help = "Check the stock ledger, reservations, sums, payments, parcels and moves of every order."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        for difference in found:
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{len(found)} differences", returncode=1)
        self.stdout.write(f"{Order.objects.count()} orders checked: 0 differences")

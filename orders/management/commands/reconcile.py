"""Prove that stock and money are right; exit code 1 and a list when they are not."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.models import Order
from orders.reconciliation import Difference, check_all


class Command(BaseCommand):
    help = "Check the stock ledger, reservations, sums, payments, parcels and moves of every order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Write the result for a program to read.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._as_json(check_all()) if options["json"] else self._as_list(check_all())
        if found:
            raise CommandError(f"{found} differences", returncode=1)

    def _as_list(self, differences: Iterable[Difference]) -> int:
        found = 0
        for difference in differences:
            self.stdout.write(difference.words)
            found += 1
        if not found:
            self.stdout.write(f"{Order.objects.count()} orders checked: 0 differences")
        return found

    def _as_json(self, differences: Iterable[Difference]) -> int:
        """`{"orders": 3, "differences": [{"check": "stock_ledger", "words": "…"}]}`"""
        found = [{"check": difference.check, "words": difference.words} for difference in differences]
        self.stdout.write(json.dumps({"orders": Order.objects.count(), "differences": found}, ensure_ascii=False))
        return len(found)

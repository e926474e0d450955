"""Fill an empty shop with the demo's catalog, delivery, taxes, promotions, people and a year of orders.

A second run changes nothing. --remove takes all of it out again but delivery and taxes, unless somebody has really
ordered; --scale N fills an empty database with N devices of the benchmarks instead.
"""

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.demo import load_customers, load_people
from catalog import publishing
from catalog.demo import load_catalog
from orders.demo import DemoInUse, load_delivery, load_promotions, load_sales, remove_demo
from orders.models import TaxRate


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--remove", action="store_true", help="take the demo out")
        what.add_argument("--scale", type=int, metavar="N", help="N devices for measuring, 1 to 1,000,000 and more")

    def handle(self, *, remove: bool, scale: int | None, **options: Any) -> None:
        if remove:
            self._remove()
        elif settings.PRODUCTION:
            raise CommandError("The demo shop is not for production: its passwords are known to everybody.")
        elif scale is not None:
            self._scale(scale)
        else:
            self._load()

    def _load(self) -> None:
        if not TaxRate.objects.exists():
            call_command("load_tax_rates", verbosity=0)
        load_delivery()
        load_people()
        loaded = load_catalog()
        load_promotions()
        orders = load_sales() if load_customers() else 0
        if loaded or orders:
            self.stdout.write(f"Loaded {loaded} products and {orders} orders.")
        else:
            self.stdout.write("The demo shop is filled.")

    def _scale(self, count: int) -> None:
        """By the program of the benchmarks, of which the shop itself imports nothing; it says what is wrong."""
        program = [sys.executable, "-m", "benchmarks.load", str(count)]
        if subprocess.run(program, cwd=settings.BASE_DIR, check=False).returncode:
            raise CommandError("Nothing was loaded.")

    def _remove(self) -> None:
        try:
            removed = remove_demo()
        except DemoInUse as refusal:
            raise CommandError(str(refusal)) from refusal
        publishing.merge()
        self.stdout.write(f"Removed {removed} products with all that belongs to them.")

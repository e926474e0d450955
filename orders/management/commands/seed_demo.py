"""Fill an empty shop with the demo catalog, delivery, taxes, promotions and people. A second run changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import load_people
from catalog.demo import load_catalog
from orders.demo import load_delivery
from orders.demo_promotions import load_promotions
from orders.models import TaxRate


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo shop is not for production: its passwords are known to everybody.")
        if not TaxRate.objects.exists():
            call_command("load_tax_rates", verbosity=0)
        load_delivery()
        load_people()
        loaded = load_catalog()
        load_promotions()
        self.stdout.write(f"Loaded {loaded} products." if loaded else "The demo shop is filled.")

"""The indexes anew, from what the catalog says."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.publishing import rebuild


class Command(BaseCommand):
    help = "Builds the search index anew. The shop keeps it true by itself; this is for after a restore or an upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} products are in the search index.")

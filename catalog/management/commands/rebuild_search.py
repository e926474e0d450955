"""The indexes anew, from what the catalog says."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog import publishing


class Command(BaseCommand):
    help = (
        "Builds the indexes of search and listings anew. The shop keeps them true by itself; "
        "this is for after a restore or an upgrade."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{publishing.rebuild()} products are in the indexes of search and listings.")

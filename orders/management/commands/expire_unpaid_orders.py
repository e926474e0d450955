"""Cancel orders whose time to pay has run out and free their stock. The worker does this every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from orders.cancellation import expire_unpaid


class Command(BaseCommand):
    help = "Cancel unpaid orders after their time and free their stock."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_unpaid()} orders expired")

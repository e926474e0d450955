"""Try every mail that is due. The worker does this twice a minute."""

from typing import Any

from django.core.management.base import BaseCommand

from orders.emails import send_pending


class Command(BaseCommand):
    help = "Send the mails of orders that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        sent, failed = send_pending()
        self.stdout.write(f"{sent} mails sent, {failed} failed and wait for their next turn")

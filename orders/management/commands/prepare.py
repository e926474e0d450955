"""Make a database ready to serve: tables, cache table and, in a demo shop, devices and logins."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.demo import PASSWORD, load_people
from catalog import publishing


class Command(BaseCommand):
    help = "Migrate, make the cache table and fill a demo shop. Can be run again at any time."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=max(verbosity - 1, 0))
        call_command("createcachetable", verbosity=max(verbosity - 1, 0))
        if not settings.PRODUCTION:
            call_command("seed_demo", verbosity=verbosity)
        publishing.merge()
        if not settings.PRODUCTION:
            self.stdout.write(greeting())


def greeting() -> str:
    """Where the demo shop is and who may log in."""
    address = settings.SITE_URL
    lines = [
        f"{settings.SHOP_NAME}    {address}/",
        f"Back office  {address}/admin/",
        f"Its mail     {address}/demo/mail/",
        "",
        *(f"{person.name:<13}{person.email}" for person in load_people()),
        f"Password     {PASSWORD}",
        "",
        "Ctrl-C closes the shop.",
    ]
    return "\n".join(["", *(f"  {line}" for line in lines), ""])

from importlib import import_module

from django.apps import AppConfig

from accounts.roles import grant_after_migrate
from orders.roles import GRANTS


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        for name in ("receivers", "checks"):  # once the models are loaded
            import_module(f"orders.{name}")
        grant_after_migrate(self, GRANTS)

from importlib import import_module

from django.apps import AppConfig

from accounts.roles import grant_after_migrate
from orders.roles import GRANTS


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        import_module("orders.receivers")  # once the models are loaded
        grant_after_migrate(self, GRANTS)

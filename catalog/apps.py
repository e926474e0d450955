from importlib import import_module

from django.apps import AppConfig

from accounts.roles import grant_after_migrate
from catalog.roles import GRANTS


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        import_module("catalog.receivers")  # once the models are loaded
        grant_after_migrate(self, GRANTS)

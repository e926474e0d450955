from django.apps import AppConfig

from accounts.roles import GRANTS, grant_after_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        grant_after_migrate(self, GRANTS)

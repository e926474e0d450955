"""The ready-made groups. Each app grants its own permissions to them after it has migrated (apps.py).

Models are reached by name, because apps.py imports this before they are loaded.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

GROUPS = ("Owner", "Catalog", "Fulfillment", "Support")
GRANTS = {
    "Owner": [
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_user",
        "accounts.view_address",
        "auth.view_group",
    ],
    "Catalog": [],
    "Fulfillment": [],
    "Support": ["accounts.view_user", "accounts.view_address"],
}


def grant(group_name: str, permissions: Iterable[str]) -> list[str]:
    """Give a group "app.codename" permissions; returns those that do not exist (an app that is not migrated yet)."""
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=group_name)
    missing = []
    for name in permissions:
        app_label, codename = name.split(".")
        found = apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label=app_label, codename=codename
        )
        group.permissions.add(*found)
        if not found:
            missing.append(name)
    return missing


def grant_after_migrate(config: AppConfig, grants: Mapping[str, Iterable[str]]) -> None:
    """Keep these grants in place whenever the app has migrated; called from its `ready`."""

    def grant_all(**kwargs: Any) -> None:
        for group_name, permissions in grants.items() if _has_groups(kwargs.get("apps", apps)) else ():
            grant(group_name, permissions)

    post_migrate.connect(grant_all, sender=config, weak=False, dispatch_uid=f"roles of {config.label}")


def _has_groups(migrated: Any) -> bool:
    """Whether the tables of groups exist in the state that was migrated to."""
    try:
        migrated.get_model("auth", "Group")
    except LookupError:
        return False
    return True
